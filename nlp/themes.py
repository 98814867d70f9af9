"""What a tie is about: the themes its items, its agreement's name and its words tell."""
from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from nlp.model import THEMES, Span

_DATA = Path(__file__).parent / "data"
#: A list item: a line that opens with a bullet, a circled or bracketed number; or a line that ends in «に関すること».
_ITEM = re.compile(r"^[ \t\u3000]*(?:[①-⑳]|[(（][0-9０-９一二三四五六七八九十]{1,2}[)）]"
                   r"|[0-9０-９]{1,2}[.．)）、 \u3000]|[ア-オ][ .．)）\u3000]|[・●○◆◇■□*•\-])[ \t\u3000]*(.{2,80})$"
                   r"|^[ \t\u3000]*(.{2,60}(?:に関すること|に関する事項|のこと))[。;；、]?$", re.M)
_NAMED = re.compile("[「『]([^「」『』\n]{2,80}(?:協定書?|覚書|契約|事業|プロジェクト))[」』]")
_INLINE = re.compile(r"[①-⑳]([^①-⑳\n。]{2,60})")


@cache
def _words() -> Mapping[str, tuple[tuple[str, bool], ...]]:
    """Word → its themes (or «-»), each with whether it is strong."""
    words: dict[str, tuple[tuple[str, bool], ...]] = {}
    for row in _rows("themes.csv"):
        words[row["word"]] = (*words.get(row["word"], ()), (row["theme"], row["use"] == "strong"))
    return words


@cache
def _of_kinds() -> Mapping[str, str]:
    return {row["kind"]: row["theme"] for row in _rows("themes_kinds.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_words(), key=lambda w: (-len(w), w)))))


def _told(text: str) -> tuple[set[str], set[str]]:
    """The themes of strong and of weak words; the longest word at a place counts alone."""
    strong: set[str] = set()
    weak: set[str] = set()
    for match in _pattern().finditer(text):
        for theme, is_strong in _words()[match[0]]:
            if theme != "-":
                (strong if is_strong else weak).add(theme)
    return strong, weak


def _best(texts: Iterable[str]) -> set[str]:
    told = [_told(text) for text in texts]
    strong = set().union(*(s for s, _ in told))
    return strong or set().union(*(w for _, w in told))


def items_of(text: str) -> tuple[str, ...]:
    """The items of the lists in a text («①…», «(1)…», «…に関すること»), in their order."""
    found = [(m.start(), m[1] or m[2]) for m in _ITEM.finditer(text)]
    found += [(m.start(), m[1]) for m in _INLINE.finditer(text) if not any(m[1] in item for _, item in found)]
    return tuple(item.strip() for _, item in sorted(found))


def themes_of(text: str) -> tuple[str, ...]:
    """The themes of a tie from the words about it: its sentence, its agreement's name, its items.

    A list of two items or more decides alone, each item giving what it tells; else the name of an agreement in 「」;
    else all words. General words (SDGs, 地域活性化) count only where no other word tells a theme. The order is that of
    nlp.model.THEMES.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = _of_items(items_of(text))
    if not found:
        names = _NAMED.findall(plain)
        found = set().union(*(_told(name)[0] for name in names)) or _best([plain])
    return _ordered(found)


def themes_about(text: str, sentence: Span, title: str | None, kind: str, reach: int = 200) -> tuple[str, ...]:
    """The themes of a tie that `sentence` of `text` asserts, looking further only while nothing is told.

    In turn: the list that follows an agreement's sentence, the agreement's name, the sentence, what follows in its
    paragraph (`reach` code points at most), the head of the text. Some kinds are about a theme by what they are.
    """
    own = {_of_kinds()[kind]} if kind in _of_kinds() else set()
    agreed = kind in _WITH_ITEMS
    found = _of_items(_list_after(text, sentence.end)) if agreed and sentence.field == "text" else set()
    if len(found) < 2:
        plain = unicodedata.normalize("NFKC", text[sentence.start:sentence.end]) if sentence.field == "text" else ""
        after = text[sentence.end:sentence.end + reach].split("\n\n")[0] if sentence.field == "text" else ""
        name = unicodedata.normalize("NFKC", title or "")
        # The head tells of what stands near it, not of what is told as background further down.
        near = sentence.field == "title" or sentence.start < _NEAR_HEAD
        head = next((line for line in text.splitlines() if line.strip()), "")[:80] if near else ""
        if kind == "membership":
            after = head = ""
        looks = (name, plain, unicodedata.normalize("NFKC", after), unicodedata.normalize("NFKC", head))
        told = [_told(look) for look in looks]
        found = found or next((s for s, _ in told if s), set()) or next((w for _, w in told if w), set())
    return _ordered(found | own)


#: Code points from the start of a text within which its head still speaks for a sentence.
_NEAR_HEAD = 400
#: Kinds whose text goes on with a list of what the parties will do together.
_WITH_ITEMS = frozenset(
    {"comprehensive_partnership", "partnership", "basic_agreement", "memorandum", "business_alliance"})


def _list_after(text: str, start: int) -> tuple[str, ...]:
    """The items of the first list after `start`: they stand together, within 1,000 code points."""
    items: list[str] = []
    end = -1
    for match in _ITEM.finditer(text, start, min(len(text), start + 1600)):
        if end >= 0 and match.start() - end > 120:
            if len(items) >= 2 and _of_items(items):
                break
            items = []
        items.append(match[1] or match[2])
        end = match.end()
    return tuple(items) if len(items) >= 2 else tuple(m[1] for m in _INLINE.finditer(text, start, start + 1000))


def _of_items(items: Sequence[str]) -> set[str]:
    """What two items or more tell; general themes only where no item tells another."""
    found: set[str] = set()
    if len(items) >= 2:
        for item in items:
            strong, weak = _told(unicodedata.normalize("NFKC", item))
            found |= strong or weak
    return found


def _ordered(found: Iterable[str]) -> tuple[str, ...]:
    among = set(found)
    return tuple(theme for theme in THEMES if theme in among)
