"""Which organisations a word such as «社», «市町», «組合» can mean: `meant` of reference.yaml."""
from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlp.names.entities import PLACES, Entity
from nlp.names.vocabulary import form_pattern
from nlp.patterns import words

#: A tier: the types, the endings, the beginnings of names; empty ones allow all.
_Tier = tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]


def meant(entities: Sequence[Entity], what: str) -> list[list[int]]:
    """The organisations a word can mean, tier by tier, as indexes."""
    return [[k for k, e in enumerate(entities) if _fits(e, *tier)] for tier in _tiers(what)]


@cache
def place_words() -> frozenset[str]:
    """The words that mean the body of a place: «市», «両町»."""
    return frozenset(w for w, tiers in words("reference")["meant"].items()
                     if any(t.get("types") and set(t["types"]) <= PLACES for t in tiers))


def _tiers(what: str) -> tuple[_Tier, ...]:
    """The tiers of a word; one that is not listed means organisations whose names end in it."""
    return _listed().get(what) or (((frozenset(), (what,), ()),) if len(what) >= 2 else ())


@cache
def _listed() -> dict[str, tuple[_Tier, ...]]:
    return {what: tuple((frozenset(t.get("types", ())), tuple(t.get("ends", ())), tuple(t.get("starts", ()))) for t in tiers)
            for what, tiers in words("reference")["meant"].items()}


def _fits(entity: Entity, types: frozenset[str], ends: tuple[str, ...], starts: tuple[str, ...]) -> bool:
    if (types and entity.type not in types) or (starts and not entity.name.startswith(starts)):
        return False
    return not ends or entity.name.endswith(ends) or form_pattern().sub("", entity.name).endswith(ends)
