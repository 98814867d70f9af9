"""What stands on every page beside the release: found by what it is called, left out.

The names, headings and lines are in data/page.yaml.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.reading import blocks

_TAGS = frozenset({"nav", "aside", "dialog", "menu", "search", "script", "style", "noscript", "template"})
_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar", "dialog",
                    "toolbar", "alert"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LIKE_HEADINGS = ("p", "div", "dt", "span", "strong")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
#: A heading is no longer than this, nor is a line of furniture.
_LINE = 160
#: A plain block that stands for a heading is no longer than this.
_SHORT = 30
#: The share of a block's characters that are links, from which on it is a list of links.
_LINKS = 0.5
#: The share of all words that furniture holds at most.
_WRAPPER = 0.5


@cache
def data() -> Mapping[str, Any]:
    """What data/page.yaml holds."""
    loaded: Any = yaml.safe_load((Path(__file__).parent / "data" / "page.yaml").read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, dict) else {}


@cache
def _any(section: str, always: bool | None = None) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one['pattern']})" for one in data()[section]
                               if always is None or bool(one.get("always")) is always))


def is_furniture(line: str) -> bool:
    """Whether a line is one of those that stand on every page."""
    return len(line) <= _LINE and _any("lines").fullmatch(line) is not None


@lru_cache(10_000)
def _is_named(name: str) -> bool:
    kebab = re.sub(r"[^a-z0-9]+", "-", _HUMP.sub("-", name).lower()).strip("-")
    return _any("names").fullmatch(kebab) is not None or _any("names").fullmatch(kebab.replace("-", "")) is not None


def is_furniture_name(name: str) -> bool:
    """Whether an id or a class is one that furniture has."""
    return len(name) <= 60 and _is_named(name)


def remove(root: Any) -> None:
    """Take furniture out of an element.

    What is called furniture and yet holds more than half of the words is a wrapper (a «print-area») and stays.
    """
    most = plain_length(root) * _WRAPPER
    for one in [one for one in root.iterdescendants() if isinstance(one.tag, str) and goes(one)]:
        if one.tag in _TAGS or plain_length(one) <= most:
            drop(one)
    for heading in list(root.iter(*_HEADINGS)):
        if _is_within(heading, root):
            _remove_below(heading)
    for heading in list(root.iter(*_LIKE_HEADINGS)):
        if len(heading) <= 2 and _is_within(heading, root):
            _remove_links_behind(heading)


def plain_length(element: Any) -> int:
    """Characters of an element that are no white space and in no link."""
    every = len("".join(element.text_content().split()))
    return every - sum(len("".join(a.text_content().split())) for a in element.iter("a"))


def _is_within(one: Any, root: Any) -> bool:
    return any(ancestor is root for ancestor in one.iterancestors())


def drop(element: Any) -> None:
    """Take an element out of its tree; the words behind it stay."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def goes(one: Any) -> bool:
    """Whether an element is furniture by its tag, role, or what it is called."""
    tag, attributes = one.tag, one.attrib
    if tag in ("body", "html", "main"):
        return False
    if tag in _TAGS:
        return True
    if tag in ("header", "footer") and not any(p.tag in ("article", "main") for p in one.iterancestors()):
        return True
    if not attributes:
        return False
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
        return True
    if (attributes.get("role") or "").lower() in _ROLES:
        return True
    return any(map(is_furniture_name, (*(attributes.get("id") or "").split(),
                                       *(attributes.get("class") or "").split())))


def _remove_below(heading: Any) -> None:
    words = blocks.words(heading)
    if not words or len(words) > _LINE:
        return
    always = _any("headings", True).match(words) is not None
    if not always and _any("headings", False).match(words) is None:
        return
    below = list(_below(heading))
    if not (always or is_links(below)):
        return
    for one in (heading, *below):
        drop(one)


def _remove_links_behind(heading: Any) -> None:
    """Where a plain block says what such a heading says, it goes with the lists of links right behind it."""
    words = blocks.words(heading)
    if not words or len(words) > _SHORT or _any("headings").match(words) is None:
        return
    behind = []
    for one in heading.itersiblings():
        if not (isinstance(one.tag, str) and next(one.iter("a"), None) is not None and is_links([one])):
            break
        behind.append(one)
    for one in (heading, *behind) if behind else ():
        drop(one)


def _below(heading: Any) -> Iterator[Any]:
    """The elements behind a heading, up to the next one of its order or a block that has one."""
    orders = [order for order in _HEADINGS if order <= heading.tag]
    for one in heading.itersiblings():
        if isinstance(one.tag, str) and next(one.iter(*orders), None) is not None:
            return
        yield one


def is_links(elements: list[Any]) -> bool:
    """Whether elements are a list of links, or nothing; files to be had are no such links."""
    every = linked = 0
    for one in elements:
        if isinstance(one.tag, str):
            every += len("".join(one.text_content().split()))
            links = [one] if one.tag == "a" else one.iter("a")
            linked += sum(len("".join(a.text_content().split())) for a in links if not _is_file(a.get("href")))
    return every == 0 or linked >= _LINKS * every


def _is_file(address: str | None) -> bool:
    return re.search(r"\.(?:pdf|docx?|xlsx?|zip|pptx?)(?:$|[?#])", address or "", re.I) is not None
