"""How everything is, at a glance: sources, what is left to do, versions, disk. Asks no site and starts nothing."""
from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from pipelines.alerts import discreet
from pipelines.fetch import health
from pipelines.fetch.archive import Archive
from pipelines.fetch.clock import stamp
from pipelines.ledger import Ledger, Reject, daily, fetches, revision
from pipelines.ledger.daily import Left
from pipelines.settings import Settings
from pipelines.sources import Flaw, Source, check, intake, judge

#: ok: nothing is wrong. look: something may be. broken: nothing comes until somebody does something. off: not asked.
State = Literal["ok", "look", "broken", "off"]
_WORST: tuple[State, ...] = ("broken", "look", "ok", "off")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is wrong, in words that say what to do. `broken` or `look`, as State has them."""

    state: State
    text: str


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. Times are as the ledger has them, None where there never was one. `lost` are releases that could not be
    had so far, by failure; `lines` are of its last run and of what is expected of it."""

    name: str
    title: str
    state: State
    schedule: str
    last_success: str | None
    last_new: str | None
    new_today: int
    new_week: int
    lost: dict[str, int]
    lines: tuple[Line, ...]

    @property
    def words_of_lost(self) -> str:
        """«1 not_found, 2 too_large»."""
        return ", ".join(f"{number} {failure}" for failure, number in self.lost.items())


@dataclass(frozen=True, slots=True)
class Versions:
    """The ledger's version, and those that organisations and graph are made of; None where they never were made."""

    ledger: int
    resolved: int | None
    graph: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Something on disk; `size` in bytes, None where this machine cannot tell."""

    what: str
    where: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """Everything. `rejects` are files and statements that could not be used, fetches apart; `free` bytes of the disk."""

    sources: tuple[SourceStatus, ...]
    resting: tuple[str, ...]
    flaws: tuple[Flaw, ...]
    counts: dict[str, int]
    rejects: tuple[Reject, ...]
    left: Left
    versions: Versions
    places: tuple[Place, ...]
    free: int

    @property
    def broken(self) -> bool:
        """Whether something needs a person."""
        return bool(self.flaws) or any(one.state == "broken" for one in self.sources)

    @property
    def rejects_by_stage(self) -> dict[str, int]:
        """How many were rejected where."""
        return dict(sorted(Counter(one.stage for one in self.rejects).items()))


def status(ledger: Ledger, settings: Settings, now: float) -> Status:
    """How everything is at a time, in seconds since 1970."""
    from nlp.reader import EXTRACTOR
    from pipelines import reading

    known, flaws = check(settings.config)
    today = dt.date.fromisoformat(stamp(now)[:10])
    with ledger.reading() as c:
        last = {one.source: one for one in fetches.health(c)}
        arrived, lost = daily.arrived(c, today), daily.lost(c)
        versions = Versions(revision.current(c), revision.resolved(c), revision.loaded(c))
    wrong: dict[str, list[Line]] = {}
    for problem in health.problems(ledger):
        wrong.setdefault(problem.source, []).append(_line(problem))
    archive = Archive(settings.archive_url)
    asked = [one for one in known.values() if one.is_web and (one.is_open or one.name in last)]
    sources = [_source(one, last.get(one.name), arrived.get(one.name, (0, 0)), lost.get(one.name, {}),
                       [*wrong.get(one.name, ()), *_expected(ledger, archive, one, today)]) for one in asked]
    rejects = tuple(one for one in ledger.rejects() if one.stage != "archive" or "://" not in one.source)
    return Status(tuple(sorted(sources, key=lambda one: (_WORST.index(one.state), one.name))),
                  tuple(health.resting(ledger, now)), tuple(flaws), ledger.counts(), rejects,
                  ledger.left(reading.READER, EXTRACTOR), versions, tuple(_places(ledger, settings)),
                  shutil.disk_usage(_existing(settings.home)).free)


def _line(problem: health.Problem) -> Line:
    # what a page's failure says is not the source's: a few pages that are gone are everyday
    lost = problem.failure.lasting == "permanent" and problem.is_index
    return Line("broken" if lost else "look", problem.line.removeprefix(f"{problem.source}: "))


def _expected(ledger: Ledger, archive: Archive, source: Source, today: dt.date) -> list[Line]:
    if not source.is_open:
        return []
    return [Line("broken" if one.level == "fatal" else "look", f"{one.level}: {one.line}")
            for one in judge(source, *intake.day(ledger, archive, source, today))]


def _source(source: Source, last: fetches.Health | None, arrived: tuple[int, int], lost: dict[str, int],
            lines: Sequence[Line]) -> SourceStatus:
    states: list[State] = [one.state for one in lines] or ["ok"]
    state = min(states, key=_WORST.index) if source.is_open else "off"
    return SourceStatus(source.name, source.title or (source.publisher.name if source.publisher else ""), state,
                        source.schedule, last.last_success if last else None, last.last_new if last else None, *arrived,
                        lost, tuple(lines))


def _places(ledger: Ledger, settings: Settings) -> Iterator[Place]:
    database = ledger.database.engine.url
    if ledger.database.kind == "sqlite":
        file = str(database.database)
        yield Place("ledger", file, sum(_size(Path(file + end)) for end in ("", "-wal", "-shm")))
    else:
        with ledger.reading() as c:
            size = c.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database())))
        yield Place("ledger", database.render_as_string(hide_password=True), size)
    remote = "://" in settings.archive_url
    yield Place("archive", discreet(settings.archive_url, os.environ), None if remote else _size(Path(settings.archive_url)))
    if not os.environ.get("NEO4J_URI"):
        yield Place("graph", str(settings.home / "neo4j"), _size(settings.home / "neo4j"))
    history = Path(os.environ.get("DAGSTER_HOME") or settings.home / "dagster")
    yield Place("Dagster's history", str(history), _size(history))


def _size(path: Path) -> int:
    """Bytes of a file or of all files below a folder; 0 where there is nothing. Files that vanish meanwhile are none."""
    try:
        if path.is_file():
            return path.stat().st_size
        return sum(_size(Path(one.path)) for one in os.scandir(path) if not one.is_symlink())
    except OSError:
        return 0


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
