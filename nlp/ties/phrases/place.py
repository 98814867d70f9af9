"""Where a phrase is read, and what is known there."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.patterns import pattern
from nlp.ties.clauses import Group
from nlp.ties.phrases.headings import Headed
from nlp.ties.phrases.subjects import Subject
from nlp.ties.signs import number_of
from nlp.ties.told import Told
from nlp.ties.view import View

#: A text speaks of the ties of so many blocks above as of all.
_EVERY = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """A block that is read: its words with signs, and the groups that these stand for."""
    block: int
    text: str
    groups: Sequence[Group]

    def group(self, sign: str) -> Group:
        """The group that a sign stands for."""
        return self.groups[number_of(sign)]


@dataclass(frozen=True, slots=True)
class Topic:
    """Whom the text is about, and the block that said so."""
    whom: tuple[int, ...] = ()
    block: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a page where a phrase is read.

    `start` is where its first organisation stands, `home` whose the page is, `noun` the common noun that it calls somebody
    by («同社»), `topics` whom each sentence up to here is about, `told` the ties told up to here.
    """
    view: View
    block: int
    start: int
    subject: Subject
    headed: Headed
    topics: Sequence[Topic]
    home: tuple[int, ...]
    noun: str
    told: Sequence[Told]

    @property
    def topic(self) -> Topic:
        """Whom the text is about."""
        return self.topics[-1]

    @property
    def in_list(self) -> bool:
        """Whether it is a line of a list."""
        return self.view.blocks[self.block].kind in ("labelled", "row", "item")

    def of_each(self, text: str) -> list[Place]:
        """The place once for each tie told not far above, where a text speaks of all of them, with nothing else told."""
        near = [one for one in self.told if self.block - one.block <= _EVERY]
        return [replace(self, told=(one,)) for one in near] if pattern("phrases", "every").search(text) else [self]
