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


def withdrawals(releases: Iterable[Release]) -> dict[tuple[str, str], str]:
    """(document withdrawn, notice) → reason."""
    ordered = sorted(releases, key=lambda r: r.id)
    by_url = {r.url: r for r in ordered if r.url}
    by_title: dict[str, list[Release]] = defaultdict(list)
    for r in ordered:
        if r.title:
            by_title[_plain(r.title)].append(r)
    found: dict[tuple[str, str], str] = {}
    for notice in ordered:
        kind = kind_of(notice.title)
        if kind is None or (kind == "correcting" and not notice.states):
            continue
        for one in _named(notice, by_url, by_title):
            found[one.id, notice.id] = _REASON[kind] + (f" of {notice.published}" if notice.published else "")
    return found


def _named(notice: Release, by_url: Mapping[str, Release], by_title: Mapping[str, Sequence[Release]]) -> Iterator[Release]:
    for url in _ADDRESS.findall(notice.text):
        one = by_url.get(url)
        if one is not None and _before(one, notice) and kind_of(one.title) is None:
            yield one
    plain = _plain(notice.title)
    titles = [m[1] or m[2] for m in _QUOTED.finditer(plain)] + [m[1] or m[2] for m in _QUOTED.finditer(_plain(notice.text))]
    if _MARK.match(plain):
        titles.append(_MARK.sub("", plain))
    for title in dict.fromkeys(titles):
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
