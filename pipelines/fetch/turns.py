"""Taking turns at a host: one request at a time, and a pause after each, across threads, runs and processes.

The ledger holds whose turn it is and when the host may be asked again, so it does not matter who asks or whether it
has been killed since. A host that fails is asked less and less often, and in the end left alone for a while.
"""
from __future__ import annotations

import logging
import random
import threading
from itertools import count
from types import TracebackType

from pipelines import worker
from pipelines.fetch.clock import Clock, stamp
from pipelines.fetch.desk import Desk
from pipelines.fetch.failures import Failed, Failure
from pipelines.fetch.limits import Limits
from pipelines.ledger import hosts

_log = logging.getLogger(__name__)


def backoff(failures: int, limits: Limits, draw: random.Random) -> float:
    """Seconds to leave a host alone after so many failures in a row: doubling, give or take half, up to the longest."""
    whole = min(limits.pause * 2.0 ** min(failures - 1, 30), limits.longest_pause)
    return whole * draw.uniform(0.5, 1.5)


def rest(failures: int, limits: Limits) -> float:
    """Seconds that a host stays closed after so many failures in a row; 0 while they are too few."""
    over = failures - limits.failures
    return 0.0 if over < 0 else min(limits.rest * 2.0 ** min(over, 30), limits.longest_rest)


class Turns:
    """Whose turn it is. One for a process; its threads share it."""

    def __init__(self, desk: Desk, clock: Clock, limits: Limits, draw: random.Random) -> None:
        self._desk = desk
        self._clock = clock
        self._limits = limits
        self._draw = draw
        self._names = (worker.name(number) for number in count(1))
        self._lock = threading.Lock()

    def at(self, host: str, delay: float) -> Turn:
        """A turn to ask a host, after which nobody may ask it again for `delay` seconds."""
        with self._lock:
            return Turn(self, host, next(self._names), delay)

    def wait(self, turn: Turn) -> int:
        """Until it is its turn; how often the host has failed in a row."""
        begin = self._clock.now()
        while True:
            now = self._clock.now()
            with self._desk.writing() as c:
                found = hosts.take(c, turn.host, turn.holder, now, self._limits.lease, turn.delay, worker.alive)
            if found.granted:
                return found.failures
            if found.at - begin > self._limits.patience:
                raise Failed(Failure.HOST_RESTS, f"{turn.host} until {stamp(found.at)}"
                             + (f": {found.reason}" if found.reason else ""))
            turn.waited = True
            self._clock.sleep(max(found.at - now, 0.001))

    def end(self, turn: Turn, failures: int, failed: Failed | None) -> float:
        """Note what came of it; for how many seconds the host is left alone now."""
        reason, pause = None, turn.delay
        if failures and failed is not None:
            reason = f"{failed.failure.label}, {failures} in a row"
            closed = rest(failures, self._limits)
            with self._lock:
                pause = backoff(failures, self._limits, self._draw)
            asked = min(failed.retry_after or 0.0, self._limits.longest_rest)
            pause = max(pause, asked, closed, turn.delay)
            if closed:
                _log.warning("%s is left alone for %.0f seconds: %s", turn.host, pause, reason)
        with self._desk.writing() as c:
            hosts.give_back(c, turn.host, turn.holder, self._clock.now() + pause, failures, reason)
        return pause


class Turn:
    """One turn at a host, a context manager: waits for it, and gives it back whatever happens.

    Entering raises Failed (`host_rests`) instead of waiting longer than a run has patience. A Failed that is raised
    within counts against the host where it is to blame. `waited` tells whether it was somebody else's turn or too soon;
    `pause` (seconds) is set once the turn is over.
    """

    def __init__(self, turns: Turns, host: str, holder: str, delay: float) -> None:
        self._turns = turns
        self._failures = 0
        self.host = host
        self.holder = holder
        self.delay = delay
        self.waited = False
        self.pause = 0.0

    def __enter__(self) -> Turn:
        self._failures = self._turns.wait(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        failed = error if isinstance(error, Failed) else None
        if failed is not None and failed.failure.blames_host:
            self._failures += 1
        elif error is None or failed is not None:
            self._failures = 0
        self.pause = self._turns.end(self, self._failures, failed)
