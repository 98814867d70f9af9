"""Feeds: RSS 0.9x, 1.0 (RDF) and 2.0, Atom. The parser gets UTF-8 that says so; it guesses Japanese encodings wrong."""
from __future__ import annotations

import re
from html import unescape
from typing import Any

import feedparser

from nlp.dates import find_dates
from pipelines.reading import MAX_BYTES
from pipelines.reading.days import day
from pipelines.sources import index
from pipelines.sources.index import Item, UnreadableIndex

_TAG = re.compile(r"<[^<>]*+>")
_DECLARED = b'<?xml version="1.0" encoding="utf-8"?>\n'


def items(read: str, url: str) -> tuple[list[Item], str | None]:
    """The items of a feed in their order, and what was wrong with it if it was cut short. Relative links are made whole.

    `url` is where it was fetched. Raises UnreadableIndex where it is no feed; whether it is one is told by its version,
    not by its being well-formed, which half of all feeds are not.
    """
    data = _DECLARED + index.xml(read).encode("utf-8", "replace")
    if len(data) > MAX_BYTES["feed"]:
        raise UnreadableIndex(f"has {len(data):,} bytes, of which a feed may have {MAX_BYTES['feed']:,}; a smaller one, "
                              "or the site's sitemap, names its releases too")
    try:
        parsed = feedparser.parse(data, response_headers={"content-type": "application/xml; charset=utf-8",
                                                          "content-location": url})
    except Exception as error:  # what a library makes of hostile bytes is no failure of the run
        raise UnreadableIndex(f"cannot be parsed ({type(error).__name__}: {error})") from error
    if not parsed.get("version"):
        raise UnreadableIndex("is no feed: neither RSS, RDF nor Atom; open it in a browser and correct «url» or «kind»")
    found = [Item(link, _day(dict.get(entry, "published")) or _day(dict.get(entry, "updated")), _plain(entry.get("title")),
                  _plain(entry.get("dc_corp") or entry.get("publisher") or entry.get("author")))
             for entry in parsed.entries if (link := _link(entry))]
    problem = parsed.get("bozo_exception") if parsed.bozo else None
    cut = isinstance(problem, Exception) and not isinstance(problem, feedparser.CharacterEncodingOverride)
    return found, f"not well-formed after item {len(found)}: {problem}" if cut else None


def _day(written: str | None) -> str | None:
    """The day of a machine's time or, as some towns write it, of a Japanese date («令和8年11月3日»)."""
    if (found := day(written)) is not None or not written:
        return found
    return next((one.value for one in find_dates(written, None)), None)


def _link(entry: Any) -> str | None:
    """The release's address: its link, else a permanent id that is an address, else its first enclosure."""
    if entry.get("link"):
        return str(entry["link"])
    if str(entry.get("id", "")).startswith(("http://", "https://")):
        return str(entry["id"])
    return next((str(one["href"]) for one in entry.get("enclosures", []) if one.get("href")), None)


def _plain(value: str | None) -> str | None:
    """A line of text without marks; None where nothing is left."""
    return " ".join(unescape(_TAG.sub("", value or "")).split()) or None
