"""A tree of HTML as lines of text: a block a line, white space as a browser shows it, the cells of a row parted by tabs."""
from __future__ import annotations

import re
from typing import Any

from lxml import etree

#: Stands for the tab between two cells until white space is squeezed. It must be printable: extractors drop others.
TAB = "␉"
BLOCKS = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "section", "article", "pre",
                    "blockquote", "table", "ul", "ol", "dl", "figure", "figcaption", "main", "header", "footer", "aside",
                    "address", "form", "fieldset", "td", "th", "caption", "hr", "details", "summary", "center", "body",
                    "tbody", "thead", "nav", "hgroup", "option"})
#: What a browser shows no words of, and the reading aid above a word (株式会社 with かぶしきがいしゃ).
UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title", "rt", "rp", "iframe", "object", "svg",
                    "canvas", "select", "button", "textarea", "video", "audio", "math", "datalist"})
_BREAK, _EDGE = "\x1e", "\x1f"
_WIDE = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60々〆"
#: The end of a source line between two wide characters is no space (CSS Text 3, segment break transformation).
_WRAPPED = re.compile(rf"(?<=[{_WIDE}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_WIDE}])")
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u2002-\u200a]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")


def lines(root: Any) -> list[str]:
    """The lines of an element that hold words, in their order."""
    parts: list[str] = []
    unseen = kept = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag
        if event == "start":
            kept += tag == "pre"
            if tag in UNSEEN:
                unseen += 1
            elif not unseen:
                if tag == "br":
                    parts.append(_BREAK)
                elif tag in BLOCKS:
                    parts.append(_EDGE)
                if element.text:
                    parts.append(element.text.replace("\n", _BREAK) if kept else element.text)
            continue
        if event == "end":
            kept -= tag == "pre"
            unseen -= tag in UNSEEN
        if unseen:
            continue
        if event == "end" and tag in BLOCKS:
            parts.append(_EDGE)
        # words behind the root itself are not its own
        if element.tail and element is not root:
            parts.append(element.tail.replace("\n", _BREAK) if kept else element.tail)
    whole = _WRAPPED.sub("", _INVISIBLE.sub("", "".join(parts)))
    return [line for one in re.split(f"[{_BREAK}{_EDGE}]", whole) if (line := _SPACE.sub(" ", one).strip())]


def words(root: Any) -> str:
    """All words of an element in one line."""
    return " ".join(lines(root))


def tabbed(line: str) -> str:
    """A line with its tabs."""
    return re.sub(f" ?{TAB} ?", "\t", line) if TAB in line else line
