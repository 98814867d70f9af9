"""What holds between organisations without a release saying so: parts, successors, places.

PART_OF: a ward of its city, a bureau of its ministry, a unit of the organisation whose name its own contains.
SUCCEEDED_BY: municipalities by the list of changes, corporations by the registry's successor. LOCATED_IN: an
organisation in its prefecture.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.names import NameKey, name_key, normalized
from graph.organizations import listed
from graph.places import Places
from graph.reference.bodies import state_bodies
from graph.registry import NoRegistry, Registry
from nlp.model import ORGANIZATION_TYPES, Organization

#: A parent's name within a unit's name has at least this many characters: «市» alone says nothing.
_SHORTEST_PARENT = 3
#: Forms of companies, behind which a branch's own name stands.
_IN_THE_MIDDLE = ("株式会社", "(株)", "有限会社", "(有)", "合同会社", "(同)")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A relationship between two organisations, with its source and, of a succession, the day and what happened."""
    type: str
    start: str
    end: str
    source: str
    day: str | None = None
    kind: str | None = None


def links_of(organizations: Mapping[str, Organization], places: Places,
             registry: Registry | None = None) -> tuple[dict[str, Organization], tuple[Link, ...]]:
    """The links, sorted, and all organisations with those that only a list or the registry names: cities of wards,
    ministries of bureaus, successors."""
    known = registry or NoRegistry()
    found = {*_bodies(organizations, places), *_successions(organizations, places, known)}
    every = dict(organizations)
    for link in sorted(found):
        if link.end not in every:
            every[link.end] = listed(link.end, places, known)
    parents = {**_units(every), **dict(_branches(every))}
    found |= {Link("PART_OF", child, parent, "name") for child, parent in parents.items()} | set(_places(every))
    for child, parent in sorted(parents.items()):
        if every[child].type == "unit":
            every[child] = _under(every[child], every[parent])
    return every, tuple(sorted(found))


def _bodies(organizations: Mapping[str, Organization], places: Places) -> Iterator[Link]:
    for one in organizations:
        waiting = [one]
        while waiting:
            child = waiting.pop()
            if child.startswith("org:code:") and (city := places.city_of(child.removeprefix("org:code:"))):
                yield Link("PART_OF", child, f"org:code:{city}", "団体コード")
            body = state_bodies().get(child.removeprefix("org:state:")) if child.startswith("org:state:") else None
            if body is not None and body.parent:
                parent = f"org:state:{body.parent}"
                yield Link("PART_OF", child, parent, "組織法令")
                waiting.append(parent)


def _successions(organizations: Mapping[str, Organization], places: Places, registry: Registry) -> Iterator[Link]:
    """What took the place of each organisation, and of that, to the present."""
    after = defaultdict(list)
    for succession in places.successions():
        after[f"org:code:{succession.before}"].append(succession)
    waiting, seen = sorted(organizations), set(organizations)
    while waiting:
        one = waiting.pop()
        found = [Link("SUCCEEDED_BY", one, f"org:code:{s.after}", s.source, s.day, s.kind) for s in after[one]]
        if one.startswith("org:number:"):
            gone = registry.corporation(one.removeprefix("org:number:"))
            if gone is not None and gone.successor:
                found.append(Link("SUCCEEDED_BY", one, f"org:number:{gone.successor}", gone.source, gone.closed_on,
                                  "merged"))
        for link in found:
            yield link
            if link.end not in seen:
                seen.add(link.end)
                waiting.append(link.end)


def _places(organizations: Mapping[str, Organization]) -> Iterator[Link]:
    """LOCATED_IN: the prefecture of an organisation, where that is in the graph."""
    prefectures = {o.name: one for one, o in organizations.items() if o.type == "prefecture"}
    for one, organization in organizations.items():
        home = prefectures.get(organization.prefecture or "")
        if home is not None and home != one:
            yield Link("LOCATED_IN", one, home, "団体コード" if organization.code else "registry" if
                       one.startswith("org:number:") else "text")


def _units(organizations: Mapping[str, Organization]) -> dict[str, str]:
    """Unit → the organisation whose name its own contains; the longest such name, where it means only one."""
    units = [one for one, o in organizations.items() if o.type == "unit"]
    if not units:
        return {}
    by_stem: dict[str, set[str]] = defaultdict(set)
    for organization in organizations.values():
        if organization.type != "unit" and not organization.candidates:
            for name in organization.names:
                by_stem[name_key(name).stem].add(organization.id)
    found: dict[str, str] = {}
    for one in sorted(units):
        parent = _parent(one, [name_key(n).stem for n in organizations[one].names], by_stem)
        if parent is not None:
            found[one] = parent
    return found


def _branches(organizations: Mapping[str, Organization]) -> Iterator[tuple[str, str]]:
    """A branch with a name such as ひばり商会株式会社大阪支店, and the one company whose whole name it begins with."""
    companies: dict[NameKey, set[str]] = defaultdict(set)
    for one, organization in organizations.items():
        if organization.legal_form is not None:
            for name in organization.names:
                if (key := name_key(name)).form:
                    companies[key].add(one)
    for one, organization in organizations.items():
        heads = [head for name in organization.names for head in _heads(normalized(name))]
        owners = {owner for head in heads for owner in companies.get(name_key(head), ())} - {one}
        if len(owners) == 1:
            yield one, next(iter(owners))


def _heads(plain: str) -> Iterator[str]:
    """The part of a name up to a company's form in the middle of it."""
    for form in _IN_THE_MIDDLE:
        at = plain.find(form, 1)
        if 0 < at < len(plain) - len(form):
            yield plain[:at + len(form)]


def _parent(one: str, stems: Iterable[str], by_stem: Mapping[str, set[str]]) -> str | None:
    parts = {stem[start:end] for stem in stems for start in range(len(stem))
             for end in range(start + _SHORTEST_PARENT, len(stem) + 1)}
    for part in sorted(parts, key=lambda p: (-len(p), p)):
        owners = by_stem.get(part, set()) - {one}
        if len(owners) == 1:
            return next(iter(owners))
    return None


def _under(child: Organization, parent: Organization) -> Organization:
    """A unit with its parent's sector and prefecture where it has none of its own."""
    return replace(child, sector=parent.sector or ORGANIZATION_TYPES[child.type][1],
                   prefecture=child.prefecture or parent.prefecture)
