"""Every measure, both betweennesses and the finder for 50,000 organisations, from the frames to the ranked list.

No other program answers this; the row watches CPU seconds and the peak of memory.
"""
from __future__ import annotations

from bench.networks import Run, alone, country, timed
from bench.row import Measured, Row
from graph.brokerage import measures

ORGANIZATIONS = 50_000
#: A country large enough for the compiled way.
_WARM_UP = 600


def ranked(organizations: int) -> Run:
    """The measures of a country; what is measured is the number of organisations with a row."""
    made = country(organizations)
    return timed(lambda: len(measures(made.organizations, made.ties, made.parties, made.broker_acts)))


def run() -> Run:
    """Ours, compiled before."""
    ranked(_WARM_UP)
    return ranked(ORGANIZATIONS)


def measure() -> Measured:
    """CPU seconds and peak memory."""
    seconds, _, peak = alone(run)
    return Measured(seconds, None, peak)


ROW = Row("brokers-all", "seconds", "none: 50,000 organisations, ≤ 180 s, ≤ 1,024 MiB", measure)
