"""Branches that stand for their organisation: «株式会社X北海道支社»."""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.patterns import lines_of, pattern
from nlp.patterns import words as words_of


def branching(norm: str, start: int, end: int, name: str, type_: str, form: str | None, rank: int) -> Iterator[Proposal]:
    """The organisation, its branch apart: «株式会社X北海道支社» is X, acting through the branch."""
    found = pattern("names", "branch").search(name)
    via = None
    if found and found.start() >= 3:
        unit = unit_start(name)
        if unit is not None:
            via, cut = name[unit:].strip(), len(name) - unit
            name, end = name[:unit].rstrip(), end - cut
            while norm[end - 1] == " ":
                end -= 1
    else:
        behind = pattern("names", "branch_behind").match(norm[end:end + 24])
        if behind:
            via = behind[1]
    yield Proposal(start, end, name, type_, form, rank=rank, via=via, by="form")


@cache
def _regions() -> re.Pattern[str]:
    shorts = {pattern("places", "prefecture_ending").sub("", p) for p in gazetteer.prefectures()} | set(lines_of("regions.txt"))
    cities = {n[:-1] for n in gazetteer.by_name() if len(n) >= 3 and pattern("places", "municipality_ending").search(n)}
    words = sorted(shorts | cities | {n for n in gazetteer.by_name() if len(n) < 7}, key=lambda w: (-len(w), w))
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})+{words_of('names')['branch_of_region']}")


def is_unit(name: str) -> bool:
    """Whether a name is a branch's alone: «北海道支社»."""
    return _regions().fullmatch(name) is not None


def unit_start(name: str) -> int | None:
    for index in range(2, len(name) - 2):
        if _regions().fullmatch(name, index):
            return index
    found = pattern("names", "unit_apart").search(name)
    return found.start() if found else None


def unit_behind(norm: str, end: int) -> str | None:
    behind = pattern("names", "unit_behind").match(norm[end:end + 16])
    return behind[0] if behind else None
