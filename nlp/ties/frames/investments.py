"""Sentences that tell who invests in whom."""
from __future__ import annotations

import re

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"investments.{key}")


def read_investment(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """The investment that a sentence tells; where it is part of a capital alliance told before, the roles in that one."""
    match = _pattern("investment").search(text)
    if not match or (_pattern("told_otherwise").search(text) and not _pattern("takes_up").search(text)):
        return
    investors: list[int] = []
    targets: list[int] = []
    used: list[Mention] = []
    for group in groups:
        if group.case == "subject":
            investors += group.entities
        elif group.case == "to" or _pattern("issues").match(group.after):
            targets += group.entities
        else:
            continue
        used += group.mentions
    issuer = [g for g in groups if _pattern("issuer").match(g.after)]
    if issuer:
        targets = issuer[0].entities
        investors = [e for e in investors if e not in targets]
        capital = next((f for f in reversed(reading.found) if f.kind == "capital_alliance"), None)
        if capital:
            roles = {**{e: "party" for e, _ in capital.parties}, **{e: "investor" for e in investors},
                     **{e: "investee" for e in targets}}
            if set(roles) == capital.entities:
                capital.parties = tuple(roles.items())
                capital.more.append((sentence.start, sentence.end))
                return
    if not targets:
        last = next((f for f in reversed(reading.found) if f.kind == "founding"), None)
        if last and investors:
            targets = [e for e, role in last.parties if role == "collective"]
    investors = [e for e in dict.fromkeys(investors) if e not in targets]
    if not investors and targets:
        home = reading.subject(targets)
        investors = [home] if home is not None else []
    if not investors or not targets:
        return
    status = "planned" if _pattern("will_invest").search(text) else "concluded"
    date = reading.date_in(sentence.start, sentence.end, sentence.start + match.start())
    parties = tuple([(e, "investor") for e in investors] + [(e, "investee") for e in targets])
    reading.found.append(Finding("investment", reading.dated(status, date), parties, sentence, tuple(used), date, None, 0.7))
