"""Reprints: one release on several pages, found by its words, its parties and its day. Pure.

Signatures (MinHash, Broder 1997, doi 10.1109/SEQUEN.1997.666900) propose, among documents that tell of the same parties;
the share of the shorter text's shingles that stand in the longer one (containment) and equal parties and days decide. A
template that two cities use has other parties each time, and what a firm signs every year has another day.
"""
from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

from nlp.model import Extraction
from pipelines.reading.publishers import is_wire

Hashes = npt.NDArray[np.uint64]
#: Characters of a shingle; hashes of a signature and of a band of it, with which two texts propose each other: a third of
#: all shingles in common is found with a probability of 0.999 (1 − (1 − s²)^60).
SHINGLE, SIGNATURE, BAND = 5, 120, 2
#: The scheme that signatures are made by; another one makes them again.
SCHEME = f"affine32 {SHINGLE} {SIGNATURE}"
#: The share of the shorter text that a reprint has in common with the longer.
CONTAINED = 0.95
#: Pairs whose signatures promise less are not compared: the error of the promise stays below the difference.
_PROMISED = 0.7
#: Days between the publications of one release that tells of no tie.
_DAYS = 14
#: Documents that propose each other as each with each; of more, each is proposed with the first and the next.
_EACH = 50
#: A shorter text says too little to be told apart; characters that are words.
_SHORTEST = 60
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A tie as a document tells it: organisations by id, and its date (a prefix) where it has one."""
    parties: frozenset[str]
    date: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """One document as reprints are judged: `text` is the hash of its text; `told` its ties, of a document without any
    the organisations it names (`ties` is False then). `whole` is False where no more than evidence of the text is kept."""
    id: str
    text: str
    url: str | None
    published: str | None
    told: frozenset[Told]
    ties: bool = True
    whole: bool = True

    @property
    def age(self) -> tuple[str, bool, str]:
        """Sorts the original before its reprints: the earlier day, no wire's page, the smaller id."""
        return (self.published or "9999", is_wire(self.url), self.id)


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands for a text when texts are compared: `size` counts its shingles, `hashes` are SIGNATURE minima."""
    size: int
    hashes: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Reprint:
    """A document that says again what `original` said; `containment` is the share of words that leads there."""
    document: str
    original: str
    containment: float


# --- texts -----------------------------------------------------------------------------------------------------------

def plain(text: str) -> str:
    """The words of a text without what pages and wires write differently: widths, case, signs and white space."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def name_of(text: str) -> str:
    """What a text is called: the hash that stays where the text itself is not kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_too_short(text: str) -> bool:
    """Whether a text says too little to be told apart from others."""
    return len(plain(text)) < _SHORTEST


def shingles(text: str) -> Hashes:
    """Hashes of all runs of SHINGLE characters of a text's words, sorted, each once."""
    points = np.frombuffer(plain(text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = max(len(points) - SHINGLE + 1, 0)
    found = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        # multiplicative hashing (Knuth, TAOCP 6.4) modulo 2^64
        found = found * np.uint64(0x9E3779B97F4A7C15) + points[place:place + count]
    return np.unique(found ^ (found >> np.uint64(29)))


def signature(text: str) -> Signature:
    """The signature of a text."""
    of_text = shingles(text)
    empty = _empty().copy()
    if len(of_text):
        empty.update_batch((of_text >> np.uint64(32)).tolist())
    return Signature(len(of_text), np.asarray(empty.hashvalues, dtype=np.uint32))


@cache
def _empty() -> MinHash:
    return MinHash(num_perm=SIGNATURE, seed=1, hashfunc=int, scheme="affine32")


def containment(one: Hashes, other: Hashes) -> float:
    """The share of the smaller set that the larger one has too, 0 to 1; 0 where one is empty."""
    smaller = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / smaller if smaller else 0.0


# --- documents -------------------------------------------------------------------------------------------------------

def releases(extractions: Iterable[Extraction], organization_of: Mapping[tuple[str, str], str]) -> list[Release]:
    """The documents that can be reprints, by id: texts that name organisations, and those of which evidence is kept.

    `organization_of` leads from (document, name) to an organisation's id; a name it does not have stands for itself.
    """
    found = []
    for extraction in extractions:
        document = extraction.document
        whole = extraction.text_sha256 is None
        # what is reduced is as long as it was, though most of its words are gone
        if extraction.status == "kept" or (is_too_short(document.text) if whole else len(document.text) < _SHORTEST):
            continue

        def organization(name: str, of: str = document.id) -> str:
            return organization_of.get((of, name), name)

        told = frozenset(Told(frozenset(organization(p.name) for p in s.parties), s.date) for s in extraction.statements)
        named = frozenset(organization(o.name) for o in extraction.organizations)
        if told or named:
            found.append(Release(document.id, extraction.text_sha256 or name_of(document.text), document.url,
                                 document.published, told or frozenset({Told(named, None)}), bool(told), whole))
    return sorted(found, key=lambda one: one.id)


def proposals(many: Sequence[Release], signatures: Mapping[str, Signature]) -> list[tuple[int, int]]:
    """Pairs of places in `many` (smaller first, sorted) that share parties and a band of their signatures."""
    places = [(place, party) for place, one in enumerate(many) if one.text in signatures for party in _parties(one)]
    if not places:
        return []
    rows = np.array([place for place, _ in places])
    keys = np.array([party for _, party in places], dtype=np.uint64)
    distinct = np.unique(rows)
    hashes = np.vstack([signatures[many[place].text].hashes for place in distinct]).astype(np.uint64)
    at = np.searchsorted(distinct, rows)
    pairs: set[tuple[int, int]] = set()
    for band in range(0, SIGNATURE, BAND):
        together = keys.copy()
        for column in range(band, band + BAND):
            together = (together ^ hashes[at, column]) * np.uint64(0x9E3779B97F4A7C15)
        pairs |= _together(together, rows)
    return sorted(pair for pair in pairs if _promised(signatures[many[pair[0]].text], signatures[many[pair[1]].text]))


def _parties(one: Release) -> Iterator[int]:
    for parties in {told.parties for told in one.told}:
        words = "\n".join((str(one.ties), *sorted(parties)))
        yield int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _together(keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.int64]) -> set[tuple[int, int]]:
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    ends = np.append(begins[1:], len(keys))
    found: set[tuple[int, int]] = set()
    for begin, end in zip(begins[ends - begins > 1], ends[ends - begins > 1], strict=True):
        group = sorted({int(row) for row in rows[begin:end]})
        if len(group) <= _EACH:
            found.update((a, b) for n, a in enumerate(group) for b in group[n + 1:])
        else:
            found.update(pairwise(group))
            found.update((group[0], b) for b in group[1:])
    return found


def _promised(one: Signature, other: Signature) -> bool:
    """Whether two signatures let expect enough in common: containment from the resemblance they estimate."""
    resemblance = float(np.mean(one.hashes == other.hashes))
    common = resemblance / (1 + resemblance) * (one.size + other.size)
    return common >= _PROMISED * max(min(one.size, other.size), 1)


# --- deciding --------------------------------------------------------------------------------------------------------

def same_event(shorter: Release, longer: Release) -> bool:
    """Whether the longer document tells of all that the shorter one does: equal parties, and days that can be one."""
    if shorter.ties != longer.ties:
        return False
    if not shorter.ties:
        return shorter.told == longer.told and _near(shorter.published, longer.published)
    return all(any(one.parties == other.parties and _can_be_one(one.date, other.date) for other in longer.told)
               for one in shorter.told)


def _can_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def _near(one: str | None, other: str | None) -> bool:
    if one is None or other is None or len(one) < 10 or len(other) < 10:
        return one == other
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days) <= _DAYS


def find(many: Sequence[Release], signatures: Mapping[str, Signature],
         share: Callable[[str, str], float]) -> list[Reprint]:
    """Every document that says again what an older one said, by id, with the oldest of those that tell of the same.

    `share` gives the containment of two texts by their names; where it was not known before one of them was reduced to
    evidence, of what is left. The same documents give the same reprints, in whatever order they came.
    """
    parent = list(range(len(many)))
    shares: dict[int, float] = {}

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for a, b in proposals(many, signatures):
        small, large = sorted((a, b), key=lambda place: signatures[many[place].text].size)
        equal = signatures[many[a].text].size == signatures[many[b].text].size
        if not (same_event(many[small], many[large]) or (equal and same_event(many[large], many[small]))):
            continue
        common = 1.0 if _is_one_text(many[a], many[b], signatures) else share(*sorted((many[a].text, many[b].text)))
        if common >= CONTAINED:
            parent[root(a)] = root(b)
            for place in (a, b):
                shares[place] = max(shares.get(place, 0.0), common)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in shares:
        groups[root(place)].append(place)
    found = []
    for group in groups.values():
        aged = sorted(group, key=lambda place: many[place].age)
        for place in aged[1:]:
            # a page that tells of two signings holds both releases together, of which none says what the other does
            original = next((one for one in aged if one == place or same_event(many[place], many[one])
                             or same_event(many[one], many[place])), place)
            if original != place:
                found.append(Reprint(many[place].id, many[original].id, round(shares[place], 4)))
    return sorted(found, key=lambda one: one.document)


def _is_one_text(one: Release, other: Release, signatures: Mapping[str, Signature]) -> bool:
    if one.text == other.text:
        return True
    a, b = signatures[one.text], signatures[other.text]
    return not (one.whole and other.whole) and a.size == b.size and bool(np.array_equal(a.hashes, b.hashes))


class Standing:
    """Which documents say again what an older one said, kept while documents come, change and go: `found` is what `find`
    says of all of them, by document, whatever way they came.

    `signature_of` gives the signature of a document's text, `share` the containment of the texts of two.
    """

    def __init__(self, signature_of: Callable[[Release], Signature], share: Callable[[Release, Release], float]) -> None:
        self.found: dict[str, Reprint] = {}
        self._signature_of, self._share = signature_of, share
        self._releases: dict[str, Release] = {}
        self._signatures: dict[str, Signature] = {}
        self._together: dict[int, set[str]] = defaultdict(set)

    def update(self, changed: Mapping[str, Release | None]) -> set[str]:
        """Take in documents that are new or other than before, None for those that cannot be reprints or are gone; those
        that say again what another document says, or do no more."""
        around = set[str]()
        if self._releases:
            around.update(*(self._mates(one) for one in changed if one in self._releases))
        for one in changed:
            if (old := self._releases.pop(one, None)) is not None:
                for party in _parties(old):
                    self._together[party].discard(one)
                    if not self._together[party]:
                        del self._together[party]
                del self._signatures[one]
        is_first = not self._releases
        for one, new in changed.items():
            if new is not None:
                self._releases[one], self._signatures[one] = new, self._signature_of(new)
                for party in _parties(new):
                    self._together[party].add(one)
        near = set(self._releases) if is_first else self._reached((around | changed.keys()) & self._releases.keys())
        many = [self._releases[one] for one in sorted(near)]
        of_text = {one.text: one for one in many}
        now = {one.document: one for one in find(many, {text: self._signatures[one.id] for text, one in of_text.items()},
                                                 lambda one, other: self._share(of_text[one], of_text[other]))}
        before = {one: self.found.pop(one) for one in near | changed.keys() if one in self.found}
        self.found.update(now)
        return {one for one in before.keys() | now.keys() if before.get(one) != now.get(one)}

    def _reached(self, begin: Iterable[str]) -> set[str]:
        """All that are proposed to each other, from one to the next."""
        seen, todo = set(begin), list(begin)
        while todo:
            fresh = self._mates(todo.pop()) - seen
            seen |= fresh
            todo += fresh
        return seen

    def _mates(self, one: str) -> set[str]:
        """The documents that tell of the same parties and share a band of their signatures with this one, it included."""
        release, own = self._releases[one], self._signatures[one].hashes.reshape(-1, BAND)
        mates = set[str]()
        for party in set(_parties(release)):
            others = list(self._together[party])
            hashes = np.stack([self._signatures[other].hashes for other in others]).reshape(len(others), -1, BAND)
            mates.update(others[n] for n in np.flatnonzero((hashes == own).all(axis=2).any(axis=1)))
        return mates
