"""What holds between organisations without a release saying so: parts, successors, places.

PART_OF: a ward of its city, a bureau of its ministry, a unit of the organisation with whose name its own begins.
SUCCEEDED_BY: municipalities by the list of changes, corporations by the registry's successor. LOCATED_IN: an
organisation in its prefecture.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.names import NameKey, head_and_part, is_branch, may_be_part, name_key
from graph.organizations import listed
from graph.places import Places
from graph.reference.bodies import state_bodies
from graph.registry import NoRegistry, Registry
from nlp.model import ORGANIZATION_TYPES, Organization

#: A parent's name has at least this many characters; of a place, whose name stands in a list, two are enough: 堺市.
SHORTEST_PARENT = 3
#: Types whose names do not say what they are: without their form they are ordinary words too (みらい創造課).
_ANY_WORD = frozenset({"company", "other"})


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
             registry: Registry | None = None, beside: Mapping[str, Organization] | None = None,
             ) -> tuple[dict[str, Organization], tuple[Link, ...]]:
    """The links, sorted, and all organisations with those that only a list or the registry names: cities of wards,
    ministries of bureaus, successors. Organisations `beside` can be led to; links that start from them need not be whole."""
    known = registry or NoRegistry()
    found = {*_bodies(organizations, places), *_successions(organizations, places, known)}
    every = {**(beside or {}), **organizations}
    _list_ends(every, found, places, known)
    parents = {**_units(every, _units_of_places(organizations, places)), **dict(_branches(every))}
    found |= {Link("PART_OF", child, parent, "name") for child, parent in parents.items()}
    found |= set(_bodies(dict.fromkeys(parents.values()), places))
    _list_ends(every, found, places, known)
    found |= set(_places(every))
    for child, parent in sorted(parents.items()):
        if every[child].type == "unit":
            every[child] = _under(every[child], every[parent])
    return every, tuple(sorted(found))


def _list_ends(every: dict[str, Organization], found: Iterable[Link], places: Places, registry: Registry) -> None:
    """Take in the organisations that links lead to and no release names."""
    for link in sorted(found):
        if link.end not in every:
            every[link.end] = listed(link.end, places, registry)


def _bodies(organizations: Iterable[str], places: Places) -> Iterator[Link]:
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


def _units_of_places(organizations: Mapping[str, Organization], places: Places) -> dict[str, tuple[str, int]]:
    """Unit → the place with whose name its own begins, and that name's length; prefecture and county may be written."""
    cities = {}
    for one, unit in organizations.items():
        if unit.type != "unit":
            continue
        found = [at for name in sorted(unit.names) if (at := _place_before(name_key(name).stem, unit.prefecture, places))]
        if found and len({city for city, _ in found}) == 1:
            cities[one] = max(found)
    return cities


def _place_before(stem: str, prefecture: str | None, places: Places) -> tuple[str, int] | None:
    for end in range(len(stem) - 1, 1, -1):
        codes = tuple(sorted({*places.codes(stem[:end]), *places.wards(stem[:end])}))
        if len(codes) > 1:
            codes = tuple(c for c in codes if (place := places.place(c)) and place.prefecture == prefecture)
        if len(codes) == 1 and may_be_part(stem[end:]):
            return f"org:code:{codes[0]}", end
    return None


def _units(organizations: Mapping[str, Organization], coded: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """Unit → the organisation with whose name its own begins; the longest such name, where it means only one."""
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
        city, length = coded.get(one, (None, SHORTEST_PARENT - 1))
        parent = _parent(organizations[one], by_stem, organizations, length) or city
        if parent is not None:
            found[one] = parent
    return found


def _parent(unit: Organization, by_stem: Mapping[str, set[str]], organizations: Mapping[str, Organization],
            longer_than: int) -> str | None:
    keys = [name_key(name) for name in unit.names]
    heads = {(key.stem[:end], key.stem[end:], key.form) for key in keys
             for end in range(longer_than + 1, len(key.stem)) if key.stem[:end] in by_stem}
    for head, rest, form in sorted(heads, key=lambda h: (-len(h[0]), h)):
        owners = [owner for owner in by_stem[head] if organizations[owner].type not in _ANY_WORD or form or is_branch(rest)]
        if len(owners) == len(by_stem[head]) == 1 and may_be_part(rest):
            return owners[0]
    return None


def _branches(organizations: Mapping[str, Organization]) -> Iterator[tuple[str, str]]:
    """A branch with a name such as ひばり商会株式会社大阪支店, and the one company whose whole name it begins with."""
    companies: dict[NameKey, set[str]] = defaultdict(set)
    for one, organization in organizations.items():
        if organization.legal_form is not None:
            for name in organization.names:
                if (key := name_key(name)).form:
                    companies[key].add(one)
    for one, organization in organizations.items():
        told = [both for name in organization.names if (both := head_and_part(name))]
        owners = {owner for head, rest in told if organization.type == "unit" or is_branch(rest)
                  for owner in companies.get(name_key(head), ())} - {one}
        if len(owners) == 1:
            yield one, next(iter(owners))


def _under(child: Organization, parent: Organization) -> Organization:
    """A unit with its parent's sector and prefecture where it has none of its own."""
    return replace(child, sector=parent.sector or ORGANIZATION_TYPES[child.type][1],
                   prefecture=child.prefecture or parent.prefecture)
