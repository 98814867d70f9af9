"""Subjects: whom a sentence is about, by a sign or a common noun («大学は»)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.names.entities import Entity
from nlp.patterns import pattern, words
from nlp.ties.clauses import Group
from nlp.ties.signs import number_of
from nlp.ties.view import View


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a sentence is about before a place; `named`: all whom it names so, the likeliest first.

    `unknown`: it is about somebody whom a common noun calls, and nobody named above can be called so.
    """
    whom: tuple[int, ...] = ()
    named: tuple[tuple[int, ...], ...] = ()
    unknown: bool = False


def subject_of(view: View, text: str, end: int, groups: Sequence[Group], home: Sequence[int]) -> Subject:
    """Whom a signed sentence is about before a place: a sign, or a common noun that ends a name above."""
    signs = [sign for key in ("subject", "weak_subject") for sign in reversed(pattern("phrases", key).findall(text, 0, end))]
    if signs:
        named = tuple(tuple(groups[number_of(sign)].entities) for sign in signs)
        return Subject(named[0], named)
    noun = pattern("phrases", "common_subject").search(text, 0, end)
    if noun is None:
        return Subject()
    above = [*home, *(m.entity for m in view.names.mentions if not groups or m.start < groups[0].start)]
    whom = next((e for e in reversed(above) if called(view.entity(e), noun[1])), None)
    return Subject(unknown=True) if whom is None else Subject((whom,))


def called(entity: Entity, noun: str) -> bool:
    """Whether an organisation can be called by a common noun: a company «社», a bank «行»."""
    by_type = words("phrases")["called"].get(noun)
    return entity.type in by_type if by_type else entity.name.endswith(noun)
