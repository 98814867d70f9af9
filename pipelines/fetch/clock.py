"""Time, as the fetcher is given it: nothing else here asks the machine what time it is."""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` in seconds since 1970, `elapsed` in seconds of a clock that never goes back, `sleep` takes seconds."""

    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def stamp(self) -> str:
        """Now in Japan: «2026-04-01T05:30:00+09:00»."""
        return stamp(self.now())


def stamp(seconds: float) -> str:
    """A time in seconds since 1970 as Japan writes it down: «2026-04-01T05:30:00+09:00»."""
    return datetime.fromtimestamp(seconds, JST).isoformat(timespec="seconds")
