"""What a tie is about: the themes its items, its agreement's name and its words tell."""
from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from nlp.model import THEMES

_WORDS = Path(__file__).parent / "data" / "themes.csv"
#: A list item: a line that opens with a bullet, a circled or bracketed number; or a line that ends in «に関すること».
_ITEM = re.compile(r"^[ \t\u3000]*(?:[①-⑳]|[(（][0-9０-９一二三四五六七八九十]{1,2}[)）]|[0-9０-９]{1,2}[.．)）、 \u3000]"
                   r"|[ア-オ][ .．)）\u3000]|[・●○◆◇■□*•\-])[ \t\u3000]*(.{2,80})$"
                   r"|^[ \t\u3000]*(.{2,60}(?:に関すること|に関する事項|のこと))[。;；、]?$", re.M)
_NAMED = re.compile("[「『]([^「」『』\n]{2,80}(?:協定書?|覚書|契約|事業|プロジェクト))[」』]")
_INLINE = re.compile(r"[①-⑳]([^①-⑳\n。]{2,60})")


@cache
def _words() -> Mapping[str, tuple[str, bool]]:
    """Word → (theme or «-», whether it is strong)."""
    with _WORDS.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["word"]: (row["theme"], row["use"] == "strong") for row in rows}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_words(), key=lambda w: (-len(w), w)))))


def _told(text: str) -> tuple[set[str], set[str]]:
    """The themes of strong and of weak words; the longest word at a place counts alone."""
    strong: set[str] = set()
    weak: set[str] = set()
    for match in _pattern().finditer(text):
        theme, is_strong = _words()[match[0]]
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
    else all words. General words (SDGs, 地域活性化) count only where no other word tells a theme. Order of nlp.model.THEMES.
    """
    plain = unicodedata.normalize("NFKC", text)
    items = [unicodedata.normalize("NFKC", item) for item in items_of(text)]
    found: set[str] = set()
    if len(items) >= 2:
        for item in items:
            strong, weak = _told(item)
            found |= strong or weak
        general = found & {THEMES[-1]}
        found = (found - general) or found
    if not found:
        names = _NAMED.findall(plain)
        found = set().union(*(_told(name)[0] for name in names)) or _best([plain])
    return tuple(theme for theme in THEMES if theme in found)
