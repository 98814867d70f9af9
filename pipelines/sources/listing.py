"""Listing pages: one HTML page with a line a release, read by the CSS selectors of its source."""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from nlp.dates import find_dates
from pipelines.sources.index import Item, UnreadableIndex
from pipelines.sources.source import Listing

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MONTH_DAY = re.compile(r"([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日|(?<![0-9])([0-9]{1,2})[./]([0-9]{1,2})(?![0-9])")
#: A release stands in a listing at most so many days before its own day.
_AHEAD = 1


def items(read: str, url: str, how: Listing, on: dt.date | None = None) -> tuple[list[Item], list[str]]:
    """The releases in their order, and the addresses of the next page (none or one).

    `on` is the day the page was served: a month and day without a year, in the page and its headings, are of the last
    such day; without it they stay open. Raises UnreadableIndex where it is no page or nothing fits `how.item`.
    """
    try:
        tree = lxml.html.document_fromstring(_XML_DECLARATION.sub("", read).replace("\0", ""))
    except (etree.ParserError, ValueError) as error:
        raise UnreadableIndex(f"is no page of HTML ({error}); correct «url» or «kind»") from None
    found = [one for node, heading in _dated(tree, how, on) if (one := _item(node, heading, how, url, on)) is not None]
    if not found:
        raise UnreadableIndex(f"holds nothing that «item: {how.item}» with a link fits; the page has changed: "
                              "look at it and correct the selectors")
    return found, [urljoin(url, href) for node in (tree.cssselect(how.next) if how.next else [])[:1]
                   if (href := node.get("href"))]


def _dated(tree: Any, how: Listing, on: dt.date | None) -> Iterator[tuple[Any, str | None]]:
    """Each item with the date that the headings before it give."""
    nodes = tree.cssselect(how.item)
    if not how.headings:
        yield from ((node, None) for node in nodes)
        return
    headings, wanted = set(tree.cssselect(how.headings)), set(nodes)
    now: str | None = None
    said: str | None = None
    for node in tree.iter():
        if node in headings:
            words = _words(node)
            full = _full(words)
            said, now = (full, full) if full else (said, _completed(words, said, on) or now)
        if node in wanted:
            yield node, now


def _completed(words: str, said: str | None, on: dt.date | None) -> str | None:
    """The day of a heading without a year («14日», «7月14日»), after the last one with a year."""
    if (found := _MONTH_DAY.search(words)) is not None:
        month, day = (int(part) for part in found.groups() if part)
        return _day(int(said[:4]), month, day) if said else _last(month, day, on)
    found = re.search(r"([0-9０-９]{1,2})\s*日", words)
    return _day(int(said[:4]), int(said[5:7]), int(found[1])) if found and said and len(said) >= 7 else None


def _item(node: Any, heading: str | None, how: Listing, url: str, on: dt.date | None) -> Item | None:
    link = _first(node, how.link) if how.link else node if node.get("href") else _first(node, "a[href]")
    href = (link.get("href") or "").strip() if link is not None else ""
    if not href or href.startswith("#"):
        return None
    titled = _first(node, how.title) if how.title else link
    title = _words(titled, how.without) if titled is not None else ""
    return Item(urljoin(url, href), _date(node, heading, how, on), title or None)


def _date(node: Any, heading: str | None, how: Listing, on: dt.date | None) -> str | None:
    if how.headings and not how.date:
        return heading
    place = _first(node, how.date) if how.date else node
    if place is None:
        return heading
    written = place.get("datetime") or _words(place)
    if (full := _full(written)) is not None:
        return full
    found = _MONTH_DAY.search(written)
    if found is None:
        return heading
    month, day = (int(part) for part in found.groups() if part)
    return _last(month, day, on)


def _first(node: Any, selector: str) -> Any | None:
    return next(iter(node.cssselect(selector)), None)


def _full(words: str) -> str | None:
    """The first date with a year, at the longest that the words give."""
    dates = sorted(find_dates(words, None), key=lambda one: one.span.start)
    return dates[0].value if dates else None


def _last(month: int, day: int, on: dt.date | None) -> str | None:
    """The last such day up to `on`, or the next one where it is closest at hand."""
    if on is None:
        return None
    for year in (on.year + 1, on.year):
        found = _day(year, month, day)
        if found and found <= (on + dt.timedelta(days=_AHEAD)).isoformat():
            return found
    return _day(on.year - 1, month, day)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _words(node: Any, without: str | None = None) -> str:
    """The text of an element on one line, without that of the elements which `without` selects."""
    if without and node.cssselect(without):
        node = deepcopy(node)
        for one in node.cssselect(without):
            if one.getparent() is not None:
                one.drop_tree()
    return " ".join(node.text_content().split())
