"""Patterns of the data files: Japanese words as regular expressions, kept out of the code."""
from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data"
#: Classes of letters that the patterns name: kanji, katakana, Latin letters and digits.
LETTERS = {"KANJI": "一-龥々〆〇髙﨑ヶケヵ", "KANA": "ァ-ヴヷ-ヺー゛", "LATIN": "A-Za-z0-9À-ÖØ-öø-ÿ"}


@cache
def words(file: str) -> Mapping[str, Any]:
    """What a YAML file of `nlp/data` holds."""
    with (_DATA / f"{file}.yaml").open(encoding="utf-8") as source:
        loaded: Mapping[str, Any] = yaml.safe_load(source)
    return loaded


@cache
def pattern(file: str, key: str) -> re.Pattern[str]:
    """A pattern of a file, dots naming what lies deeper («directed.donation»); {KANJI} and the like are filled in.

    Raises KeyError where the file has no such key.
    """
    value: Any = words(file)
    for part in key.split("."):
        value = value[part]
    return re.compile(filled(value))


def filled(said: str) -> str:
    """A pattern's text with its classes of letters, {KANJI} and the like, filled in."""
    for name, letters in LETTERS.items():
        said = said.replace("{" + name + "}", letters)
    return said


def lines_of(name: str) -> list[str]:
    """The entries of a word list of `nlp/data`, comments left out."""
    with (_DATA / name).open(encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
