"""Dates of other ties than the one that is asked about: of a count of partners, of a sentence about another partner."""
from __future__ import annotations

from collections.abc import Sequence

from nlp.dates import DateMention
from nlp.patterns import pattern
from nlp.ties.candidates import Scene


def foreign_dates(scene: Scene, dates: Sequence[tuple[int, int, DateMention]], blocks: Sequence[int], entities: frozenset[int]) -> set[int]:
    """The dates, by their index, on which something happened that is not the tie of some organisations."""
    return {n for n, (_, end, _) in enumerate(dates) if _of_many(scene, end) or _of_another(scene, blocks[n], entities)}


def _of_many(scene: Scene, end: int) -> bool:
    """Whether a date is when a count of partners was reached, more than the page names: «2月までに34市町と協定を交わした»."""
    norm = scene.layout.page.norm
    counted = pattern("when", "counted_behind").match(norm, end)
    return counted is not None and int(counted["count"]) > len(scene.names.entities) and not scene.names.between(end, counted.end())


def _of_another(scene: Scene, block: int, entities: frozenset[int]) -> bool:
    """Whether a sentence tells of one of two and somebody else of the other's type: «本市は、A社と…», of B town and A."""
    if len(entities) != 2 or scene.layout.blocks[block].kind != "prose":
        return False
    named = {m.entity for m in scene.of_block[block]}
    if len(named & entities) != 1:
        return False
    absent, = entities - named
    if scene.names.publisher == absent:
        return False
    wanted = scene.names.entities[absent]
    return wanted.public and any(scene.names.entities[e].type == wanted.type for e in named - entities)
