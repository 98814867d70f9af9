"""Names that fill a cell of a list or table, or a pair of quotes: their borders are told by the signs around them.

In running text a particle within a name («株式会社みなせの里山») cannot be told from one behind it; in a cell of its own
the whole stretch is the name.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from nlp import gazetteer
from nlp.names.letters import HIRAGANA
from nlp.names.vocabulary import endings, form_pattern, generic
from nlp.patterns import pattern, words
from nlp.text import Page

#: Letters of a name besides its legal form at most.
_MOST = 18


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a page: where each begins, where it ends."""
    page: Page

    def around(self, start: int, end: int) -> tuple[int, int] | None:
        """The cell that [start, end) lies in, where it can be one name; the name has hiragana and begins or ends there."""
        norm = self.page.norm
        line = self.page.lines[self.page.line_of(start)]
        first, last = self._left(line[0], start), self._right(line[1], end)
        if (first, last) == (start, end) or (first != start and last != end):
            return None
        text = norm[first:last]
        stem = form_pattern().sub("", text)
        quoted = norm[first - 1:first] in ("「", "『") and norm[last:last + 1] in ("」", "』")
        row = pattern("reference", "full_stop").search(norm, *line) is None
        if len(form_pattern().findall(text)) > 1:
            return None
        if not 2 <= len(stem) <= _MOST or not HIRAGANA.search(stem) or _no_name(stem) or not (row or quoted):
            return None
        return first, last

    def _left(self, line: int, position: int) -> int:
        edges = [m.end() for m in pattern("names", "cell_edge").finditer(self.page.norm, line, position)]
        return edges[bisect_right(edges, position) - 1] if edges else line

    def _right(self, line: int, position: int) -> int:
        edge = pattern("names", "cell_edge").search(self.page.norm, position, line)
        return edge.start() if edge else line


def _no_name(stem: str) -> bool:
    """Whether words show that a stretch is no name alone: «市内のみなせ», «技術を持つみなせ»."""
    if pattern("names", "no_cell").search(stem) or any(part.endswith(_ends()) for part in stem.split("・")[:-1]):
        return True
    before = re.match("(.+?)の", stem)
    return before is not None and (generic().fullmatch(before[1]) is not None or before[1] in _places() or before[1].endswith(_ends()))


@cache
def _places() -> frozenset[str]:
    return frozenset(n for name in (*gazetteer.by_name(), *gazetteer.prefectures()) for n in (name, name[:-1]) if len(n) > 1)


@cache
def _ends() -> tuple[str, ...]:
    return (*endings(), words("names")["body_of_people"])
