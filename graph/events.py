"""Event resolution: which statements tell of one tie, and what they say of it together."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.days import bounds
from graph.names import normalized
from nlp.model import LEVELS, THEMES, Extraction, Party, Statement, Tie, TieParty, digest

_COMING_ABOUT = frozenset({"concluded", "renewed", "ended"})
#: Statuses that are stages of one event; an end and a renewal are events of their own.
_STAGES = frozenset({"planned", "concluded", "preliminary", "cancelled"})


@dataclass(frozen=True, slots=True)
class _Told:
    """A statement with the document that makes it."""
    statement: Statement
    document: str
    published: str | None
    parties: tuple[tuple[str, Party], ...]

    @property
    def order(self) -> tuple[bool, str, str, str]:
        return (self.published is None, self.published or "", self.document, self.statement.id)

    @property
    def event(self) -> tuple[object, ...]:
        """What is equal in all statements of one event, but for the date."""
        who = frozenset((organization, party.role) for organization, party in self.parties)
        status = self.statement.status
        title = normalized(self.statement.title).strip("「」『』") if self.statement.title else None
        return (self.statement.kind, who, title, None if status in _STAGES else status)

    @property
    def day(self) -> tuple[str, bool] | None:
        """The event's date; a fiscal year is not the calendar year of the same number."""
        date = self.statement.date
        return None if date is None else (date, self.statement.precision == "fiscal_year")


def ties_of(ordered: Sequence[Extraction],
          organization_of: Mapping[tuple[str, str], str]) -> tuple[tuple[Tie, ...], dict[str, str]]:
    events: dict[tuple[object, ...], list[_Told]] = defaultdict(list)
    for extraction in ordered:
        document = extraction.document
        for statement in extraction.statements:
            parties = tuple((organization_of[document.id, p.name], p) for p in statement.parties)
            told = _Told(statement, document.id, document.published, parties)
            events[told.event].append(told)
    groups = [group for alike in events.values() for group in _by_day(alike)]
    tie_of = {t.statement.id: _tie_id(group[0]) for group in groups for t in group}
    ties = sorted((_tie(group, tie_of) for group in groups), key=lambda tie: tie.id)
    return tuple(ties), tie_of


def _by_day(alike: Sequence[_Told]) -> list[list[_Told]]:
    """Statements that differ at most in their date, an event each. Undated ones join a date where there is only one."""
    days: dict[tuple[str, bool] | None, list[_Told]] = defaultdict(list)
    for told in sorted(alike, key=lambda t: t.order):
        days[told.day].append(told)
    if None in days and len(days) == 2:
        undated = days.pop(None)
        (day,) = days
        days[day] = sorted(days[day] + undated, key=lambda t: t.order)
    return list(days.values())


def _tie_id(earliest: _Told) -> str:
    return "tie:" + digest(earliest.document, earliest.statement.id)


def _tie(group: Sequence[_Told], tie_of: Mapping[str, str]) -> Tie:
    """One tie of its statements, the earliest first: what changes over time is taken from the latest release."""
    newest = [t.statement for t in sorted(group, key=_recency, reverse=True)]
    dated = next((s for s in newest if s.date is not None), newest[0])
    precision = (dated.precision or precision_of(dated.date)) if dated.date else None
    earliest, latest = _bounds(dated.date, precision) if dated.date and precision else (None, None)
    if dated.date is None and newest[0].status in _COMING_ABOUT:
        latest = _first_report(group)
    led_to = next((tie_of[s.led_to] for s in newest if s.led_to and s.led_to in tie_of), None)
    return Tie(
        id=_tie_id(group[0]), kind=newest[0].kind, status=newest[0].status, parties=_parties(group),
        statements=tuple(t.statement.id for t in group), date=dated.date, precision=precision,
        earliest=earliest, latest=latest, title=group[0].statement.title, themes=_themes(newest),
        amount_yen=next((s.amount_yen for s in newest if s.amount_yen is not None), None),
        valid_from=next((s.valid_from for s in newest if s.valid_from), None),
        valid_to=next((s.valid_to for s in newest if s.valid_to), None),
        auto_renew=next((s.auto_renew for s in newest if s.auto_renew is not None), None),
        label_used=next((s.label_used for s in newest if s.label_used), None),
        subject_kind=next((s.subject_kind for s in newest if s.subject_kind), None),
        municipality_role=next((s.municipality_role for s in newest if s.municipality_role), None),
        frame=next((s.frame for s in newest if s.frame), None),
        level=max((s.level for s in newest if s.level in LEVELS), key=LEVELS.index, default=None),
        led_to=led_to)


def _recency(told: _Told) -> tuple[bool, str, str, str]:
    """Later releases are greater; undated ones never overrule dated ones."""
    return (told.published is not None, told.published or "", told.document, told.statement.id)


def _first_report(group: Sequence[_Told]) -> str | None:
    """The last day on which the event can have happened: that of the first release that reports it."""
    days = [_bounds(t.published, precision_of(t.published))[1] for t in group
            if t.published and t.statement.status in _COMING_ABOUT]
    return min((day for day in days if day), default=None)


def precision_of(date: str) -> str:
    """The precision of a date prefix by its length; a fiscal year cannot be seen in it."""
    return {4: "year", 7: "month"}.get(len(date), "day")


def _bounds(date: str, precision: str) -> tuple[str | None, str | None]:
    """The days that a date allows; what is no date bounds nothing and must not stop all other ties."""
    try:
        return bounds(date, precision)
    except ValueError:
        return None, None


def _themes(statements: Sequence[Statement]) -> tuple[str, ...]:
    said = {theme for s in statements for theme in s.themes}
    return tuple(theme for theme in THEMES if theme in said) + tuple(sorted(said.difference(THEMES)))


def _parties(group: Sequence[_Told]) -> tuple[TieParty, ...]:
    """One entry an (organisation, role), with the first name and unit that a statement has for it."""
    found: dict[tuple[str, str], TieParty] = {}
    for told in group:
        for organization, party in told.parties:
            seen = found.get((organization, party.role))
            via = seen.via if seen and seen.via else party.via
            name = seen.name if seen else party.name
            found[organization, party.role] = TieParty(organization, party.role, via, name)
    return tuple(found[key] for key in sorted(found))
