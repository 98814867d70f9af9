"""By which names organisations are parts of each other, so that what one of them changes is found without the others.

A unit's parent is an organisation with whose name its own begins, a branch's the company whose whole name its own begins
with (`graph.links`): each name is kept with what such a name could belong to, from both sides.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from graph.links import SHORTEST_PARENT, Link
from graph.names import head_and_part, name_key
from nlp.model import Organization


class Kin:
    """Organisations by their names as parents and as parts; `led_from` has the starts of the links to each, `prefectures`
    those that are one."""

    def __init__(self) -> None:
        self.prefectures: dict[str, Organization] = {}
        self.led_from: dict[str, set[str]] = defaultdict(set)
        self._parents: dict[Hashable, dict[str, None]] = defaultdict(dict)
        self._parts: dict[Hashable, dict[str, None]] = defaultdict(dict)

    def put(self, one: str, organization: Organization, links: Iterable[Link]) -> None:
        """Take in an organisation and the links that start from it."""
        for name in _as_parent(organization):
            self._parents[name][one] = None
        for name in _as_part(organization):
            self._parts[name][one] = None
        if organization.type == "prefecture":
            self.prefectures[one] = organization
        for link in links:
            self.led_from[link.end].add(one)

    def drop(self, one: str, organization: Organization, links: Iterable[Link]) -> None:
        """Forget an organisation as it was taken in."""
        for index, names in ((self._parents, _as_parent(organization)), (self._parts, _as_part(organization))):
            for name in names:
                if (of := index.get(name)) is not None:
                    of.pop(one, None)
                    if not of:
                        del index[name]
        self.prefectures.pop(one, None)
        for link in links:
            self.led_from[link.end].discard(one)

    @staticmethod
    def sort(organization: Organization | None) -> tuple[object, ...] | None:
        """All of an organisation that decides whether others are parts of it."""
        if organization is None:
            return None
        return frozenset(_as_parent(organization)), organization.type, bool(organization.candidates)

    def parents(self, organization: Organization) -> set[str]:
        """What an organisation may be a part of, by its names."""
        return {one for name in _as_part(organization) for one in self._parents.get(name, ())}

    def children(self, organization: Organization) -> set[str]:
        """What may be a part of an organisation, by their names."""
        return {one for name in _as_parent(organization) for one in self._parts.get(name, ())}


def _as_parent(organization: Organization) -> Iterator[Hashable]:
    for name in organization.names:
        key = name_key(name)
        yield key.stem
        if key.form and organization.legal_form is not None:
            yield key


def _as_part(organization: Organization) -> Iterator[Hashable]:
    for name in organization.names:
        if organization.type == "unit":
            stem = name_key(name).stem
            yield from (stem[:end] for end in range(SHORTEST_PARENT, len(stem)))
        if (both := head_and_part(name)) is not None:
            yield name_key(both[0])
