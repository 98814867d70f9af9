"""Prefectures, municipalities and wards by 団体コード: what resolution needs to know of a place."""
from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A coded body: official name without its prefecture, type (prefecture, municipality, ward), degrees WGS 84."""
    name: str
    type: str
    prefecture: str
    latitude: float | None = None
    longitude: float | None = None


class Places:
    """Places by their six-digit code, and the codes that a name can mean."""

    def __init__(self, by_code: Mapping[str, Place]) -> None:
        self._by_code = dict(by_code)
        named: dict[str, set[str]] = defaultdict(set)
        for code, place in self._by_code.items():
            named[_plain(place.name)].add(code)
            named[_plain(place.prefecture + place.name)].add(code)
        self._codes = {name: tuple(sorted(codes)) for name, codes in named.items()}

    def place(self, code: str) -> Place | None:
        """The place of a code."""
        return self._by_code.get(code)

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of all places with that name, written with or without the prefecture; sorted."""
        return self._codes.get(_plain(name), ())

    def type_of(self, code: str) -> str:
        """The type of the place with that code; a code that is not known is a municipality's."""
        place = self._by_code.get(code)
        return place.type if place else "municipality"


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
