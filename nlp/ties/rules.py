"""What hand-written frames of trigger, particle and sector find: evidence for the choice among proposals, no verdict.

The frames are precise and find little; where they agree with a proposal, it is likelier right.
"""
from __future__ import annotations

from collections.abc import Sequence

from nlp.dates import DateMention
from nlp.names.entities import Names
from nlp.text import Page
from nlp.ties.frames.merger import merged
from nlp.ties.frames.sentences import read_sentences
from nlp.ties.lists import read_lists


def ruled_ties(page: Page, names: Names, dates: Sequence[DateMention]) -> tuple[tuple[str, frozenset[int]], ...]:
    """The ties that frames find on a page, as (kind, parties)."""
    return tuple((f.kind, f.entities) for f in merged(read_lists(read_sentences(page, names, dates))))
