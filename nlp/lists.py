"""Ties in lists, tables and labelled lines: «締結日 … 締結先 …», rows of a date and a name, members one a line."""
from __future__ import annotations

from nlp.ties import Found, Frames


def read_lists(frames: Frames, found: list[Found]) -> list[Found]:
    """The ties that sentences told, with what lists add."""
    return found
