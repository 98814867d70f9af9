"""Agreements that a list tells: of which kind, and whether all its rows are one."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.patterns import pattern
from nlp.ties.rows.lines import LISTED
from nlp.ties.rows.listed import Listed, Row
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet

#: The kind of an agreement that nothing tells more of.
_PLAIN = "partnership"
#: So many lines beside a label can name its agreement, and so many above a list say that all signed together.
_BESIDE, _ABOVE = 4, 3
#: A list of those who signed together is shorter than this.
_JOINT = 20
_DAY = re.compile(r"[0-9元]年|[0-9]\.[0-9]")


def kind_of(sheet: Sheet, one: Listed, row: Row) -> str:
    """The kind of an agreement: what the row names, else what stands above it, else the list's own."""
    return next((kind for kind in _kinds(sheet, one, row) if kind is not None), _PLAIN)


def is_complete(sheet: Sheet, one: Listed) -> bool:
    """Whether the rows of a list name all parties themselves: nobody speaks, and most rows name several."""
    half = len(one.rows) / 2
    inside = sheet.home is None or sum(sheet.home in row.entities for row in one.rows) > half
    return inside and sum(len(row.entities) > 1 for row in one.rows) > half and not one.is_label


def is_joint(sheet: Sheet, one: Listed) -> bool:
    """Whether the words about a list say that all of it signed together."""
    if len(one.rows) >= _JOINT or (len(one.rows) > 1 and any(_DAY.search(row.texts[0]) for row in one.rows)):
        return False
    held = {row.block for row in one.rows}
    near = [line.number for line in sheet.between(one.opener - _ABOVE, one.rows[-1].block + 2) if line.number not in held]
    return any(pattern(FILE, "joint").search(sheet.words(n)) for n in (*near, *sheet.above(one.opener)))


def _kinds(sheet: Sheet, one: Listed, row: Row) -> Iterator[str | None]:
    """The kinds that what is at a row names, the nearest first."""
    yield _named(row.texts[:2])
    yield _categorized(row.texts[1:])
    yield _beside(sheet, one, row)
    yield _introduced(sheet, one)


def _named(texts: Iterable[str]) -> str | None:
    """The kind of the first agreement that some texts name."""
    kinds = ((kind_named(text), text) for text in texts if pattern(FILE, "names_tie").search(text))
    return next((kind for kind, text in kinds if kind is not None and (kind != _PLAIN or _has_own_name(text))), None)


def _categorized(texts: Iterable[str]) -> str | None:
    """The kind of the first category of agreements that some texts name."""
    return next((kind for kind in (kind_named(text, "categories") for text in texts) if kind is not None), None)


def _beside(sheet: Sheet, one: Listed, row: Row) -> str | None:
    """The kind of the agreement that the nearest line beside a label names."""
    if row.block != one.opener:
        return None
    lines = sheet.between(row.block - _BESIDE, row.block + _BESIDE + 1)
    lines = [line for line in lines if line.kind in LISTED and not line.parties and pattern(FILE, "names_tie").search(line.words)]
    kinds = (kind_named(line.words) for line in sorted(lines, key=lambda line: abs(line.number - row.block)))
    return next((kind for kind in kinds if kind and kind != _PLAIN), None)


def _introduced(sheet: Sheet, one: Listed) -> str | None:
    """The kind of the agreement that the lines above a list name."""
    nearest = [one.opener, *([one.opener - 1] if one.opener else [])]
    if any(kind_named(text) == _PLAIN and _has_own_name(text) for text in map(sheet.words, nearest)):
        return _PLAIN
    headed = [n for n in sheet.above(one.opener) if sheet.lines[n].kind != "prose" or n < 2]
    texts = [text for text in map(sheet.words, (*nearest, *reversed(headed))) if pattern(FILE, "names_tie").search(text)]
    return next((kind for kind in map(kind_named, texts) if kind is not None and kind != _PLAIN), None)


def _has_own_name(text: str) -> bool:
    """Whether an agreement has a name that says what it is about."""
    return pattern(FILE, "own_name").search(text) is not None
