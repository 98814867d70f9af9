"""Building the whole country's graph anew in place: every row of it looked at, beside its first load into nothing.

Seconds on the clock from the ledger's extractions in memory to the graph, on the managed server as it is shipped:
resolving is not in it, projecting is. KAKEHASHI_BENCH_SHARE is the part of the country (1).
"""
from __future__ import annotations

import time

from bench import server
from bench.extraction import peak_memory
from bench.generator import extractions, scaled
from bench.row import Measured, Row
from bench.rows.resolve import share


def measure() -> Measured:
    """Seconds of a rebuild in place and of the first load."""
    from graph.loader import load
    from graph.projection import project
    from graph.resolution import resolve
    from pipelines.reference import places

    told = list(extractions(scaled(share())))
    found = resolve(told, places())
    with server.running() as (driver, target):
        taken = []
        for whole in (False, True):
            begin = time.perf_counter()
            rows = project(told, found)
            projected = time.perf_counter() - begin
            report = load(driver, target.database, rows, whole=whole)
            taken.append(time.perf_counter() - begin)
            print(f"rebuild: {len(rows.nodes):,} nodes, {len(rows.relationships):,} relationships; "
                  f"{projected:.1f} s of {taken[-1]:.1f} s for making the rows; {report.changed:,} changed")
            if report.refused or (whole and report.changed):
                raise AssertionError(f"refused {len(report.refused)}, changed {report.changed}")
    return Measured(taken[1], taken[0], peak_memory())


ROW = Row("rebuild", "seconds", "its first load into an empty graph", measure)
