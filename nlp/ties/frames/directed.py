"""Sentences that tell a tie whose sides have different roles: outsourcing, donation, secondment and their like."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.names.entities import Mention
from nlp.patterns import pattern, words
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading

#: Directed kinds → (role of the public side, role of the other side).
SIDES = {"designated_manager": ("authority", "operator"), "pfi": ("authority", "operator"),
         "naming_rights": ("owner", "sponsor"), "secondment": ("receiver", "sender"),
         "donation": ("recipient", "donor"), "outsourcing": ("client", "contractor"),
         "support": ("supported", "supporter")}
#: Kinds that are given to one of several who asked for it, often to a group of firms.
_AWARDED = ("outsourcing", "designated_manager", "pfi")


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"directed.{key}")


def read_directed(reading: Reading, sentence: Sentence, text: str, groups: list[Group]) -> None:
    """The directed tie that a sentence tells; a donation may stand beside another kind."""
    heading = reading.heading(sentence)
    for kind, trigger in words("ties")["directed"].items():
        match = re.search(trigger, text)
        if not match or (kind == "pfi" and _pattern("adviser").search(text)):
            continue
        if _covered(reading, kind, text, sentence):
            continue
        status = _status(reading, kind, text, match, heading)
        if status is None:
            continue
        _add(reading, kind, status, sentence, text, groups, match)
        if kind != "donation":
            break


def _covered(reading: Reading, kind: str, text: str, sentence: Sentence) -> bool:
    """Whether the sentence is about an agreement of another kind that only mentions this one's word."""
    here = {f.kind for f in reading.found if f.sentence == sentence}
    if kind == "support" and (here or _pattern("agreement_or_gift").search(text)):
        return not _pattern("advice").search(text)
    if kind == "outsourcing":
        if _pattern("cooperation_agreement").search(text) and not _pattern("entrusted").search(text):
            return True
        return bool(here & {"designated_manager", "pfi", "naming_rights"})
    if kind == "donation":
        if not _pattern("gift").search(text):
            return True
        return _pattern("thanks").search(text) is None and _pattern("no_gift").search(text) is not None
    return kind == "pfi" and not _pattern("pfi_act").search(text)


def _status(reading: Reading, kind: str, text: str, match: re.Match[str], heading: bool) -> str | None:
    """The state of a directed tie with its trigger's match; None where nothing is asserted."""
    tail = text[match.end():]
    around = text[max(0, match.start() - 60):]
    if _pattern("no_assertion").search(tail[:70]) and not _pattern("open_call").search(text) \
            and not _pattern("settled").search(tail):
        return None
    if kind in _AWARDED:
        if _pattern("withdrawn").search(text):
            return "cancelled"
        bids = heading and kind != "designated_manager" and _pattern("bidding").search(reading.page.norm)
        if bids and not _pattern("contract").search(text):
            return "preliminary"
        if pattern("ties", "preliminary").search(text) and not _pattern("decided").search(text):
            return "preliminary"
    if _pattern("run_out").search(text):
        return "ended"
    if _pattern("renewed").search(text):
        return "renewed"
    if not pattern("ties", "directed_done").search(text) and not heading:
        return None
    if _pattern("coming").search(around):
        return "planned"
    return "concluded"


def _sides(reading: Reading, kind: str, groups: Sequence[Group],
           sentence: Sentence) -> tuple[list[int], list[int], list[Mention]]:
    """The public side and the other side of a directed tie, and where they stand."""
    public: list[int] = []
    other: list[int] = []
    used: list[Mention] = []
    for group in groups:
        if reading.quoted(sentence, group.start) and not group.after.startswith("」"):
            continue
        if group.case == "source" or (group.case == "of" and reading.entity(group.entities[0]).type == "national_government"):
            continue
        if group.case == "by" and kind != "donation" and not _pattern("by_giver").match(group.after):
            continue
        for m in group.mentions:
            e = reading.entity(m.entity)
            if e.type == "national_government" and kind in ("secondment", "donation", "naming_rights"):
                continue
            side = public if e.public and e.type != "agency" else other
            if m.entity not in side:
                side.append(m.entity)
            used.append(m)
    return public, other, used


def _add(reading: Reading, kind: str, status: str, sentence: Sentence, text: str, groups: list[Group],
         match: re.Match[str]) -> None:
    """Add a directed tie, whom the sentence leaves out taken from the page."""
    heading = reading.heading(sentence)
    public, other, used = _sides(reading, kind, groups, sentence)
    if kind == "outsourcing" and status == "preliminary" and _pattern("pfi_method").search(reading.page.norm) \
            and not _pattern("pfi_over").search(reading.page.norm):
        kind = "pfi"
    asks, gives = SIDES[kind]
    if kind in _AWARDED:
        other = [_group_of(reading, e, text) for e in other]
        other = [e for e in other if reading.entity(e).type == "consortium"] or other
    if not public:
        home = reading.names.publisher
        if home is not None and reading.entity(home).public:
            public = [home]
        elif len(other) >= 2:
            public, other = _by_particle(kind, groups, other)
        elif home is None:
            public = [e for e in reading.topic if reading.entity(e).public][:1] or _main_city(reading)
    if not other and public:
        home = reading.names.publisher
        own = any(g.case == "subject" for g in groups if set(g.entities) & set(public))
        told = not own and (kind != "donation" or _pattern("we_gave").search(text))
        if home is not None and not reading.entity(home).public and told:
            other = [home]
        elif len(public) >= 2 and kind in ("support", "outsourcing", "donation", "secondment"):
            public, other = _by_particle(kind, groups, public)
    if not public or not other:
        return
    if kind == "support" and heading:
        return
    kinds = ("event", "start", "announced") if status == "preliminary" else ("event", "start")
    date = reading.date_in(sentence.start, sentence.end, sentence.start + match.start(), kinds)
    if status == "ended":
        date = reading.date_in(sentence.start, sentence.end, sentence.end, ("end", "event")) or date
    status = reading.dated(status, date)
    if kind in ("designated_manager", "pfi") or _pattern("as_one").search(text):
        sets = [(public, other)]
    else:
        asking = public[:1] if kind in ("donation", "naming_rights") else public
        sets = [([p], [o]) for p in asking for o in other]
    for a, b in sets:
        parties = tuple([(e, asks) for e in a] + [(e, gives) for e in b])
        reading.found.append(Finding(kind, status, parties, sentence, tuple(m for m in used if m.entity in dict(parties)),
                                     date, None, 0.6 if heading else 0.8, heading=heading))


def _main_city(reading: Reading) -> list[int]:
    """The municipality that a document without a publisher speaks of most; none where two are named as often."""
    counts: dict[int, int] = {}
    for m in reading.names.mentions:
        if reading.entity(m.entity).type == "municipality":
            counts[m.entity] = counts.get(m.entity, 0) + 1
    best = sorted(counts, key=lambda e: (-counts[e], e))
    return best[:1] if len(best) == 1 or (best and counts[best[0]] > 2 * counts[best[1]]) else []


def _group_of(reading: Reading, number: int, text: str) -> int:
    """The named group that a firm leads («Xグループ»), where the text says that its group was chosen."""
    if _pattern("leads_group").search(text):
        group = reading.entity(number).name + words("frames")["directed"]["group"]
        for k, e in enumerate(reading.names.entities):
            if e.type == "consortium" and e.name == group:
                return k
    return number


def _by_particle(kind: str, groups: Sequence[Group], among: Sequence[int]) -> tuple[list[int], list[int]]:
    """Sides of one sector: who gives (donor, sender, contractor, supporter) is told by the particle."""
    giver: list[int] = []
    taker: list[int] = []
    for group in groups:
        inside = [e for e in group.entities if e in among]
        if group.case == "from":
            giver += inside
        elif group.case in ("to", "object") and kind != "outsourcing":
            taker += inside
        elif group.case == "to":
            giver += inside
    for group in groups:
        inside = [e for e in group.entities if e in among and e not in giver and e not in taker]
        if group.case == "subject":
            (giver if taker and not giver else taker).extend(inside)
    return taker, giver
