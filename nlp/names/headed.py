"""Names in quotes of which the words around tell whether they are an organisation's or a thing's."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type
from nlp.names.quoted import QUOTED
from nlp.names.vocabulary import form_pattern, generic
from nlp.patterns import LETTERS, pattern, words
from nlp.text import Page


def told_in_quotes(page: Page) -> Iterator[Proposal]:
    """Names in quotes that words before them, behind them or a seat in brackets tell for an organisation's: «造園業「緑みなせ」»."""
    norm = page.norm
    for match in QUOTED.finditer(norm):
        name = match[1].strip()
        if not pattern("names", "quoted_name").match(name) or pattern("names", "no_name_in_quotes").search(name) or generic().fullmatch(name) \
                or form_pattern().search(name) or name in gazetteer.by_name():
            continue
        before = norm[max(0, match.start() - 14):match.start()].split("\n")[-1]
        if pattern("names", "no_organization").search(name) and not pattern("names", "calls_an_organization").search(before):
            continue
        type_ = _told_before(before) or _told_around(norm, match.end(), before)
        if type_ is not None:
            yield Proposal(match.start(1), match.end(1), name, bare_type(name) or type_, rank=4, by="told")


def _told_before(before: str) -> str | None:
    """The type of a name in quotes by the words before them; None where they tell none."""
    return next((type_ for said, type_ in _heads("told_in_quotes") if said.search(before)), None)


def _told_around(norm: str, end: int, before: str) -> str | None:
    """The type of a name in quotes that end at a place, by what stands on both sides of them; None where nothing tells."""
    if pattern("names", "thing_before").search(before) or pattern("names", "thing_behind").match(norm, end - 1):
        return None
    if pattern("names", "actor_behind").match(norm, end):
        called = next((type_ for said, type_ in _heads("kinds_in_quotes") if said.search(before)), None)
        if called is not None:
            return called
    return "company" if pattern("names", "seat_in_brackets").match(norm, end) or pattern("names", "firm_behind").match(norm, end - 1) else None


def called_thing(norm: str, start: int, end: int) -> bool:
    """Whether words around a name in quotes tell that it is a thing's: «地域拠点「X」», «「X」と名付けた協定»."""
    return norm[start - 1:start] in ("「", "『") and (
        pattern("names", "thing_before").search(norm[max(0, start - 12):start - 1].split("\n")[-1]) is not None
        or pattern("names", "thing_behind").match(norm[end:end + 14]) is not None)


def of_people(norm: str, people: Iterable[int]) -> Iterator[Proposal]:
    """Whom people belong to, in brackets behind their names: «水瀬一郎さん(水瀬木材)», «白浜花子(旅館あおば荘 女将)»."""
    for end in people:
        found = pattern("names", "person_of").match(norm, end)
        if found is None:
            continue
        start, name = found.start("name"), found["name"]
        if pattern("names", "no_person_of").search(name) or name in gazetteer.by_name() or generic().fullmatch(name):
            continue
        yield Proposal(start, start + len(name), name, bare_type(name) or "company", sure=False, by="told")


def closed(norm: str, start: int, end: int) -> bool:
    """Whether a school is told to be a former one, whose building is meant: «旧水瀬小学校»."""
    return pattern("names", "former_before").search(norm[max(0, start - 2):start]) is not None \
        and pattern("names", "school_end").search(norm[start:end]) is not None


@cache
def _heads(key: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What stands before a name in quotes, and the type it tells."""
    found = []
    for said, type_ in words("names")[key]:
        for name, letters in LETTERS.items():
            said = said.replace("{" + name + "}", letters)
        found.append((re.compile(said), type_))
    return tuple(found)
