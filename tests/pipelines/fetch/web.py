"""What the tests of the fetcher stand on: a clock that jumps instead of waiting, and a client for the fake web."""
from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipelines.fetch.client import Client
from pipelines.fetch.clock import Clock
from pipelines.fetch.guard import Guard
from pipelines.fetch.limits import Limits
from pipelines.ledger import Ledger
from tests.pipelines.site import Site

CONTACT = "desk@kawanami-records.example"
#: Half past five in the morning of 1 April 2026, in Japan.
MORNING = datetime.fromisoformat("2026-04-01T05:30:00+09:00").timestamp()
#: No pause between requests: what the tests of everything but pauses need.
QUICK = Limits(delay=0.0, pause=0.0, longest_pause=0.0)


@dataclass
class Sleepless:
    """A clock that stands still until somebody sleeps, and then is that much later. `slept` are all sleeps."""

    now: float = MORNING
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        """Be later."""
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)

    def clock(self) -> Clock:
        """As the client takes it."""
        return Clock(lambda: self.now, lambda: self.now, self.sleep)


def client(ledger: Ledger, site: Site, sleepless: Sleepless | None = None, limits: Limits = QUICK,
           **changed: float) -> Client:
    """A client that reaches the fake web and nothing else."""
    clock = sleepless.clock() if sleepless else Clock()
    return Client(ledger, CONTACT, guard=Guard(site.resolve, site.grants), clock=clock,
                  limits=replace(limits, **changed), draw=random.Random(7))  # type: ignore[arg-type]
