"""Sentences that tell who is in a council, consortium or platform, and who runs its office."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import COLLECTIVES, Reading


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"collectives.{key}")


def read_collectives(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """Whom a sentence says to be in a collective, and whom to run its office."""
    mentions = reading.names.between(sentence.start, sentence.end)
    if _pattern("office_or_running").search(text):
        _secretariat(reading, sentence, text, groups, mentions)
    match = pattern("ties", "member").search(text)
    if not match or (reading.heading(sentence) and not _pattern("joining_told").search(text)):
        return
    if _pattern("joining_call").search(text):
        return
    collective = _collective(reading, mentions, sentence.start + match.start())
    if collective is None:
        return
    members: list[Mention] = []
    for group in groups:
        if reading.quoted(sentence, group.start) and not group.after.startswith(("」", "』")):
            continue
        inside = [m for m in group.mentions if reading.entity(m.entity).type not in COLLECTIVES]
        joins = _pattern("joining").search(match[0])
        if joins and group.start > sentence.start + match.start():
            continue
        if not inside or (group.case in ("source", "from", "by") and not _pattern("consists_of").search(text)):
            continue
        if group.case == "of" and not group.counted and len(inside) < 2 and not _pattern("of_member").match(group.after):
            continue
        if group.case == "to":
            continue
        members += inside
    if not members and _pattern("taking_part").search(text):
        subject = reading.subject([collective.entity])
        member = subject is not None and reading.entity(subject).type not in COLLECTIVES
        if subject is not None and member and _pattern("newly_part_of").search(text):
            _add_members(reading, sentence, text, [], [subject], collective, match)
        return
    if members:
        _add_members(reading, sentence, text, members, list(dict.fromkeys(m.entity for m in members)), collective, match)


def _collective(reading: Reading, mentions: Sequence[Mention], near: int) -> Mention | None:
    """The collective that stands nearest to a place."""
    found = [m for m in mentions if reading.entity(m.entity).type in COLLECTIVES]
    return min(found, key=lambda m: abs(m.start - near)) if found else None


def _add_members(reading: Reading, sentence: Sentence, text: str, mentions: Sequence[Mention], members: Sequence[int],
                 collective: Mention, match: re.Match[str]) -> None:
    joining = _pattern("joins").search(text)
    date = reading.date_in(sentence.start, sentence.end, sentence.start + match.end()) if joining else None
    coming = _pattern("will_join").search(text) and not _pattern("part_already").search(text)
    status = "planned" if coming else "concluded"
    if _pattern("leaves").search(text):
        status = "ended"
    parties = tuple([(e, "member") for e in members] + [(collective.entity, "collective")])
    reading.found.append(Finding("membership", reading.dated(status, date), parties, sentence, (*mentions, collective), date,
                                 None, 0.75))


def _secretariat(reading: Reading, sentence: Sentence, text: str, groups: Sequence[Group], mentions: Sequence[Mention]) -> None:
    """Who runs the office of a collective, or the collective as a whole."""
    if _pattern("contact").search(text) and not _pattern("serves").search(text):
        return
    office = _pattern("office").search(text)
    runs = office or _pattern("runs").search(text)
    if not runs:
        return
    collective = _collective(reading, [m for m in mentions if reading.entity(m.entity).type != "government_association"],
                             sentence.start + runs.start())
    number = collective.entity if collective else _collective_meant(reading, sentence) if office else None
    if number is None:
        return
    if office:
        if not _pattern("office_role").search(text) or not _pattern("office_done").search(text):
            return
        operators = _office_runners(reading, sentence, mentions, number, sentence.start + office.start())
    else:
        operators = _runners(reading, groups, number)
        if not _pattern("running").search(text):
            return
    numbers = list(dict.fromkeys(m.entity for m in operators))
    if numbers:
        parties = tuple([(e, "operator") for e in numbers] + [(number, "collective")])
        reading.found.append(Finding("secretariat", "concluded", parties, sentence,
                                     (*operators, *([collective] if collective else [])), None, None, 0.75))


def _collective_meant(reading: Reading, sentence: Sentence) -> int | None:
    """The collective of a sentence that names none: the publisher, the topic, else the one named last."""
    about = [e for e in (reading.names.publisher, *reading.topic) if e is not None]
    known = [e for e in about if reading.entity(e).type in COLLECTIVES]
    if known:
        return known[0]
    named = [m.entity for m in reading.names.mentions if m.end <= sentence.start and reading.entity(m.entity).type in COLLECTIVES]
    return list(dict.fromkeys(named))[-1] if named else None


def _office_runners(reading: Reading, sentence: Sentence, mentions: Sequence[Mention], collective: int,
                    office: int) -> list[Mention]:
    """Who is said to run an office; `office` is where its word stands."""
    operators: list[Mention] = []
    for m in mentions:
        if m.entity == collective or reading.entity(m.entity).type in COLLECTIVES:
            continue
        after = reading.page.norm[m.end:m.end + 30]
        if _pattern("office_after").match(after) \
                or (m.start > office and not operators and _pattern("runner_after_office").match(after)) \
                or _pattern("runner_of_office").search(reading.page.norm[sentence.start:m.start]):
            operators.append(m)
    return operators


def _runners(reading: Reading, groups: Sequence[Group], collective: int) -> list[Mention]:
    """Who is said to run a collective."""
    operators: list[Mention] = []
    for group in groups:
        if collective in group.entities:
            continue
        if group.case == "subject":
            operators += [m for m in group.mentions if reading.entity(m.entity).type not in COLLECTIVES]
        if _pattern("counted_run").match(group.after):
            operators += [m for m in group.mentions if m not in operators]
    return operators


def read_registered(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """«Xは、支援事業者として登録されています»: a member of the platform that the text speaks of."""
    if not _pattern("registered").search(text) or _pattern("registered_otherwise").search(text):
        return
    before = [m.entity for m in reading.names.mentions
              if m.start <= sentence.end and reading.entity(m.entity).type == "platform"]
    members = [m for g in groups if g.case in ("subject", "") for m in g.mentions
               if reading.entity(m.entity).type not in COLLECTIVES and not reading.entity(m.entity).public]
    if not before or not members:
        return
    last = next((f for f in reversed(reading.found)
                 if f.kind == "membership" and dict(f.parties).get(before[-1]) == "collective"), None)
    if last is not None and sentence.start - last.sentence.end < 60:
        parties = {**{e: r for e, r in last.parties if r == "member"}, **{m.entity: "member" for m in members},
                   before[-1]: "collective"}
        last.parties = tuple(parties.items())
        last.mentions += tuple(members)
        last.more.append((sentence.start, sentence.end))
        return
    parties = {**{m.entity: "member" for m in members}, before[-1]: "collective"}
    reading.found.append(Finding("membership", "concluded", tuple(parties.items()), sentence, tuple(members), None, None, 0.6))
