"""Sentences that tell who brought others together, and the tie that came of it."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"brokers.{key}")


def brokers_of(reading: Reading, sentence: Sentence, text: str, groups: Sequence[Group]) -> set[int]:
    """Who brought others together in this sentence: «Aの紹介により», «AがBとCをつなぎ»."""
    found: set[int] = set()
    norm = reading.page.norm
    for m in reading.names.between(sentence.start, sentence.end):
        rest = _pattern("closing").sub("", norm[m.end:sentence.end])
        if pattern("ties", "broker_by").match(rest):
            found.add(m.entity)
    verb = pattern("ties", "broker_verb").search(text)
    if verb and not found:
        acts = [g for g in groups if g.case in ("subject", "from") and g.start < sentence.start + verb.start()
                and len(g.entities) == 1]
        if acts and _pattern("brings").match(acts[-1].after) and any(len(g.entities) >= 2 for g in groups):
            return set(acts[-1].entities)
        others = {e for g in groups for e in g.entities if g.case in ("with", "object", "to", "of")}
        if acts and len(others - set(acts[-1].entities)) >= 1 and not _pattern("role_alone").search(text):
            found |= set(acts[-1].entities)
    return found


def read_brokerage(reading: Reading, sentence: Sentence, text: str, brokers: set[int], before: int) -> None:
    """What the brokers of a sentence did: those they connected, and the tie that it led to.

    Ties from number `before` on are of this sentence.
    """
    if not brokers or _pattern("no_deed").search(text):
        return
    connected = {m.entity for m in reading.names.between(sentence.start, sentence.end)
                 if reading.entity(m.entity).type != "national_government"} - brokers
    led = _led_to(reading, sentence, connected, brokers, before)
    if led is not None and (len(connected) < 2 or connected & reading.found[led].entities):
        partners = reading.found[led].entities
    elif len(connected) >= 2:
        partners = frozenset(connected)
    else:
        subject = reading.subject([*connected, *brokers])
        if subject is None or not connected:
            return
        partners = frozenset({*connected, subject})
    if len(partners) < 2 or partners & brokers:
        return
    tie = reading.found[led] if led is not None else None
    mentions = tuple(m for m in reading.names.between(sentence.start, sentence.end) if m.entity in partners | brokers)
    for broker in sorted(brokers):
        parties = ((broker, "broker"), *((e, "connected") for e in sorted(partners)))
        more = [(tie.sentence.start, tie.sentence.end)] if tie else []
        reading.found.append(Finding("brokerage", "concluded", parties, sentence, mentions + (tie.mentions if tie else ()),
                                     tie.date if tie else None, None, 0.8, more, led, "evidenced"))


def _led_to(reading: Reading, sentence: Sentence, connected: set[int], brokers: set[int], before: int) -> int | None:
    """The number of the tie without the brokers that came of it: of the same sentence, else one told earlier."""
    found = reading.found
    ties = [n for n, f in enumerate(found) if f.kind not in ("brokerage", "membership", "secretariat") and not f.entities & brokers]
    here = [n for n in ties if n >= before]
    if here:
        return here[0]
    earlier = [n for n in ties if found[n].kind != "outsourcing"]
    fits = [n for n in earlier if connected and connected <= found[n].entities] \
        or [n for n in earlier if connected & found[n].entities]
    if fits:
        return fits[-1]
    near = earlier and len(connected) < 2 and sentence.start - found[earlier[-1]].sentence.end < 400
    return earlier[-1] if near else None
