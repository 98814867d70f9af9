"""A bound against hanging: of processor time, so that a busy machine makes no difference."""
from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds of processor time: what hangs takes hours.
MOMENTS = 20.0


@contextmanager
def moments(seconds: float = MOMENTS) -> Iterator[None]:
    """What is within ends or is ended, as a failure; only in the main thread."""
    def over(*_: object) -> None:
        raise AssertionError(f"still at it after {seconds:g} seconds of processor time")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
