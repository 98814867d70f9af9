"""Prefectures, municipalities and wards: their codes, positions and what a name can mean."""
from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp.patterns import pattern

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Place:
    """A prefecture, municipality or ward. `name` of a ward is with its city; lat and lng are degrees (WGS84)."""
    code: str
    prefecture: str
    name: str
    kana: str
    lat: float
    lng: float
    url: str
    type: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of `nlp/data`, its comment lines left out."""
    with (_DATA / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def places() -> tuple[Place, ...]:
    """All places, by code."""
    return tuple(Place(r["code"], r["prefecture"], r["name"], r["kana"], float(r["lat"]), float(r["lng"]), r["url"],
                       r["kind"]) for r in rows("municipalities.csv"))


@cache
def former_places() -> tuple[Place, ...]:
    """Places that are no more; their positions and addresses on the web are unknown (nan, "")."""
    return tuple(Place(r["code"], r["prefecture"], r["name"], "", math.nan, math.nan, "", r["kind"])
                 for r in rows("former_places.csv"))


@cache
def by_name() -> Mapping[str, tuple[Place, ...]]:
    """Name as written (official, or a known variant) → the places it can mean, those that are no more included."""
    names: dict[str, list[Place]] = {}
    for place in (*places(), *former_places()):
        names.setdefault(place.name, []).append(place)
    for row in rows("place_variants.csv"):
        names.setdefault(row["written"], []).extend(names[row["official"]])
    return {name: tuple(found) for name, found in names.items()}


@cache
def prefectures() -> tuple[str, ...]:
    """The names of the 47 prefectures."""
    return tuple(p.name for p in places() if p.type == "prefecture")


@cache
def by_code() -> Mapping[str, Place]:
    """Code → place."""
    return {place.code: place for place in places()}


def split(name: str) -> tuple[str | None, str]:
    """A name without its leading prefecture and county: «大阪府四條畷市» → («大阪府», «四條畷市»)."""
    for prefecture in prefectures():
        if name.startswith(prefecture) and len(name) > len(prefecture):
            return prefecture, pattern("places", "county").sub("", name[len(prefecture):])
    return None, pattern("places", "county").sub("", name)


def find(name: str, prefecture: str | None = None) -> Place | None:
    """The one place a name means, with its prefecture in the name or given apart; None where it is none or several.

    An office means its place: «坂井市役所», «石川県庁». Of several, one of today goes before those that are no more.
    """
    told, rest = split(pattern("places", "office").sub("", name))
    found = by_name().get(rest, ())
    within = told or prefecture
    if within and len(found) > 1:
        found = tuple(p for p in found if p.prefecture == within) or found
    if told:
        found = tuple(p for p in found if p.prefecture == told)
    if len(found) > 1:
        found = tuple(p for p in found if p.code in by_code())
    return found[0] if len(found) == 1 else None
