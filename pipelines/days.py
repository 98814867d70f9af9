"""Days of arrival, in Japan: what a day's run is about."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

#: The first day there is. What came on a day that nobody noted, or earlier, counts to it.
FIRST = dt.date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included. Raises ValueError where they are in the wrong order."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"{self.first} is after {self.last}; name the earlier day first")

    @classmethod
    def read(cls, first: str, last: str | None = None) -> Days:
        """Days written as «2026-04-01»."""
        return cls(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))

    def __iter__(self) -> Iterator[dt.date]:
        """Day by day."""
        return (self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def __contains__(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

    @property
    def begin(self) -> str:
        """The time from which on something belongs to them, as times of arrival are noted; "" for what has none."""
        return "" if self.first <= FIRST else self.first.isoformat()

    @property
    def end(self) -> str:
        """The time from which on nothing belongs to them any more."""
        return (self.last + dt.timedelta(days=1)).isoformat()


def of(stamp: str | None) -> dt.date:
    """The day of a time of arrival («2026-04-01T05:30:00+09:00»)."""
    return max(dt.date.fromisoformat(stamp[:10]), FIRST) if stamp else FIRST
