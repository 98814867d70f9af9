"""A page as phrases and rows see it: its blocks with their organisations, as groups and as signs."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

from nlp.blocks import Layout
from nlp.names.entities import Entity, Mention, Names
from nlp.patterns import words
from nlp.ties.clauses import Group, groups_of
from nlp.ties.signs import signed


class View:
    """A page with its organisations; `file` is the data file that says what their classes are."""

    def __init__(self, layout: Layout, names: Names, file: str) -> None:
        self.layout, self.names = layout, names
        self.norm, self.blocks = layout.page.norm, layout.blocks
        self._file = file
        self._groups: dict[int, list[Group]] = {}

    def text(self, block: int) -> str:
        """The words of a block."""
        return self.layout.text(block)

    def mentions(self, block: int) -> list[Mention]:
        """The organisations of a block, where they stand."""
        sentence = self.blocks[block].sentence
        return self.names.between(sentence.start, sentence.end)

    def groups(self, block: int) -> list[Group]:
        """The groups of organisations of a block."""
        if block not in self._groups:
            self._groups[block] = groups_of(self.layout.page, self.names, self.blocks[block].sentence)
        return self._groups[block]

    def signed(self, block: int) -> str:
        """The words of a block with one sign for each of its groups."""
        start = self.blocks[block].sentence.start
        return signed(self.text(block), [(g.start - start, g.end - start) for g in self.groups(block)])

    def told_above(self, block: int, count: int) -> list[int]:
        """The last sentences and headings above a block, in order."""
        above = (n for n in range(block - 1, -1, -1) if self.blocks[n].kind in ("prose", "heading"))
        return list(islice(above, count))[::-1]

    @cached_property
    def often(self) -> Counter[int]:
        """How often the page names each organisation."""
        return Counter(m.entity for m in self.names.mentions)

    @cached_property
    def most_named(self) -> tuple[int, ...]:
        """The organisations of the page, the most named first."""
        return tuple(e for e, _ in self.often.most_common())

    def entity(self, number: int) -> Entity:
        """The organisation with that number."""
        return self.names.entities[number]

    def public(self, number: int) -> bool:
        """Whether an organisation is of the public sector."""
        return self.entity(number).public

    def of(self, number: int, wanted: str) -> bool:
        """Whether an organisation is of a class: a sector, or one of the data file."""
        if wanted in ("public", "private"):
            return self.public(number) == (wanted == "public")
        return self.entity(number).type in words(self._file)["classes"][wanted]

    def all_of(self, numbers: Iterable[int], wanted: str) -> bool:
        """Whether all of some organisations are of a class; of the class "" they are."""
        return not wanted or all(self.of(e, wanted) for e in numbers)
