"""How far the fetcher goes: every number that a site or a user can notice, in one place."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes after unpacking.

    `delay` lies between the end of one request to a host and the beginning of the next; a source may ask for more, and
    robots.txt for up to `longest_delay`. `patience` is how long a run waits for one host; where a host wants to be left
    alone longer, its pages wait for the next run.
    """

    delay: float = 2.0
    longest_delay: float = 60.0
    connect: float = 10.0
    read: float = 20.0
    total: float = 90.0
    size: int = 32_000_000
    redirects: int = 5
    attempts: int = 4
    patience: float = 120.0
    #: The pause after the first failure of a host; it doubles with each one more.
    pause: float = 2.0
    longest_pause: float = 60.0
    #: So many failures in a row close a host for `rest`, which doubles with each one more up to `longest_rest`.
    failures: int = 5
    rest: float = 600.0
    longest_rest: float = 86_400.0
    #: How long a robots.txt counts, and how long it counts that it could not be had.
    robots: float = 86_400.0
    robots_unreachable: float = 3_600.0

    @property
    def lease(self) -> float:
        """How long one request may hold a host: longer than any request takes."""
        return self.total + self.connect + 30.0
