"""RSS 1.0, RSS 2.0 and Atom: a document an item."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import feedparser

from pipelines.ledger.records import Draft
from pipelines.reading import CannotRead, Unreadable
from pipelines.reading.charset import decode
from pipelines.reading.days import day
from pipelines.reading.page import fragment
from pipelines.reading.publishers import publisher_of

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: A document type. It always ends: what is looked at goes, so that nothing is looked at twice.
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*+(?:>|\[.*?(?:\]\s*+>|\Z)|\Z)", re.S | re.I)
#: A character by its number.
_REFERENCE = re.compile(r"&#(x?)([0-9a-f]{1,9});", re.I)


def read(data: bytes, headers: Mapping[str, str], url: str | None) -> list[Draft | Unreadable]:
    """The items of a feed in their order, relative addresses joined with the feed's own.

    Raises CannotRead where the file is no feed or broken from the start.
    """
    decoded = decode(data, headers)
    # what a document type declares is never read: no entity of its own, no file, no address
    text = _DOCTYPE.sub("", _DECLARATION.sub("", decoded.text))
    # the parser guesses encodings wrong: it gets UTF-8 that says so
    whole = b'<?xml version="1.0" encoding="utf-8"?>\n' + _REFERENCE.sub(_character, text).encode("utf-8", "replace")
    try:
        parsed = feedparser.parse(whole, response_headers={"content-type": "application/xml; charset=utf-8"})
    except Exception as error:  # the parser for feeds that are no XML raises whatever its own code trips over
        raise CannotRead(f"the feed is malformed: {type(error).__name__}: {error}") from error
    if not parsed.get("version"):
        raise CannotRead("not a feed: neither RSS 1.0, RSS 2.0 nor Atom")
    found = [_item(entry, number, parsed.feed, url) for number, entry in enumerate(parsed.entries, 1)]
    if parsed.bozo:
        found.append(Unreadable("", f"the feed is malformed after item {len(found)}: "
                                    f"{parsed.get('bozo_exception') or 'not well-formed'}"))
    elif not found:
        raise CannotRead("the feed has no items")
    return [*found, Unreadable("", decoded.damage)] if decoded.damage else found


def _item(entry: Any, number: int, feed: Any, url: str | None) -> Draft | Unreadable:
    body = "\n".join(c.get("value") or "" for c in entry.get("content", [])) or entry.get("summary") or ""
    title = fragment(entry.get("title") or "") or None
    text = fragment(body) or title or ""
    if not text:
        return Unreadable(entry.get("id") or f"item {number}", "holds no text")
    link = _address(entry.get("link"), url)
    published = day(entry.get("published")) or day(entry.get("updated"))
    # a wire names the firm that speaks («dc:corp»), a site itself; an author may be a person or a section
    named = (entry.get("dc_corp") or publisher_of(link) or entry.get("publisher") or entry.get("author")
             or feed.get("publisher") or feed.get("title"))
    return Draft(text, entry.get("id") or entry.get("link") or f"item {number}", link, title, published, named or None)


def _address(link: str | None, url: str | None) -> str | None:
    try:
        return urljoin(url, link) if link and url else link or None
    except ValueError:
        return link


def _character(reference: re.Match[str]) -> str:
    """A reference as it stands, or the sign for a lost character where there is none of this number."""
    try:
        number = int(reference[2], 16 if reference[1] else 10)
    except ValueError:
        return reference[0]
    is_one = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if is_one else "\ufffd"
