"""A document as one normalised string that leads back to code points of its title and text: lines and sentences.

Everything that recognises works on `Page.norm` (NFKC but for signs such as «㈱», spaces kept), where full and half
width do not differ and words that a page's width cut in two are whole again; `Page.span` gives the code points of the document for a stretch of it.
"""
from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from nlp.model import Document, Span
from nlp.names.vocabulary import word_finder
from nlp.patterns import pattern

_GAP = "\n\n"
_KEPT = frozenset("㈱㈲㈳㈴㈵㈶㈻㈾㍿㌀①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_MARKS = re.compile("[\uff9e\uff9f\u3099\u309a]")
_OPEN, _CLOSE = "「『(【〈《[", "」』)】〉》]"


@cache
def _one(char: str) -> str:
    if char in _KEPT:
        return char
    if char in "\r\t\u3000":
        return " " if char != "\r" else "\n"
    return unicodedata.normalize("NFKC", char)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a page: [start, end) of `Page.norm`; `line` numbers the line that holds its start."""
    start: int
    end: int
    line: int


class Page:
    """A document's title and text in one normalised string.

    `norm` is the string, `head` the length of the title's part in it, `lines` the [start, end) of its lines.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        title = document.title or ""
        self.gap = len(title) + len(_GAP) if title else 0
        self.raw = title + _GAP + document.text if title else document.text
        self.norm, self._back = _normalise(self.raw)
        self.head = bisect_right(self._back, len(title) - 1) if title else 0
        self.lines = _lines(self.norm)
        self._starts = [start for start, _ in self.lines]
        self._sentences: list[Sentence] | None = None

    def span(self, start: int, end: int) -> Span:
        """The code points of the document behind [start, end) of `norm`, in the title or in the text."""
        first, last = self._back[start], self._back[end - 1] + 1
        while last < len(self.raw) and _MARKS.match(self.raw[last]):
            last += 1
        if first < self.gap:
            end_of_title = len(self.document.title or "")
            return Span(min(first, end_of_title), min(last, end_of_title), "title")
        return Span(first - self.gap, last - self.gap)

    def place(self, raw_index: int) -> int:
        """Where a code point of `raw` stands in `norm`."""
        return max(0, bisect_right(self._back, raw_index) - 1)

    def line_of(self, position: int) -> int:
        """The number of the line that holds a position of `norm`."""
        return max(0, bisect_right(self._starts, position) - 1)

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences, in order."""
        if self._sentences is None:
            self._sentences = [s for number, line in _unwrapped(self.norm, self.lines, self.head)
                               for s in _split(self.norm, number, line)]
        return self._sentences


def _normalise(raw: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    back: list[int] = []
    skipped = {i for match in pattern("blocks", "reading").finditer(raw) for i in range(*match.span())} | _cuts(raw)
    for index, char in enumerate(raw):
        if index in skipped:
            continue
        if char < "\u007f":
            new = char if char not in "\t\r" else " " if char == "\t" else "\n"
        elif _MARKS.match(char) and parts:
            joined = unicodedata.normalize("NFC", parts[-1] + ("\u3099" if char in "\uff9e\u3099" else "\u309a"))
            if len(joined) == 1:
                parts[-1] = joined
                continue
            new = _one(char)
        else:
            new = _one(char)
        for one in new:
            parts.append(one)
            back.append(index)
    return "".join(parts), back


#: A line so long may have been cut at a page's width; so many signs on either side show what stands across the cut.
_WIDTH, _BESIDE = 14, 10
_LINE_END = re.compile(r"[ \u3000]*\n[ \u3000]*")


def _cuts(raw: str) -> set[int]:
    """The line ends within words: across them stands a legal form, an ending or a known name, or no line begins so."""
    found: set[int] = set()
    for cut in _LINE_END.finditer(raw):
        start = raw.rfind("\n", 0, cut.start()) + 1
        if cut.start() - start < _WIDTH or not pattern("blocks", "within_word").match(raw[cut.start() - 1]) \
                or not pattern("blocks", "within_word").match(raw, cut.end()):
            continue
        before, after = raw[max(start, cut.start() - _BESIDE):cut.start()], raw[cut.end():cut.end() + _BESIDE].split("\n")[0]
        if pattern("blocks", "no_line_start").match(after) or _across(before, after):
            found.update(range(*cut.span()))
    return found


def _across(before: str, after: str) -> bool:
    """Whether a word that names are made of stands over the place where two stretches meet."""
    first, then = (unicodedata.normalize("NFKC", part) for part in (before, after))
    return any(a < len(first) < b for _, a, b in word_finder().find_matches_as_indexes(first + then, overlapping=True))


def _lines(norm: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in norm.split("\n"):
        if line.strip():
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _unwrapped(norm: str, lines: list[tuple[int, int]], head: int) -> list[tuple[int, tuple[int, int]]]:
    """The lines, those that only wrap put together: prose broken in mid-sentence goes on in the next line."""
    found: list[tuple[int, tuple[int, int]]] = []
    for number, (start, end) in enumerate(lines):
        if found and start >= head:
            first, (open_, last) = found[-1]
            tail = norm[lines[number - 1][0]:last].rstrip()
            wraps = (len(tail) >= _WIDTH and pattern("blocks", "broken_off").search(tail) and not pattern("blocks", "done").search(tail)
                     and norm[last:start].count("\n") <= 2 and not pattern("blocks", "fresh").match(norm[start:end])
                     and tail.strip() != norm[:head].strip() and "。" in norm[start:end] and open_ >= head)
            if wraps and last - open_ < 800:
                found[-1] = (first, (open_, end))
                continue
        found.append((number, (start, end)))
    return found


def _split(norm: str, number: int, line: tuple[int, int]) -> list[Sentence]:
    found: list[Sentence] = []
    start, depth = line[0], 0
    for index in range(*line):
        char = norm[index]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in "。!?" and not depth:
            found.append(Sentence(start, index + 1, number))
            start = index + 1
    if norm[start:line[1]].strip():
        found.append(Sentence(start, line[1], number))
    return found
