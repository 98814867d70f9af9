"""An index, whatever its kind: the items that it names, and its bytes as text that is safe to parse."""
from __future__ import annotations

import gzip
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.reading import CannotRead
from pipelines.reading.charset import decode

#: Bytes that a compressed index may unpack to: what the sitemap protocol allows a file (sitemaps.org, 50 MB).
MAX_BYTES = 52_428_800
_DECLARATION = re.compile(r"\A\s*+<\?xml[^>]*+>")
#: No repetition here gives back what it took (`*+`): with comments or document types without end that takes hours.
_COMMENTS = r"(?>\s|<!--.*?-->)*+"
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*+(\[)?")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));?")
_PAGE = re.compile(rf"\A{_COMMENTS}(?:<!DOCTYPE\s+html\b|<html\b|<head\b|<body\b)", re.I | re.S)


class UnreadableIndex(ValueError):
    """An index that cannot be read; the message says what came instead and what to do."""


class UnsafeIndex(UnreadableIndex):
    """An index that declares entities, which could read files or unfold without end; it is not parsed at all."""


@dataclass(frozen=True, slots=True)
class Item:
    """What an index says of one release; `published` is a date prefix in Japan's time."""
    url: str
    published: str | None = None
    title: str | None = None
    publisher: str | None = None


def text(body: bytes, headers: Mapping[str, str], charset: str | None = None) -> str:
    """The characters of an index: by the source's hint, the Content-Type, what the bytes declare, then trial.

    Raises UnreadableIndex where it is empty, unpacks to too much or is no text.
    """
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body)
    if charset:
        headers = {"content-type": f"text/plain; charset={charset}"}
    try:
        read = decode(body, headers).text if body.strip() else ""
    except CannotRead as error:
        raise UnreadableIndex(f"answered with something else than text ({error})") from None
    if not read.strip():
        raise UnreadableIndex("answered with nothing; see whether the address still holds")
    return _REFERENCE.sub(_character, read.replace("\0", "\ufffd"))


def _character(reference: re.Match[str]) -> str:
    """The reference as it is, or U+FFFD where it names no character (a surrogate, beyond Unicode): parsers stumble."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_one = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if is_one else "\ufffd"


def _unpacked(body: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            data = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise UnreadableIndex(f"answered with a damaged gzip file ({error})") from None
    if len(data) > MAX_BYTES:
        raise UnreadableIndex(f"unpacks to more than {MAX_BYTES:,} bytes; no index is as large")
    return data


def xml(read: str) -> str:
    """The same XML without declaration and document type, so that nothing in it stands for anything else.

    Raises UnreadableIndex for a page of HTML, UnsafeIndex where the document declares entities of its own.
    """
    read = _DECLARATION.sub("", read.lstrip("\ufeff"), count=1)
    if _PAGE.match(read):
        raise UnreadableIndex("answered with a page of HTML instead of XML; the address has moved or the site refuses: "
                              "open it in a browser and correct «url»")
    head = _DOCTYPE.search(read)
    if head is None:
        return read
    if head[1] or "<!ENTITY" in read:
        raise UnsafeIndex("declares entities of its own, which no honest index needs; it is not read")
    return read[:head.start()] + read[head.end() + 1:]
