"""Voices: what the heads of partners say of an agreement, each under a line with place, name and office."""
from __future__ import annotations

from collections.abc import Iterator

from nlp.patterns import pattern
from nlp.ties.rows.lines import LISTED, Line
from nlp.ties.rows.list_ties import of_equals
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.told import Told

#: The name of what voices tell.
_NAME = "rows:voices"
#: A line before a voice has no more characters than this.
_SHORT = 36


def voices(sheet: Sheet) -> Iterator[Told]:
    """The ties of an organisation with each of the places whose heads speak about their agreements with it."""
    for line in sheet.lines:
        if line.outside or pattern(FILE, "voices").search(line.words) is None:
            continue
        speaking = [other for other in sheet.lines[line.number + 1:] if _is_speaker(other)]
        owner = _owner(sheet, line)
        if owner is None or len({other.groups[0].entities[0] for other in speaking}) < 2:
            continue
        for other in speaking:
            yield from of_equals(kind_named(line.words), (owner, other.groups[0].entities[0]), _NAME, line.number)
        return


def _is_speaker(line: Line) -> bool:
    """Whether a line names a place with its head and nothing else."""
    return (line.kind in (*LISTED, "heading") and len(line.groups) == 1 and len(line.groups[0].entities) == 1 and len(line.words) <= _SHORT
            and line.leads and pattern(FILE, "voice_of").search(line.text.rstrip()) is not None)


def _owner(sheet: Sheet, line: Line) -> int | None:
    """With whom the agreements are: the only private organisation of the line, else the publisher, else the most named one."""
    private = [e for e in dict.fromkeys(line.entities) if not sheet.view.public(e)]
    if len(private) == 1:
        return private[0]
    homes = [e for e in (*sheet.homes, *sheet.view.most_named) if not sheet.view.public(e)]
    return homes[0] if homes and not private else None
