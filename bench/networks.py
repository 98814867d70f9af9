"""How the rows on networks measure: CPU seconds of one measure on the planted country, beside its peer.

Ours and the peer's run in fresh processes on the same edges, with what is compiled compiled before the clock starts;
the clock is the CPU time of all threads. A row whose two results differ fails instead of giving a figure.
"""
from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.extraction import peak_memory
from bench.planted import COUNTRY, Country, growing
from bench.row import NotMeasured
from graph.brokerage import Network
from graph.brokerage.contacts import contacts
from graph.brokerage.network import Floats

#: CPU seconds, what was measured, and the most bytes of memory that the process held.
Run = tuple[float, Any, int]


@cache
def country(organizations: int) -> Country:
    """The whole country, or a part of the same shape."""
    share = organizations / COUNTRY.organizations
    return growing(replace(COUNTRY, organizations=organizations, agreements=int(COUNTRY.agreements * share)), 1)


def projected(organizations: int) -> tuple[Network, list[object]]:
    """The projection of a country and the sector of each vertex."""
    made = country(organizations)
    net = contacts(made.organizations, made.ties, made.parties).network
    sector = made.organizations.set_index("id")["sector"].reindex(net.ids).astype(object)
    return net, sector.where(sector.notna(), None).tolist()


def timed(measure: Callable[..., Any], *given: Any) -> Run:
    """CPU seconds of one call in this process."""
    begin = time.process_time()
    result = measure(*given)
    return time.process_time() - begin, result, peak_memory()


def alone(work: Callable[..., Run], *given: Any) -> Run:
    """What the work returns, done in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(work, *given).result()


def by_peer(program: Path, script: str, net: Network, groups: list[object], how: str) -> tuple[float, Floats]:
    """CPU seconds and values of a script that reads edges.txt and groups.txt (numbers from 0, an edge or a vertex a
    line) in its folder, prints the seconds and writes values.txt, a vertex a line. Raises NotMeasured with `how` to get
    the program where it is not there, RuntimeError with what it said where it fails."""
    if not program.exists():
        raise NotMeasured(how)
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder, "edges.txt"), np.stack([net.low, net.high], axis=1), fmt="%d")
        known = sorted({str(g) for g in groups})
        np.savetxt(Path(folder, "groups.txt"), [known.index(str(g)) for g in groups], fmt="%d")
        Path(folder, "script").write_text(script, encoding="utf-8")
        done = subprocess.run([program, "script"], cwd=folder, capture_output=True, text=True,
                              env={**os.environ, "OMP_NUM_THREADS": "1"})
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()[-500:]}")
        return float(done.stdout.split()[-1]), np.atleast_1d(np.loadtxt(Path(folder, "values.txt")))


def same(ours: Floats, theirs: Floats) -> None:
    """Raises AssertionError where two results differ by more than a rounding."""
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-5)
