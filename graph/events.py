"""Event resolution: which statements tell of one tie, and what they say of it together.

Statements that say the same (kind, status, parties with roles, title, date; undated ones also the month of their
release) are one *wording*. Two wordings are compared only where they share a pair of organisations, and are alike
where kind, parties, title, date and status allow one event; what is connected by alikeness is settled together and
independently of everything else, from the most to the least exact wording, so that a mention without date and name
joins an event only where it can mean one alone. Two statements of one document are two events: its author told them
apart.

A settled part depends on nothing but its own wordings. So `Events` can be changed release by release, and holds what
it would hold had all releases come at once, in any order; the work grows with what is compared, not with the square
of the statements.
"""
from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from typing import Any

from graph.names import normalized
from nlp.model import (
    LEVELS,
    THEMES,
    TIE_KINDS,
    Extraction,
    Party,
    Statement,
    Tie,
    TieParty,
    bounds,
    digest,
    precision_of,
)

_COMING_ABOUT = frozenset({"concluded", "renewed", "ended"})
#: Statuses that are stages of one event; an end and a renewal are events of their own.
_STAGES = frozenset({"planned", "concluded", "preliminary", "cancelled"})
#: Kinds that one event is given by different authors, where day or title say that it is one.
_FAMILIES = (
    frozenset({"comprehensive_partnership", "partnership", "disaster_support", "memorandum", "basic_agreement",
               "joint_research", "field_trial", "business_alliance", "support"}),
    frozenset({"business_alliance", "capital_alliance", "investment"}),
    frozenset({"outsourcing", "designated_manager", "pfi", "basic_agreement"}),
    frozenset({"partnership", "outsourcing"}),
)
#: Kinds so near that a mention without a day or title may mean either.
_NEAR = frozenset(frozenset(pair) for pair in (
    ("comprehensive_partnership", "partnership"), ("business_alliance", "capital_alliance"),
    ("business_alliance", "partnership"), ("capital_alliance", "investment"), ("memorandum", "partnership")))
#: Kinds that the same parties do again and again: a mention without a date means one that is near in time.
_REPEATED = frozenset({"donation", "outsourcing", "secondment", "support", "investment", "field_trial", "brokerage"})
#: A kind that the same parties do not agree on twice within days.
_ONCE = "comprehensive_partnership"
#: Kinds whose lists of parties are often given in part, and the role that names the whole.
_COLLECTIVE = frozenset({"membership", "secretariat", "founding"})

#: Days: between the two sides' dates of one signing with and without its name; between a plan and what came of it;
#: between a preliminary and the final contract; between two undated mentions of a repeated kind; of a near release.
_SLIP_NAMED, _SLIP, _PUT_OFF, _PRELIMINARY, _REPEAT, _NEAR_RELEASE = 14, 3, 92, 550, 62, 31
#: Up to this number of parties every pair of them leads to a wording, above it only neighbours in a sorted list do.
_ALL_PAIRS = 8
#: Share of common pairs of characters above which two names given to one day's agreement are one.
_SIMILAR = 0.72
#: Share of common parties above which two long lists of one day are one.
_OVERLAP = 0.6

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement with the document that makes it, its parties by organisation id."""
    statement: Statement
    document: str
    published: str | None
    parties: tuple[tuple[str, Party], ...]

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """Older releases first, undated ones last."""
        return (self.published is None, self.published or "", self.document, self.statement.id)


@dataclass(frozen=True, slots=True)
class Wording:
    """What statements of one wording have in common; `reported` is the month of an undated one's release."""
    kind: str
    status: str
    who: tuple[tuple[str, str], ...]
    title: str
    date: str | None
    precision: str | None
    amount: int | None
    reported: str | None


class _Heard:
    """A wording with the statements that have it, and what is compared."""

    __slots__ = ("documents", "first", "keys", "last", "organizations", "rank", "reported", "roles", "title", "told",
                 "wording")

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.told: dict[str, Told] = {}
        self.documents: Counter[str] = Counter()
        self.roles = dict(wording.who)
        self.organizations = frozenset(self.roles)
        self.first, self.last = _days(wording.date, wording.precision)
        self.reported = _days(wording.reported, None)
        self.title = "" if wording.title in _generic() else wording.title
        self.keys = _keys(wording)
        self.rank = _rank(self)

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first is not None and self.first == self.last


def _rank(heard: _Heard) -> tuple[Any, ...]:
    """The order of settling: from the most exact; plans after what came of them."""
    w = heard.wording
    length = {None: 0, "day": 3, "month": 2}.get(w.precision if heard.first else None, 1)
    return (-(2 * length + bool(heard.title)), w.status == "planned", w.date or "", w.reported or "~", w.kind, w.title,
            w.who, w.status, w.amount or 0, w.precision or "")


def told_by(extraction: Extraction, organization_of: Mapping[tuple[str, str], str]) -> Iterator[Told]:
    """The statements of one extraction. Raises KeyError where a party's name was not resolved."""
    document = extraction.document
    for statement in extraction.statements:
        parties = tuple((organization_of[document.id, p.name], p) for p in statement.parties)
        yield Told(statement, document.id, document.published, parties)


def ties_of(ordered: Iterable[Extraction],
            organization_of: Mapping[tuple[str, str], str]) -> tuple[tuple[Tie, ...], dict[str, str]]:
    """The ties of all extractions by id, and the tie of each statement."""
    events = Events()
    for extraction in ordered:
        events.put(extraction.document.id, told_by(extraction, organization_of))
    events.settle()
    return tuple(events.ties[one] for one in sorted(events.ties)), events.tie_of


class Events:
    """All statements and their ties, release by release.

    `ties` are by id, `tie_of` leads from a statement's id to its tie's. Both are up to date after `settle`.
    """

    def __init__(self) -> None:
        self.ties: dict[str, Tie] = {}
        self.tie_of: dict[str, str] = {}
        self._heard: dict[Wording, _Heard] = {}
        self._by_key: dict[Key, dict[_Heard, None]] = defaultdict(dict)
        self._documents: dict[str, tuple[tuple[str, _Heard], ...]] = {}
        #: What was settled together: the number of each wording's part; a part's wordings and its ties.
        self._part_of: dict[_Heard, int] = {}
        self._parts: dict[int, tuple[list[_Heard], list[str]]] = {}
        self._next_part = 0
        #: Wordings to be settled again, and the ties that they were in.
        self._open: dict[_Heard, None] = {}
        self._left: dict[str, None] = {}
        self._groups: dict[str, list[Told]] = {}
        self._keys_of: dict[str, tuple[Key, ...]] = {}
        #: Statement → ties with a statement that says it led to that one.
        self._led: dict[str, set[str]] = defaultdict(set)

    def document_of(self, statement: str) -> str | None:
        """The document that makes a statement."""
        group = self._groups.get(self.tie_of.get(statement, ""), ())
        return next((told.document for told in group if told.statement.id == statement), None)

    def put(self, document: str, told: Iterable[Told]) -> None:
        """Take in what a document says, in place of what it said before."""
        self.drop(document)
        entries = []
        for one in told:
            wording = _wording(one)
            heard = self._heard.get(wording)
            if heard is None:
                heard = self._heard[wording] = _Heard(wording)
                for key in heard.keys:
                    self._by_key[key][heard] = None
            self._reopen(heard)
            heard.told[one.statement.id] = one
            heard.documents[document] += 1
            entries.append((one.statement.id, heard))
        if entries:
            self._documents[document] = tuple(entries)

    def drop(self, document: str) -> None:
        """Forget what a document says."""
        for statement, heard in self._documents.pop(document, ()):
            self._reopen(heard)
            heard.told.pop(statement, None)
            self.tie_of.pop(statement, None)
            heard.documents[document] -= 1
            if not heard.documents[document]:
                del heard.documents[document]
            if not heard.told:
                del self._heard[heard.wording]
                self._open.pop(heard, None)
                for key in heard.keys:
                    del self._by_key[key][heard]
                    if not self._by_key[key]:
                        del self._by_key[key]

    def _reopen(self, heard: _Heard) -> None:
        """What was settled together with a wording is settled again."""
        self._open[heard] = None
        part = self._part_of.get(heard)
        if part is not None:
            members, ties = self._parts.pop(part)
            for member in members:
                del self._part_of[member]
                if member.told:
                    self._open[member] = None
            for tie in ties:
                self._left[tie] = None

    def settle(self) -> set[str]:
        """Bring the ties up to date; the ids of those that are new, gone or other than they were."""
        before: dict[str, Tie | None] = {}
        changed: dict[str, None] = {}
        for heard in list(self._open):
            if heard not in self._part_of:
                for cluster in self._part(heard):
                    changed[self._enter(cluster, before)] = None
        gone = [tie for tie in self._left if tie not in changed]
        keys = dict.fromkeys(key for tie in self._left for key in self._keys_of.get(tie, ()))
        for tie in gone:
            before.setdefault(tie, self.ties[tie])
            del self.ties[tie], self._groups[tie], self._keys_of[tie]
        keys |= dict.fromkeys(key for tie in changed for key in self._keys_of[tie])
        moved = {s.statement.id for tie in changed for s in self._groups[tie]}
        moved |= {s for tie in gone if (old := before[tie]) is not None for s in old.statements}
        again = {tie for statement in moved for tie in self._led.get(statement, ()) if tie in self.ties}
        again |= {self.tie_of[s] for key in keys for heard in self._by_key.get(key, ())
                  if _leads(heard.wording) for s in heard.told}
        for tie in sorted(again | {tie for tie in changed if _linked(self.ties[tie])}):
            before.setdefault(tie, self.ties[tie])
            self.ties[tie] = self._with_links(tie)
        self._open, self._left = {}, {}
        return {tie for tie, old in before.items() if old != self.ties.get(tie)}

    def _enter(self, cluster: Sequence[_Heard], before: dict[str, Tie | None]) -> str:
        group = _group(cluster)
        one = tie_id(group[0])
        before.setdefault(one, self.ties.get(one))
        self.ties[one] = _tie(group)
        self._groups[one] = group
        self._keys_of[one] = (cluster[0].keys if len(cluster) == 1 else
                              tuple(dict.fromkeys(key for heard in cluster for key in heard.keys)))
        for told in group:
            self.tie_of[told.statement.id] = one
            if told.statement.led_to:
                self._led[told.statement.led_to].add(one)
        return one

    def _part(self, begin: _Heard) -> list[list[_Heard]]:
        """Settle everything that is connected with a wording; the wordings of each event."""
        number, self._next_part = self._next_part, self._next_part + 1
        found = [begin]
        self._part_of[begin] = number
        alike: dict[tuple[_Heard, _Heard], int] = {}
        for here in found:  # grows while it is read
            seen = {here}
            for key in here.keys:
                others = self._by_key[key]
                if len(others) == 1:
                    continue
                for other in others:
                    if other not in seen:
                        seen.add(other)
                        likeness = _likeness(here, other)
                        if likeness:
                            alike[here, other] = likeness
                        if likeness > 0 and self._part_of.get(other) != number:
                            self._reopen(other)  # what it was settled with belongs to this part now
                            self._part_of[other] = number
                            found.append(other)
        clusters = _clusters(found, alike) if len(found) > 1 else [found]
        self._parts[number] = (found, [tie_id(_group(cluster)[0]) for cluster in clusters])
        return clusters

    # --- what ties have to do with each other ------------------------------------------------------------------------

    def _with_links(self, one: str) -> Tie:
        """A tie with what it led to, renews or ends."""
        tie = self.ties[one]
        group = self._groups[one]
        led_to = next((self.tie_of[t.statement.led_to] for t in sorted(group, key=_recency, reverse=True)
                       if t.statement.led_to and t.statement.led_to in self.tie_of), None)
        around = self._around(one) if _linked(tie) else []
        if tie.kind == "brokerage":
            led_to = led_to if led_to != one else None
            return replace(tie, led_to=led_to or _outcome(tie, around))
        return replace(tie, led_to=led_to if led_to != one else None,
                       renews=_first(tie, around) if tie.status == "renewed" else None,
                       ends=_ended(tie, around) if tie.status == "ended" else None)

    def _around(self, one: str) -> list[Tie]:
        """The other ties that share a pair of organisations with one."""
        ids = {self.tie_of[s] for key in self._keys_of[one] for heard in self._by_key.get(key, ())
               for s in heard.told} - {one}
        return [self.ties[other] for other in sorted(ids)]


def _group(cluster: Sequence[_Heard]) -> list[Told]:
    """The statements of an event, the earliest first."""
    found = [told for heard in cluster for told in heard.told.values()]
    return sorted(found, key=lambda told: told.order) if len(found) > 1 else found


def _clusters(found: Sequence[_Heard], alike: Mapping[tuple[_Heard, _Heard], int]) -> list[list[_Heard]]:
    """The events of one part, settled from the most exact wording to the least."""
    clusters: list[list[_Heard]] = []
    for heard in sorted(found, key=lambda one: one.rank):
        scored = []
        for cluster in clusters:
            scores = [alike.get((heard, member), 0) for member in cluster]
            if min(scores) >= 0 and max(scores) > 0:
                scored.append((max(scores), cluster))
        best = max((score for score, _ in scored), default=0)
        fits = [cluster for score, cluster in scored if score == best]
        if len(fits) > 1:
            # it can mean several: those that say as little stay together, apart from what they might mean
            fits = [cluster for cluster in fits if cluster[0].rank[0] == heard.rank[0]][:1]
        if fits:
            fits[0].append(heard)
        else:
            clusters.append([heard])
    return clusters


def _leads(wording: Wording) -> bool:
    return wording.status in ("renewed", "ended") or wording.kind == "brokerage"


def _linked(tie: Tie) -> bool:
    return tie.status in ("renewed", "ended") or tie.kind == "brokerage" or tie.led_to is not None


def _outcome(brokerage: Tie, around: Sequence[Tie]) -> str | None:
    """What a brokerage led to where no release says so: the one tie of its very day that joins those it connected."""
    connected = {p.organization for p in brokerage.parties if p.role == "connected"}
    brokers = {p.organization for p in brokerage.parties if p.role == "broker"}
    found = [t.id for t in around if t.kind != "brokerage" and t.kind not in _COLLECTIVE and t.precision == "day"
             and brokerage.precision == "day" and t.date == brokerage.date and len(connected) > 1
             and connected <= _organizations(t) <= connected | brokers]
    return found[0] if len(found) == 1 else None


def _first(renewal: Tie, around: Sequence[Tie]) -> str | None:
    """The tie that a renewal goes back to: the first signing of the same, else the first renewal that is known. What was
    signed again after an end begins anew."""
    begin = renewal.earliest or renewal.latest or ""
    older = [t for t in around if t.status in ("concluded", "renewed") and _same_agreement(renewal, t)
             and (t.latest or "") < begin]
    ended = max((t.latest or "" for t in around if t.status == "ended" and (t.latest or "") < begin
                 and _same_agreement(renewal, t) and _ended(t, [other for other in around if other is not t])), default="")
    older = [t for t in older if (t.latest or "") > ended] or older
    return min(older, key=lambda t: (not _same_title(renewal, t), t.status == "renewed", t.latest or "", t.id)).id \
        if older else None


def _ended(end: Tie, around: Sequence[Tie]) -> str | None:
    """The tie that an end ends: the last one of the same before it; none where a nameless end can mean several."""
    older = [t for t in around if t.status in ("concluded", "renewed") and _same_agreement(end, t)
             and (t.latest or "") <= (end.latest or end.earliest or "9999")]
    named = [t for t in older if _same_title(end, t)]
    if not named and len(older) > 1:
        return None
    return max(named or older, key=lambda t: (t.latest or "", t.id)).id if older else None


def _same_agreement(one: Tie, other: Tie) -> bool:
    kinds = one.kind == other.kind or frozenset((one.kind, other.kind)) in _NEAR
    return ((kinds or (_same_title(one, other) and _one_family(one.kind, other.kind)))
            and _organizations(one) == _organizations(other)
            and _titles(_core(one.title), _core(other.title)) >= 0)


def _same_title(one: Tie, other: Tie) -> bool:
    return bool(one.title) and _titles(_core(one.title), _core(other.title)) > 0


def _organizations(tie: Tie) -> frozenset[str]:
    return frozenset(p.organization for p in tie.parties)


# --- wordings --------------------------------------------------------------------------------------------------------

def _wording(told: Told) -> Wording:
    s = told.statement
    who = tuple(sorted({(organization, party.role) for organization, party in told.parties}))
    precision = _precision(s)
    reported = told.published[:7] if s.date is None and told.published else None
    return Wording(s.kind, s.status, who, _core(s.title), s.date, precision, s.amount_yen, reported)


def _keys(wording: Wording) -> tuple[Key, ...]:
    """Pairs of organisations by which wordings find each other; of a collective only those with the whole."""
    ids = sorted({organization for organization, _ in wording.who})
    if wording.kind in _COLLECTIVE:
        wholes = sorted({o for o, role in wording.who if role == "collective"})
        return tuple((one, whole) for whole in wholes for one in ids if one != whole)
    if len(ids) <= _ALL_PAIRS:
        return tuple(combinations(ids, 2))
    return tuple(pairwise(ids))


@cache
def _endings() -> tuple[tuple[str, ...], frozenset[str]]:
    """(what may stand at the end of an agreement's name without saying which one it is, names that say nothing)."""
    lines = files("graph").joinpath("agreement_names.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    endings = sorted((_plain(text) for use, text in rows if use == "ending"), key=lambda text: (-len(text), text))
    return tuple(endings), frozenset(_plain(text) for use, text in rows if use == "generic")


def _generic() -> frozenset[str]:
    return _endings()[1]


def _plain(title: str) -> str:
    return "".join(c for c in normalized(title) if unicodedata.category(c)[0] not in "PZ")


@cache
def _core(title: str | None) -> str:
    """An agreement's name for comparison: one spelling, without marks, and without what every such name ends with."""
    plain = _plain(title) if title else ""
    if plain in _endings()[1]:
        return plain
    for ending in _endings()[0]:
        if plain.endswith(ending) and len(plain) > len(ending):
            plain = plain[:-len(ending)]
    return plain


@cache
def _pairs(title: str) -> frozenset[str]:
    return frozenset(title[at:at + 2] for at in range(len(title) - 1)) or frozenset((title,))


def _titles(one: str, other: str) -> int:
    """2 for one name, 1 for names of which one holds the other, 0 where one says nothing, −1 for two names."""
    if not one or not other or one in _generic() or other in _generic():
        return 0
    if one == other:
        return 2
    return 1 if min(len(one), len(other)) >= 4 and (one in other or other in one) else -1


def _paraphrased(one: str, other: str) -> bool:
    """Whether two names say the same in other words (Dice's coefficient of their pairs of characters)."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) >= _SIMILAR


@cache
def _days(value: str | None, precision: str | None) -> tuple[date | None, date | None]:
    """The days that a date allows; what is no date allows any."""
    if not value:
        return None, None
    first, last = _bounds(value, precision or precision_of(value))
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else (None, None)


# --- alike or not ----------------------------------------------------------------------------------------------------

@cache
def _one_family(one: str, other: str) -> bool:
    return one == other or any(one in family and other in family for family in _FAMILIES)


def _likeness(one: _Heard, other: _Heard) -> int:
    """How much speaks for one event: above 0 they are alike, 0 says nothing, below 0 they are two events for sure."""
    a, b = one.wording, other.wording
    if not _one_family(a.kind, b.kind):
        return -1
    if not one.documents.keys().isdisjoint(other.documents):
        return -1
    titles = _titles(one.title, other.title)
    near = _nearness(one, other)
    if titles < 0:
        if near != 4 or not _paraphrased(one.title, other.title):
            return -1
        titles = 1
    parties = _common_parties(one, other)
    if parties < 0 or near < 0:
        return min(parties, near)
    if a.kind == b.kind and any(one.roles[o] != other.roles[o] for o in one.organizations & other.organizations):
        return -1
    if not _stages_agree(a.status, b.status, near, parties):
        return -1
    named = titles == 2
    if near == 1 and not _slip_allowed(one, other, named, parties):
        return -1
    sure = near == 4 or (named and near >= 2)
    if parties < 2 and not (sure or (near and titles > 0) or (a.kind == b.kind and a.kind in _COLLECTIVE and near)):
        return 0
    if parties == 0 and not (near == 4 and titles > 0):
        return 0
    if a.kind != b.kind and not sure and (frozenset((a.kind, b.kind)) not in _NEAR):
        return 0 if near == 4 else -1 if near == 0 else 0
    if near == 0:
        return 0
    return near + 2 * titles + 2 * (a.kind == b.kind) + parties + _fresh(one, other)


def _fresh(one: _Heard, other: _Heard) -> int:
    """1 where an undated mention comes within days of the event."""
    for undated, dated in ((one, other), (other, one)):
        if undated.first is None and dated.last is not None and undated.reported[0] is not None:
            return int(abs((undated.reported[0] - dated.last).days) <= _NEAR_RELEASE)
    return 0


def _common_parties(one: _Heard, other: _Heard) -> int:
    """2 for the same organisations, 1 where one list is part of the other, 0 for a large overlap, else −1."""
    a, b = one.organizations, other.organizations
    if a == b:
        return 2
    if a <= b or b <= a:
        return 1
    both = len(a & b)
    return 0 if both >= 3 and both / len(a | b) >= _OVERLAP else -1


def _stages_agree(one: str, other: str, near: int, parties: int) -> bool:
    """Stages of one event, or two words for one; an end is no signing."""
    if one == other or (one in _STAGES and other in _STAGES):
        return True
    return {one, other} == {"renewed", "concluded"} and near == 4 and parties == 2


def _nearness(one: _Heard, other: _Heard) -> int:
    """4 for one day, 3 for dates that allow one, 2 where a date is missing and nothing speaks against it, 1 for days
    that differ by little, else −1."""
    if one.first is not None and other.first is not None and one.last is not None and other.last is not None:
        if one.exact and other.exact and one.first == other.first:
            return 4
        if one.first <= other.last and other.first <= one.last:
            return 3
        gap = (max(one.first, other.first) - min(one.last, other.last)).days
        return 1 if gap <= _PRELIMINARY else -1
    if one.first is None and other.first is None:
        return _both_undated(one, other)
    return _undated(one, other) if one.first is None else _undated(other, one)


def _both_undated(one: _Heard, other: _Heard) -> int:
    repeated = one.wording.kind in _REPEATED and one.wording.kind == other.wording.kind
    (a, _), (b, _) = one.reported, other.reported
    if a is None or b is None:
        return -1 if repeated else 2
    return -1 if repeated and abs((a - b).days) > _REPEAT else 2


def _undated(mention: _Heard, event: _Heard) -> int:
    """Whether an undated mention can mean a dated event: nobody reports what has not come yet, or plans the past."""
    begin, end = mention.reported
    assert event.first is not None and event.last is not None
    if begin is None or end is None:
        return 2 if mention.wording.kind not in _REPEATED else 0
    if mention.wording.status in _COMING_ABOUT and end < event.first and event.wording.status != "planned":
        return -1
    if mention.wording.status in ("planned", "preliminary"):
        ahead = (event.first - end).days
        return 2 if event.last >= begin - timedelta(days=_NEAR_RELEASE) and ahead <= _PRELIMINARY else -1
    if mention.wording.kind in _REPEATED and not (
            event.first - timedelta(days=_REPEAT) <= end and begin <= event.last + timedelta(days=_REPEAT)):
        return -1
    return 2


def _slip_allowed(one: _Heard, other: _Heard, named: bool, parties: int) -> bool:
    """Whether days that differ can be of one event: a plan put off, a preliminary and its contract, a slip."""
    assert one.first is not None and other.first is not None and one.last is not None and other.last is not None
    gap = (max(one.first, other.first) - min(one.last, other.last)).days
    statuses = {one.wording.status, other.wording.status}
    if parties < 2:
        return False
    if len(statuses) > 1 and "preliminary" in statuses and "concluded" in statuses:
        return named and gap <= _PRELIMINARY
    if len(statuses) > 1 and "planned" in statuses:
        return gap <= _PUT_OFF and (named or (one.wording.kind == other.wording.kind and gap <= _NEAR_RELEASE))
    if len(statuses) > 1 and "cancelled" in statuses:
        return named
    if not (one.exact and other.exact) or one.wording.kind in _REPEATED:
        return False
    once = one.wording.kind == other.wording.kind == _ONCE
    return gap <= (_SLIP_NAMED if named or once else _SLIP) and (named or one.wording.kind == other.wording.kind)


# --- the tie of an event ---------------------------------------------------------------------------------------------

def tie_id(earliest: Told) -> str:
    """A tie's id: that of its earliest statement."""
    return "tie:" + digest(earliest.document, earliest.statement.id)


def _tie(group: Sequence[Told]) -> Tie:
    """One tie of its statements, the earliest first: what changes over time is taken from the latest release."""
    newest = [t.statement for t in sorted(group, key=_recency, reverse=True)]
    status = _status(newest)
    kind = _kind(newest)
    dated = _dated(newest)
    precision = _precision(dated) if dated else None
    earliest, latest = _bounds(dated.date, precision) if dated and dated.date and precision else (None, None)
    if dated is None and status in _COMING_ABOUT:
        latest = _first_report(group)
    return Tie(
        id=tie_id(group[0]), kind=kind, status=status, parties=_parties(group, kind),
        statements=tuple(t.statement.id for t in group), date=dated.date if dated else None, precision=precision,
        earliest=earliest, latest=latest, title=_title(group), themes=_themes(newest),
        amount_yen=next((s.amount_yen for s in newest if s.amount_yen is not None), None),
        valid_from=next((s.valid_from for s in newest if s.valid_from), None),
        valid_to=next((s.valid_to for s in newest if s.valid_to), None),
        auto_renew=next((s.auto_renew for s in newest if s.auto_renew is not None), None),
        label_used=next((s.label_used for s in newest if s.label_used), None),
        subject_kind=next((s.subject_kind for s in newest if s.subject_kind), None),
        municipality_role=next((s.municipality_role for s in newest if s.municipality_role), None),
        frame=next((s.frame for s in newest if s.frame), None),
        level=max((s.level for s in newest if s.level in LEVELS), key=LEVELS.index, default=None),
        # which one follows once every statement has its tie; until then that there is one
        led_to=next((s.led_to for s in newest if s.led_to), None),
        history=_history(group), conflicts=_conflicts(newest))


def _recency(told: Told) -> tuple[bool, str, str, str]:
    """Later releases are greater; undated ones never overrule dated ones."""
    return (told.published is not None, told.published or "", told.document, told.statement.id)


def _status(newest: Sequence[Statement]) -> str:
    """As the latest release has it; but what came about is planned or preliminary no more, whoever still says so."""
    if newest[0].status in ("planned", "preliminary"):
        return next((s.status for s in newest if s.status in _COMING_ABOUT or s.status == "cancelled"),
                    newest[0].status)
    return newest[0].status


def _kind(newest: Sequence[Statement]) -> str:
    """The kind that most statements give; of equals the latest."""
    counted = Counter(s.kind for s in newest)
    return max(counted, key=lambda kind: (counted[kind], -next(n for n, s in enumerate(newest) if s.kind == kind)))


def _dated(newest: Sequence[Statement]) -> Statement | None:
    """The statement whose date counts: of what came about before plans, the most exact, the most often said, the
    latest."""
    dates = [s for s in newest if s.date is not None]
    if not dates:
        return None
    said = Counter((s.date, _precision(s)) for s in dates)
    exact = {"day": 3, "month": 2}

    def weight(at: int) -> tuple[object, ...]:
        one = dates[at]
        return (one.status not in ("planned", "preliminary"),
                exact.get(_precision(one) or "", 1), said[one.date, _precision(one)], -at)

    return dates[max(range(len(dates)), key=weight)]


def _title(group: Sequence[Told]) -> str | None:
    """The first name that says which agreement it is, else the first name."""
    titles = [t.statement.title for t in group if t.statement.title]
    return next((title for title in titles if _core(title) not in _generic()), titles[0] if titles else None)


def _history(group: Sequence[Told]) -> tuple[str, ...]:
    """«published status» at each change of what releases say of the status."""
    found: list[tuple[str, str]] = []
    for told in group:
        if not found or found[-1][1] != told.statement.status:
            found.append((told.published or "?", told.statement.status))
    return tuple(f"{day} {status}" for day, status in found)


def _conflicts(newest: Sequence[Statement]) -> tuple[str, ...]:
    """The fields that statements do not agree on: another kind or amount, days that exclude each other."""
    found = []
    if len({s.kind for s in newest}) > 1:
        found.append("kind")
    days = [d for s in newest if s.date and s.status not in ("planned", "preliminary")
            if (d := _days(s.date, _precision(s)))[0] is not None]
    if any(a[0] > b[1] for a in days for b in days if a[0] and b[1]):
        found.append("date")
    for name in ("amount_yen", "valid_from", "valid_to"):
        if len({getattr(s, name) for s in newest} - {None}) > 1:
            found.append(name)
    return tuple(found)


def _first_report(group: Sequence[Told]) -> str | None:
    """The last day on which the event can have happened: that of the first release that reports it."""
    days = [_bounds(t.published, precision_of(t.published))[1] for t in group
            if t.published and t.statement.status in _COMING_ABOUT]
    return min((day for day in days if day), default=None)


def _precision(statement: Statement) -> str | None:
    """The precision of a statement's date: what the date shows, but that only the statement tells a fiscal year."""
    if not statement.date:
        return None
    shown = precision_of(statement.date)
    return "fiscal_year" if shown == "year" and statement.precision == "fiscal_year" else shown


def _bounds(date: str, precision: str) -> tuple[str | None, str | None]:
    """The days that a date allows; what is no date bounds nothing and must not stop all other ties."""
    try:
        return bounds(date, precision)
    except ValueError:
        return None, None


def _themes(statements: Sequence[Statement]) -> tuple[str, ...]:
    said = {theme for s in statements for theme in s.themes}
    return tuple(theme for theme in THEMES if theme in said) + tuple(sorted(said.difference(THEMES)))


def _parties(group: Sequence[Told], kind: str) -> tuple[TieParty, ...]:
    """One entry an (organisation, role), with the first name and unit that a statement has for it.

    Roles are those of the tie's kind; a statement of another kind adds only organisations that no other names.
    """
    found: dict[tuple[str, str], TieParty] = {}
    for told in sorted(group, key=lambda t: t.statement.kind != kind):
        for organization, party in told.parties:
            role = party.role
            if told.statement.kind != kind and any(one == organization for one, _ in found):
                continue
            if told.statement.kind != kind and role not in TIE_KINDS.get(kind, ()):
                role = TIE_KINDS[kind][-1]
            seen = found.get((organization, role))
            via = seen.via if seen and seen.via else party.via
            name = seen.name if seen else party.name
            found[organization, role] = TieParty(organization, role, via, name)
    return tuple(found[key] for key in sorted(found))
