"""Entries of the data files: words they share filled in, and the first of a table that a text names."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nlp.patterns import words

#: A word that several patterns of a file share, which its key `words` lists: {give}.
_SHARED = re.compile(r"\{([a-z_]+)\}")


def filled(file: str, text: str) -> str:
    """A pattern of a file with its shared words."""
    while _SHARED.search(text):
        text = _SHARED.sub(lambda match: f"(?:{words(file)['words'][match[1]]})", text)
    return text


def first_named(file: str, table: str, text: str) -> Mapping[str, Any] | None:
    """The first row of a table of a file whose words (`named`) a text holds."""
    row: Mapping[str, Any] | None = next((row for row in words(file)[table] if re.search(row["named"], text)), None)
    return row
