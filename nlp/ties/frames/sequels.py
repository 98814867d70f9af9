"""Sentences that add to an agreement told before: its day, a party more, its end, an earlier counterpart."""
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp.patterns import pattern, words
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.directed import SIDES
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading
from nlp.ties.kinds import AGREED


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"sequels.{key}")


@cache
def _labelled_day() -> re.Pattern[str]:
    return re.compile(f"(?:{words('ties')['date_label']}|{_pattern('dated_act').pattern}){_pattern('day_follows').pattern}")


def read_day(reading: Reading, sentence: Sentence, text: str) -> None:
    """A date that a sentence of its own gives: «締結式は…に行います», «契約日は…です», «派遣の期間は…から»."""
    if not reading.found or any(f.sentence == sentence for f in reading.found):
        return
    ceremony = _pattern("ceremony").search(text)
    label = _labelled_day().search(text)
    term = _pattern("term").search(text)
    alone = _pattern("act_alone").match(text) and not reading.names.between(sentence.start, sentence.end)
    if not (ceremony or label or term or alone):
        return
    agreed = (f for f in reversed(reading.found) if f.kind in AGREED or f.kind in SIDES)
    last = reading.found[-1] if term else next(agreed, None)
    if last is None or sentence.start - last.sentence.end > 400:
        return
    date = reading.date_in(sentence.start, sentence.end, sentence.end, ("event", "start"))
    if term and (last.kind not in ("secondment", "designated_manager", "support") or date is None or date.kind != "start"):
        return
    if date and (last.date is None or (label and len(date.value) > len(last.date.value))):
        for one in reading.found:
            if one is last or (one.kind == "brokerage" and one.led_to is not None and reading.found[one.led_to] is last):
                one.date = date
        last.status = reading.dated(last.status, date)
        last.more.append((sentence.start, sentence.end))


def late_date(reading: Reading, sentence: Sentence, text: str, near: int) -> None:
    """A sentence about the same signing that adds its day: «協定書は3月25日、…にて交わされました»."""
    if not _pattern("signing").search(text):
        return
    date = reading.date_in(sentence.start, sentence.end, sentence.start + near, ("event",))
    last = reading.agreed()
    if date and last and last.date is None and sentence.start - last.sentence.end < 200:
        last.date = date
        last.more.append((sentence.start, sentence.end))
        last.status = reading.dated(last.status, date)


def same_agreement(reading: Reading, sentence: Sentence, text: str, groups: Sequence[Group], status: str,
                   near: int) -> None:
    """«Xが本協定に加わりました»: the agreement again, with one party more; «同協定は終了»: its end."""
    last = reading.agreed()
    if last is None:
        return
    joins = [g for g in groups if g.case == "subject"] if _pattern("joins").search(text) else []
    parties = dict(last.parties)
    for group in joins:
        for entity in group.entities:
            parties.setdefault(entity, "party")
    if joins and len(parties) == len(last.parties):
        return
    date = reading.date_in(sentence.start, sentence.end, sentence.start + near, ("event", "end"))
    reading.found.append(Finding(last.kind, reading.dated(status, date) if joins else status, tuple(parties.items()), sentence,
                                 last.mentions + tuple(m for g in joins for m in g.mentions), date, last.title, 0.7,
                                 [(last.sentence.start, last.sentence.end)], named=last.named))


def read_sequels(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """«…協定を結ぶのは、X（平成21年度）に続く2件目»: an earlier tie of the same kind with X."""
    last = reading.agreed()
    earlier = [g for g in groups if _pattern("after_whom").match(g.after)]
    if last is None or not earlier:
        return
    told = (text, reading.page.norm[last.sentence.start:last.sentence.end])
    if not any(_pattern("agreement").search(line) for line in told):
        return
    viewed = [g for g in groups if _pattern("seen_from").match(g.after)]
    partners = earlier[-1].entities
    public = all(reading.entity(e).public for e in partners)
    own = viewed[0].entities[0] if viewed else reading.names.publisher
    if own is None:
        own = next((e for e, _ in last.parties if e not in partners and not (public and reading.entity(e).public)), None)
    if own is None or own in partners:
        return
    near = reading.page.norm.find(")", earlier[-1].end)
    date = reading.date_in(earlier[-1].end, max(earlier[-1].end, near), earlier[-1].end)
    for one in partners:
        reading.found.append(Finding(last.kind, "concluded", ((own, "party"), (one, "party")), sentence, earlier[-1].mentions,
                                     date, None, 0.6, [(last.sentence.start, last.sentence.end)]))


def read_comments(reading: Reading, sentence: Sentence, text: str) -> None:
    """«Xとの協定締結について、各自治体の首長から…»: the heads whose words follow under their own headings."""
    if not all(_pattern(key).search(text) for key in ("agreement", "from_heads", "comment")):
        return
    named = [m for m in reading.names.between(sentence.start, sentence.end) if not reading.entity(m.entity).public]
    if len({m.entity for m in named}) != 1:
        return
    own = named[0]
    for other in reading.page.sentences:
        if other.start <= sentence.end or not reading.heading(other) or other.end - other.start > 30:
            continue
        inside = reading.names.between(other.start, other.end)
        if len(inside) != 1 or reading.entity(inside[0].entity).type != "municipality":
            continue
        if _pattern("head_of_municipality").search(reading.page.norm[other.start:other.end].rstrip()):
            kind = "comprehensive_partnership" if _pattern("comprehensive").search(text) else "partnership"
            reading.found.append(Finding(kind, "concluded", ((own.entity, "party"), (inside[0].entity, "party")), sentence,
                                         (own, inside[0]), None, None, 0.6, [(other.start, other.end)]))
