"""What the dictionary of GiNZA's tokeniser knows of a stretch of letters as a person's name."""
from __future__ import annotations

from functools import cache, lru_cache

from sudachipy import Dictionary

from nlp.patterns import pattern, words

#: Parts of speech of the dictionary (fourth field) → family name, given name, name of a foreigner.
_KINDS = {"姓": "f", "名": "g", "一般": "x"}


@cache
def _dictionary() -> Dictionary:
    return Dictionary()


@cache
def common_letters() -> dict[int, str]:
    """Rare forms of letters in names → the common form, for `str.translate`."""
    return str.maketrans(dict(words("persons")["folded"]))


@lru_cache(maxsize=20_000)
def kinds(text: str) -> frozenset[str]:
    """Which kinds of name a word of the dictionary can be: f family, g given, x any."""
    found = (m.part_of_speech() for m in _dictionary().lookup(text.translate(common_letters())))
    return frozenset(_KINDS[p[3]] for p in found if p[2] == "人名" and p[3] in _KINDS)


def reading(text: str) -> str:
    """The best reading of letters as family and given name: «fg», «f?», «?g», «f», «g», «x» or «-»."""
    parts = pattern("persons", "inner_sign").split(text)
    if len(parts) > 2 and all(len(p) == 1 for p in parts):
        parts = ["".join(parts)]
    if len(parts) == 2:
        return "_" + _pair(*parts)
    if len(parts) > 2:
        return "_" + "".join("x" if kinds(p) else "?" for p in parts)
    bare = parts[0]
    whole = kinds(bare)
    if "f" in whole:
        return "f"
    pairs = [_pair(bare[:n], bare[n:]) for n in range(1, len(bare))]
    for best in ("fg", "xx"):
        if best in pairs:
            return best
    if whole:
        return "g" if "g" in whole else "x"
    return next((best for best in ("f?", "?g") if best in pairs), "-")


def _pair(first: str, second: str) -> str:
    family, given = kinds(first), kinds(second)
    if "f" in family and "g" in given:
        return "fg"
    if "x" in family and "x" in given:
        return "xx"
    if "f" in family:
        return "f?"
    return "?g" if "g" in given else "??"
