"""From an index (feed, listing, sitemap) to the addresses that are to be fetched."""
from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from pipelines.fetch.wanted import Wanted
from pipelines.reading.days import JAPAN
from pipelines.sources import address, feed, index, listing, sitemap
from pipelines.sources.index import Item, UnreadableIndex
from pipelines.sources.source import Source

#: Pages of an index that one walk asks for at most: a sitemap may name thousands of others.
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What one page of an index names. `releases` and `further` (pages of the index) are without repetition, in order.

    `left_out` counts what was not taken, by reason; `problem` says what was wrong with a page that could be read in
    part.
    """
    releases: tuple[Wanted, ...]
    further: tuple[Wanted, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for an index: the address it came from after redirects, its bytes and headers (names in lower case)."""
    url: str
    body: bytes
    headers: Mapping[str, str]


def discover(source: Source, url: str, body: bytes, headers: Mapping[str, str] = {}) -> list[Wanted]:
    """The releases that a page of the source's index names, and after them (kind `index`) its further pages.

    A pure function. `url` is where the page came from. Raises UnreadableIndex where it is not what the source says.
    """
    found = find(source, url, body, headers)
    return [*found.releases, *found.further]


def find(source: Source, url: str, body: bytes, headers: Mapping[str, str] = {}) -> Found:
    """The same with what was left out and why. The header Date, if there is one, dates the index."""
    told = {name.lower(): value for name, value in headers.items()}
    on = _served(told)
    read = index.text(body, told, source.charset)
    if source.kind == "feed":
        items, problem = feed.items(read, url)
        return _taken(source, url, items, [], on, problem)
    if source.kind == "listing" and source.listing is not None:
        items, after = listing.items(read, url, source.listing, on)
        return _taken(source, url, items, after, on, None)
    if source.kind == "sitemap":
        newest = (source.sitemap.newest_days if source.sitemap else 30)
        since = on - dt.timedelta(days=newest) if on else None
        entries = sitemap.entries(read, since)
        # the day of a change is no day of publication: the page itself tells that
        return _taken(source, url, [Item(one.url) for one in entries if not one.is_map],
                      [one.url for one in entries if one.is_map], on, None)
    raise UnreadableIndex(f"a {source.kind} has no index; its files are read where they lie")


def walk(source: Source, ask: Callable[[Wanted], Answer | None], on: dt.date) -> Iterator[tuple[Wanted, Found]]:
    """Ask for the source's index and its further pages, one after the other; each with what it names.

    `ask` fetches politely and gives None where there is nothing to read (unchanged, refused, failed). No page is asked
    twice, a listing ends after its `pages`, any index after MAX_PAGES. Raises UnreadableIndex as `find` does.
    """
    waiting = [(Wanted(url, source.name, kind="index"), 1) for url in source.addresses(on)]
    asked: set[str] = set()
    while waiting and len(asked) < MAX_PAGES:
        wanted, page = waiting.pop(0)
        if address.same(wanted.url) in asked:
            continue
        asked.add(address.same(wanted.url))
        if (answer := ask(wanted)) is None:
            continue
        found = find(source, answer.url, answer.body, answer.headers)
        yield wanted, found
        if source.listing is None or page < source.listing.pages:
            waiting += [(one, page + 1) for one in found.further]


def _taken(source: Source, url: str, items: list[Item], further: list[str], on: dt.date | None,
           problem: str | None) -> Found:
    sites = tuple(dict.fromkeys([address.site(url), *map(address.site, source.url or ()), *source.sites]))
    include, exclude = (tuple(map(re.compile, many)) for many in (source.include, source.exclude))
    taken: dict[str, Wanted] = {}
    left: Counter[str] = Counter()
    for item in items:
        whole = address.cleaned(item.url, url)
        is_itself = whole is not None and address.same(whole) == address.same(url)
        reason = "the index itself" if is_itself else _refusal(whole, sites, include, exclude)
        if reason or whole is None:
            left[reason or ""] += 1
        elif address.same(whole) in taken:
            left["named twice"] += 1
        else:
            taken[address.same(whole)] = _wanted(source, whole, item, on)
    pages = [whole for one in further if (whole := address.cleaned(one, url)) and address.within(whole, sites)]
    return Found(tuple(taken.values()), tuple(Wanted(one, source.name, kind="index") for one in dict.fromkeys(pages)),
                 dict(left), problem)


def _refusal(url: str | None, sites: tuple[str, ...], include: tuple[re.Pattern[str], ...],
             exclude: tuple[re.Pattern[str], ...]) -> str | None:
    if url is None:
        return "no address that can be fetched"
    if not address.within(url, sites):
        return "on another site"
    if include and not any(one.search(url) for one in include):
        return "not included"
    if any(one.search(url) for one in exclude):
        return "excluded"
    return None


def _wanted(source: Source, url: str, item: Item, on: dt.date | None) -> Wanted:
    published = item.published
    # a feed that dates a release after the day it was served is wrong about it
    if on and published and published > (on + dt.timedelta(days=1)).isoformat():
        published = None
    publisher = source.publisher.name if source.publisher else item.publisher
    return Wanted(url, source.name, published, item.title, publisher)


def _served(headers: Mapping[str, str]) -> dt.date | None:
    """The day in Japan on which an answer was given, by its header Date."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(JAPAN).date()
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
