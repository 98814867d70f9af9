"""The sentences of a page with the organisations that they name: what is asked of them again and again, worked out once."""
from __future__ import annotations

from collections.abc import Callable, Sequence

from nlp.blocks import Layout
from nlp.names.entities import Mention, Names
from nlp.patterns import pattern
from nlp.ties.anchors import Anchor
from nlp.ties.clauses import Group

_TELLING = ("prose", "title", "heading")
_LISTED = ("item", "row", "labelled")


class Sentences:
    """The blocks of a page; `mentions` are those of each block, `groups` gives a block's groups, `anchors` are all of the page."""

    def __init__(self, layout: Layout, names: Names, mentions: Sequence[Sequence[Mention]], groups: Callable[[int], list[Group]],
                 anchors: Sequence[Anchor]) -> None:
        self.blocks, self.norm = layout.blocks, layout.page.norm
        self.names, self.mentions, self.groups, self.anchors = names, mentions, groups, anchors
        self.named = [frozenset(m.entity for m in ms) for ms in mentions]
        self._subjects: dict[int, tuple[tuple[int, bool], ...]] = {}
        self._lists: dict[int, int] = {}

    def text(self, block: int) -> str:
        """The words of a block."""
        sentence = self.blocks[block].sentence
        return self.norm[sentence.start:sentence.end]

    def public(self, entity: int) -> bool:
        """Whether an organisation is of the public sector."""
        return self.names.entities[entity].public

    def subjects(self, block: int) -> tuple[tuple[int, bool], ...]:
        """The organisations that are a sentence's subjects, in order, each with whether «は» makes it what is spoken of."""
        if block not in self._subjects:
            found: list[tuple[int, bool]] = []
            if self.named[block] and self.blocks[block].kind in _TELLING:
                for group in self.groups(block):
                    if group.case == "subject":
                        found += [(e, particle(group) == "は") for e in group.entities]
            self._subjects[block] = tuple(found)
        return self._subjects[block]

    def together(self, block: int, entity: int) -> tuple[int, int, int]:
        """How many organisations stand with one in a block: in its group, in the sentence, in the whole list that holds it."""
        group = next((len(g.entities) for g in self.groups(block) if entity in g.entities), 1)
        return group, len(self.named[block]), self._list(block)

    def _list(self, block: int) -> int:
        if block not in self._lists:
            first = last = block
            kind = self.blocks[block].kind
            if kind in _LISTED:
                while first > 0 and self.blocks[first - 1].kind == kind:
                    first -= 1
                while last + 1 < len(self.blocks) and self.blocks[last + 1].kind == kind:
                    last += 1
            size = len(frozenset().union(*self.named[first:last + 1]))
            for index in range(first, last + 1):
                self._lists[index] = size
        return self._lists[block]


def particle(group: Group) -> str:
    """The particle that ends what stands behind a group: «は», «が», «と» …, "-" for none."""
    found = pattern("parties", "particle").match(group.after)
    return found[1] if found else "-"
