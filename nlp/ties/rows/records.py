"""Records: names beside the name of their agreement, which stands in a line that introduces no list."""
from __future__ import annotations

from collections.abc import Iterator, Set

from nlp.patterns import pattern
from nlp.ties.rows.lines import Line
from nlp.ties.rows.list_ties import of_equals
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.told import Told


def records(sheet: Sheet, used: Set[int]) -> Iterator[Told]:
    """The ties of names behind or under the name of their agreement, in lines that no list used."""
    if sheet.home is None:
        return
    free = [line for line in sheet.lines if line.number not in used]
    for line in free:
        yield from _aside(line, sheet.home)
    for line in free:
        if line.number:
            yield from _under(sheet.lines[line.number - 1], line, sheet.home)


def _aside(line: Line, home: int) -> list[Told]:
    """The tie of names in brackets behind the name of their agreement."""
    name = pattern(FILE, "record_name").match(line.text.strip())
    if name is None or line.groups or line.outside:
        return []
    return _with_home(name[0], line, home, "rows:aside")


def _under(above: Line, line: Line, home: int) -> list[Told]:
    """The tie of names in the line under the name of their agreement."""
    if above.parties or above.outside or "title" in (above.kind, line.kind) or "prose" in (above.kind, line.kind):
        return []
    if pattern(FILE, "record_name").fullmatch(above.words.strip()) is None or not line.only_names or line.names_no_party:
        return []
    return _with_home(above.words, line, home, "rows:record")


def _with_home(named: str, line: Line, home: int, name: str) -> list[Told]:
    """The tie of the parties of a line with the publisher, of the kind that some words name."""
    parties = [m.entity for m in line.parties if m.entity != home]
    return of_equals(kind_named(named), list(dict.fromkeys((home, *parties))), name, line.number) if parties else []
