"""Bytes into documents: a pure function of the bytes, the file's name and READER.

The libraries for pages, feeds and PDF are imported when the first such file comes.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from nlp.version import version_of
from pipelines.ledger.records import Draft

#: Version of everything in this package; another one reads all files again.
READER = version_of("pipelines.reading")
#: Bytes that one file may have; JSON lines hold many documents.
MAX_BYTES = 32_000_000
MAX_BYTES_OF_LINES = 1_000_000_000
#: Kind of a file by its ending.
KINDS = {".jsonl": "lines", ".ndjson": "lines", ".txt": "text", ".html": "page", ".htm": "page", ".pdf": "pdf",
         ".xml": "feed", ".rdf": "feed", ".rss": "feed", ".atom": "feed"}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that cannot be read; `item` says which, "" for the whole file."""
    item: str
    reason: str


class CannotRead(ValueError):
    """A file that cannot be read; the message is the reason that the user sees."""


def refusal(name: str, size: int) -> str | None:
    """Why a file of this name and size (bytes) is not taken in at all; None where it is."""
    kind = KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        return f"not a kind that can be read; known are {', '.join(KINDS)}"
    limit = MAX_BYTES_OF_LINES if kind == "lines" else MAX_BYTES
    if size > limit:
        return f"{size:,} bytes are too many; a file of this kind may have {limit:,}"
    return None


def read(name: str, data: bytes) -> list[Draft | Unreadable]:
    """Everything in a file, in its order. `name` decides by its ending how the bytes are read."""
    try:
        found = _read(name, data)
    except CannotRead as error:
        return [Unreadable("", str(error))]
    return [_sound(one) for one in found]


def _read(name: str, data: bytes) -> list[Draft | Unreadable]:
    if reason := refusal(name, len(data)):
        raise CannotRead(reason)
    if not data.strip():
        raise CannotRead("the file is empty")
    kind = KINDS[PurePath(name).suffix.lower()]
    if kind == "lines":
        from pipelines.reading import lines
        return lines.read(data)
    if kind == "page":
        from pipelines.reading import page
        return [page.read(data)]
    if kind == "feed":
        from pipelines.reading import feed
        return feed.read(data)
    if kind == "pdf":
        from pipelines.reading import pdf
        return [pdf.read(data)]
    from pipelines.reading import plain
    return [plain.read(data)]


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
    if len(text.encode()) > MAX_BYTES:
        return Unreadable(one.item, f"the text is longer than {MAX_BYTES:,} bytes")
    return replace(one, text=text, url=one.url or None, title=one.title or None, published=one.published or None,
                   publisher=one.publisher or None)
