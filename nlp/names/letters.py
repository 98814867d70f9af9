"""Classes of letters that names are made of."""
from __future__ import annotations

import re

from nlp.patterns import LETTERS

KANJI, KANA, LATIN = (LETTERS[name] for name in ("KANJI", "KANA", "LATIN"))
CORE = re.compile(f"(?:[{KANJI}{KANA}{LATIN}&＆・‐–—\\-+'’!#@_]|(?<=[A-Za-z0-9])[./]|\\.(?=[A-Za-z0-9])(?<!\\.\\.))+")
BACK = re.compile(f"[{KANJI}{KANA}{LATIN}&＆・‐–—\\-+'’.!/]")
HIRAGANA = re.compile("[ぁ-ゖゝゞ]+")
WORD = re.compile(f"[{KANJI}{KANA}{LATIN}ぁ-ゖ]")


def is_latin(char: str) -> bool:
    return re.match(f"[{LATIN}&]", char) is not None
