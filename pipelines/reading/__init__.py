"""Bytes into documents: a pure function of the bytes, where they came from and READER.

The libraries for pages, feeds and PDF are imported when the first such file comes.
"""
from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nlp.version import version_of
from pipelines.ledger.records import Draft

if TYPE_CHECKING:
    from pipelines.reading.attachments import Link

#: Files of nlp that decide with this package what a document says: dates in words, and whose a domain is.
_SHARED = ("dates.py", "gazetteer.py", "data/eras.csv", "data/eras_patterns.yaml", "data/eras_words.yaml",
           "data/municipalities.csv", "data/place_variants.csv")


def _version() -> str:
    found = hashlib.sha256(version_of("pipelines.reading").encode())
    for name in _SHARED:
        found.update((files("nlp") / name).read_bytes())
    return found.hexdigest()[:12]


#: Version of everything that reads; another one reads all bytes again.
READER = _version()
#: Bytes that one file may have; JSON lines hold many documents, pages and feeds are parsed in this process.
MAX_BYTES = {"lines": 1_000_000_000, "page": 8_000_000, "feed": 8_000_000, "text": 32_000_000, "pdf": 64_000_000}
#: Bytes that one document's text may have.
MAX_TEXT = 32_000_000
#: Kind of a file by its ending.
KINDS = {".jsonl": "lines", ".ndjson": "lines", ".txt": "text", ".html": "page", ".htm": "page", ".pdf": "pdf",
         ".xml": "feed", ".rdf": "feed", ".rss": "feed", ".atom": "feed"}
#: Kind of a response by its Content-Type; «text/xml» and such are feeds unless they begin like a page.
CONTENT_TYPES = {"text/html": "page", "application/xhtml+xml": "page", "application/pdf": "pdf",
                 "application/x-pdf": "pdf", "text/plain": "text", "text/xml": "feed", "application/xml": "feed",
                 "application/rss+xml": "feed", "application/atom+xml": "feed", "application/rdf+xml": "feed",
                 "application/x-ndjson": "lines", "application/jsonl": "lines"}
#: No repetition gives back what it took (`*+`): files of nothing but comments would take hours.
_PAGE = re.compile(rb"\s*+(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]{0,200}\?>\s*+)?(?><!--.{0,2000}?-->\s*+)*+<(?:!doctype\s+html|html)",
                   re.I | re.S)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that cannot be read; `item` says which, "" for the whole file or characters anywhere in it."""
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed or listing said of an address: its day as a date prefix, title and publisher; None what it did not."""
    published: str | None = None
    title: str | None = None
    publisher: str | None = None


class CannotRead(ValueError):
    """A file that cannot be read; the message is the reason that the user sees."""


def kind_of(location: str, data: bytes = b"", headers: Mapping[str, str] | None = None,
            url: str | None = None) -> str | None:
    """How bytes are read: one of the values of KINDS; None where they are not.

    What the server says counts, then the ending of the address or the file; but a PDF is one whatever is said, and a
    page that comes as XML or as bytes is a page.
    """
    if data.startswith(b"%PDF-"):
        return "pdf"
    told = next((v for k, v in (headers or {}).items() if k.lower() == "content-type"), "")
    stated = CONTENT_TYPES.get(told.partition(";")[0].strip().lower())
    kind = stated or KINDS.get(_ending(url)) or KINDS.get(_ending(location))
    if kind is None and url is not None:
        # addresses of pages have any ending or none
        kind = "page" if _PAGE.match(data) else None
    return "page" if kind == "feed" and stated and _PAGE.match(data) else kind


def _ending(address: str | None) -> str:
    try:
        path = urlsplit(address).path if address and "://" in address else address or ""
    except ValueError:
        path = ""
    return PurePath(path).suffix.lower()


def refusal(name: str, size: int) -> str | None:
    """Why a file of this name and size (bytes) is not taken in at all; None where it is."""
    return _refusal(KINDS.get(PurePath(name).suffix.lower()), size)


def _refusal(kind: str | None, size: int) -> str | None:
    if kind is None:
        return f"not a kind that can be read; known are {', '.join(KINDS)}"
    if size > MAX_BYTES[kind]:
        return f"{size:,} bytes are too many; a file of this kind may have {MAX_BYTES[kind]:,}"
    return None


def read(location: str, data: bytes, headers: Mapping[str, str] | None = None, url: str | None = None,
         told: Told | None = None) -> list[Draft | Unreadable]:
    """Everything in a file or response, in its order.

    `location` decides by its ending how the bytes are read where neither `headers` (of the response, names in any case)
    nor `url` (the last address of the response) do. `told` is what the feed or listing said that led to the address: its
    day counts before the page's own, its title and publisher where the page and its site have none.
    """
    try:
        found = _read(kind_of(location, data, headers, url), data, headers or {}, url, told or Told())
    except CannotRead as error:
        return [Unreadable("", str(error))]
    return [_sound(one) for one in found]


def links_to_attachments(data: bytes, headers: Mapping[str, str] | None, url: str) -> list[Link]:
    """The PDF files that belong to the release on a page; none where the bytes are no page."""
    if kind_of("", data, headers, url) != "page" or len(data) > MAX_BYTES["page"]:
        return []
    from pipelines.reading import page
    return page.links(data, headers or {}, url)


def _read(kind: str | None, data: bytes, headers: Mapping[str, str], url: str | None,
          told: Told) -> list[Draft | Unreadable]:
    if reason := _refusal(kind, len(data)):
        raise CannotRead(reason)
    if not data.strip():
        raise CannotRead("the file is empty")
    if kind == "lines":
        from pipelines.reading import lines
        return lines.read(data)
    if kind == "page":
        from pipelines.reading import page
        return page.read(data, headers, url, told)
    if kind == "feed":
        from pipelines.reading import feed
        return feed.read(data, headers, url)
    if kind == "pdf":
        from pipelines.reading import pdf
        return pdf.read(data, url, told)
    from pipelines.reading import plain
    return plain.read(data, headers, url, told)


def _sound(one: Draft | Unreadable) -> Draft | Unreadable:
    """A draft with line ends as «\\n» and at least one word; what no database can hold is unreadable."""
    if isinstance(one, Unreadable):
        return one
    values = (one.text, one.item, one.url, one.title, one.published, one.publisher)
    if any(value and _SURROGATE.search(value) for value in values):
        return Unreadable(one.item.encode("utf-8", "backslashreplace").decode(),
                          "holds half a character (a lone surrogate); repair the text where it comes from")
    if any(value and "\0" in value for value in values):
        return Unreadable(one.item.replace("\0", "\\0"), "holds a NUL character: not text")
    text = one.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Unreadable(one.item, "holds no text")
    if len(text.encode()) > MAX_TEXT:
        return Unreadable(one.item, f"the text is longer than {MAX_TEXT:,} bytes")
    return replace(one, text=text, url=one.url or None, title=one.title or None, published=one.published or None,
                   publisher=one.publisher or None)
