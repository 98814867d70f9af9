"""Which questions about organisations are worth asking people, the most valuable first.

Two organisations may be one where a name was left open, where two names share a stem, or where two stems are nearly the
same. A question's value is its score (how likely they are one, 0 to 1) times its degree (the ties of the one with fewer:
what an answer would move). Pairs that are known to be two bodies, a whole and its part, or that people decided, are not asked.
"""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from graph.links import Link
from graph.names import name_key
from nlp.model import Organization, Tie

#: Likeness of stems (rapidfuzz ratio, 0 to 100) from which a pair is worth a question.
_ALIKE = 80.0
#: Organisations that share a rare pair of characters and are compared with each other at most.
_BLOCK = 60
#: Characters that part names where little else does: 第一 and 第二, 東 and 西.
_PARTING = re.compile("[0-9一二三四五六七八九十東西南北上下左右大中小新旧男女]")
_SAME_STEM, _OPEN = 0.9, 0.95


@dataclass(frozen=True, slots=True)
class Question:
    """Are these two one organisation? `one` is the one that would join `other`."""
    one: Organization
    other: Organization
    score: float
    degree: int
    reason: str

    @property
    def value(self) -> float:
        """Score times degree."""
        return self.score * self.degree


def degrees(ties: Iterable[Tie]) -> Counter[str]:
    """Organisation → the ties that it is a party to."""
    return Counter(one for tie in ties for one in {party.organization for party in tie.parties})


def questions(organizations: Sequence[Organization], ties: Iterable[Tie], links: Iterable[Link] = (),
              decided: Iterable[frozenset[str]] = ()) -> list[Question]:
    """Open questions by falling value, then by ids. `decided` are pairs of ids that people have answered for."""
    degree = degrees(ties)
    known = {o.id: o for o in organizations}
    closed = {frozenset((link.start, link.end)) for link in links} | set(decided)
    found: dict[frozenset[str], Question] = {}
    for score, one, other, reason in (*_open(known), *_same_stem(organizations), *_alike(organizations)):
        pair = frozenset((one, other))
        if len(pair) < 2 or pair in closed or _two_bodies(known[one], known[other]):
            continue
        joined, into = sorted((known[one], known[other]), key=lambda o: (_strength(o), -degree[o.id], o.id))
        question = Question(into, joined, round(score, 4), min(degree[one], degree[other]), reason)
        if question.degree and (pair not in found or found[pair].score < question.score):
            found[pair] = question
    return sorted(found.values(), key=lambda q: (-q.value, q.one.id, q.other.id))


def _strength(organization: Organization) -> int:
    """What an organisation is known by, the strongest first: the other would join it."""
    return ("code", "state", "number", "name", "unresolved").index(organization.id.split(":")[1])


def _two_bodies(one: Organization, other: Organization) -> bool:
    return _strength(one) < 3 and _strength(other) < 3


def _open(known: Mapping[str, Organization]) -> Iterator[tuple[float, str, str, str]]:
    """A name that was left open, with each that it may mean; the fewer there are, and in one prefecture, the likelier."""
    for one in known.values():
        there = [c for c in one.candidates if c in known]
        for candidate in there:
            near = 1.0 if known[candidate].prefecture and known[candidate].prefecture == one.prefecture else 0.8
            yield _OPEN * near / max(1, len(one.candidates) - 1), one.id, candidate, "left open"


def _same_stem(organizations: Sequence[Organization]) -> Iterator[tuple[float, str, str, str]]:
    stems: dict[str, set[str]] = defaultdict(set)
    types = {o.id: o.type for o in organizations}
    for o in organizations:
        if o.code is None and not o.candidates:
            for name in o.names:
                stems[name_key(name).stem].add(o.id)
    for _, ids in sorted(stems.items()):
        for one, other in combinations(sorted(ids)[:_BLOCK], 2):
            yield _SAME_STEM if types[one] == types[other] else _SAME_STEM / 2, one, other, "one stem, other form"


def _alike(organizations: Sequence[Organization]) -> Iterator[tuple[float, str, str, str]]:
    """Nearly the same stems, among those that share one of their rarest pairs of characters."""
    stems = {o.id: name_key(o.name).stem for o in organizations if o.code is None and not o.candidates}
    frequency = Counter(pair for stem in stems.values() for pair in _pairs(stem))
    blocks: dict[str, list[str]] = defaultdict(list)
    for one, stem in sorted(stems.items()):
        for pair in sorted(_pairs(stem), key=lambda p: (frequency[p], p))[:3]:
            blocks[pair].append(one)
    for ids in blocks.values():
        for one, other in combinations(ids[:_BLOCK], 2):
            a, b = stems[one], stems[other]
            if a != b and (likeness := fuzz.ratio(a, b, score_cutoff=_ALIKE)):
                parted = _PARTING.sub("", a) == _PARTING.sub("", b)
                yield likeness / 100 * (0.3 if parted else 0.8), one, other, f"stems alike to {likeness:.0f}%"


def _pairs(stem: str) -> set[str]:
    return {stem[n:n + 2] for n in range(len(stem) - 1)}
