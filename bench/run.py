"""Run the bench: `python -m bench.run [--only NAME]`."""
from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

import bench.rows
from bench.row import NotMeasured, Row, ratio

OUTPUT = Path("build/bench.json")
#: Columns that the table needs, whatever the terminal or file it is printed to.
WIDTH = 140


def rows() -> list[Row]:
    """Every row there is, by name."""
    found = [importlib.import_module(f"bench.rows.{module.name}").ROW
             for module in pkgutil.iter_modules(bench.rows.__path__)]
    return sorted(found, key=lambda row: row.name)


def chosen(every: Sequence[Row], only: str | None) -> list[Row]:
    """All rows, or the one named; raises ValueError for a name that no row has."""
    picked = [row for row in every if only in (None, row.name)]
    if not picked:
        raise ValueError(f"there is no row {only!r}; there are: {', '.join(row.name for row in every)}")
    return picked


def figures(row: Row, console: Console) -> dict[str, Any]:
    """The row's entry in build/bench.json; what could not be measured is null, and the console says why."""
    entry: dict[str, Any] = {"name": row.name, "value": None, "unit": row.unit, "peer": row.peer,
                             "peer_value": None, "ratio": None, "peak_mebibytes": None}
    try:
        measured = row.measure()
    except NotMeasured as reason:
        console.print(f"{row.name}: not measured: {reason}")
        return entry
    if measured.unread:
        console.print(f"{row.name}: {measured.unread} documents were not read and count for nothing: {measured.failure}")
    return entry | {"value": measured.value, "peer_value": measured.peer_value, "ratio": ratio(row.unit, measured),
                    "peak_mebibytes": None if measured.peak is None else measured.peak / 2**20}


def table(entries: Sequence[dict[str, Any]]) -> Table:
    """The entries as people read them."""
    shown = Table(box=SIMPLE)
    for column in ("row", "unit", "peer"):
        shown.add_column(column, no_wrap=True)
    for column in ("value", "peer value", "times better", "peak MiB"):
        shown.add_column(column, justify="right", no_wrap=True)
    for entry in entries:
        shown.add_row(entry["name"], entry["unit"], entry["peer"], _number(entry["value"]),
                      _number(entry["peer_value"]), _number(entry["ratio"]), _number(entry["peak_mebibytes"]))
    return shown


def _number(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and write build/bench.json."""
    parser = argparse.ArgumentParser(description="Speeds beside their peers.")
    parser.add_argument("--only", help="the one row to run")
    options = parser.parse_args(arguments)
    console = Console(soft_wrap=True, width=WIDTH)
    try:
        picked = chosen(rows(), options.only)
    except ValueError as error:
        parser.error(str(error))
    entries = [figures(row, console) for row in picked]
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(table(entries))
    console.print(f"written to {OUTPUT}")


if __name__ == "__main__":
    main()
