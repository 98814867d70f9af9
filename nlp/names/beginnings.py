"""Names that begin with hiragana which their recogniser took for the end of something else: «みよし|野運送», «のと|水瀬信用金庫».

Hiragana between a sign, or a place with «の», and a name belong to it unless they are a word that can stand there.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.names.entities import PLACES, Proposal
from nlp.names.vocabulary import form_pattern
from nlp.patterns import pattern
from nlp.text import Page
from nlp.words import Words

#: Letters before a name that are looked at.
_REACH = 9


def with_beginnings(page: Page, words: Words, taken: Sequence[Proposal]) -> list[Proposal]:
    """Names in their full length, wherever they stand in the page; sorted by place as they come."""
    begun = {one.name: run for one in taken if (run := _run_before(page, words, one))}
    found: list[Proposal] = []
    reached = 0
    for one in taken:
        run = begun.get(one.name, "")
        if run and page.norm.endswith(run, reached, one.start):
            one = replace(one, start=one.start - len(run), name=run + one.name)
        found.append(one)
        reached = one.end
    return found


def _run_before(page: Page, words: Words, one: Proposal) -> str:
    """The hiragana before a name that belong to it; "" where there are none."""
    if one.type in PLACES or form_pattern().match(page.norm, one.start):
        return ""
    number = page.line_of(one.start)
    match = pattern("names", "beginning").search(page.norm[max(page.lines[number][0], one.start - _REACH):one.start])
    if match is None or pattern("names", "no_beginning").search(match["run"]):
        return ""
    start = one.start - len(match["run"])
    adverb = any(w.pos == "ADV" and start <= w.start and w.end <= one.start for w in words.line(number)[0])
    return "" if adverb else match["run"]
