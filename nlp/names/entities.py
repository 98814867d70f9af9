"""The organisations of one document, and what recognisers propose."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from nlp.model import ORGANIZATION_TYPES

#: Types of organisations that are places, too.
PLACES = frozenset({"municipality", "prefecture", "ward"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an organisation stands: [start, end) of `Page.norm`, the index of its entity, and how it is said.

    `how`: name, alias (a short form), anaphor («同社», «本市»). `via` is the unit that stands behind the name.
    """
    start: int
    end: int
    entity: int
    how: str = "name"
    via: str | None = None


@dataclass(slots=True)
class Entity:
    """An organisation of one document."""
    name: str
    type: str
    stem: str
    form: str | None = None
    code: str | None = None
    prefecture: str | None = None
    sure: bool = True

    @property
    def sector(self) -> str | None:
        return ORGANIZATION_TYPES[self.type][1]

    @property
    def public(self) -> bool:
        return self.sector == "public"


@dataclass(slots=True)
class Names:
    """All organisations of a page. `mentions` are sorted; `publisher` indexes `entities`.

    Mentions do not overlap, but for a word that means several («両市»): one mention a member stands at its place, and
    `groups` tells the members by where it starts. `firms` tells the firms that a joint venture's name is made of; they may
    have no mention of their own.
    """
    entities: list[Entity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    publisher: int | None = None
    groups: dict[int, tuple[int, ...]] = field(default_factory=dict)
    firms: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def between(self, start: int, end: int) -> list[Mention]:
        """The mentions that lie within [start, end)."""
        first = bisect_right(self.mentions, start - 1, key=lambda m: m.start)
        found = []
        for mention in self.mentions[first:]:
            if mention.start >= end:
                break
            if mention.end <= end:
                found.append(mention)
        return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stretch that a recogniser takes for a name; `by` tells which one, `rank` how much it is worth among others."""
    start: int
    end: int
    name: str
    type: str
    form: str | None = None
    code: str | None = None
    prefecture: str | None = None
    rank: int = 0
    via: str | None = None
    sure: bool = True
    by: str = ""


def apart(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Of proposals that overlap the longest, sorted by place."""
    taken: list[Proposal] = []
    used: set[int] = set()
    for one in sorted(proposals, key=lambda p: (p.rank < 0, -(p.end - p.start), -p.rank, p.start)):
        if one.by not in ("where", "wide") and used.isdisjoint(range(one.start, one.end)):
            taken.append(one)
            used.update(range(one.start, one.end))
    return sorted(taken, key=lambda p: p.start)


def cuts_of(proposals: Iterable[Proposal]) -> set[int]:
    """Where proposals begin and end."""
    return {place for one in proposals for place in (one.start, one.end)}


def drop(names: Names, gone: set[int]) -> None:
    keep = [k for k in range(len(names.entities)) if k not in gone]
    moved = {old: new for new, old in enumerate(keep)}
    names.entities = [names.entities[k] for k in keep]
    names.mentions = [Mention(m.start, m.end, moved[m.entity], m.how, m.via) for m in names.mentions if m.entity in moved]
    if names.publisher is not None:
        names.publisher = moved.get(names.publisher)
    names.groups = {place: tuple(moved[m] for m in members if m in moved) for place, members in names.groups.items()}


def inside_brackets(norm: str, position: int) -> bool:
    start = norm.rfind("\n", 0, position) + 1
    return norm.count("(", start, position) > norm.count(")", start, position)


def heads(norm: str, mention: Mention) -> bool:
    """Whether a mention stands in a short line without a full stop: a heading."""
    start = norm.rfind("\n", 0, mention.start) + 1
    end = norm.find("\n", mention.end)
    line = norm[start:end if end >= 0 else len(norm)]
    return len(line) < 40 and not line.rstrip().endswith("。") and mention.start - start < 3
