"""Names that an enumeration gives away: what stands between organisations as one more item is an organisation too.

«水瀬堂、MINASE & SONS、東野ミシン、白浜金具の4社»: who is listed between two firms, or counted with them, is one.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp import gazetteer
from nlp.names.entities import PLACES, Proposal
from nlp.names.legal_forms import bare_type, completed
from nlp.names.vocabulary import generic
from nlp.patterns import LETTERS, pattern, words
from nlp.text import Page

#: What tells these proposals from others.
BY = "listed"
#: Letters between two items of one enumeration at most.
_REACH = 60


def with_listed(page: Page, taken: Sequence[Proposal]) -> list[Proposal]:
    """Names that were decided, and those that enumerations of them hold besides; sorted by place."""
    found = list(taken)
    for _ in range(2):
        # one that was found may be the neighbour of another
        new = [one for one in _listed(page, found) if not any(p.start < one.end and one.start < p.end for p in found)]
        if not new:
            break
        found = sorted([*found, *new], key=lambda p: p.start)
    return found


def _listed(page: Page, taken: Sequence[Proposal]) -> Iterator[Proposal]:
    """Names that stand between two that were decided, behind them or counted with one."""
    norm = page.norm
    bodies = [p for p in taken if p.type not in PLACES]
    for number, one in enumerate(bodies):
        behind = bodies[number + 1] if number + 1 < len(bodies) else None
        match = None
        if behind is not None and behind.start - one.end <= _REACH:
            match = _pattern("between").fullmatch(norm, one.end, behind.start)
        before = bodies[number - 1] if number else None
        if match is None and before is not None and _pattern("joint").fullmatch(norm, before.end, one.start):
            match = _pattern("closing").match(norm, one.end)
        match = match or _pattern("counted").match(norm, one.end)
        if match is not None and _is_name(match["name"]):
            name = completed(match["name"].strip())
            yield Proposal(match.start("name"), match.start("name") + len(match["name"].rstrip()), name,
                           bare_type(name) or "company", sure=False, by=BY)


def _is_name(text: str) -> bool:
    """Whether an item of an enumeration can be a name: no common noun, place, person, number or thing."""
    name = text.strip()
    return (len(name) > 1 and generic().fullmatch(name) is None and name not in gazetteer.by_name() and name not in gazetteer.prefectures()
            and pattern("chains", "no_name").search(name) is None and pattern("names", "no_organization").search(name) is None)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """A pattern with its parts filled in."""
    said: str = words("chains")[key]
    for name, part in (*((f"{{{{{name}}}}}", part) for name, part in words("chains")["parts"].items()),
                       *((f"{{{name}}}", letters) for name, letters in LETTERS.items())):
        said = said.replace(name, part)
    return re.compile(said)
