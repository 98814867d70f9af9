"""Rules of the data file: what introduces lists, and which ties their rows tell."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp.patterns import words
from nlp.ties.signs import classed
from nlp.ties.wording import filled

#: The data file of rows.
FILE = "rows"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the data file; see there."""
    name: str
    kind: str
    role: str
    other: str
    label: re.Pattern[str] | None
    cell: re.Pattern[str] | None
    head: re.Pattern[str] | None
    says: re.Pattern[str] | None
    under: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    after: re.Pattern[str] | None
    row: re.Pattern[str] | None
    owner: str
    of: str
    home: str
    whole: bool
    together: bool


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of the data file."""
    return tuple(_rule(row) for row in words(FILE)["rules"])


def _rule(row: Mapping[str, Any]) -> Rule:
    """The rule that an entry tells."""
    return Rule(
        name=row["name"], kind=row["kind"], role=row["role"], other=row.get("other", "party"), label=_compiled(row, "label"),
        cell=_compiled(row, "cell"), head=_compiled(row, "head"), says=_compiled(row, "says"), under=_compiled(row, "under"),
        unless=_compiled(row, "unless"), after=_compiled(row, "after"), row=_compiled(row, "row"), owner=row.get("owner", ""),
        of=row.get("of", ""), home=row.get("home", ""), whole=bool(row.get("whole")), together=bool(row.get("together")))


def _compiled(row: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    """The expression of an entry under a key, None where it has none."""
    return re.compile(classed(filled(FILE, row[key]))) if key in row else None
