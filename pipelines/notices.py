"""Notices: releases that take back or correct an earlier one (訂正, 取消, お詫び). Pure.

A notice that takes back withdraws what it names. A correction takes the place of what it corrects where it states ties
itself; one that corrects a telephone number leaves the release as it is. What it names is found by its address, or by
its headline among the same publisher's releases; what cannot be found is left alone.
"""
from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

Kind = Literal["withdrawing", "correcting"]
_REASON: dict[Kind, str] = {"withdrawing": "taken back by a notice", "correcting": "corrected by a notice"}
_QUOTED = re.compile(r"「([^「」]{4,})」|『([^『』]{4,})』")
_MARK = re.compile(r"^[【\[(〔][^】\])〕]{1,12}[】\])〕]")
#: What NFKC makes the marks above of; longer than any headline is no headline.
_MARKED = (re.compile(r"[「｢﹁][^「」｢｣﹁﹂]{1,300}[」｣﹂]"), re.compile(r"[『﹃][^『』﹃﹄]{1,300}[』﹄]"))
_ADDRESS = re.compile(r"https?://[^\s「」『』()<>、。]+")


@dataclass(frozen=True, slots=True)
class Release:
    """A document as notices need it; `text` only where its headline may be a notice's. `states` says whether it tells of
    a tie."""
    id: str
    title: str | None
    url: str | None
    published: str | None
    publisher: str | None
    text: str = ""
    states: bool = False


@cache
def patterns() -> Mapping[Kind, Sequence[tuple[re.Pattern[str], Mapping[str, Any]]]]:
    """Each kind's patterns, with their entries of the data file."""
    listed = yaml.safe_load(files("pipelines").joinpath("notices.yaml").read_text(encoding="utf-8"))
    return {kind: [(re.compile(one["pattern"]), one) for one in listed[kind]] for kind in _REASON}


def kind_of(title: str | None) -> Kind | None:
    """Which sort of notice a headline announces; None for a release like any other."""
    plain = _plain(title)
    return next((kind for kind, listed in patterns().items() for pattern, _ in listed if pattern.search(plain)), None)


def references(title: str | None, text: str) -> list[tuple[int, int]]:
    """The spans [start, end) of a notice's text by which it says what it means: addresses and quoted headlines; of a release
    that is no notice none. The words of these spans alone, in their order, mean what the whole text means."""
    if kind_of(title) is None:
        return []
    return sorted(found.span() for pattern in (_ADDRESS, *_MARKED) for found in pattern.finditer(text))


def withdrawals(releases: Iterable[Release]) -> dict[tuple[str, str], str]:
    """(document withdrawn, notice) → reason."""
    notices = Notices()
    notices.update({r.id: r for r in releases})
    return notices.found


class Notices:
    """What notices take back, kept while releases come, change and go. `found` is (document withdrawn, notice) → reason,
    the same in whatever order they came."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], str] = {}
        self._releases: dict[str, Release] = {}
        #: Addresses and plain headlines → the releases that bear them, and the notices that speak of them.
        self._bearing: dict[str, set[str]] = defaultdict(set)
        self._asking: dict[str, set[str]] = defaultdict(set)
        self._taken_back: dict[str, set[str]] = {}

    def update(self, changed: Mapping[str, Release | None]) -> set[str]:
        """Take in releases that are new or other than before, None for those that are gone; the ids of documents that
        other notices take back than before, or for another reason."""
        names = set[str]()
        for one in changed:
            if (old := self._releases.pop(one, None)) is not None:
                names.update(_names(old))
                _leave(self._bearing, _names(old), one)
                _leave(self._asking, _asked(old), one)
        for one, new in changed.items():
            if new is not None:
                self._releases[one] = new
                names.update(_names(new))
                for name in _names(new):
                    self._bearing[name].add(one)
                for name in _asked(new):
                    self._asking[name].add(one)
        notices = {*changed, *(notice for name in names for notice in self._asking.get(name, ()))}
        before = {(one, notice): self.found.pop((one, notice)) for notice in notices for one in self._taken_back.pop(notice, ())}
        now = {(one, notice): reason for notice in notices for one, reason in self._taken(notice)}
        for one, notice in now:
            self._taken_back.setdefault(notice, set()).add(one)
        self.found.update(now)
        return {key[0] for key in before.keys() | now.keys() if before.get(key) != now.get(key)}

    def _taken(self, one: str) -> Iterator[tuple[str, str]]:
        """The documents that a release takes back, each with the reason."""
        notice = self._releases.get(one)
        if notice is None or (kind := _acts(notice)) is None:
            return
        known = {name: [self._releases[r] for r in sorted(self._bearing.get(name, ()))] for name in _asked(notice)}
        by_url = {name: r for name, of in known.items() for r in of if r.url == name}
        by_title = {name: [r for r in of if r.title and _plain(r.title) == name] for name, of in known.items()}
        reason = _REASON[kind] + (f" of {notice.published}" if notice.published else "")
        for other in _named(notice, by_url, by_title):
            yield other.id, reason


def _acts(release: Release) -> Kind | None:
    """Which sort of notice a release is; None for one that takes nothing back."""
    kind = kind_of(release.title)
    return None if kind == "correcting" and not release.states else kind


def _names(release: Release) -> set[str]:
    """What notices can call a release: its address, its headline."""
    return {name for name in (release.url, _plain(release.title)) if name}


def _asked(release: Release) -> list[str]:
    """The addresses and headlines that a release speaks of, if it is a notice."""
    return [*_ADDRESS.findall(release.text), *_headlines(release)] if _acts(release) else []


def _headlines(notice: Release) -> list[str]:
    plain = _plain(notice.title)
    titles = [m[1] or m[2] for m in _QUOTED.finditer(plain)] + [m[1] or m[2] for m in _QUOTED.finditer(_plain(notice.text))]
    if _MARK.match(plain):
        titles.append(_MARK.sub("", plain))
    return list(dict.fromkeys(titles))


def _leave(index: dict[str, set[str]], names: Iterable[str], one: str) -> None:
    for name in names:
        index[name].discard(one)
        if not index[name]:
            del index[name]


def _named(notice: Release, by_url: Mapping[str, Release], by_title: Mapping[str, Sequence[Release]]) -> Iterator[Release]:
    for url in _ADDRESS.findall(notice.text):
        one = by_url.get(url)
        if one is not None and _before(one, notice) and kind_of(one.title) is None:
            yield one
    for title in _headlines(notice):
        alike = [r for r in by_title.get(title, ()) if r.id != notice.id and _same_publisher(r, notice) and _before(r, notice)]
        # two releases of one headline: the later one is meant, if days tell which that is
        if len(alike) == 1 or len({r.published for r in alike}) == len(alike) > 1:
            yield max(alike, key=lambda r: r.published or "")


def _before(one: Release, notice: Release) -> bool:
    """Whether a release can have been there when the notice came."""
    return one.id != notice.id and (one.published is None or notice.published is None
                                    or one.published[:len(notice.published)] <= notice.published[:len(one.published)])


def _same_publisher(one: Release, other: Release) -> bool:
    if one.publisher and other.publisher:
        return _plain(one.publisher) == _plain(other.publisher)
    return bool(one.url and other.url) and urlsplit(one.url or "").netloc == urlsplit(other.url or "").netloc


def _plain(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())
