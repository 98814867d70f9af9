"""What a tie fixes besides its parties: its own sum of money, and how long it holds."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from nlp.blocks import Layout
from nlp.dates import DateMention
from nlp.model import NOT_AGREED
from nlp.patterns import pattern, words

#: Lines under a sentence in which its sum or its term may stand; code points before a date that may call it a term.
_LINES, _LABEL_REACH = 12, 28
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A tie as its terms are asked for: kind, [start, end) of its sentence in `Page.norm`, its own day if it is known."""
    kind: str
    start: int
    end: int
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a tie holds, as date prefixes; a term that renews itself has no end that the text fixes."""
    valid_from: str | None = None
    valid_to: str | None = None
    auto_renew: bool | None = None


def yen(text: str) -> int | None:
    """The first sum of money in a text, in yen: «1億2,870万円», «三百万円», «500千円», «¥30,000»."""
    sums = _sums(text)
    return sums[0][2] if sums else None


def amount_of(layout: Layout, tie: Agreed) -> int | None:
    """The sum that a tie itself is about: of its sentence, else of a labelled line right under it («寄附金額», «契約金額»)."""
    norm = layout.page.norm
    if tie.kind in words("terms")["without_sum"]:
        return None
    own = [v for a, b, v in _sums(norm[tie.start:tie.end]) if not _of_others(norm[tie.start:tie.end], a, b)]
    if own:
        return own[0]
    for start, end in _under(layout, tie):
        line = norm[start:end]
        if pattern("terms", "sum_label").search(line):
            found = [v for a, b, v in _sums(line) if not _of_others(line, a, b)]
            if found:
                return found[0]
    return None


def _of_others(text: str, start: int, end: int) -> bool:
    """Whether a sum is told of something else: a company's capital, a total over years, a price, an aim."""
    return (pattern("terms", "not_its_sum_before").search(text[max(0, start - 14):start]) is not None
            or pattern("terms", "not_its_sum_behind").match(text[end:end + 12]) is not None)


def _sums(text: str) -> list[tuple[int, int, int]]:
    """(start, end, yen) of the sums of a text."""
    found: list[tuple[int, int, int]] = []
    for match in pattern("terms", "sum").finditer(text):
        value = number_in(match["number"] or match["sign"])
        if value:
            found.append((match.start(), match.end(), value))
    return found


def number_in(number: str) -> int:
    """A number in digits, kanji or both: «1億2,870万», «三百», «500千»."""
    scale: dict[str, int] = words("terms")["scale"]
    digits: dict[str, int] = words("terms")["digits"]
    total = section = 0.0
    pending: float | None = None
    for part in re.findall(r"\d[\d,]*(?:\.\d+)?|.", number):
        if part[0].isdigit():
            pending = float(part.replace(",", ""))
        elif part in digits:
            pending = (pending or 0) * 10 + digits[part]
        elif part in scale and scale[part] < 10_000:
            section += (1 if pending is None else pending) * scale[part]
            pending = None
        elif part in scale:
            total += ((section + (pending or 0)) or 1) * scale[part]
            section, pending = 0.0, None
    return round(total + section + (pending or 0))


def terms_of(layout: Layout, dates: Sequence[DateMention], ties: Sequence[Agreed]) -> list[Term]:
    """How long each of a page's ties holds.

    A term belongs to the tie in whose sentence or in whose lines it stands; where a page tells of one agreement only,
    what the rest of the page says of a term is said of that one.
    """
    page = layout.page
    placed = [(page.place(a.span.start), page.place(b.span.end - 1) + 1, a.value, b.value)
              for a, b in pairwise(dates) if a.kind == "start" and b.kind == "end"]
    spans = [(start, end, first, last) for start, end, first, last in placed
             if pattern("terms", "label").search(page.norm, max(0, start - _LABEL_REACH), start) is not None]
    agreed = [t for t in ties if t.kind not in NOT_AGREED]
    events = {(t.start, t.day) for t in agreed}
    # Several parties of one signing are several ties of one sentence.
    alone = len({day for _, day in events}) == 1 or len(events) == 1
    found: list[Term] = []
    for tie in ties:
        if tie.kind in NOT_AGREED:
            found.append(Term())
            continue
        own = [(tie.start, tie.end), *_under(layout, tie, {t.start for t in ties})]
        term = _term(layout, tie, own, spans)
        if term == Term() and alone:
            term = _term(layout, tie, [(0, len(page.norm))], spans)
        found.append(term)
    return found


def _term(layout: Layout, tie: Agreed, places: Sequence[Place], spans: Sequence[tuple[int, int, str, str]]) -> Term:
    norm = layout.page.norm
    renews = any(pattern("terms", "renews").search(norm, a, b) for a, b in places) or None
    dated = next(((first, last) for a, b in places for start, end, first, last in spans if a <= start and end <= b), None)
    if dated:
        return Term(dated[0], None if renews else dated[1], renews)
    lasts = next((m for a, b in places if (m := pattern("terms", "lasts").search(norm, a, b))), None)
    if lasts and tie.day and len(tie.day) == 10:
        end = _ends(tie.day, number_in(lasts["number"]), lasts["unit"] in words("terms")["years"])
        return Term(tie.day, None if renews else end, renews)
    return Term(auto_renew=renews)


def _ends(day: str, number: int, years: bool) -> str:
    """The last day of a term of years or months that begins on a day."""
    first = date.fromisoformat(day)
    months = first.month - 1 + number * (12 if years else 1)
    year, month = first.year + months // 12, months % 12 + 1
    following = first.day
    while True:
        try:
            return (date(year, month, following) - timedelta(days=1 if following == first.day else 0)).isoformat()
        except ValueError:  # the 31st of a shorter month
            following -= 1


def _under(layout: Layout, tie: Agreed, others: frozenset[int] | set[int] = frozenset()) -> list[Place]:
    """The lines that follow a tie's sentence (or stand beside it in its table), up to where another tie is told."""
    blocks = layout.blocks
    index = max(0, bisect_right(layout.starts, tie.start) - 1)
    found: list[Place] = []
    for n in range(index + 1, min(len(blocks), index + 1 + _LINES)):
        sentence = blocks[n].sentence
        if sentence.start in others or (blocks[n].kind == "title"):
            break
        found.append((sentence.start, sentence.end))
    return found
