"""Organisations that every reader knows by a name without a legal form, where it stands as theirs: «大林組と», «電通、»."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.headed import called_thing
from nlp.names.vocabulary import stem_of
from nlp.patterns import pattern
from nlp.text import Page

#: What tells these proposals from others.
BY = "known"
#: Types whose branches act for them.
_WITH_BRANCHES = frozenset({"company", "bank"})
#: What a name is besides an organisation's where words around it tell, whoever reads it.
_TOLD_BY_WORDS = "team"


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of known_organizations.csv. `full` is "" where the name is no short form; `also` tells what else it
    is (place, person, product, shop, medium, team, word), "" for nothing."""
    type: str
    full: str
    also: str


@cache
def known_organizations() -> Mapping[str, Known]:
    """All entries, by name."""
    return {r["name"]: Known(r["type"], r["full"], r["also"]) for r in gazetteer.rows("known_organizations.csv")}


@cache
def full_stems() -> Mapping[str, str]:
    """Short forms, and what the spellings of their organisations share: «産総研» and «産業技術総合研究所» are one."""
    return {name: stem_of(one.full) for name, one in known_organizations().items() if one.full}


@cache
def _finder() -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(sorted(known_organizations()))


def known_names(page: Page) -> Iterator[Proposal]:
    """Known names where they may mean the organisation, the longest at a place; `sure` are those that need no second look."""
    norm = page.norm
    longest: dict[int, int] = {}
    for _, start, end in _finder().find_matches_as_indexes(norm, overlapping=True):
        if end > longest.get(start, 0) and _whole(norm, start, end):
            longest[start] = end
    reached = 0
    for start, end in sorted(longest.items()):
        if end > reached:
            reached = end
            yield from _meant(page, start, end, known_organizations()[norm[start:end]])


def _whole(norm: str, start: int, end: int) -> bool:
    """Whether a name begins and ends where other letters do."""
    before = norm[max(0, start - 4):start]
    return (not pattern("known", "runs_on_before").search(before) or pattern("known", "lead").search(before) is not None) \
        and pattern("known", "runs_on_behind").match(norm, end) is None


def _meant(page: Page, start: int, end: int, one: Known) -> Iterator[Proposal]:
    """The organisation that a known name stands for, if it does by what is around it."""
    norm, name = page.norm, page.norm[start:end]
    if pattern("known", "venue_before").search(norm[max(0, start - 8):start]) or pattern("known", "thing_behind").match(norm, end) \
            or called_thing(norm, start, end):
        return
    if one.type == "municipality":
        if _says(page, start, "towns"):
            yield from _town(norm, start, end)
    elif group := pattern("known", "group").match(norm, end):
        if one.type == "company" and pattern("known", "group_behind").match(norm, group.end()) and _says(page, start, "bids"):
            yield Proposal(start, group.end(), norm[start:group.end()], "consortium", rank=1, by=BY)
    elif one.also:
        if pattern("known", "party_behind").match(norm, end) and _says(page, start, "clubs" if one.also == _TOLD_BY_WORDS else "ties"):
            yield Proposal(start, end, name, one.type, rank=1, sure=one.also == _TOLD_BY_WORDS, by=BY)
    else:
        branch = pattern("names", "branch_behind").match(norm, end) if one.type in _WITH_BRANCHES else None
        owns = pattern("known", "possessor").match(norm, end) and (one.type != "company" or _says(page, start, "ties"))
        if branch or owns or pattern("known", "behind").match(norm, end):
            yield Proposal(start, end, name, one.type, rank=1, via=branch[1] if branch else None, by=BY)


def _town(norm: str, start: int, end: int) -> Iterator[Proposal]:
    """A town abroad that acts; its government is the town, and named where nothing else is."""
    name, government = norm[start:end], pattern("known", "government").match(norm, end)
    if government:
        behind = pattern("known", "behind")
        whole = name + government[0]
        name, end = whole if norm.count(whole) == norm.count(name) else name, government.end()
    else:
        behind = pattern("known", "town_behind")
    if behind.match(norm, end):
        yield Proposal(start, end, name, "municipality", rank=1, by=BY)


def _says(page: Page, position: int, what: str) -> bool:
    """Whether the line of a position, or the page's title, has words of a kind."""
    said: re.Pattern[str] = pattern("known", what)
    line = page.lines[page.line_of(position)]
    return said.search(page.norm, *line) is not None or said.search(page.norm, 0, page.head) is not None
