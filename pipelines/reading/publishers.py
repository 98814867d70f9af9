"""Who publishes on a site: a place by its domain (nlp's gazetteer), an office or a wire by data/sites.csv."""
from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from nlp import gazetteer

_NUMBERED = re.compile(r"^www\d*\.")
#: «city.aoba.nagano.jp» moved to «city.aoba.lg.jp» in many a place.
_MOVED = re.compile(r"^((?:city|town|vill|village|pref|metro)\.[a-z0-9-]+)\.(?:[a-z]+\.)?(?:jp|lg\.jp)$")


def publisher_of(url: str | None) -> str | None:
    """The public body whose site an address is on, in the form that names one place («広島県府中市» where a name alone
    means two); None for any other site, wires among them."""
    host, path = _host_and_path(url)
    for domain in _domains(host):
        if found := _offices().get(domain):
            return found
        for prefix, name in _places().get(domain, ()):
            if path.startswith(prefix):
                return name
    return _moved().get(host)


def is_wire(url: str | None, name: str | None = None) -> bool:
    """Whether an address is on a site that spreads the releases of others, or a name is such a site's."""
    host, _ = _host_and_path(url)
    wires = _wires()
    return any(domain in wires for domain in _domains(host)) or (name or "").strip() in wires.values()


def _host_and_path(url: str | None) -> tuple[str, str]:
    try:
        parts = urlsplit(url or "")
        return _NUMBERED.sub("", (parts.hostname or "").lower().rstrip(".")), parts.path or "/"
    except ValueError:
        return "", "/"


def _domains(host: str) -> Iterator[str]:
    """A host and the domains above it that can be somebody's."""
    labels = host.split(".")
    for begin in range(max(len(labels) - 1, 0)):
        yield ".".join(labels[begin:])


@cache
def _places() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Domain → (path that its pages begin with, name), the longest path first."""
    found: dict[str, dict[str, str]] = {}
    for place in gazetteer.places():
        host, path = _host_and_path(place.url)
        # a home page's address says nothing of the other pages unless it is a ward's within its city
        prefix = path.rpartition("/")[0] + "/" if place.type == "ward" else "/"
        if host and not (place.type == "ward" and prefix == "/"):
            found.setdefault(host, {}).setdefault(prefix, _named(place))
    return {host: tuple(sorted(prefixes.items(), key=lambda one: -len(one[0]))) for host, prefixes in found.items()}


def _named(place: gazetteer.Place) -> str:
    return place.name if gazetteer.find(place.name) is place else place.prefecture + place.name


@cache
def _moved() -> Mapping[str, str]:
    """lg.jp domains that a place with another domain would have, where only one place would."""
    found: dict[str, set[str]] = {}
    for host, prefixes in _places().items():
        if match := _MOVED.match(host):
            found.setdefault(f"{match[1]}.lg.jp", set()).add(prefixes[-1][1])
    return {host: next(iter(names)) for host, names in found.items() if len(names) == 1}


def _rows() -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / "data" / "sites.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def _offices() -> Mapping[str, str]:
    return {row["domain"]: row["name"] for row in _rows() if row["kind"] == "office"}


@cache
def _wires() -> Mapping[str, str]:
    return {row["domain"]: row["name"] for row in _rows() if row["kind"] == "wire"}
