"""Which words of a page belong to names of organisations, places and people: a conditional random field over words.

It weighs what a word looks like, its neighbours, and what the rules of this package propose; fitted by
nlp.training.names. Words are cut where a proposal or a known place begins or ends, so that every name can be tagged.
"""
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import pycrfsuite

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.senses import senses
from nlp.names.vocabulary import endings, generic, legal_forms, place_finder, stem_of
from nlp.patterns import pattern
from nlp.patterns import words as words_of
from nlp.text import Page
from nlp.words import Word, Words

MODEL = Path(__file__).parent.parent / "data" / "models" / "names.crfsuite"
#: What a name is: a place's body (municipality, prefecture, ward), a company or bank, another body, a person.
LABELS = ("PLACE", "FIRM", "BODY", "PERSON")
#: A word that is in no name.
OUTSIDE = "O"
#: A stretch that the field does not choose is told all the same from this probability on.
_LEAST = 0.15


@dataclass(frozen=True, slots=True)
class Tagged:
    """A name: [start, end) of `Page.norm`, its label (one of LABELS), the probability that it is one."""
    start: int
    end: int
    label: str
    probability: float
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of one: [start, end) of `Page.norm`."""
    start: int
    end: int
    text: str
    lemma: str
    pos: str
    tag: str


Line = tuple[list[Token], list[list[str]]]
#: The probability of a tag at the word of this number.
Marginal = Callable[[str, int], float]


class Tagging:
    """What the field says of a page: `chosen` are the names it reads, `held` those and all less likely ones."""

    def __init__(self, chosen: Sequence[Tagged], held: Sequence[Tagged], outside: dict[int, float]) -> None:
        self.chosen, self.held, self._outside = list(chosen), sorted(held, key=lambda t: t.start), outside

    def over(self, start: int, end: int) -> list[Tagged]:
        """The names, likely or not, that touch [start, end)."""
        first = bisect_left(self.held, start - 80, key=lambda t: t.start)
        found = []
        for one in self.held[first:]:
            if one.start >= end:
                break
            if one.end > start:
                found.append(one)
        return found

    def inside(self, start: int, end: int) -> float:
        """The least probability of the words in [start, end) to belong to some name; 0 where nothing was tagged."""
        found = [1 - self._outside[i] for i in range(start, end) if i in self._outside]
        return min(found, default=0.0)


_done: WeakKeyDictionary[Page, Tagging] = WeakKeyDictionary()


def tag(page: Page, words: Words, proposals: Sequence[Proposal] = (), cuts: Iterable[int] = (),
        field: pycrfsuite.Tagger | None = None) -> Tagging:
    """The names of a page; computed once a page. `proposals` are those of the rules, `cuts` where others begin and end,
    `field` what reads them, the stored field where it is left out."""
    if page not in _done:
        _done[page] = decode(lines_of_page(page, words, proposals, cuts), field or _tagger())
    return _done[page]


@cache
def _tagger() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger


# -- words and what is seen of them --------------------------------------------------------------------------------

def lines_of_page(page: Page, words: Words, proposals: Sequence[Proposal], cuts: Iterable[int] = ()) -> Iterator[Line]:
    """The words of every line that may hold a name, with their features; words are also cut at `cuts`."""
    norm = page.norm
    ruled = _Ruled(page, proposals)
    ruled.cuts.update(cuts)
    rows = [_is_row(norm, line, ruled) for line in page.lines]
    for number in _worth(page, proposals):
        start, end = page.lines[number]
        tokens = list(_cut(norm, words.line(number)[0], ruled.cuts))
        if tokens:
            beside = f"rows={int(any(rows[max(0, number - 2):number]))}{int(any(rows[number + 1:number + 3]))}"
            yield tokens, _features(page, tokens, ruled, (start, end), beside)


def _is_row(norm: str, line: tuple[int, int], ruled: _Ruled) -> bool:
    """Whether a line holds little besides a name that the rules know."""
    start, end = line
    if end - start > 60:
        return False
    found = [ruled.at[p][0] for p in range(start, min(end, start + 6)) if p in ruled.at]
    return bool(found) and (found[0].end - found[0].start) * 2 >= len(norm[start:end].strip())


def _worth(page: Page, proposals: Sequence[Proposal]) -> list[int]:
    """The lines that may hold a name: all of a page that may tell of ties or names several bodies, else those near a clue.

    Most articles of a bulletin name no organisation but the city, and are not worth reading word by word.
    """
    norm = page.norm
    named = [one for one in proposals if one.by != "place"]
    every = len({one.name for one in named}) >= _SEVERAL or pattern("tagger", "act").search(norm) is not None
    near = {page.line_of(one.start) + step for one in named for step in (-1, 0, 1)}
    return [number for number, (start, end) in enumerate(page.lines)
            if (every or number in near or pattern("tagger", "clue").search(norm, start, end))
            and pattern("tagger", "name_like").search(norm, start, end)]


#: A page that names so many organisations besides places is read whole.
_SEVERAL = 3


def seats_of(norm: str, proposals: Sequence[Proposal]) -> dict[int, str]:
    """Where places stand that may be another's seat: «A市の株式会社B» (of), «B（A市）» (behind), «B A市 金型» (cell)."""
    found: dict[int, str] = {}
    for index, one in enumerate(proposals):
        if one.type not in ("municipality", "prefecture", "ward"):
            continue
        if index and (before := proposals[index - 1]).type not in ("municipality", "prefecture", "ward"):
            between = norm[before.end:one.start]
            if pattern("tagger", "seat_behind").fullmatch(between):
                found[one.start] = "behind"
            elif between and not between.strip(" ") and norm[one.end:one.end + 1] in (" ", "\n", ""):
                found[one.start] = "cell"
        if one.type == "prefecture" and index + 1 < len(proposals) and proposals[index + 1].prefecture == one.name \
                and pattern("tagger", "heads").fullmatch(norm[one.end:proposals[index + 1].start]):
            found[one.start] = "head"
        if index + 1 < len(proposals) and (behind := proposals[index + 1]).type not in ("municipality", "prefecture", "ward") \
                and pattern("tagger", "seat_of").fullmatch(norm[one.end:behind.start]):
            found[one.start] = "of"
    return found


class _Ruled:
    """What the rules say of each place of a page, and where they would cut words."""

    def __init__(self, page: Page, proposals: Sequence[Proposal]) -> None:
        self.cuts: set[int] = set()
        self.at: dict[int, tuple[Proposal, bool]] = {}
        self.known: dict[int, tuple[str, bool]] = {}
        for one in proposals:
            self.cuts.update((one.start, one.end))
            for position in range(one.start, one.end):
                self.at[position] = one, position == one.start
        self.seats = seats_of(page.norm, proposals)
        finder, _ = place_finder()
        for _, start, end in finder.find_matches_as_indexes(page.norm):
            self.cuts.update((start, end))
        self._repeat(page, proposals)

    def _repeat(self, page: Page, proposals: Sequence[Proposal]) -> None:
        """Where a name with a legal form or an ending stands again without it."""
        bare: dict[str, str] = {}
        for one in proposals:
            stem = stem_of(one.name)
            if one.form and len(stem) >= 2:
                bare[stem] = one.type
        for stem, type_ in bare.items():
            start = page.norm.find(stem)
            while start >= 0:
                self.cuts.update((start, start + len(stem)))
                for position in range(start, start + len(stem)):
                    self.known.setdefault(position, (type_, position == start))
                start = page.norm.find(stem, start + len(stem))


def _cut(norm: str, words: Iterable[Word], cuts: set[int]) -> Iterator[Token]:
    for word in words:
        text = norm[word.start:word.end]
        if not text.strip():
            continue
        start = word.start
        for cut in range(word.start + 1, word.end):
            if cut in cuts:
                yield Token(start, cut, norm[start:cut], norm[start:cut], word.pos, word.tag)
                start = cut
        if start == word.start:
            yield Token(word.start, word.end, text, word.lemma, word.pos, word.tag)
        else:
            yield Token(start, word.end, norm[start:word.end], norm[start:word.end], word.pos, word.tag)


@cache
def _titles() -> frozenset[str]:
    return frozenset(words_of("tagger")["titles"].split())


@cache
def _short_places() -> frozenset[str]:
    return frozenset(n[:-1] for n in gazetteer.by_name() if len(n) >= 3)


_CLASSES = ((re.compile("[一-龥々〆〇髙﨑ヶケヵ]"), "K"), (re.compile("[ァ-ヴヷ-ヺー]"), "T"), (re.compile("[ぁ-ゖゝゞ]"), "H"),
            (re.compile("[A-ZÀ-Þ]"), "A"), (re.compile("[a-zß-ÿ]"), "a"), (re.compile("[0-9]"), "9"))


@lru_cache(maxsize=4096)
def _class(char: str) -> str:
    return next((name for letters, name in _CLASSES if letters.match(char)), char)


def shape(text: str) -> str:
    """The classes of a word's letters, repetitions left out: «みどり物産» → HK."""
    found = ""
    for char in text[:8]:
        kind = _class(char)
        if not found.endswith(kind):
            found += kind
    return found


@lru_cache(maxsize=65536)
def _seen(text: str, lemma: str, pos: str, tag: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is seen of a word itself: all of it, and the part that its neighbours see."""
    far = ["w=" + text, "t=" + tag, "s=" + shape(text)]
    near = ["p=" + pos, "n=" + str(min(len(text), 6)), "f1=" + text[:1], "f2=" + text[:2], "l1=" + text[-1:], "l2=" + text[-2:], "l3=" + text[-3:]]
    if lemma != text:
        near.append("l=" + lemma)
    if text in _titles():
        far.append("title")
    if text in endings():
        far.append("end=" + endings()[text])
    else:
        for length in range(min(6, len(text) - 1), 1, -1):
            if text[-length:] in endings():
                near.append("ends=" + endings()[text[-length:]])
                break
    if text in legal_forms():
        far.append("form=" + legal_forms()[text][1])
    if text in gazetteer.by_name():
        far.append("place=" + text[-1:])
    elif text in _short_places():
        far.append("place")
    if group := senses(text):
        far += [f"c={group[0]}", f"d={group[1]}"]
    if generic().fullmatch(text):
        far.append("generic")
    return tuple(far + near), tuple(far)


_OFFSETS = (-3, -2, -1, 1, 2, 3)


@lru_cache(maxsize=65536)
def _shifted(text: str, lemma: str, pos: str, tag: str) -> tuple[tuple[str, ...], ...]:
    far = _seen(text, lemma, pos, tag)[1]
    return tuple(tuple(f"{o}{x}" for x in (far if abs(o) < 3 else far[:1])) for o in _OFFSETS)


def _features(page: Page, tokens: Sequence[Token], ruled: _Ruled, line: tuple[int, int], beside: str) -> list[list[str]]:
    norm = page.norm
    text = norm[line[0]:line[1]]
    here = [_ruled_features(token, ruled) for token in tokens]
    keys = [(t.text, t.lemma, t.pos, t.tag) for t in tokens]
    label = pattern("tagger", "label").match(text)
    behind = line[0] + label.end() if label else line[1]
    whole = ["line=" + ("title" if line[1] <= page.head else "prose" if "。" in text else "short" if len(tokens) < 8 else "long")]
    if pattern("tagger", "act").search(text):
        whole.append("act")
    if not any(token.pos in ("ADP", "AUX", "VERB") for token in tokens):
        whole += ["bare", "bare|" + beside]
    around = _around(tokens)
    found: list[list[str]] = []
    quote = bracket = 0
    for index, token in enumerate(tokens):
        seen = [*_seen(*keys[index])[0], *here[index], *whole]
        for place, offset in enumerate(_OFFSETS):
            other = index + offset
            if 0 <= other < len(tokens):
                seen += _shifted(*keys[other])[5 - place]
                if -3 < offset < 3:
                    seen += [f"{offset}{x}" for x in here[other]]
            elif -2 < offset < 2:
                seen.append(f"{offset}edge")
        previous = tokens[index - 1].text if index else "^"
        following = tokens[index + 1].text if index + 1 < len(tokens) else "$"
        seen += [f"b-={previous}|{token.text}", f"b+={token.text}|{following}", f"b0={previous}|{following}"]
        seen.append(f"in={min(quote, 1)}{min(bracket, 1)}")
        seen += around.get(index, ())
        if index and tokens[index - 1].end < token.start:
            seen += ["gap", "gap|" + previous[-1:]]
        if index + 1 < len(tokens) and token.end < tokens[index + 1].start:
            seen.append("gap+")
        if label and token.start >= behind:
            seen.append("label=" + label["label"].strip()[-4:])
            if token.start == behind:
                seen.append("first")
        if token.text in ("「", "『"):
            quote += 1
        elif token.text in ("」", "』"):
            quote = 0
        elif token.text == "(":
            bracket += 1
        elif token.text == ")":
            bracket = 0
        found.append(seen)
    return found


def _around(tokens: Sequence[Token]) -> dict[int, list[str]]:
    """What stands before and behind the quotes or brackets that a word is in."""
    found: dict[int, list[str]] = {}
    opened: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.text in _PAIRS.values():
            opened[token.text] = index
        elif token.text in _PAIRS and (start := opened.pop(_PAIRS[token.text], None)) is not None and index - start <= 16:
            before = tokens[start - 1].text if start else "^"
            behind = tokens[index + 1].text if index + 1 < len(tokens) else "$"
            seen = [f"o{tokens[start].text}{before}", f"z{token.text}{behind}", f"l{token.text}{index - start - 1}"]
            if group := senses(before):
                seen.append(f"oc{tokens[start].text}{group[0]}")
            for inner in range(start + 1, index):
                found.setdefault(inner, []).extend(seen)
    return found


_PAIRS = {"」": "「", "』": "『", ")": "("}


def _ruled_features(token: Token, ruled: _Ruled) -> list[str]:
    found: list[str] = []
    if token.start in ruled.at:
        one, begins = ruled.at[token.start]
        sign = "B" if begins else "I"
        found += ["r=" + sign, f"rt={sign}{one.type}", f"rk={sign}{one.rank}{bool(one.form)}"]
        if one.end <= token.end:
            found.append("rend")
        if one.start in ruled.seats:
            found.append("seat=" + ruled.seats[one.start])
    else:
        found.append("r=O")
    if token.start in ruled.known:
        type_, begins = ruled.known[token.start]
        found.append(f"k={'B' if begins else 'I'}{type_}")
    return found


# -- from tags to names --------------------------------------------------------------------------------------------

def decode(lines: Iterable[Line], tagger: pycrfsuite.Tagger) -> Tagging:
    """The names that a field reads in lines of words."""
    chosen: list[Tagged] = []
    held: list[Tagged] = []
    outside: dict[int, float] = {}
    known = frozenset(tagger.labels())

    def marginal(tag_: str, at: int) -> float:
        # a field that was fitted on few documents may not know every tag
        return float(tagger.marginal(tag_, at)) if tag_ in known else 0.0

    for tokens, features in lines:
        tagger.set(features)
        tags = tagger.tag()
        none = [marginal(OUTSIDE, n) for n in range(len(tokens))]
        for token, probability in zip(tokens, none, strict=True):
            for position in range(token.start, token.end):
                outside[position] = probability
        mine = [_tagged(tokens, a, b, tags[a][2:], marginal) for a, b in _runs(tags)]
        chosen += mine
        held += mine + [one for one in _likely(tokens, none, marginal) if not any(m.start < one.end and one.start < m.end for m in mine)]
    return Tagging(chosen, held, outside)


def _runs(tags: Sequence[str]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for index, tag_ in enumerate(tags):
        if start is not None and (tag_ == OUTSIDE or tag_[0] == "B" or tag_[2:] != tags[start][2:]):
            yield start, index
            start = None
        if tag_ != OUTSIDE and start is None:
            start = index
    if start is not None:
        yield start, len(tags)


def _likely(tokens: Sequence[Token], none: Sequence[float], marginal: Marginal) -> Iterator[Tagged]:
    """Runs of words that are rather outside, but not surely so."""
    start: int | None = None
    for index in range(len(tokens) + 1):
        within = index < len(tokens) and 1 - none[index] >= _LEAST
        if start is None and within:
            start = index
        elif start is not None and not within:
            shares = [marginal("B-" + name, start) + marginal("I-" + name, start) for name in LABELS]
            label = LABELS[shares.index(max(shares))]
            yield Tagged(tokens[start].start, tokens[index - 1].end, label, min(1 - p for p in none[start:index]), False)
            start = None


def _tagged(tokens: Sequence[Token], start: int, end: int, label: str, marginal: Marginal) -> Tagged:
    """A name with the probability of its least likely word; a border word that may go on counts as well."""
    parts = [marginal("B-" + label, start)] + [marginal("I-" + label, n) for n in range(start + 1, end)]
    if end < len(tokens):
        parts.append(1 - marginal("I-" + label, end))
    return Tagged(tokens[start].start, tokens[end - 1].end, label, min(parts))
