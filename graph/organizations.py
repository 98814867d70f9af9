"""Entity resolution: which names are one organisation, and what is known of it.

Exact keys only. An organisation is known by its 団体コード, a ministry or bureau by its name, everything else by its
stem, legal form and the form's side (株式会社X and X株式会社 are two companies). A name without a form is the one
organisation with that stem; where there are several, it stays an unresolved node that lists them.
"""
from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.names import NameKey, name_key, normalized
from graph.places import Places
from nlp.model import ORGANIZATION_TYPES, Extraction, NamedOrganization, Organization, digest

#: Known by their name alone: there is one of each.
_STATE = frozenset({"national_government", "regional_bureau"})
#: Types whose names lack a legal form because they have none: such a name never means a company of the same stem.
_FORMLESS = _STATE | {"prefecture", "municipality", "ward", "joint_authority", "government_association", "unit",
                      "council", "consortium", "platform"}
#: A parent's name within a unit's name has at least this many characters: «市» alone says nothing.
_SHORTEST_PARENT = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One organisation as one document has it; `region` is the prefecture of the document's publisher."""
    document: str
    named: NamedOrganization
    region: str | None


def mentions_of(extraction: Extraction, places: Places) -> Iterator[Mention]:
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
        yield Mention(document.id, replace(one, type=kind), region)


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


def identify(mentions: Sequence[Mention], places: Places) -> dict[tuple[str, str], str]:
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


def _id(mention: Mention, formed: Mapping[str, set[NameKey]], places: Places) -> str:
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


def described(mentions: Sequence[Mention], organization_of: Mapping[tuple[str, str], str],
                   places: Places) -> dict[str, Organization]:
    groups: dict[str, list[Mention]] = defaultdict(list)
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


def _organization(one: str, mentions: Sequence[Mention], candidates: Mapping[str, set[str]],
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


def parents(organizations: Mapping[str, Organization]) -> dict[str, str]:
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


def under(organizations: Mapping[str, Organization], part_of: Mapping[str, str], one: str) -> Organization:
    """An organisation with its parent's sector and prefecture where it has none of its own."""
    child = organizations[one]
    if child.type != "unit" or one not in part_of:
        return child
    parent = organizations[part_of[one]]
    return replace(child, sector=parent.sector, prefecture=child.prefecture or parent.prefecture)
