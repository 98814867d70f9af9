"""Groups of words of like meaning: clusters of ja_ginza's word vectors, made by nlp.training.senses."""
from __future__ import annotations

import gzip
from array import array
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "data" / "models" / "senses.gz"


@cache
def _clusters() -> tuple[array[int], array[int]]:
    """The coarse and the fine cluster of every row of the vectors."""
    with gzip.open(FILE, "rb") as file:
        both = array("H", file.read())
    half = len(both) // 2
    return both[:half], both[half:]


@cache
def _vocabulary() -> Any:
    from nlp.reader import _language

    return _language().vocab


@lru_cache(maxsize=65536)
def senses(text: str) -> tuple[int, int] | None:
    """The coarse and the fine group of a word; None for a word without a vector."""
    vocabulary = _vocabulary()
    row = vocabulary.vectors.find(key=vocabulary.strings[text])
    if row < 0:
        return None
    coarse, fine = _clusters()
    return coarse[row], fine[row]
