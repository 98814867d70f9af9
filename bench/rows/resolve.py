"""Resolving everything that a country's releases say (bench.generator), beside grouping by names as they are written.

The peer does what one would do without resolution: an organisation a name, a tie for every statement. It is the floor of
any resolution's cost and finds a fraction of what is one. The size is KAKEHASHI_BENCH_SHARE of the country (1).
"""
from __future__ import annotations

import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from bench.extraction import peak_memory
from bench.generator import extractions, scaled
from bench.row import Measured, Row
from nlp.model import Extraction

VARIABLE = "KAKEHASHI_BENCH_SHARE"
#: How much more than its share of the time the whole may take beside a quarter of it: sorting, memory, a shared machine.
_LINEAR = 1.5


def share() -> float:
    """The part of the country that is resolved."""
    return float(os.environ.get(VARIABLE) or 1)


def measure() -> Measured:
    """CPU seconds for the whole; AssertionError where a quarter and a half of it do not take about that part of them."""
    quarter, _, _ = _alone(share() / 4)
    half, _, _ = _alone(share() / 2)
    whole, theirs, peak = _alone(share())
    print(f"resolve: {quarter:.1f} s for a quarter, {half:.1f} s for a half, {whole:.1f} s for the whole")
    if whole > 4 * quarter * _LINEAR or whole > 2 * half * _LINEAR:
        raise AssertionError("the time to resolve grows faster than what is resolved")
    return Measured(whole, theirs, peak)


def _alone(part: float) -> tuple[float, float, int]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_timed, part).result()


def _timed(part: float) -> tuple[float, float, int]:
    from graph.resolution import resolve
    from pipelines.reference import places

    told, known = list(extractions(scaled(part))), places()
    begin = time.process_time()
    resolve(told, known)
    ours = time.process_time() - begin
    peak = peak_memory()
    begin = time.process_time()
    as_written(told)
    return ours, time.process_time() - begin, peak


def as_written(told: Sequence[Extraction]) -> tuple[int, int]:
    """The peer: organisations by their names as written, ties by statement."""
    names: dict[str, list[str]] = defaultdict(list)
    ties = 0
    for extraction in told:
        for organization in extraction.organizations:
            names[organization.name].append(extraction.document.id)
        ties += len(extraction.statements)
    return len(names), ties


ROW = Row("resolve", "seconds", "names as written, no resolution", measure)
