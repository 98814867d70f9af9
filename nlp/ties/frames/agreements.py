"""Sentences that tell an agreement: a noun («協定»), the groups of its clause as parties, status, date and name."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.dates import DateMention
from nlp.names.entities import Mention
from nlp.patterns import pattern, words
from nlp.text import Sentence
from nlp.ties.clauses import Group, in_brackets
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading
from nlp.ties.frames.sequels import late_date, same_agreement
from nlp.ties.frames.states import status_of
from nlp.ties.kinds import AGREED, SYMMETRIC

#: Kinds that are told by what is done together.
_RESEARCH = ("joint_research", "field_trial")


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"agreements.{key}")


def read_agreements(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """The agreements that a sentence tells, and what it adds to those told before."""
    nouns = [m for m in pattern("tie_words", "noun").finditer(text)
             if text.startswith("(") or not in_brackets(reading.page.norm, sentence, sentence.start + m.start())]
    heading = reading.heading(sentence)
    done = 0
    shared: list[Group] = []
    for index, noun in enumerate(nouns):
        quoted = reading.quoted(sentence, sentence.start + noun.start())
        noun_end = quoted[1] - sentence.start if quoted else noun.end()
        rest = text[noun.end():noun_end] if quoted else ""
        if len(rest) > 14 and not _pattern("agreement").search(rest) and not _pattern("noun_goes_on").match(rest):
            continue
        following = nouns[index + 1].start() if index + 1 < len(nouns) else len(text)
        if quoted and following < noun_end:
            continue
        tail = text[noun_end:following]
        tail, end = _clause(tail, noun_end)
        if _pattern("and_another").match(tail) and index + 1 < len(nouns) and not pattern("ties", "concluded").search(tail):
            tail = text[noun_end:]
        relative = _pattern("signed_before").search(text[done:noun.start()])
        if relative and not pattern("ties", "concluded").search(tail[:30]):
            status: str | None = "planned" if _pattern("to_be_signed").search(relative[0]) else "concluded"
            if (ended := status_of(tail, False)) in ("ended", "renewed", "cancelled"):
                status = ended
        else:
            status = status_of(tail, heading)
        if status is None:
            continue
        if _pattern("document").fullmatch(noun[0]) and _pattern("undersigned").search(tail[:12]) and any(
                f.kind in AGREED and sentence.start - f.sentence.end < 400 for f in reading.found):
            late_date(reading, sentence, text, noun.end())
            continue
        if pattern("tie_words", "anaphoric").search(text[:noun.start()]):
            late_date(reading, sentence, text, noun.end())
            if status in ("ended", "renewed", "cancelled") or _pattern("joined_later").search(tail):
                same_agreement(reading, sentence, text, groups, status, noun.end())
            continue
        kind = _kind(reading, text, noun, quoted)
        if kind is None:
            continue
        acted = _pattern("activity").fullmatch(noun[0]) or kind in _RESEARCH
        if acted and not heading and not _pattern("acts").search(tail):
            continue
        segment = [g for g in groups if g.start >= sentence.start + done and g.start < sentence.start + max(end, noun_end)]
        behind = _pattern("signed_with").search(text[noun_end:]) if not heading else None
        if behind and _pattern("counterpart_follows").search(behind[0]):
            segment += [g for g in groups if g.start >= sentence.start + noun_end + behind.start() and g not in segment]
        parties = _parties(reading, sentence, segment, shared)
        people = [g for g in segment if g.case == "subject"]
        shared = people[:1] or shared
        start, done = done, max(end, noun_end)
        if relative and status in ("ended", "renewed", "cancelled"):
            _add(reading, kind, "concluded", sentence, text, parties, noun, quoted, start, noun.start())
            start = noun.start()
        _add(reading, kind, status, sentence, text, parties, noun, quoted, start, end)


def _clause(tail: str, offset: int) -> tuple[str, int]:
    """The words behind a noun to the end of its clause, and where that is."""
    verb = pattern("ties", "concluded").search(tail)
    if not verb:
        return tail, offset + len(tail)
    comma = -1 if _pattern("ceremony").search(tail) else tail.find("、", verb.end())
    end = comma + 1 if comma >= 0 else len(tail)
    return tail[:end], offset + end


def _kind(reading: Reading, text: str, noun: re.Match[str], quoted: tuple[int, int] | None) -> str | None:
    """What kind of agreement a noun and its name tell; None where it is none, or one that is read as a directed tie."""
    if _pattern("same_kind").search(text[:noun.start()]) or _pattern("signing_alone").fullmatch(noun[0]):
        last = reading.agreed()
        return last.kind if last else None
    name = reading.page.norm[quoted[0]:quoted[1]] if quoted else _plain_name(text, noun)
    whole = name or noun[0]
    if _pattern("directed_kind").search(whole):
        return None
    if _pattern("trial").fullmatch(noun[0]) or _pattern("trial_agreement").search(whole):
        return "field_trial"
    if _pattern("hatches_research").search(whole):
        return "partnership"
    if _pattern("advice").search(whole):
        return None
    for kind, nouns in words("ties")["nouns"].items():
        if re.search(nouns, whole):
            if kind == "secondment":
                return None
            plain = not quoted and _pattern("plain_noun").fullmatch(noun[0]) and not _pattern("matter").search(whole)
            if kind == "partnership" and plain:
                if _pattern("disaster").search(text[:noun.start()]) and not _pattern("no_disaster").search(text):
                    return "disaster_support"
                document = _pattern("document").fullmatch(noun[0]) and not _pattern("cooperation").search(whole)
                if document and len(_pattern("naming_rights").findall(reading.page.norm)) > 1:
                    return "naming_rights"
            return str(kind)
    if _pattern("joining_hands").fullmatch(noun[0]):
        return "partnership"
    if _pattern("alliance").fullmatch(noun[0]):
        return "business_alliance"
    return "partnership"


def _plain_name(text: str, noun: re.Match[str]) -> str:
    """The name without quotes that a noun ends."""
    found = _pattern("plain_name").search(text[:noun.end()])
    name = found[0] if found else noun[0]
    cut = _pattern("name_cut").split(name)
    return cut[-1]


def _parties(reading: Reading, sentence: Sentence, segment: Sequence[Group], shared: Sequence[Group]) -> list[Mention]:
    """Where the parties of an agreement stand among the groups of its clause; `shared` is the subject told before."""
    norm = reading.page.norm
    outside = [g for g in segment if not reading.quoted(sentence, g.start)]
    inside = [g for g in segment if reading.quoted(sentence, g.start)]
    chosen: list[Mention] = []
    for index, group in enumerate(outside):
        if group.case == "subject" and index + 1 < len(outside) \
                and _pattern("relative_actor").fullmatch(norm[group.end:outside[index + 1].start]):
            continue
        if group.case in ("from", "by", "source", "object", "and") and not _signs(group):
            continue
        if group.case == "to" and not _pattern("to_party").match(group.after) and not _signs(group):
            continue
        if group.case == "at" and not (group.counted or len(group.entities) >= 2):
            continue
        if group.case == "of":
            near = group.after[1:].lstrip()
            if not (_pattern("of_agreement").match(near) or len(group.entities) >= 2
                    or _pattern("of_person").match(near)):
                continue
            if reading.entity(group.entities[0]).type == "national_government" and len(group.entities) == 1:
                continue
        if group.case == "" and not _bare(group):
            continue
        chosen += group.mentions
    numbers = {m.entity for m in chosen}
    if len(numbers) < 2:
        for group in shared:
            chosen = [*(m for m in group.mentions if m.entity not in numbers), *chosen]
        numbers = {m.entity for m in chosen}
    if len(numbers) < 2 and inside and reading.heading(sentence):
        for group in inside:
            if group.case in ("with", "of", "subject", ""):
                chosen += [m for m in group.mentions if m.entity not in numbers]
    return chosen


def _signs(group: Group) -> bool:
    """Whether a group whose particle seldom marks a party is one all the same."""
    several = len(group.entities) >= 2 or _pattern("signs_named").search(group.after[:5]) is not None
    return several and _pattern("signs").match(group.after) is not None


def _bare(group: Group) -> bool:
    """Whether a group without a particle is a party: at a heading's end, before a sign, counted."""
    return not group.after or group.counted or any(_pattern(key).match(group.after) for key in ("bare_sign", "bare_party"))


def _add(reading: Reading, kind: str, status: str, sentence: Sentence, text: str, mentions: list[Mention],
         noun: re.Match[str], quoted: tuple[int, int] | None, seg: int, end: int) -> None:
    """Add an agreement that [seg, end) of the sentence's text tells, with those that its words leave out."""
    base, heading = sentence.start, reading.heading(sentence)
    numbers = list(dict.fromkeys(m.entity for m in mentions))
    trial = kind in _RESEARCH
    if _pattern("all_of_them").search(text[seg:end]) and len(numbers) < 2:
        last = next((f for f in reversed(reading.found) if f.kind in SYMMETRIC), None)
        numbers = list(dict.fromkeys([*numbers, *(last.entities if last else reading.together)]))
    elif _pattern("all_signatories").search(text):
        biggest = max((f for f in reading.found if f.kind in AGREED), key=lambda f: len(f.entities), default=None)
        numbers = list(dict.fromkeys([*numbers, *(biggest.entities if biggest else ())]))
    if len(numbers) == 1 and not (trial and heading):
        subject = reading.subject(numbers)
        if subject is not None:
            numbers.insert(0, subject)
    kinds: tuple[str, ...] = ("event", "start") if trial or kind == "business_alliance" else ("event",)
    if status in ("ended", "renewed", "cancelled"):
        kinds = ("event", "start", "end")
    last_word = max(end, noun.end()) if end > noun.start() else end
    date = reading.date_in(base + seg, base + last_word, base + noun.start(), kinds)
    if date is None and _pattern("same_day").search(text[seg:end]):
        date = next((f.date for f in reversed(reading.found) if f.date), None)
    if date is None:
        date = _heading_date(reading, sentence)
    title = quoted or _title(sentence, text, noun)
    named = reading.page.norm[title[0]:title[1]] if title else None
    if len(numbers) == 1 and _pattern("signing_alone").fullmatch(noun[0]):
        last = reading.agreed()
        numbers = [*(e for e in last.entities if reading.entity(e).public and e not in numbers), *numbers] if last else numbers
    if len(numbers) < 2 and trial:
        last = next((f for f in reversed(reading.found) if f.kind in AGREED and base - f.sentence.end < 160), None)
        numbers = list(last.entities) if last else numbers
    if len(numbers) == 2 and _part_of(reading, *numbers):
        return
    if len(numbers) < 2:
        late_date(reading, sentence, text, noun.end())
        return
    if kind == "basic_agreement" and _pattern("accord").search(text[noun.start():noun.end()]) and status == "concluded":
        status = "preliminary"
    status = reading.dated(status, date)
    confidence = 0.9 if not heading else 0.7
    sets = [numbers]
    if pattern("ties", "each").search(text[seg:end]) and len(numbers) > 2:
        sets = _pairs(reading, numbers, mentions)
    if kind == "naming_rights":
        public = [e for e in numbers if reading.entity(e).public]
        sponsors = [e for e in numbers if not reading.entity(e).public]
        if len(public) == 1 and sponsors:
            for e in sponsors:
                reading.found.append(Finding(kind, status, ((public[0], "owner"), (e, "sponsor")), sentence, tuple(mentions),
                                             date, None, confidence))
        return
    days: list[tuple[list[int], DateMention | None]] = [(one, date) for one in sets]
    apart = _own_dates(reading, mentions, base + max(end, noun.end()))
    if apart:
        first = [e for e in numbers if e not in apart]
        days = [([*first, partner], day) for partner, day in apart.items()]
    for one, day in days:
        reading.found.append(Finding(kind, reading.dated(status, day), tuple((e, "party") for e in one), sentence,
                                     tuple(m for m in mentions if m.entity in one), day, title, confidence,
                                     heading=heading, named=named))


def _heading_date(reading: Reading, sentence: Sentence) -> DateMention | None:
    """The day that stands in the heading right above: «■3/19（火）…»."""
    above = [s for s in reading.page.sentences if s.end <= sentence.start and sentence.line - s.line == 1]
    if not above or not reading.heading(above[0]) or above[0].end - above[0].start > 60:
        return None
    text = reading.page.norm[above[0].start:above[0].end]
    if _pattern("no_signing_date").search(text):
        return None
    if _pattern("date_line").fullmatch(text) and not _pattern("heading_mark").search(text):
        return None
    return reading.date_in(above[0].start, above[0].end, above[0].end, ("event",))


def _own_dates(reading: Reading, mentions: Sequence[Mention], end: int) -> dict[int, DateMention]:
    """Counterparts that each have their day: «A市と7月1日に、B市と8月8日に締結しました»."""
    norm = reading.page.norm
    found: dict[int, DateMention] = {}
    for m in mentions:
        bare = _pattern("with_each").match(norm[m.end:end])
        if bare:
            at = m.end + bare.end()
            own = next((d for a, b, d in reading.dates if a == at), None)
            if own:
                found[m.entity] = own
    return found if len(found) > 1 else {}


def _part_of(reading: Reading, one: int, two: int) -> bool:
    """Whether one is a unit of the other: «青葉市教育委員会» of «青葉市»."""
    a, b = reading.entity(one), reading.entity(two)
    return "unit" in (a.type, b.type) and (a.name.startswith(b.name) or b.name.startswith(a.name))


def _pairs(reading: Reading, numbers: Sequence[int], mentions: Sequence[Mention]) -> list[list[int]]:
    """One tie a counterpart: the counterparts are the side with more organisations, the other side stays whole."""
    norm = reading.page.norm
    groups: list[list[int]] = []
    last: Mention | None = None
    for m in mentions:
        if last is not None and _pattern("sides_apart").search(norm[last.end:m.start]):
            groups.append([])
        if not groups:
            groups.append([])
        groups[-1].append(m.entity)
        last = m
    subject = [e for e in (groups[0] if len(groups) > 1 else [numbers[0]]) if e in numbers]
    if reading.names.publisher is not None and reading.names.publisher in numbers:
        subject = [reading.names.publisher]
    with_them = [m.entity for m in mentions if _pattern("beside").match(norm[m.end:m.end + 40])]
    subject = list(dict.fromkeys([*subject, *(e for e in with_them if e in numbers)]))
    others = [e for e in numbers if e not in subject]
    if not others:
        return [list(numbers)]
    return [[*subject, other] for other in others]


def _title(sentence: Sentence, text: str, noun: re.Match[str]) -> tuple[int, int] | None:
    """The place of an agreement's name that stands without quotes."""
    name = _plain_name(text, noun)
    if len(name) < 4 or not _pattern("named").search(name):
        return None
    start = text[:noun.end()].rfind(name)
    return (sentence.start + start, sentence.start + start + len(name))
