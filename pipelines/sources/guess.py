"""What a source may be, from its address and from what it answers: a proposal that its user reads before using it."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from nlp.dates import find_dates
from nlp.gazetteer import places
from pipelines.sources import address, feed, index, sitemap
from pipelines.sources.index import UnreadableIndex
from pipelines.sources.source import Kind, Publisher

#: Elements that a listing repeats, one a release.
_REPEATED = ("li", "tr", "dd", "article", "dt")
#: So many alike make a list.
_ALIKE = 2
#: A line of a listing is no longer.
_LINE = 400
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_WEAK = re.compile(r"\d|^(?:is|js)-|^(?:active|current|first|last|odd|even|new)$", re.I)


@dataclass(frozen=True, slots=True)
class Guess:
    """What an answer looks like. `item` is the CSS selector of a listing's releases; `feeds` are those a page names."""
    kind: Kind
    title: str | None = None
    item: str | None = None
    feeds: tuple[str, ...] = ()


def of_body(url: str, body: bytes, headers: Mapping[str, str] = {}) -> Guess:
    """The kind of an index by its bytes. Raises UnreadableIndex where it is neither feed, sitemap nor a page."""
    read = index.text(body, {name.lower(): value for name, value in headers.items()})
    try:
        sitemap.entries(read)
        return Guess("sitemap")
    except UnreadableIndex:
        pass
    try:
        feed.items(read, url)
        title = re.search(r"<title[^<>]*+>(?:<!\[CDATA\[)?([^<\]]+)", read)
        return Guess("feed", title[1].strip() if title else None)
    except UnreadableIndex:
        pass
    return _page(read, url)


def publisher(url: str) -> Publisher | None:
    """The prefecture, municipality or ward whose site an address is on; None for any other site."""
    host = address.site(url)
    owners = [place for place in places() if address.site(place.url) == host]
    # a ward's pages mostly stand on its city's site: the city speaks
    best = min(owners, key=lambda place: (place.type == "ward", place.code), default=None)
    return Publisher(name=best.name, code=best.code) if best else None


def name(url: str) -> str:
    """A name from the host: «city-aoi» for https://www.city.aoi.lg.jp/."""
    host = address.site(url)
    short = re.sub(r"(?:\.(?:lg|go|co|or|ac|ne|gr|ed))?\.[a-z]{2,}$", "", host)
    return re.sub(r"[^a-z0-9]+", "-", short or host).strip("-")


def _page(read: str, url: str) -> Guess:
    try:
        tree = lxml.html.document_fromstring(re.sub(r"\A\s*<\?xml[^>]*\?>", "", read))
    except (etree.ParserError, ValueError) as error:
        raise UnreadableIndex(f"is neither a feed nor a sitemap nor a page ({error})") from None
    feeds = [urljoin(url, link.get("href")) for link in tree.iter("link")
             if (link.get("type") or "").lower() in _FEEDS and link.get("href")]
    title = " ".join((tree.findtext(".//title") or "").split()) or None
    return Guess("listing", title, _item(tree, urlsplit(url).path), tuple(dict.fromkeys(feeds)))


def _item(tree: Any, path: str) -> str | None:
    """The selector that fits most lines with a link and a date."""
    found = Counter(_selector(node) for node in _lines(tree, path))
    best = max(found.items(), key=lambda one: one[1], default=(None, 0))
    return best[0] if best[1] >= _ALIKE else None


def _lines(tree: Any, path: str) -> Iterator[Any]:
    for node in tree.iter(*_REPEATED):
        link = node.find(".//a[@href]")
        words = node.text_content()
        if link is not None and len(words) <= _LINE and urlsplit(link.get("href")).path != path and find_dates(words, None):
            yield node


def _selector(node: Any) -> str:
    """The node within its parent, each with its id or those of its classes that do not look like states."""
    parent = node.getparent()
    return f"{_named(parent)} > {node.tag}" if parent is not None and _marks(parent) else _named(node)


def _named(node: Any) -> str:
    return f"{node.tag}{_marks(node)}"


def _marks(node: Any) -> str:
    if (id_ := node.get("id")) and re.fullmatch(r"[A-Za-z][\w-]*", id_) and not re.search(r"\d{2}", id_):
        return f"#{id_}"
    names = [c for c in (node.get("class") or "").split() if re.fullmatch(r"[A-Za-z_][\w-]*", c) and not _WEAK.search(c)]
    return "".join(f".{name}" for name in names[:2])
