"""Looking names up in the index of a registry, beside an index on names as they are written.

Half of the names are written otherwise than in the registry ((株) for 株式会社): ours finds them, the peer cannot.
"""
from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from pathlib import Path

from bench import registry
from bench.row import Measured, Row
from bench.rows.reference import count, plain_table
from graph.names import split_name
from pipelines import reference
from pipelines.reference import ReferenceIndex

_LOOKUPS = 20_000


def measure() -> Measured:
    """Look-ups a second, keying of the name included; AssertionError where a name is not found or takes a millisecond."""
    with tempfile.TemporaryDirectory(dir=Path("build") if Path("build").is_dir() else None) as folder:
        file = Path(folder) / "nta.csv"
        registry.write(file, count())
        reference.update(Path(folder), nta=[file])
        plain_table(file, Path(folder) / "plain.sqlite")
        step = max(1, count() // _LOOKUPS)
        names = [row[6] for n, row in enumerate(registry.rows(count())) if n % step == 0]
        random.Random(1).shuffle(names)
        asked = [name.replace("株式会社", "(株)") if n % 2 else name for n, name in enumerate(names)]
        return Measured(_ours(Path(folder), asked), _plain(Path(folder) / "plain.sqlite", names))


def _ours(home: Path, asked: list[str]) -> float:
    index = ReferenceIndex.of(home)
    assert index is not None
    begin, found = time.perf_counter(), 0
    for name in asked:
        key = split_name(name)
        found += bool(index.named(key) if key.form else index.with_stem(key.stem))
    seconds = time.perf_counter() - begin
    index.close()
    if found < len(asked):
        raise AssertionError(f"{len(asked) - found} of {len(asked)} names were not found")
    if seconds / len(asked) > 0.001:
        raise AssertionError(f"a look-up takes {seconds / len(asked) * 1000:.2f} ms")
    return len(asked) / seconds


def _plain(file: Path, names: list[str]) -> float:
    db = sqlite3.connect(file)
    begin = time.perf_counter()
    for name in names:
        db.execute("SELECT number FROM corporations WHERE name = ?", (name,)).fetchall()
    seconds = time.perf_counter() - begin
    db.close()
    return len(names) / seconds


ROW = Row("reference-lookup", "look-ups a second", "SQLite, name as written", measure)
