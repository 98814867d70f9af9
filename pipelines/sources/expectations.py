"""What is wrong with a source's day: the same judgement for asset checks and for `kakehashi status`."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pipelines.sources.source import Source

#: fatal: nothing of this source can be trusted today. warn: look at it. alarm: it may have died silently.
Level = Literal["fatal", "warn", "alarm"]


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked of one source on one day in Japan.

    `asked`: pages of its index that were answered with something to read; `found`: releases that they named; `new`:
    those among them that were not known before.
    """
    on: dt.date
    asked: int = 0
    found: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong; `line` is for people and says what to do."""
    source: str
    level: Level
    line: str


def judge(source: Source, day: Day, last_new: dt.date | None) -> list[Problem]:
    """The problems of a source's day, the worst first; pure. `last_new` is the last day before it that brought anything
    new, None where there was none.

    A day on which nothing could be asked is not judged by its counts: why it could not is told elsewhere. A source that
    has never brought anything is not stale, and the first day, when everything is new, brings never too much.
    """
    expect, found = source.expect, []
    if day.asked and day.found < expect.min:
        found.append(Problem(source.name, "fatal", f"its index named {_releases(day.found)}, at least {expect.min} "
                             "expected: the address or the page has changed; "
                             f"`kakehashi sources test {source.name}` shows what comes"))
    if expect.stale_days is not None and last_new is not None and not day.new:
        silent = (day.on - last_new).days
        if silent > expect.stale_days:
            found.append(Problem(source.name, "alarm", f"nothing new for {silent} days (since {last_new}), at most "
                                 f"{expect.stale_days} expected: see whether the site has moved its releases"))
    if expect.max is not None and last_new is not None and day.new > expect.max:
        found.append(Problem(source.name, "warn", f"brought {_releases(day.new)} that were not known, at most "
                             f"{expect.max} a day expected: addresses may have been renamed, or a selector takes too much"))
    return found


def _releases(number: int) -> str:
    return "1 release" if number == 1 else f"{number:,} releases" if number else "no releases"
