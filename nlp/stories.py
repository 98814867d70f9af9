"""Case stories: a page whose parts each open with another place in brackets, «【青葉市】…», and tell what is done there."""
from __future__ import annotations

from nlp.blocks import Layout
from nlp.names.entities import PLACES, Names
from nlp.patterns import pattern

#: A page of stories has so many parts of different places at least, each with so many sentences.
_PARTS, _SENTENCES = 3, 2
_OPENERS = frozenset({"labelled", "heading", "row", "item", "prose"})


def stories(layout: Layout, names: Names) -> list[range]:
    """The blocks of each part of a page of stories; none of another page."""
    opened = [(number, place) for number in range(len(layout.blocks)) if (place := _opens(layout, names, number)) is not None]
    if len({place for _, place in opened}) < _PARTS:
        return []
    ends = [*(number for number, _ in opened[1:]), _end(layout, names, opened[-1][0])]
    parts = [(range(number, end), place) for (number, place), end in zip(opened, ends, strict=True)]
    told = [(part, place) for part, place in parts if sum(layout.blocks[block].kind == "prose" for block in part) >= _SENTENCES]
    return [part for part, _ in told] if len({place for _, place in told}) >= _PARTS else []


def _opens(layout: Layout, names: Names, number: int) -> int | None:
    """The place in brackets that a block opens a part with; None where it opens none."""
    block, norm = layout.blocks[number], layout.page.norm
    first = next(iter(names.between(block.sentence.start, block.sentence.end)), None) if block.kind in _OPENERS else None
    if first is None or names.entities[first.entity].type not in PLACES:
        return None
    opens = pattern("blocks", "story_opens").fullmatch(norm, block.sentence.start, first.start)
    return first.entity if opens and pattern("blocks", "story_place_ends").match(norm, first.end) else None


def _end(layout: Layout, names: Names, number: int) -> int:
    """Where the last part ends: at the next line that names nobody and is no sentence, or with the page."""
    blocks = layout.blocks
    bare = (n for n in range(number + 1, len(blocks)) if blocks[n].kind in ("row", "heading")
            and not names.between(blocks[n].sentence.start, blocks[n].sentence.end))
    return next(bare, len(blocks))
