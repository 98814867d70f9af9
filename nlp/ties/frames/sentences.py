"""The sentences of a page, read one after the other through all frames.

A frame takes a sentence's groups of organisations (nlp.ties.clauses), drops those that stand in another part (who told
it, who introduced), adds whom the text leaves out («当社は» is the publisher), and reads status, date and name from the
words around the trigger. Lists and tables are read by nlp.ties.lists; nlp.ties.frames.merger joins what both found.
"""
from __future__ import annotations

from collections.abc import Sequence

from nlp.dates import DateMention
from nlp.names.entities import Names
from nlp.patterns import pattern
from nlp.text import Page, Sentence
from nlp.ties.clauses import Group, groups_of
from nlp.ties.frames.agreements import read_agreements
from nlp.ties.frames.brokers import brokers_of, read_brokerage
from nlp.ties.frames.collectives import read_collectives, read_registered
from nlp.ties.frames.cooperations import read_cooperation
from nlp.ties.frames.directed import read_directed
from nlp.ties.frames.foundings import read_founding
from nlp.ties.frames.investments import read_investment
from nlp.ties.frames.reading import Reading
from nlp.ties.frames.sequels import read_comments, read_day, read_sequels


def read_sentences(page: Page, names: Names, dates: Sequence[DateMention]) -> Reading:
    """A page with all ties that its sentences tell."""
    reading = Reading(page, names, dates)
    for sentence in page.sentences:
        text = page.norm[sentence.start:sentence.end]
        reading.begin(text)
        groups: list[Group] = []
        if pattern("tie_words", "trigger").search(text):
            groups = groups_of(page, names, sentence)
            _read(reading, sentence, text, groups)
        read_day(reading, sentence, text)
        reading.remember(sentence, groups)
    _lead(reading)
    return reading


def _read(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    before = len(reading.found)
    brokers = brokers_of(reading, sentence, text, groups)
    rest = [Group(tuple(m for m in g.mentions if m.entity not in brokers), g.case, g.after, g.counted)
            for g in groups if any(m.entity not in brokers for m in g.mentions)]
    read_agreements(reading, sentence, text, rest)
    read_directed(reading, sentence, text, rest)
    read_collectives(reading, sentence, text, rest)
    read_founding(reading, sentence, text, rest)
    read_cooperation(reading, sentence, text, rest, before)
    read_registered(reading, sentence, text, rest)
    read_comments(reading, sentence, text)
    read_sequels(reading, sentence, text, groups)
    read_investment(reading, sentence, text, rest)
    read_brokerage(reading, sentence, text, brokers, before)


def _lead(reading: Reading) -> None:
    """Brokerages told before the tie they led to are given it, and its day."""
    for one in reading.found:
        if one.kind == "brokerage" and (one.led_to is None or one.date is None):
            partners = {e for e, role in one.parties if role == "connected"}
            fits = [n for n, f in enumerate(reading.found) if f.entities == partners and f.kind != "brokerage"]
            if fits:
                tie = reading.found[fits[-1]]
                one.led_to = fits[-1]
                one.date = one.date or tie.date
                one.more.append((tie.sentence.start, tie.sentence.end))
