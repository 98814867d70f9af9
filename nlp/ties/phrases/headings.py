"""Headings: whom the part of a page that they open is about."""
from __future__ import annotations

from dataclasses import dataclass

from nlp.patterns import pattern
from nlp.ties.view import View

#: Blocks that can open a part of a page.
_OPENERS = frozenset({"heading", "item", "row", "labelled"})
#: A heading of a pair is no longer than this.
_PAIR = 50


@dataclass(frozen=True, slots=True)
class Headed:
    """Whom the heading or item above opens with; those whom it names as a `pair`, and nobody else."""
    whom: tuple[int, ...] = ()
    pair: tuple[int, ...] = ()


def headed(view: View, block: int, before: Headed) -> Headed:
    """Whom the page is about from a block on, where that was told `before` it."""
    kind = view.blocks[block].kind
    opened = view.mentions(block)
    if kind not in _OPENERS or not (opened or kind == "heading"):
        return before
    start = view.blocks[block].sentence.start
    if not opened or pattern("phrases", "opens").fullmatch(view.norm[start:opened[0].start]) is None:
        return Headed(() if kind == "heading" else before.whom)
    return Headed((opened[0].entity,), _pair(view, block) if kind == "heading" else ())


def _pair(view: View, block: int) -> tuple[int, ...]:
    """The several organisations that a heading names in one group."""
    groups = view.groups(block)
    alone = len(groups) == 1 and len(view.text(block)) < _PAIR and len(groups[0].entities) > 1
    return tuple(groups[0].entities) if alone else ()
