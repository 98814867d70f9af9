"""Chronicles: rows that tell events themselves, «2019年6月 §と業務提携», «§と§が協定を締結»."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlp.patterns import pattern, words
from nlp.ties.kinds import SYMMETRIC
from nlp.ties.rows.lines import LISTED, Line
from nlp.ties.rows.list_ties import of_equals
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.signs import SIGNS, classed, sign_of
from nlp.ties.told import Told

#: The name of what is told of events.
_NAME = "rows:chronicle"


def chronicle(sheet: Sheet) -> Iterator[Told]:
    """The ties that the rows of a page tell as events."""
    mine = next(iter((*sheet.homes, *sheet.titled())), None)
    for line in sheet.lines:
        if not line.groups or line.outside or not _tells(sheet, line):
            continue
        among = _among(line)
        if among is not None:
            yield from of_equals(kind_named(line.text), among, "rows:among", line.number)
        elif mine is not None:
            yield from _events(line, mine)


def _tells(sheet: Sheet, line: Line) -> bool:
    """Whether a line can be a row that tells an event: a row or a dated line among others, no repeated title, no second half."""
    if line.kind == "title" or line.names_no_party or sheet.words(line.number - 1).rstrip().endswith("、"):
        return False
    if not line.is_dated:
        return line.kind in LISTED and line.number > 1 and line.words.strip() not in sheet.title
    if line.kind != "prose":
        return True
    beside = (other for other in sheet.between(line.number - 2, line.number + 3) if other.number != line.number)
    return pattern(FILE, "apart").match(line.words) is not None and any(other.is_dated for other in beside)


def _among(line: Line) -> list[int] | None:
    """The several whom a row names last, if it tells what they have among themselves."""
    last = line.groups[-1].entities
    told = sign_of(len(line.groups) - 1) + str(words(FILE)["among_them"])
    return last if len(last) > 1 and re.search(told, line.text) else None


def _events(line: Line, mine: int) -> Iterator[Told]:
    """The ties of one's own that a row tells with the one group of others that it names."""
    apart = [n for n, g in enumerate(line.groups) if set(g.entities) != {mine}]
    if len(apart) != 1 or mine in line.groups[apart[0]].entities or pattern(FILE, "no_event").search(line.text):
        return
    others = line.groups[apart[0]].entities
    event = _event(line, sign_of(apart[0]))
    if event is None:
        return
    kind = (kind_named(line.text) or "") if event["kind"] == "agreement" else event["kind"]
    if kind in SYMMETRIC:
        for some in [[e] for e in others] if pattern(FILE, "each").search(line.text) else [others]:
            yield from of_equals(kind, (mine, *some), _NAME, line.number)
    elif event["kind"] != "agreement":
        for some in [others] if pattern(FILE, "as_one").search(line.text) else [[e] for e in others]:
            yield Told(kind, (*((e, event["role"]) for e in some), (mine, event["other"])), _NAME, line.number)


def _event(line: Line, sign: str) -> Mapping[str, str] | None:
    """The entry of the data file for the event that a row tells with the one whose sign is given."""
    text = re.sub(f"(?!{sign})[{SIGNS}]", "", line.text)
    event: Mapping[str, str] | None = next((row for row in words(FILE)["events"] if re.search(classed(row["pattern"]), text)), None)
    return event
