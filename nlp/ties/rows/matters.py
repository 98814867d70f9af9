"""Matters that were put out, such as works or the naming of a hall: the kind and roles of who won them."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.patterns import words
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.wording import first_named

#: So many lines above can tell the matter.
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Matter:
    """The kind of a tie that a list tells, the role of those whom it names and that of the one they are tied with."""
    kind: str
    role: str
    other: str


def matter_of(sheet: Sheet, number: int) -> Matter:
    """What was put out, as a line or those above it tell."""
    table: Sequence[Mapping[str, str]] = words(FILE)["awards"]
    above = sheet.above(number)
    if any(re.search(table[0]["named"], sheet.words(n)) for n in above):
        return _matter(table[0])
    near = [line.number for line in sheet.between(number - _NEAR, number) if not line.parties and line.kind != "prose"]
    rows = (first_named(FILE, "awards", sheet.words(n)) for n in (number, *reversed(near), *reversed(above)))
    return _matter(next((row for row in rows if row is not None), table[-1]))


def _matter(row: Mapping[str, str]) -> Matter:
    """The matter of an entry of the data file."""
    return Matter(row["kind"], row["role"], row["other"])
