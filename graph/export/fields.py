"""The tables of an export: names, columns, types and what leads where, as `fields.tsv` has them."""
from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: Type in fields.tsv → type of a Frictionless table schema.
TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "date",
         "list": "array", "number list": "array"}
#: Tables whose rows have an id of their own.
KEYED = ("organizations", "ties", "releases", "claims", "persons")


@dataclass(frozen=True, slots=True)
class Field:
    """One column; `leads_to` is («table», «column») of what its values name."""
    name: str
    type: str
    leads_to: tuple[str, str] | None
    meaning: str


@cache
def tables() -> dict[str, tuple[Field, ...]]:
    """The tables in their order."""
    text = files("graph.export").joinpath("fields.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found: dict[str, list[Field]] = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        table, _, column = row["leads_to"].partition(".")
        found.setdefault(row["table"], []).append(
            Field(row["field"], row["type"], (table, column) if table else None, row["meaning"]))
    return {name: tuple(columns) for name, columns in found.items()}
