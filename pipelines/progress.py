"""How far a stage is: stages report here, whoever runs them decides how it looks.

A run from the command line draws bars, one under Dagster's own processes says nothing; the stages need not know.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Called with the stage's name, how many are done and how many there are.
Report = Callable[[str, int, int], None]


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


_report: ContextVar[Report] = ContextVar("kakehashi_progress", default=_silent)


def of(stage: str) -> Callable[[int, int], None]:
    """A callback (done, total) for one stage, bound to whoever watches now."""
    report = _report.get()
    return lambda done, total: report(stage, done, total)


@contextmanager
def watched_by(report: Report) -> Iterator[None]:
    """Send all reports inside the block to `report`."""
    token = _report.set(report)
    try:
        yield
    finally:
        _report.reset(token)
