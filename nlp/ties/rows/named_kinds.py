"""Kinds of ties by the words that name them."""
from __future__ import annotations

from nlp.ties.rows.rules import FILE
from nlp.ties.wording import first_named


def kind_named(text: str, table: str = "kinds") -> str | None:
    """The kind that a text names; "" of what is no tie, None where it names none."""
    row = first_named(FILE, table, text)
    return None if row is None else str(row["kind"])
