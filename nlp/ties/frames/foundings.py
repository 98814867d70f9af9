"""Sentences that tell who founds what."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import COLLECTIVES, Reading

#: Types of organisations that others found; what has a legal form can be founded too.
_FOUNDED = COLLECTIVES | {"company", "association", "nonprofit", "tourism", "other", "unit"}


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"foundings.{key}")


def read_founding(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """The organisation that a sentence says is founded, with its founders."""
    match = pattern("ties", "founding").search(text)
    if not match or (reading.heading(sentence) and sentence.line > 2):
        return
    if _pattern("no_founding").search(text):
        return
    verb = sentence.start + match.start()
    target = _target(reading, sentence, verb, groups)
    if target is None:
        return
    founders: list[Mention] = []
    for group in groups:
        inside = [m for m in group.mentions if m.entity != target.entity]
        if not inside or (group.start > verb and group.case != "subject"):
            continue
        if not reading.quoted(sentence, group.start) and _founds(reading, sentence, text, group, inside, target):
            founders += inside
    numbers = list(dict.fromkeys(m.entity for m in founders))
    passive = _pattern("founded_passive").search(text)
    if not numbers and not passive and not reading.heading(sentence):
        subject = reading.subject([target.entity])
        numbers = [subject] if subject is not None else []
    collective = reading.entity(target.entity).type in COLLECTIVES
    if not numbers or (not collective and all(reading.entity(e).type in COLLECTIVES for e in numbers)):
        return
    date = reading.date_in(sentence.start, sentence.end, verb)
    status = "planned" if _pattern("will_found").search(text[match.start():]) else "concluded"
    if _pattern("article").search(text):
        status = "concluded"
    parties = tuple([(e, "founder") for e in numbers] + [(target.entity, "collective")])
    reading.found.append(Finding("founding", reading.dated(status, date), parties, sentence, (*founders, target), date, None,
                                 0.75, heading=reading.heading(sentence)))


def _target(reading: Reading, sentence: Sentence, verb: int, groups: Sequence[Group]) -> Mention | None:
    """What is founded: the object of the verb, else a collective that the sentence is about where others are its subject."""
    target: Mention | None = None
    for m in reading.names.between(sentence.start, sentence.end):
        e = reading.entity(m.entity)
        if m.end <= verb and (e.type in _FOUNDED or e.form is not None):
            between = _pattern("aside").sub("", reading.page.norm[m.end:verb])
            target = m if _pattern("founded_object").fullmatch(between) else target
    if target is not None:
        return target
    subjects = [g for g in groups if g.case == "subject"]
    heads = [g for g in subjects if _pattern("closes_topic").match(g.after) and len(g.mentions) == 1
             and reading.entity(g.mentions[0].entity).type in COLLECTIVES]
    others = any(_pattern("closes_subject").match(g.after) for g in subjects)
    return heads[0].mentions[0] if heads and others and verb > heads[0].end else None


def _founds(reading: Reading, sentence: Sentence, text: str, group: Group, inside: Sequence[Mention], target: Mention) -> bool:
    """Whether a group, `inside` without what is founded, is among the founders."""
    if group.case in ("subject", "with") and not (_pattern("at_place").match(group.after) and _pattern("is_founded").search(text)):
        return True
    if group.case in ("by", "at") and reading.entity(target.entity).type in COLLECTIVES:
        return True
    if _pattern("at").match(group.after) and len(inside) > 1:
        return True
    return group.case == "" and reading.heading(sentence)
