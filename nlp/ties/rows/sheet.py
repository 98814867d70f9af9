"""A page as lines."""
from __future__ import annotations

from nlp.ties.rows.lines import Line, line_of
from nlp.ties.view import View

#: So many sentences and headings above a line tell what it is about.
_TOLD = 3


class Sheet:
    """The lines of a page; `home` is its publisher, `title` the words of its head."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.home = view.names.publisher
        self.lines = [line_of(view, number) for number in range(len(view.blocks))]
        self.title = view.norm[:view.layout.page.head]

    @property
    def homes(self) -> tuple[int, ...]:
        """The publisher, if it is known."""
        return () if self.home is None else (self.home,)

    def words(self, number: int) -> str:
        """The words of a line; none of one before the first."""
        return self.lines[number].words if number >= 0 else ""

    def between(self, start: int, end: int) -> list[Line]:
        """The lines from a number up to another, as far as there are such."""
        return self.lines[max(0, start):end]

    def above(self, number: int) -> list[int]:
        """The title, and the headings and sentences above a line."""
        titles = [line.number for line in self.lines[:4] if line.kind == "title" or line.number == 0]
        return list(dict.fromkeys([n for n in titles if n < number] + self.view.told_above(number, _TOLD)))

    def titled(self) -> list[int]:
        """The organisations of the title."""
        return [e for line in self.lines[:2] if line.kind == "title" for e in line.entities]
