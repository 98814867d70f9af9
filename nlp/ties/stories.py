"""Ties of a page of case stories: what a part of it tells is between those whom it names.

Whose the page is takes part where a part says so, not in the others; only where none of them names it is it meant everywhere.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlp.stories import stories
from nlp.ties.candidates import Scene
from nlp.ties.contest import Key
from nlp.ties.readings import Proposal


def within_stories(scene: Scene, proposed: Mapping[Key, Sequence[Proposal]]) -> dict[Key, list[Proposal]]:
    """Proposals without those that a part of a page of stories makes about somebody whom it does not name."""
    parts = stories(scene.layout, scene.names)
    named = [frozenset(m.entity for block in part for m in scene.of_block[block]) for part in parts]
    home = {scene.names.publisher} - frozenset().union(*named)
    of_block = {block: whom for part, whom in zip(parts, named, strict=True) for block in part}
    kept = {key: [p for p in made if (whom := of_block.get(p.reading.anchor.block)) is None or key[1] - home <= whom]
            for key, made in proposed.items()}
    return {key: made for key, made in kept.items() if made}
