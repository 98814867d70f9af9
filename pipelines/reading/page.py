"""HTML pages: the article's text with tables and lists as lines, and what the page says about itself."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from lxml import etree

from pipelines.ledger.records import Draft
from pipelines.reading import CannotRead
from pipelines.reading.charset import decode
from pipelines.reading.days import day

#: Stands for the tab between two cells until the extraction, which squeezes white space, is over. It must be
#: printable: the extraction drops other characters.
_TAB = "␉"
#: A row with a longer cell is layout, not data.
_CELL = 300
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "br", "section", "article", "pre",
           "blockquote", "table", "ul", "ol", "dl", "figure", "figcaption"}
_UNSEEN = {"script", "style", "noscript", "template", "head"}


def read(data: bytes) -> Draft:
    """A page as one document. Raises CannotRead where it is no HTML or has no text."""
    tree = _tree(decode(data))
    about = list(_json_ld(tree))
    return Draft(_article(tree), url=_url(tree), title=_title(tree, about), published=_published(tree, about),
                 publisher=_publisher(tree, about))


def fragment(html: str) -> str:
    """All text of a piece of HTML, a block a line; plain text comes back as it is."""
    if "<" not in html and "&" not in html:
        return html.strip()
    return _lines(_tree(f"<div>{html}</div>"))


def _tree(html: str) -> Any:
    try:
        tree = lxml.html.document_fromstring(_XML_DECLARATION.sub("", html).replace("\0", ""))
    except (etree.ParserError, ValueError) as error:
        raise CannotRead(f"not a page of HTML ({error})") from error
    for menu in list(tree.iter("nav")):
        menu.drop_tree()
    for row in list(tree.iter("tr")):
        _row_as_line(row)
    return tree


def _row_as_line(row: Any) -> None:
    """Put a data row's cells into its first cell, parted by tabs."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    words = [" ".join("".join(_words(cell)).split()) for cell in cells]
    if len(cells) < 2 or row.find(".//table") is not None or any(len(w) > _CELL for w in words):
        return
    for cell in cells[1:]:
        row.remove(cell)
    for child in list(cells[0]):
        cells[0].remove(child)
    cells[0].text = _TAB.join(words)


def _words(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    if element.tag in _BLOCKS:
        yield " "
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""


def _article(tree: Any) -> str:
    found = trafilatura.extract(lxml.html.tostring(tree, encoding="unicode"), favor_recall=True, include_tables=True,
                                include_comments=False, output_format="txt", deduplicate=False)
    text = "\n".join(line for line in map(_cleaned, (found or "").split("\n")) if line) or _lines(tree)
    if not text:
        raise CannotRead("the page holds no text")
    return text


def _cleaned(line: str) -> str:
    """A line without the marks that the extraction draws for rows and items."""
    return re.sub(r"^\s*(?:\|\s*|- )|\s*\|\s*$", "", line).replace(_TAB, "\t").strip()


def _lines(tree: Any) -> str:
    parts: list[str] = []

    def walk(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        block = element.tag in _BLOCKS
        parts.append("\n" if block else "")
        parts.append(" ".join((element.text or " ").split()) if element.text else "")
        for child in element:
            walk(child)
            parts.append(" ".join(child.tail.split()) if child.tail else "")
        parts.append("\n" if block else "")

    walk(tree)
    return "\n".join(line for line in map(_cleaned, "".join(parts).split("\n")) if line)


# --- what the page says about itself ---------------------------------------------------------------------------------

def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                yield one
                waiting += [one["@graph"]] if "@graph" in one else []


def _said(about: list[dict[str, Any]], key: str) -> str | None:
    for one in about:
        value = one.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _meta(tree: Any, *names: str) -> str | None:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if content := (element.get("content") or "").strip():
            found.setdefault(name, content)
    return next((found[name] for name in names if name in found), None)


def _url(tree: Any) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for url in (*links, _meta(tree, "og:url")):
        if url and urlsplit(url.strip()).scheme in ("http", "https"):
            return str(url).strip()
    return None


def _title(tree: Any, about: list[dict[str, Any]]) -> str | None:
    headings = [" ".join("".join(_words(h)).split()) for h in tree.iter("h1")]
    in_head = " ".join((tree.findtext(".//title") or "").split())
    return (_said(about, "headline") or _meta(tree, "og:title") or next((h for h in headings if h), None)
            or in_head or None)


def _published(tree: Any, about: list[dict[str, Any]]) -> str | None:
    times = [t.get("datetime") for t in tree.iter("time") if t.get("datetime")]
    stated = (_said(about, "datePublished"),
              _meta(tree, "article:published_time", "datepublished", "date", "pubdate", "dc.date", "dcterms.issued",
                    "dcterms.date", "dc.date.issued"), *times[:1])
    return next((found for one in stated if (found := day(one))), None)


def _publisher(tree: Any, about: list[dict[str, Any]]) -> str | None:
    return _said(about, "publisher") or _meta(tree, "og:site_name", "publisher", "dc.publisher", "author")
