"""HTML pages: the release's text with tables and lists as lines, and what the page says about itself."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import lxml.html
from lxml import etree

from pipelines.ledger.records import Draft
from pipelines.reading import CannotRead, Told, Unreadable, about, article, attachments, blocks, tables
from pipelines.reading.charset import decode
from pipelines.reading.days import day_alone

#: Lines from the top among which a day alone in a line is the release's own.
_HEAD = 12
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: Characters that lxml refuses in a text.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read(data: bytes, headers: Mapping[str, str], url: str | None, told: Told) -> list[Draft | Unreadable]:
    """A page as one document, and what of its characters is lost. Raises CannotRead where it is no HTML or has no
    text."""
    decoded = decode(data, headers)
    whole = tree(decoded.text)
    main = article.main_part(whole)
    page = about.about(whole, url, main)
    text = article.text(whole, main)
    if not text:
        raise CannotRead("the page holds no text")
    found: list[Draft | Unreadable] = [Draft(
        text, url=about.address(page), title=about.title(page) or told.title,
        published=told.published or about.published(page) or day_alone(text.split("\n", _HEAD)[:_HEAD]),
        publisher=about.publisher(page, told.publisher))]
    if decoded.damage:
        found.append(Unreadable("", decoded.damage))
    return found


def links(data: bytes, headers: Mapping[str, str], url: str) -> list[attachments.Link]:
    """The files of a page's release; none where the bytes are no page."""
    try:
        return attachments.links(tree(decode(data, headers).text), url)
    except CannotRead:
        return []


def fragment(html: str) -> str:
    """All text of a piece of HTML, a block a line; plain text comes back as it is."""
    if "<" not in html and "&" not in html:
        return html.strip()
    whole = tree(f"<div>{html}</div>")
    tables.as_lines(whole)
    return "\n".join(map(blocks.tabbed, blocks.lines(whole)))


def tree(html: str) -> Any:
    """The elements of a page. Raises CannotRead where it is no HTML."""
    try:
        return lxml.html.document_fromstring(_REFUSED.sub("", _XML_DECLARATION.sub("", html)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise CannotRead(f"not a page of HTML ({error})") from error


