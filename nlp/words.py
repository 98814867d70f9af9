"""The words of a page with lemma and part of speech, by GiNZA's tokeniser, line by line and only where asked for."""
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.text import Page


@dataclass(frozen=True, slots=True)
class Word:
    """A word: [start, end) of `Page.norm`, its dictionary form, its part of speech (Universal Dependencies) and tag."""
    start: int
    end: int
    lemma: str
    pos: str
    tag: str


#: The words of one line, with offsets in the line.
Tokenizer = Callable[[str], Sequence[Word]]


class Words:
    """The words of a page; a line is tokenised when its first word is asked for."""

    def __init__(self, page: Page, tokenizer: Tokenizer) -> None:
        self.page, self._tokenizer = page, tokenizer
        self._lines: dict[int, tuple[list[Word], list[int]]] = {}

    def line(self, number: int) -> tuple[list[Word], list[int]]:
        """The words of a line and where they start."""
        if number not in self._lines:
            first, last = self.page.lines[number]
            found = [Word(w.start + first, w.end + first, w.lemma, w.pos, w.tag) for w in self._tokenizer(self.page.norm[first:last])]
            self._lines[number] = found, [w.start for w in found]
        return self._lines[number]

    def of(self, text: str) -> list[tuple[int, int, str]]:
        """The words of a text read by itself, as (start, end, part of speech)."""
        return [(w.start, w.end, w.pos) for w in self._tokenizer(text)]

    def within(self, start: int, end: int) -> list[Word]:
        """The words that begin in [start, end), over lines."""
        found: list[Word] = []
        for number in range(self.page.line_of(start), self.page.line_of(max(start, end - 1)) + 1):
            words, starts = self.line(number)
            found += words[bisect_left(starts, start):bisect_left(starts, end)]
        return found

    def before(self, position: int, least: int, number: int) -> list[Word]:
        """Up to `number` words that end at or before `position` and begin at or behind `least`."""
        words, starts = self.line(self.page.line_of(max(least, position - 1)))
        end = bisect_left(starts, position)
        return [w for w in words[max(0, end - number):end] if w.start >= least]

    def after(self, position: int, most: int, number: int) -> list[Word]:
        """Up to `number` words that begin at or behind `position` and before `most`."""
        words, starts = self.line(self.page.line_of(position if position < most else max(0, most - 1)))
        begin = bisect_left(starts, position)
        return [w for w in words[begin:begin + number] if w.start < most]
