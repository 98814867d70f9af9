"""Ministries, their bureaus and public corporations: the fixed lists by which they are known."""
from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.names import normalized


@dataclass(frozen=True, slots=True)
class StateBody:
    """A ministry, an agency of one or a bureau. `parent` is a name of the list; `number` its 法人番号 where known."""
    name: str
    type: str
    parent: str | None
    number: str | None


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = files("graph.reference").joinpath(name).read_text(encoding="utf-8").splitlines()
    yield from csv.DictReader(line for line in lines if line and not line.startswith("#"))


@cache
def state_bodies() -> Mapping[str, StateBody]:
    """Official name → body."""
    return {r["name"]: StateBody(r["name"], r["type"], r["parent"] or None, r["number"] or None)
            for r in _rows("state_bodies.csv")}


@cache
def _state_names() -> Mapping[str, str]:
    found = {}
    for row in _rows("state_bodies.csv"):
        for name in (row["name"], *filter(None, row["aliases"].split(";"))):
            found[normalized(name)] = row["name"]
    return found


@cache
def _numbers() -> Mapping[str, str]:
    return {body.number: name for name, body in state_bodies().items() if body.number}


@cache
def _corporations() -> Mapping[str, str]:
    return {normalized(name): row["name"] for row in _rows("public_corporations.csv")
            for name in filter(None, row["aliases"].split(";"))}


def state_body(name: str) -> StateBody | None:
    """The body that a name or short name means, also behind its ministry's («経済産業省関東経済産業局»)."""
    plain = normalized(name)
    official = _state_names().get(plain)
    if official is None:
        official = next((official for start in range(len(plain) - 1, 2, -1)
                         if plain[:start] in _state_names()
                         and (official := _state_names().get(plain[start:])) is not None
                         and _under(official, _state_names()[plain[:start]])), None)
    return state_bodies().get(official) if official else None


def _under(name: str, parent: str) -> bool:
    above = state_bodies()[name].parent
    while above is not None and above != parent:
        above = state_bodies()[above].parent
    return above == parent


def state_body_with(number: str) -> StateBody | None:
    """The body with that 法人番号."""
    name = _numbers().get(number)
    return state_bodies()[name] if name else None


def registered_name(name: str) -> str:
    """The registered name of a public corporation that a short name means; any other name as it is."""
    return _corporations().get(normalized(name), name)
