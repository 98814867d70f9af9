"""What hand-written rules find on a page: evidence for the choice among proposals, no verdict.

Three readers: frames (trigger, particle and sector), phrases (patterns over sentences whose organisations are single signs),
rows (lists and tables). Where they agree with a proposal, it is likelier right; how much likelier is learnt for each rule.
"""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from nlp.blocks import Layout
from nlp.dates import DateMention
from nlp.names.entities import Names
from nlp.ties.frames.merger import merged
from nlp.ties.frames.sentences import read_sentences
from nlp.ties.lists import read_lists
from nlp.ties.phrases import told_ties
from nlp.ties.rows import row_ties
from nlp.ties.told import Told


def ruled_ties(layout: Layout, names: Names, dates: Sequence[DateMention]) -> tuple[Told, ...]:
    """The ties that rules tell, each once a rule and block."""
    frames = (Told(f.kind, f.parties, "frames:listed" if f.listed else "frames:told", _block(layout, f.sentence.start))
              for f in merged(read_lists(read_sentences(layout.page, names, dates))))
    return tuple(dict.fromkeys([*frames, *told_ties(layout, names), *row_ties(layout, names)]))


def _block(layout: Layout, position: int) -> int:
    """The block that holds a place of the page."""
    return max(0, bisect_right(layout.starts, position) - 1)
