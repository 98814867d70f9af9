"""What a tie is about: the themes that its items, its agreement's name, its sentence and what stands around tell.

Every theme is weighed for itself: the words of themes.csv that a place near the tie holds (its list of items, its
agreement's name, its sentence, its heading, the sentences beside it, the names of its parties, the page as a whole) are
features of one linear model that all themes share; what a word or a kind of tie means for one theme comes on top. The
model is fitted by nlp.training.themes. Background told in a later sentence has only what is said of it.
"""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import ahocorasick_rs

from nlp import linear
from nlp.blocks import Layout
from nlp.gazetteer import rows
from nlp.model import THEMES
from nlp.names.entities import Names
from nlp.patterns import pattern
from nlp.stories import stories

#: The model's name in nlp/data/models.
MODEL = "themes"
#: Roles whose party is what a tie is about: its name and what the page says of it count.
_COLLECTIVE = frozenset({"collective", "investee"})
#: Code points of a page's neighbourhood that still speak for a sentence; of the reach of a list of items.
_BESIDE, _LIST_REACH = 260, 1600


@dataclass(frozen=True, slots=True)
class About:
    """A tie whose themes are asked for: its kind, the [start, end) of its sentence in `Page.norm`, the name of its
    agreement, and its parties as (number of the entity, role)."""
    kind: str
    start: int
    end: int
    title: str | None = None
    parties: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    word: int


@cache
def _entries() -> tuple[list[str], list[tuple[tuple[str, bool], ...]]]:
    """The words in order, and of each its themes with whether it is strong; none where it only hides others."""
    themes: dict[str, list[tuple[str, bool]]] = {}
    for row in rows("themes.csv"):
        told = themes.setdefault(row["word"], [])
        if row["theme"] != "-":
            told.append((row["theme"], row["use"] == "strong"))
    words = sorted(themes)
    return words, [tuple(themes[w]) for w in words]


@cache
def _of_kinds() -> Mapping[str, str]:
    return {row["kind"]: row["theme"] for row in rows("themes_kinds.csv")}


@cache
def _finder() -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(_entries()[0], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _hits(text: str) -> list[_Hit]:
    return [_Hit(start, index) for index, start, _ in _finder().find_matches_as_indexes(text)]


class Topics:
    """The words of one page that tell themes, names of organisations left out; made once a page."""

    def __init__(self, layout: Layout, names: Names) -> None:
        self.layout, self.names = layout, names
        self._first = next((i for i, b in enumerate(layout.blocks) if b.kind == "prose"), None)

    @cached_property
    def _masked(self) -> str:
        return _masked(self.layout.page.norm, self.names)

    @cached_property
    def _found(self) -> list[_Hit]:
        return _hits(self._masked)

    @cached_property
    def _starts(self) -> list[int]:
        return [h.start for h in self._found]

    def themes(self, about: About) -> tuple[str, ...]:
        """The themes of a tie, in the order of nlp.model.THEMES."""
        model, least = linear.linear(MODEL, "theme"), linear.load(MODEL)["least"]
        own = _of_kinds().get(about.kind)
        return tuple(t for t, features in self.features(about).items() if t == own or model.probability(features) >= least)

    def features(self, about: About) -> dict[str, list[str]]:
        """Of every theme what speaks for it, as names of features."""
        sources = self._sources(about)
        told = {name: _told(words) for name, words in sources.items()}
        ranks = [name for name in _RANKED if told.get(name)]
        near = sorted({w for name in _NEAR for w in sources.get(name, ())})
        far = sorted({w for name in ("doc", "lead", "head", "rest") for w in sources.get(name, ())} - set(near))
        grams = sorted(_grams(self._near_text(about)))
        words = _entries()[0]
        common = [f"g={g}" for g in grams] + [f"near={words[w]}" for w in near] + [f"far={words[w]}" for w in far]
        common += [f"k={about.kind}", f"k={about.kind}|{ranks[0] if ranks else 'nothing'}"]
        roles = {role for _, role in about.parties}
        common += [f"type={self.names.entities[e].type}|{role}" for e, role in about.parties if len(roles) > 1 or len(about.parties) < 5]
        return {theme: _of_theme(theme, told, ranks, about.kind, common) for theme in THEMES}

    def _sources(self, about: About) -> dict[str, list[int]]:
        """Where a tie's themes can be told → the words found there, the first first."""
        blocks = self.layout.blocks
        index = max(0, bisect_right(self.layout.starts, about.start) - 1)
        block = blocks[index]
        found: dict[str, list[int]] = {"sentence": self._words(about.start, about.end)}
        if about.title:
            found["title"] = [h.word for h in _hits(self._without_names(about.title))]
        quoted = [m.span(1) for m in pattern("themes", "quoted").finditer(self._masked, about.start, about.end)]
        found["quoted"] = [w for a, b in quoted for w in self._words(a, b)]
        found["items"] = [w for a, b in self._items(index, about.end) for w in self._words(a, b)]
        if block.above is not None:
            found["head"] = self._block(block.above)
        entities = {e for e, _ in about.parties}
        rows_ = [n for n in self._row(index) if n != index]
        found["row"] = [w for n in rows_ for w in self._block(n)]
        found["record"] = [w for n in self._own(index, rows_, entities) for w in self._block(n)]
        line = block.sentence.line
        found["paragraph"] = [w for n in self._around(index) if blocks[n].sentence.line == line for w in self._block(n)]
        found["section"] = [w for n in self._around(index) if blocks[n].section == block.section and blocks[n].sentence.line != line
                            and not self._foreign(n, entities) for w in self._block(n)]
        found["clause"] = self._clause(about, entities)
        found["label"] = [w for n in (*rows_, index) if pattern("themes", "about_label").search(blocks[n].label) for w in self._block(n)]
        found["next"] = self._beside(index, 1)
        found["previous"] = self._beside(index, -1)
        found["collective"] = [h.word for e, role in about.parties if role in _COLLECTIVE for h in _hits(self.names.entities[e].name)]
        found["names"] = [h.word for e, role in about.parties if role not in _COLLECTIVE for h in _hits(self.names.entities[e].name)]
        found["partner"] = self._partner(about)
        found["top"] = self._block(0) if blocks else []
        found["lead"] = [w for n in ((self._first, self._first + 1) if self._first is not None and self._first + 1 < len(blocks) else ())
                         for w in self._block(n)]
        part = self._part(index)
        found["doc"] = [h.word for h in self._found] if len(part) == len(blocks) else [w for n in part for w in self._block(n)]
        return found

    def _words(self, start: int, end: int) -> list[int]:
        return [h.word for h in self._found[bisect_left(self._starts, start):bisect_left(self._starts, end)]]

    def _block(self, index: int) -> list[int]:
        sentence = self.layout.blocks[index].sentence
        return self._words(sentence.start, sentence.end)

    def _row(self, index: int) -> range:
        """The lines of a list, of a table or of labelled values that a sentence stands in, or that follow it at once."""
        blocks = self.layout.blocks
        lined = ("item", "row", "labelled")
        first = last = index
        while last + 1 < len(blocks) and blocks[last + 1].kind in lined and last - index < 8:
            last += 1
        if blocks[index].kind in lined:
            while first > 0 and blocks[first - 1].kind in lined and index - first < 4:
                first -= 1
        return range(first, last + 1)

    def _around(self, index: int) -> list[int]:
        """The other blocks within reach of a block, the nearest first."""
        part = self._part(index)
        return [n for d in range(1, 13) for n in (index - d, index + d) if n in part and self.layout.blocks[n].kind != "title"]

    @cached_property
    def _stories(self) -> list[range]:
        return stories(self.layout, self.names)

    def _part(self, index: int) -> range:
        """The case story that a block is of, else the whole page."""
        return next((part for part in self._stories if index in part), range(len(self.layout.blocks)))

    def _foreign(self, index: int, entities: set[int]) -> bool:
        """Whether a block names an organisation that is no party."""
        sentence = self.layout.blocks[index].sentence
        return any(m.entity not in entities for m in self.names.between(sentence.start, sentence.end))

    def _own(self, index: int, lines: Sequence[int], entities: set[int]) -> list[int]:
        """Of the lines around a line those that stand nearer to it than any that names another organisation."""
        found: list[int] = []
        for side in (sorted((n for n in lines if n < index), reverse=True), sorted(n for n in lines if n > index)):
            for n in side[:4]:
                if self._foreign(n, entities):
                    break
                found.append(n)
        return found

    def _clause(self, about: About, entities: set[int]) -> list[int]:
        """What the part of the sentence tells that lies between the names of organisations which are no parties."""
        mentions = self.names.between(about.start, about.end)
        own = [m for m in mentions if m.entity in entities and m.entity != self.names.publisher]
        if not own or all(m.entity in entities for m in mentions):
            return []
        last = own[-1]
        start = max((m.end for m in mentions if m.entity not in entities and m.end <= last.start), default=about.start)
        end = min((m.start for m in mentions if m.entity not in entities and m.start >= last.end), default=about.end)
        return self._words(start, end)

    def _beside(self, index: int, step: int) -> list[int]:
        """What the sentences behind (or before) a sentence in its section tell, within reach."""
        blocks = self.layout.blocks
        here = blocks[index].sentence
        found: list[int] = []
        n = index + step
        part = self._part(index)
        while n in part and abs(n - index) <= (3 if step > 0 else 1):
            other = blocks[n]
            if other.section != blocks[index].section or other.kind == "title":
                break
            if min(abs(other.sentence.start - here.end), abs(here.start - other.sentence.end)) > _BESIDE:
                break
            if step > 0 and other.sentence.line != here.line and other.kind != "prose":
                break
            found += self._block(n)
            n += step
        return found

    def _items(self, index: int, start: int) -> list[tuple[int, int]]:
        """The [start, end) of the items of the first list behind a sentence, or within it."""
        page, blocks = self.layout.page, self.layout.blocks
        inline = [m.span(1) for m in pattern("themes", "inline").finditer(page.norm, blocks[index].sentence.start, start)]
        if len(inline) >= 2:
            return inline
        run: list[tuple[int, int]] = []
        for n in range(index + 1, min(len(blocks), index + 40)):
            sentence = blocks[n].sentence
            if sentence.start > start + _LIST_REACH:
                break
            text = page.norm[sentence.start:sentence.end]
            inner = [m.span(1) for m in pattern("themes", "inline").finditer(page.norm, sentence.start, sentence.end)]
            matter = pattern("themes", "matter").search(text) is not None
            if len(inner) >= 2 and not run:
                return inner
            if matter or (pattern("themes", "item").match(text) and not self.names.between(sentence.start, sentence.end)):
                run.append((sentence.start, sentence.end))
            elif len(run) >= 2:
                break
            elif run and blocks[n].kind != "prose":
                run = []
        return run if len(run) >= 2 else []

    def _partner(self, about: About) -> list[int]:
        """What the other sentences tell that name the party which the page names least."""
        mentions = self.names.mentions
        counts = {e: 0 for e, _ in about.parties if e != self.names.publisher}
        for m in mentions:
            if m.entity in counts:
                counts[m.entity] += 1
        if not counts or min(counts.values()) > 6:
            return []
        rare = min(counts, key=lambda e: (counts[e], e))
        found: list[int] = []
        for m in mentions:
            if m.entity == rare and not about.start <= m.start < about.end:
                found += self._block(max(0, bisect_right(self.layout.starts, m.start) - 1))
        return found

    def _without_names(self, text: str) -> str:
        for entity in self.names.entities:
            text = text.replace(entity.name, " ")
        return text

    def _near_text(self, about: About) -> str:
        return f"{self._without_names(about.title or '')} {self._masked[about.start:about.end]}"


#: Places from the nearest to the farthest; the first that tells anything is what the others are measured by.
_RANKED = ("items", "title", "clause", "label", "quoted", "sentence", "collective", "record", "paragraph", "head", "next", "previous", "row",
           "section", "top", "partner", "names", "lead")
_NEAR = ("items", "title", "clause", "label", "quoted", "sentence", "collective", "record")


def _masked(norm: str, names: Names) -> str:
    """A page's text in which blanks stand for the names of organisations."""
    parts: list[str] = []
    last = 0
    for m in names.mentions:
        if m.start >= last:
            parts += [norm[last:m.start], " " * (m.end - m.start)]
            last = m.end
    return "".join((*parts, norm[last:]))


def _told(words: Sequence[int]) -> dict[str, tuple[int, int, int]]:
    """Theme → how many strong and weak words tell it and which was the first."""
    found: dict[str, tuple[int, int, int]] = {}
    themes = _entries()[1]
    for place, word in enumerate(words):
        for theme, strong in themes[word]:
            s, w, first = found.get(theme, (0, 0, place))
            found[theme] = (s + strong, w + (not strong), first)
    return found


def _grams(text: str) -> set[str]:
    """Pairs of kanji, words in katakana and in Latin letters."""
    found: set[str] = set()
    for run in pattern("themes", "kanji").findall(text):
        found.update(run[i:i + 2] for i in range(len(run) - 1))
    found.update(pattern("themes", "word").findall(text))
    return found


def _of_theme(theme: str, told: Mapping[str, Mapping[str, tuple[int, int, int]]], ranks: Sequence[str], kind: str,
              common: Iterable[str]) -> list[str]:
    found = ["bias", f"t={theme}"]
    first = None
    for name, themes in told.items():
        if theme not in themes:
            continue
        strong, weak, place = themes[theme]
        use = "s" if strong else "w"
        alone = sum(1 for s, _, _ in themes.values() if s) <= 1 if strong else len(themes) == 1
        opens = place == min(p for _, _, p in themes.values())
        share = strong / max(1, sum(s for s, _, _ in themes.values()))
        found += [f"{name}:{use}", f"{name}:n={min(3, strong + weak)}", f"{name}:{use}|alone={alone}", f"{name}:{use}|opens={opens}",
                  f"{name}:{use}|many={min(4, len(themes))}", f"{name}:share={round(share * 4)}", f"{name}:{use}|t={theme}",
                  f"{name}:{use}|k={kind}"]
        if name in _RANKED and (first is None or _RANKED.index(name) < _RANKED.index(first)) and strong:
            first = name
    if ranks:
        found += [f"first={first}", f"first={first}|of={ranks[0]}", f"first={first}|k={kind}"]
        for name in _RANKED[:6]:
            if name in ranks and theme not in told[name]:
                found.append(f"not:{name}")
    else:
        found.append("nothing")
    agree = sum(1 for name in _RANKED if theme in told.get(name, {}) and told[name][theme][0])
    found += [f"sources={min(7, agree)}", f"sources={min(7, agree)}|k={kind}"]
    found += [f"t={theme}|{c}" for c in common]
    return found
