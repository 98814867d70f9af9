"""Indexing a registry of corporations, beside the plain way: csv.reader into one SQLite table with an index on the name.

The file is made up (bench.registry) in the shape of the NTA's bulk file, KAKEHASHI_BENCH_CORPORATIONS rows (5,000,000, as
many as the country has). Ours keys every name and answers by number, key and stem; the peer finds a name only as written.
"""
from __future__ import annotations

import csv
import multiprocessing
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import registry
from bench.extraction import peak_memory
from bench.row import Measured, Row
from pipelines import reference

VARIABLE = "KAKEHASHI_BENCH_CORPORATIONS"
#: Rows of the file, as many as there are corporations.
COUNT = 5_000_000


def count() -> int:
    """Rows to index."""
    return int(os.environ.get(VARIABLE) or COUNT)


def measure() -> Measured:
    """CPU seconds to index the file, each in a fresh process; the peak is ours."""
    with tempfile.TemporaryDirectory(dir=Path("build") if Path("build").is_dir() else None) as folder:
        file = Path(folder) / "nta.csv"
        registry.write(file, count())
        seconds, peak = _alone(_ours, file)
        theirs, _ = _alone(_plain, file)
        return Measured(seconds, theirs, peak)


def _alone(work: Callable[[Path], tuple[float, int]], file: Path) -> tuple[float, int]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(work, file).result()


def _ours(file: Path) -> tuple[float, int]:
    return _timed(lambda: reference.update(file.parent / "home", nta=[file]))


def _plain(file: Path) -> tuple[float, int]:
    return _timed(lambda: plain_table(file, file.parent / "plain.sqlite"))


def _timed(work: Callable[[], object]) -> tuple[float, int]:
    begin = time.process_time()
    work()
    return time.process_time() - begin, peak_memory()


def plain_table(file: Path, target: Path) -> None:
    """The peer: every row as it is, found by its name as written."""
    db = sqlite3.connect(target)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("CREATE TABLE corporations (number TEXT, name TEXT, prefecture TEXT, city TEXT, closed TEXT)")
    with file.open(encoding="utf-8", newline="") as lines:
        db.executemany("INSERT INTO corporations VALUES (?, ?, ?, ?, ?)",
                       ((r[1], r[6], r[9], r[10], r[18]) for r in csv.reader(lines)))
    db.execute("CREATE INDEX names ON corporations (name)")
    db.commit()
    db.close()


ROW = Row("reference", "seconds", "csv.reader into SQLite, index on the name", measure)
