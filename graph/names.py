"""Organisation names taken apart: stem, legal form and the form's side."""
from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


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
