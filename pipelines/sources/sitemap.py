"""Sitemaps (sitemaps.org protocol 0.9): an index of sitemaps, or the addresses of a site with the day of their last change."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lxml import etree

from pipelines.reading.days import day
from pipelines.sources import index
from pipelines.sources.index import UnreadableIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One address. `changed` is the day of its last change in Japan; `is_map` where it is a sitemap itself."""
    url: str
    changed: str | None
    is_map: bool


def entries(read: str, since: dt.date | None = None) -> list[Entry]:
    """The entries in their order; those changed before `since` are left out, those that say nothing of it are not.

    Raises UnreadableIndex where it is no sitemap.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(index.xml(read).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableIndex(f"is no XML ({error}); correct «url» or «kind»") from None
    if root is None:
        raise UnreadableIndex("is no XML; correct «url» or «kind»")
    if (name := _name(root)) not in ("urlset", "sitemapindex"):
        raise UnreadableIndex(f"is no sitemap but <{name}>; correct «url» or «kind»")
    found = [_entry(child) for child in root if isinstance(child.tag, str) and _name(child) in ("url", "sitemap")]
    return [one for one in found if one is not None and not (since and one.changed and one.changed < since.isoformat())]


def _entry(node: etree._Element) -> Entry | None:
    told = {_name(child): (child.text or "").strip() for child in node if isinstance(child.tag, str)}
    if not told.get("loc"):
        return None
    return Entry(told["loc"], day(told.get("lastmod")), _name(node) == "sitemap")


def _name(node: etree._Element) -> str:
    return str(etree.QName(node).localname).lower()
