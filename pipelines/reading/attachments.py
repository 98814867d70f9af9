"""Files that belong to a release: links of its own part to PDF files."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pipelines.reading import article, blocks, furniture
from pipelines.reading.publishers import is_wire

#: Files of one release that are followed.
MOST = 30


@dataclass(frozen=True, slots=True)
class Link:
    """A file of a release: its absolute address without fragment, and the words that lead to it."""
    url: str
    words: str


def links(tree: Any, url: str) -> list[Link]:
    """The PDF files of a page's release in their order, each once, at most MOST.

    Links of the page's furniture, forms to fill in and files that a site offers everywhere are left out, as are files of
    other sites (a wire's own servers excepted).
    """
    base = tree.find(".//base")
    where = _joined(url, base.get("href") if base is not None else None) or url
    main = article.main_part(tree)
    part = main if main is not None else (tree.find("body") if tree.find("body") is not None else tree)
    furniture.remove(part)
    found: dict[str, Link] = {}
    for anchor in part.iter("a"):
        address = _joined(where, anchor.get("href"))
        if address is None or address in found or not _is_pdf(address, anchor.get("type")):
            continue
        words = blocks.words(anchor) or (anchor.get("title") or "").strip()
        if _is_the_releases_own(address, words, url):
            found[address] = Link(address, words)
        if len(found) == MOST:
            break
    return list(found.values())


def _joined(base: str, address: str | None) -> str | None:
    if not address or address.lstrip().startswith("#"):
        return None
    try:
        found = urljoin(base, address.strip()).partition("#")[0]
        parts = urlsplit(found)
        return found if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _is_pdf(address: str, kind: str | None) -> bool:
    return urlsplit(address).path.lower().endswith(".pdf") or (kind or "").lower() == "application/pdf"


def _is_the_releases_own(address: str, words: str, url: str) -> bool:
    if _of_everywhere().search(unquote(urlsplit(address).path)) or _not_words().search(words):
        return False
    return is_wire(url) or _site(address) == _site(url)


def _site(url: str) -> str:
    """The domain that somebody owns: three labels below jp's organisational ones, else two."""
    labels = (urlsplit(url).hostname or "").split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3
    # city.aoba.nagano.jp: places own four
    place = labels[-1] == "jp" and any(one in labels for one in ("city", "town", "vill", "pref", "metro"))
    first = next((n for n, one in enumerate(labels) if one in ("city", "town", "vill", "pref", "metro")), 0)
    return ".".join(labels[first:] if place else labels[-3:] if short else labels[-2:])


@cache
def _words_and_paths() -> Mapping[str, Any]:
    found: Mapping[str, Any] = furniture.data()["attachments"]
    return found


@cache
def _not_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words_and_paths()["not_words"])))


@cache
def _of_everywhere() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words_and_paths()["not_paths"])), re.I)
