"""What an export names of itself so that a paper can cite it: version, date, sources and licence. No clock is asked: the same
graph gives the same version."""
from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from graph.export.contents import Contents

#: Where codes, positions and names of public bodies come from.
_PLACES = ("Codes and positions of local governments: localgovjp (CC0)", "https://github.com/code4fukui/localgovjp")
_RIGHTS = ("The licence is that of the data: who agreed what with whom. The sentences that state it are quoted from the "
           "releases as evidence and remain their publishers'.")


@dataclass(frozen=True, slots=True)
class Provenance:
    """`date` is the newest day of the data (ISO, None where no release is dated), `version` that day and a digest of the tables
    in the form of a semantic version, `sources` (title, address or None) with the publishers by the number of their
    releases, `licence` an SPDX name."""
    title: str
    version: str
    date: str | None
    software: str
    sources: tuple[tuple[str, str | None], ...]
    licence: str
    rows: Mapping[str, int]
    question: str | None = None
    rights: str = _RIGHTS

    @property
    def name(self) -> str:
        """What the package is called."""
        return "kakehashi" if self.question is None else "kakehashi-" + self.question.replace("_", "-")

    @property
    def citation(self) -> str:
        """One line for a list of references."""
        year = f" ({self.date[:4]})" if self.date else ""
        return f"{self.title}{year}. Version {self.version}, data up to {self.date or 'no day'}. Made with {self.software}."


def provenance_of(contents: Contents, software: str, licence: str) -> Provenance:
    """The provenance of an export. `software` is Kakehashi with its version, `licence` an SPDX name such as CC-BY-4.0.

    Raises ValueError for a licence that has not the form of an SPDX name.
    """
    check_licence(licence)
    date = contents.newest
    digest = _digest(contents.frames if contents.answer is None else {**contents.frames, "answer": contents.answer})
    numbers = ".".join(str(int(part)) for part in (date or "0-0-0").split("-"))
    title = "Public–private relationships in Japan, read from press releases (Kakehashi)"
    if contents.question is not None:
        title += f": the part of the graph that answers «{contents.question}»"
    return Provenance(title, f"{numbers}+{digest[:12]}", date, software, tuple(_sources(contents.read)), licence,
                      {name: len(frame) for name, frame in contents.frames.items()}, contents.question)


def check_licence(licence: str) -> None:
    """Raises ValueError for what has not the form of an SPDX name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", licence):
        raise ValueError(f"«{licence}» is not the short name of a licence: write one of https://spdx.org/licenses, e.g. CC-BY-4.0")


def _digest(frames: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 over the rows of all tables."""
    own = hashlib.sha256()
    for name in sorted(frames):
        own.update(repr((name, list(frames[name].columns))).encode())
        for row in frames[name].itertuples(index=False, name=None):
            own.update(repr(tuple(None if _missing(value) else value for value in row)).encode("utf-8", "replace"))
    return own.hexdigest()


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def _sources(releases: pd.DataFrame) -> Iterable[tuple[str, str | None]]:
    hosts: Counter[tuple[str, str | None]] = Counter()
    for url, publisher in zip(releases["url"], releases["publisher"], strict=True):
        at = urlsplit(url or "")
        if at.scheme in ("http", "https") and at.hostname:
            hosts[at.hostname, f"{at.scheme}://{at.netloc.rpartition('@')[2]}/"] += 1
        else:
            hosts[publisher or "releases without a known publisher", None] += 1
    for (title, path), count in sorted(hosts.items(), key=lambda one: (-one[1], one[0][0])):
        yield f"{title}: {count} release{'' if count == 1 else 's'}", path
    yield _PLACES
