"""What an answer holds: only kinds of file that releases come as are kept, and no XML that declares entities."""
from __future__ import annotations

import re

from pipelines.fetch.failures import Failed, Failure

#: The media types that are kept.
ALLOWED = frozenset((
    "text/html", "application/xhtml+xml", "text/plain", "application/pdf", "application/x-pdf", "application/xml",
    "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/json",
    "application/feed+json", "application/x-rss+xml", "application/gzip", "application/x-gzip"))
#: Servers that do not know a file's type say these.
_UNKNOWN = frozenset(("", "application/octet-stream", "binary/octet-stream", "application/force-download",
                      "application/download", "application/x-download", "application/x-force-download"))
#: How files of a known kind begin: PDF, and gzip, as which sitemaps come.
_MAGIC = (b"%PDF-", b"\x1f\x8b")
_MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|rss|rdf|feed|urlset|sitemapindex)\b", re.I)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
          (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
#: Encodings in which markup is written as in ASCII, so that it can be found without decoding, and those with a mark.
_PLAIN = re.compile(r"utf-?8|us-ascii|iso-8859-\d+|windows-(125\d|31j)|(x-)?s(hift)?[-_]?jis|cp932|ms932|(x-)?euc-?jp|"
                    r"iso-2022-jp|utf-?16(le|be)?|utf-?32(le|be)?", re.I)
#: What may stand before the document type, and how each ends (XML 1.0 §2.8).
_BEFORE = (("<!--", "-->"), ("<?", "?>"))
_INK = re.compile(r"\S")
_ELEMENT = re.compile(r"<[\w:]")
#: A document type up to its end or to its own declarations; what is quoted in it may hold any mark.
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*+>", re.I)


def media_type(header: str | None) -> str:
    """The type of a Content-Type header, in small letters; "" where there is none."""
    return (header or "").partition(";")[0].strip().lower()


def refuse_type(header: str | None) -> None:
    """Raises Failed for a Content-Type that no release has; one that says nothing passes, its bytes will tell."""
    kind = media_type(header)
    if kind not in ALLOWED and kind not in _UNKNOWN:
        raise Failed(Failure.WRONG_TYPE, kind)


def refuse_content(header: str | None, data: bytes) -> None:
    """Raises Failed for nothing, for bytes of an unknown type that are no file of a known one, and for XML with entities."""
    kind = media_type(header)
    if not data:
        raise Failed(Failure.EMPTY)
    if kind in _UNKNOWN and not data.startswith(_MAGIC) and not _MARKUP.match(_head(data)):
        raise Failed(Failure.WRONG_TYPE, f"{kind or 'no Content-Type'}, and neither PDF nor markup nor gzip")
    if "xml" in kind or _head(data).lstrip()[:5].lower() == b"<?xml":
        refuse_entities(data)


def refuse_entities(data: bytes) -> None:
    """Raises Failed for XML whose document type declares entities: they read files (XXE) or unfold without end.

    A DOCTYPE without declarations passes, as old RSS has it.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "latin-1")
    text = data.decode(encoding, "replace")
    declared = _DECLARED.search(text[:1000])
    if declared and not _PLAIN.fullmatch(declared[1].strip()):
        raise Failed(Failure.UNSAFE_XML, f"its encoding is {declared[1][:40]!r}, in which entities could hide")
    if _declares(text.removeprefix("\ufeff")):
        raise Failed(Failure.UNSAFE_XML)


def _declares(text: str) -> bool:
    """Whether XML declares entities. Each character is looked at once: searching for comments takes hours for some texts.

    Where a document type has declarations of its own nobody reads on to see where they end; the word for an entity
    anywhere behind is enough. So it is where no XML begins, as nobody knows what a parser makes of that.
    """
    place = 0
    while (ink := _INK.search(text, place)) is not None:
        place = ink.start()
        around = next((one for one in _BEFORE if text.startswith(one[0], place)), None)
        if around is None:
            break
        end = text.find(around[1], place + len(around[0]))
        if end < 0:
            return "<!ENTITY" in text
        place = end + len(around[1])
    # behind an element no document type can follow
    harmless = _ELEMENT.match(text, place) or _DOCTYPE.match(text, place)
    return harmless is None and "<!ENTITY" in text


def _head(data: bytes) -> bytes:
    """The beginning as ASCII sees it, without a mark of its encoding."""
    start = data[:400]
    return (start[3:] if start.startswith(b"\xef\xbb\xbf") else start.lstrip(b"\xff\xfe")).replace(b"\0", b"")
