"""The part of a page that is the release, and its lines.

A page that marks its main part (as most systems of offices and wires do) is read from there, whole and in order; of any
other page trafilatura (Barbaresi 2021, doi 10.18653/v1/2021.acl-demo.15) judges what is text, after the furniture that
can be told is gone.
"""
from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from lxml.cssselect import CSSSelector

from pipelines.reading import blocks, furniture, tables

#: Characters without links that a main part has at least.
_LEAST = 50
#: The same for a part whose name leaves no doubt: less is an empty frame that a program fills.
_LEAST_SURE = 20
#: The share of the page's words that a part has at least which is only called main; and of the main part's words that a
#: narrower one has.
_SHARE, _NARROWER = 0.3, 0.7
#: Tiers of data/page.yaml that narrow a main part down, and those whose names leave no doubt.
_NARROW, _SURE = 2, 3
#: The names in a selector: «main article» has two, the last is that of the element itself.
_LAST = re.compile(r"[#.][\w-]+|\[\w+=\w+\]|[a-z]+\d?")
#: A longer page is not judged but taken whole: characters of HTML and elements, with whose square the time grows.
_JUDGED, _JUDGED_ELEMENTS = 1_000_000, 5_000
#: A list of at least so many links to pages of its own site is furniture where no main part is marked.
_MENU = 3
# what it finds no text in is no news: then the page is taken whole
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_part(tree: Any) -> Any | None:
    """The element that holds the release, None where the page marks none."""
    every = furniture.plain_length(tree)
    names = _names(tree)
    for number, tier in enumerate(_tiers()[_NARROW:], _NARROW):
        found = _whole(_select(tier, tree, names))
        if found is None or found.tag in ("html", "body"):
            continue
        length = furniture.plain_length(found)
        if (length >= _LEAST_SURE and number <= _SURE) or length >= max(_LEAST, _SHARE * every):
            if number > _SURE:
                _remove_menus_ahead(found)
            return _narrowed(found, length, names)
    return None


@dataclass(frozen=True, slots=True)
class _Selector:
    """One CSS selector and the name without which a page has nothing for it: a tag, «#id», «.class» or «[key=value]»."""
    needs: str
    select: CSSSelector


@cache
def _tiers() -> tuple[tuple[_Selector, ...], ...]:
    return tuple(tuple(_Selector(_LAST.findall(one)[-1], CSSSelector(one, translator="html"))
                       for one in map(str.strip, tier.split(","))) for tier in furniture.data()["main"])


def _names(tree: Any) -> set[str]:
    """Every tag, id, class, role and kind of content of a page, as selectors name them."""
    found: set[str] = set()
    for one in tree.iter():
        if isinstance(one.tag, str):
            found.add(one.tag)
            for key, value in one.attrib.items():
                if key == "class":
                    found.update("." + name for name in value.split())
                elif key == "id":
                    found.add("#" + value.strip())
                elif key in ("role", "itemprop"):
                    found.add(f"[{key}={value.strip()}]")
    return found


def _select(tier: tuple[_Selector, ...], tree: Any, names: set[str]) -> list[Any]:
    return list(dict.fromkeys(one for selector in tier if selector.needs in names for one in selector.select(tree)))


def _whole(matches: Sequence[Any]) -> Any | None:
    """The one element that holds all matches with words in them."""
    every = set(matches)
    top = [one for one in matches if not any(p in every for p in one.iterancestors())][:100]
    if len(top) > 1:
        top = [one for one in top if furniture.plain_length(one) >= _LEAST] or top[:1]
    if len(top) < 2:
        return top[0] if top else None
    longest = max(top, key=furniture.plain_length)
    lines = [[*reversed(list(one.iterancestors()))] for one in top]
    common = [group[0] for group in zip(*lines, strict=False) if all(one is group[0] for one in group)][-1]
    # parts that only the whole page holds together are not one release: the longest is
    return longest if common.tag in ("html", "body") else common


def _narrowed(found: Any, length: int, names: set[str]) -> Any:
    for tier in _tiers()[:_NARROW]:
        inner = [one for one in _select(tier, found, names) if one is not found and any(p is found for p in one.iterancestors())]
        part = _whole(inner)
        if part is not None and furniture.plain_length(part) >= _NARROWER * length:
            return part
    return found


def text(tree: Any, main: Any | None) -> str:
    """The lines of a page's release, "" where it has none. Takes furniture out of the tree."""
    if main is not None:
        furniture.remove(main)
        tables.as_lines(main)
        if found := _told(blocks.lines(main)):
            return "\n".join(found)
    body = tree.find("body") if tree.find("body") is not None else tree
    furniture.remove(body)
    _remove_menus(body)
    tables.as_lines(body)
    tables.unlaid(body)
    whole = _told(blocks.lines(body))
    return "\n".join(_judged(tree, whole) or whole)


def _judged(tree: Any, whole: list[str]) -> list[str]:
    """What trafilatura takes for the text; nothing where it takes too little of the page."""
    html = lxml.html.tostring(tree, encoding="unicode")
    if len(html) > _JUDGED or html.count("</") > _JUDGED_ELEMENTS:
        return []
    found = trafilatura.extract(html, favor_recall=True, include_tables=True, include_comments=False,
                                output_format="txt", deduplicate=False) or ""
    lines = _told([line for one in found.split("\n") if (line := _unmarked(one))])
    return lines if sum(map(len, lines)) >= sum(map(len, whole)) / 2 else []


def _unmarked(line: str) -> str:
    """A line without the marks that trafilatura draws for rows and items."""
    return re.sub(r"^\s*(?:\|\s*|- )|\s*\|\s*$", "", line).strip()


def _told(lines: list[str]) -> list[str]:
    return [blocks.tabbed(line) for line in lines if not furniture.is_furniture(line)]


def _remove_menus_ahead(part: Any) -> None:
    """Lists of links to pages of the site that stand before the first heading of a part."""
    for one in list(part.iter("ul", "ol", "h1", "h2", "h3")):
        if one.tag not in ("ul", "ol"):
            return
        links = [a for a in one.iter("a") if _is_of_the_site(a.get("href"))]
        if len(links) >= _MENU and any(p is part for p in one.iterancestors()) and furniture.is_links([one]):
            furniture.drop(one)


def _remove_menus(body: Any) -> None:
    """Lists of links to pages of the site itself, and cells of layout tables that hold little else."""
    for one in list(body.iter("ul", "ol", "td", "p", "div")):
        links = [a for a in one.iter("a") if _is_of_the_site(a.get("href"))]
        if len(links) >= _MENU and any(p is body for p in one.iterancestors()) and furniture.is_links([one]):
            furniture.drop(one)


def _is_of_the_site(address: str | None) -> bool:
    try:
        parts = urlsplit(address or "#")
    except ValueError:
        return False
    return not parts.netloc and bool(parts.path) and not parts.path.lower().endswith((".pdf", ".xlsx", ".docx", ".xls"))
