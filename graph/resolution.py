"""Entity and event resolution: which names are one organisation, and which statements tell of one tie.

Exact keys only. An organisation is known by its 団体コード, a ministry or bureau by its name, everything else by its
stem, legal form and the form's side (株式会社X and X株式会社 are two companies). A name without a form is the one
organisation with that stem; where there are several, it stays an unresolved node that lists them.

Everything here is pure: the same extractions give the same result in whatever order they come.
"""
from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from graph.days import bounds
from graph.places import Places
from nlp.model import (
    LEVELS,
    ORGANIZATION_TYPES,
    THEMES,
    Extraction,
    NamedOrganization,
    Organization,
    Party,
    Person,
    Statement,
    Tie,
    TieParty,
    digest,
)

#: Known by their name alone: there is one of each.
_STATE = frozenset({"national_government", "regional_bureau"})
#: Types whose names lack a legal form because they have none: such a name never means a company of the same stem.
_FORMLESS = _STATE | {"prefecture", "municipality", "ward", "joint_authority", "government_association", "unit",
                      "council", "consortium", "platform"}
_COMING_ABOUT = frozenset({"concluded", "renewed", "ended"})
#: Statuses that are stages of one event; an end and a renewal are events of their own.
_STAGES = frozenset({"planned", "concluded", "preliminary", "cancelled"})
#: A parent's name within a unit's name has at least this many characters: «市» alone says nothing.
_SHORTEST_PARENT = 3


@dataclass(frozen=True, slots=True)
class Resolution:
    """What all extractions together say.

    `organizations`, `ties` and `persons` are sorted by id. `organization_of` leads from (document id, name as the
    document has it) to an organisation's id, `tie_of` from a statement's id to a tie's, `person_of` from (document id,
    person, organisation as named) to a person's, `part_of` from a unit or ward to its parent.
    """
    organizations: tuple[Organization, ...]
    ties: tuple[Tie, ...]
    persons: tuple[Person, ...]
    organization_of: Mapping[tuple[str, str], str]
    tie_of: Mapping[str, str]
    person_of: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    part_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NameKey:
    """A name taken apart: `side` is 前 where the legal form stands first, 後 where it stands last, else empty."""
    stem: str
    form: str = ""
    side: str = ""


def normalized(name: str) -> str:
    """A name for comparison: NFKC, without spaces, in one case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    """(normalised spelling, full form), the longest spelling first."""
    lines = files("graph").joinpath("legal_forms.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    pairs = {normalized(spelling): row[0] for row in rows for spelling in row}
    return tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def name_key(name: str) -> NameKey:
    """Split a name into stem, legal form (in full) and the form's side; a name that is only a form is its own stem."""
    plain = normalized(name)
    for spelling, form in _forms():
        if plain.startswith(spelling) and len(plain) > len(spelling):
            return NameKey(plain[len(spelling):], form, "前")
        if plain.endswith(spelling) and len(plain) > len(spelling):
            return NameKey(plain[:-len(spelling)], form, "後")
    return NameKey(plain)


def resolve(extractions: Sequence[Extraction], places: Places) -> Resolution:
    """Organisations, ties and persons of all extractions. `places` are the coded public bodies."""
    ordered = sorted(extractions, key=_seniority)
    mentions = [mention for extraction in ordered for mention in _mentions(extraction, places)]
    organization_of = _identify(mentions, places)
    organizations = _organizations(mentions, organization_of, places)
    part_of = _parents(organizations)
    organizations = {one: _under(organizations, part_of, one) for one in organizations}
    ties, tie_of = _ties(ordered, organization_of)
    persons, person_of = _persons(ordered, organization_of)
    return Resolution(tuple(organizations[one] for one in sorted(organizations)), ties, persons,
                      organization_of, tie_of, person_of, part_of)


def _seniority(extraction: Extraction) -> tuple[bool, str, str]:
    """Older releases first, undated ones last."""
    document = extraction.document
    return (document.published is None, document.published or "", document.id)


# --- organisations ---------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Mention:
    """One organisation as one document has it; `region` is the prefecture of the document's publisher."""
    document: str
    named: NamedOrganization
    region: str | None


def _mentions(extraction: Extraction, places: Places) -> Iterator[_Mention]:
    """Every name that a document uses for an organisation, its publisher's included where it can be known."""
    document = extraction.document
    named = {one.name: one for one in extraction.organizations}
    used = [p.name for s in extraction.statements for p in s.parties]
    used += [p.organization for p in extraction.persons] + [c.organization for c in extraction.claims]
    for name in used:
        named.setdefault(name, NamedOrganization(name=name, type="other"))
    publisher = _publisher(extraction, named, places)
    if publisher is not None:
        named.setdefault(publisher.name, publisher)
    region = _region(publisher, places)
    for name in sorted(named):
        one = named[name]
        kind = one.type if one.type in ORGANIZATION_TYPES else "other"
        yield _Mention(document.id, replace(one, type=kind), region)


def _publisher(extraction: Extraction, named: Mapping[str, NamedOrganization],
               places: Places) -> NamedOrganization | None:
    """The publisher where it is one of the document's organisations or a public body that the gazetteer knows."""
    publisher = extraction.document.publisher
    if not publisher:
        return None
    wanted = normalized(publisher)
    codes = places.codes(publisher)
    code = codes[0] if len(codes) == 1 else None
    for name in sorted(named):
        if normalized(name) == wanted or (code is not None and named[name].code == code):
            return replace(named[name], name=publisher)
    stem = name_key(publisher).stem
    same_stem = [name for name in sorted(named) if name_key(name).stem == stem]
    if len(same_stem) == 1:
        return replace(named[same_stem[0]], name=publisher)
    if code is None:
        return None
    return NamedOrganization(name=publisher, type=places.type_of(code), code=code)


def _region(publisher: NamedOrganization | None, places: Places) -> str | None:
    if publisher is None:
        return None
    place = places.place(publisher.code) if publisher.code else None
    return place.prefecture if place else publisher.prefecture


def _identify(mentions: Sequence[_Mention], places: Places) -> dict[tuple[str, str], str]:
    """(document, name) → organisation id."""
    formed: dict[str, set[NameKey]] = defaultdict(set)
    for mention in mentions:
        key = name_key(mention.named.name)
        if key.form and _code(mention.named, places) is None:
            formed[key.stem].add(key)
    return {(m.document, m.named.name): _id(m, formed, places) for m in mentions}


def _code(named: NamedOrganization, places: Places) -> str | None:
    """The 団体コード: the document's, else that of the only place with such a name."""
    if named.code:
        return named.code
    codes = _possible_codes(named, places)
    return codes[0] if len(codes) == 1 else None


def _possible_codes(named: NamedOrganization, places: Places) -> tuple[str, ...]:
    if named.type not in {"prefecture", "municipality", "ward"}:
        return ()
    codes = places.codes(named.name)
    inside = tuple(c for c in codes if (place := places.place(c)) and place.prefecture == named.prefecture)
    return inside or codes


def _id(mention: _Mention, formed: Mapping[str, set[NameKey]], places: Places) -> str:
    named = mention.named
    code = _code(named, places)
    if code is not None:
        return f"org:code:{code}"
    key = name_key(named.name)
    if named.type in _STATE:
        return f"org:state:{normalized(named.name)}"
    if len(_possible_codes(named, places)) > 1:
        return _unresolved(key.stem, mention.region)
    if key.form or named.type in _FORMLESS:
        return _keyed(key)
    same_stem = formed.get(key.stem, set())
    if len(same_stem) > 1:
        return _unresolved(key.stem, mention.region)
    return _keyed(next(iter(same_stem), key))


def _keyed(key: NameKey) -> str:
    return "org:name:" + digest(key.stem, key.form, key.side)


def _unresolved(stem: str, region: str | None) -> str:
    return "org:unresolved:" + digest(stem, region)


def _organizations(mentions: Sequence[_Mention], organization_of: Mapping[tuple[str, str], str],
                   places: Places) -> dict[str, Organization]:
    groups: dict[str, list[_Mention]] = defaultdict(list)
    for mention in mentions:
        groups[organization_of[mention.document, mention.named.name]].append(mention)
    candidates: dict[str, set[str]] = defaultdict(set)
    for one in groups:
        if one.startswith("org:name:"):
            for mention in groups[one]:
                key = name_key(mention.named.name)
                if key.form:
                    candidates[key.stem].add(one)
    return {one: _organization(one, groups[one], candidates, places) for one in groups}


def _organization(one: str, mentions: Sequence[_Mention], candidates: Mapping[str, set[str]],
                  places: Places) -> Organization:
    code = one.removeprefix("org:code:") if one.startswith("org:code:") else None
    place = places.place(code) if code else None
    names = {m.named.name for m in mentions}
    name = max(names, key=lambda n: (len(unicodedata.normalize("NFKC", n)), [-ord(c) for c in n]))
    if place is not None:
        name = place.name
    kind = places.type_of(code) if code and place else _commonest_type(m.named.type for m in mentions)
    form = name_key(name).form or _commonest(m.named.legal_form for m in mentions)
    may_be: set[str] = set()
    if one.startswith("org:unresolved:"):
        for mention in mentions:
            may_be |= {f"org:code:{c}" for c in _possible_codes(mention.named, places)}
            may_be |= candidates.get(name_key(mention.named.name).stem, set())
    return Organization(
        id=one, name=name, type=kind, names=tuple(sorted(names | {name})),
        sector=ORGANIZATION_TYPES[kind][1], legal_form=form or None, code=code,
        prefecture=place.prefecture if place else _commonest(m.named.prefecture for m in mentions),
        latitude=place.latitude if place else None, longitude=place.longitude if place else None,
        candidates=tuple(sorted(may_be)))


def _commonest(values: Iterable[str | None]) -> str | None:
    """The value that occurs most; of equals the first in order."""
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _commonest_type(types: Iterable[str]) -> str:
    """The commonest type, but anything rather than «other», which a bare mention is given."""
    counted = Counter(types)
    order = list(ORGANIZATION_TYPES)
    return min(counted, key=lambda kind: (kind == "other", -counted[kind], order.index(kind)))


def _parents(organizations: Mapping[str, Organization]) -> dict[str, str]:
    """Unit or ward → the organisation whose name its own contains; the longest such name, where it means only one."""
    by_stem: dict[str, set[str]] = defaultdict(set)
    for organization in organizations.values():
        if organization.type != "unit" and not organization.candidates:
            for name in organization.names:
                by_stem[name_key(name).stem].add(organization.id)
    found: dict[str, str] = {}
    for one, child in sorted(organizations.items()):
        if child.type in {"unit", "ward"}:
            parent = _parent(one, [name_key(n).stem for n in child.names], by_stem)
            if parent is not None and (child.type == "unit" or organizations[parent].type == "municipality"):
                found[one] = parent
    return found


def _parent(one: str, stems: Iterable[str], by_stem: Mapping[str, set[str]]) -> str | None:
    parts = {stem[start:end] for stem in stems for start in range(len(stem))
             for end in range(start + _SHORTEST_PARENT, len(stem) + 1)}
    for part in sorted(parts, key=lambda p: (-len(p), p)):
        owners = by_stem.get(part, set()) - {one}
        if len(owners) == 1:
            return next(iter(owners))
    return None


def _under(organizations: Mapping[str, Organization], part_of: Mapping[str, str], one: str) -> Organization:
    """An organisation with its parent's sector and prefecture where it has none of its own."""
    child = organizations[one]
    if child.type != "unit" or one not in part_of:
        return child
    parent = organizations[part_of[one]]
    return replace(child, sector=parent.sector, prefecture=child.prefecture or parent.prefecture)


# --- ties ------------------------------------------------------------------------------------------------------------

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


def _ties(ordered: Sequence[Extraction],
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


# --- persons ---------------------------------------------------------------------------------------------------------

def _persons(ordered: Sequence[Extraction], organization_of: Mapping[tuple[str, str], str]
             ) -> tuple[tuple[Person, ...], dict[tuple[str, str, str], str]]:
    """One person a (name, organisation); the title is that of the latest release."""
    persons: dict[str, Person] = {}
    person_of: dict[tuple[str, str, str], str] = {}
    newest_last = sorted(ordered, key=lambda e: (e.document.published is not None, e.document.published or "",
                                                 e.document.id))
    for extraction in newest_last:
        document = extraction.document
        for named in extraction.persons:
            organization = organization_of[document.id, named.organization]
            one = "person:" + digest(normalized(named.name), organization)
            person_of[document.id, named.name, named.organization] = one
            seen = persons.get(one)
            first = (seen.first_seen if seen else None) or document.published
            persons[one] = Person(one, seen.name if seen else named.name, organization, named.title,
                                  first, document.published or (seen.last_seen if seen else None))
    return tuple(persons[one] for one in sorted(persons)), person_of
