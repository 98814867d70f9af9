"""Prefectures, municipalities and wards by 団体コード, as they were on a day: what resolution needs to know of a place."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.names import normalized
from graph.reference.changes import Change
from nlp.model import bounds, precision_of

_COUNTY = re.compile("^[^市区町村]{1,5}郡(?=.+[町村]$)")
_OFFICE = re.compile("(?<=[市町村区])(?:役所|役場)$|(?<=[都道府県])庁$")


@dataclass(frozen=True, slots=True)
class Place:
    """A coded body: official name without its prefecture, type (prefecture, municipality, ward), degrees WGS 84.

    `since` and `until` are ISO days, the first on which the body is there and the first on which it no longer is.
    """
    name: str
    type: str
    prefecture: str
    latitude: float | None = None
    longitude: float | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """One body that took the place of another on a day, with what says so."""
    before: str
    after: str
    day: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that a body bears within a time."""
    code: str
    since: str | None
    until: str | None


class Places:
    """Places by their six-digit code, and the codes that a name can mean on a day.

    `by_code` are the bodies of today, `variants` other spellings of their names (written → official), `changes` what
    became of earlier bodies: these are places too, with `until`, and former names lead to the body that bore them.
    """

    def __init__(self, by_code: Mapping[str, Place], variants: Mapping[str, str] | None = None,
                 changes: Iterable[Change] = ()) -> None:
        ordered = sorted(changes, key=lambda change: (change.day, change.before_code, change.after_code))
        self._by_code = _with_former(by_code, ordered)
        self._successions = tuple(dict.fromkeys(
            Succession(c.before_code, c.after_code, c.day, c.kind, c.source)
            for c in ordered if c.before_code != c.after_code and c.before_code in self._by_code
            and self._by_code[c.before_code].until == c.day))
        self._named: dict[str, list[_Named]] = defaultdict(list)
        #: A ward's name without its city's.
        self._wards: dict[str, list[_Named]] = defaultdict(list)
        self._cities = {place.name: code for code, place in self._by_code.items()
                        if place.type == "municipality" and place.until is None}
        prefectures = {place.name for place in self._by_code.values() if place.type == "prefecture"}
        self._prefectures = frozenset(prefectures | {p.prefecture for p in self._by_code.values()})
        spelled: dict[str, list[str]] = defaultdict(list)
        for written, official in (variants or {}).items():
            spelled[official].append(written)
        for code, name, since, until in _names(self._by_code, ordered):
            for spelling in (name, *spelled[name]):
                self._named[normalized(spelling)].append(_Named(code, since, until))
                if self._by_code[code].type == "ward":
                    self._wards[normalized(spelling).partition("市")[2]].append(_Named(code, since, until))

    def place(self, code: str) -> Place | None:
        """The place of a code, of today or former."""
        return self._by_code.get(code)

    def codes(self, name: str, on: str | None = None) -> tuple[str, ...]:
        """The codes of all places with that name, sorted; its prefecture, county or office may be written with it.

        Those that bore the name on the day (or month or year) `on`; where none did, any that ever did: a later release
        may tell of a body that is no more. Without a date, those of today before those of old.
        """
        prefecture, rest = self._split(normalized(name))
        found = self._named.get(rest, ())
        if prefecture is not None:
            found = [n for n in found if self._by_code[n.code].prefecture == prefecture]
        return tuple(sorted({n.code for n in _as_of(found, on)}))

    def wards(self, name: str, on: str | None = None) -> tuple[str, ...]:
        """The codes of all wards of designated cities that are called so within their city (北区), sorted, as of a day."""
        found = self._wards.get(_OFFICE.sub("", normalized(name)))
        return tuple(sorted({n.code for n in _as_of(found, on)})) if found else ()

    def type_of(self, code: str) -> str:
        """The type of the place with that code; a code that is not known is a municipality's."""
        place = self._by_code.get(code)
        return place.type if place else "municipality"

    def prefecture_of(self, address: str) -> str | None:
        """The prefecture of an address, written or told by a municipality whose name begins it; None in doubt."""
        plain = normalized(address)
        # three or four characters (神奈川県): both are looked at
        for written in (plain[:3], plain[:4]):
            if written in self._prefectures:
                return written
        for end in range(min(len(plain), 12), 1, -1):
            codes = self.codes(plain[:end])
            if codes:
                found = {self._by_code[code].prefecture for code in codes}
                return found.pop() if len(found) == 1 else None
        return None

    def city_of(self, ward: str) -> str | None:
        """The code of the city whose ward a code is; None for anything but a ward."""
        place = self._by_code.get(ward)
        if place is None or place.type != "ward":
            return None
        return self._cities.get(place.name[:place.name.find("市") + 1])

    def successions(self) -> tuple[Succession, ...]:
        """Which bodies took the place of which, in the order of time."""
        return self._successions

    def _split(self, plain: str) -> tuple[str | None, str]:
        """Prefecture, where it is written, and the name without prefecture, county and office."""
        told: str | None = None
        if plain not in self._named:
            plain = _OFFICE.sub("", plain)
        if plain not in self._named:
            for length in (3, 4):
                if plain[:length] in self._prefectures and len(plain) > length:
                    told, plain = plain[:length], plain[length:]
                    break
        return told, plain if plain in self._named else _COUNTY.sub("", plain)


def _with_former(by_code: Mapping[str, Place], changes: Iterable[Change]) -> dict[str, Place]:
    """The places of today and those that are no more; a place's `since` is the day it took over a code."""
    found = dict(by_code)
    for change in changes:
        before = found.get(change.before_code)
        if change.before_code not in by_code:
            type_ = "ward" if _is_ward(change.before_name, change.prefecture) else "municipality"
            until = max(change.day, before.until or "") if before else change.day
            found[change.before_code] = Place(change.before_name, type_, change.prefecture, until=until)
    return found


def _is_ward(name: str, prefecture: str) -> bool:
    return name.endswith("区") and prefecture != "東京都"


def _names(by_code: Mapping[str, Place], changes: Iterable[Change]
           ) -> Iterator[tuple[str, str, str | None, str | None]]:
    """(code, name, since, until): every name that a body bears or bore."""
    since: dict[tuple[str, str], str] = {}
    until: dict[tuple[str, str], str] = {}
    bore: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        # a city that absorbs another was there before: only what made a body or its name begins it
        if change.kind != "absorbed":
            since.setdefault((change.after_code, change.after_name), change.day)
        if (change.before_code, change.before_name) != (change.after_code, change.after_name):
            until[change.before_code, change.before_name] = change.day
            bore[change.before_code].add(change.before_name)
    for code, place in by_code.items():
        for name in sorted(bore[code] | {place.name}):
            yield code, name, since.get((code, name)), until.get((code, name))


def _as_of(found: Iterable[_Named], on: str | None) -> list[_Named]:
    named = list(found)
    if all(n.since is None and n.until is None for n in named):
        return named
    first, last = _days(on)
    if first is None or last is None:
        return [n for n in named if n.until is None] or named
    valid = [n for n in named if (n.since is None or n.since <= last) and (n.until is None or n.until > first)]
    return valid or named


def _days(on: str | None) -> tuple[str | None, str | None]:
    try:
        return bounds(on, precision_of(on)) if on else (None, None)
    except ValueError:
        return None, None
