"""News as it comes: what the ledger has due is read, extracted, resolved and in the graph within seconds.

A follower is a process that stays and holds everything resolved (`pipelines.resident`). Several may be started on one
ledger: one is at work, the others wait to take over when it ends or dies. Dagster's assets of ties, reprints and graph
leave their work to it while there is one (`done_by_another`).
"""
from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

import sqlalchemy as sa

from pipelines import resident, sources, stages
from pipelines.days import Days
from pipelines.fetch.archive import Archive
from pipelines.fetch.clock import Clock
from pipelines.ledger import Ledger, revision
from pipelines.ledger.exclusion import Busy
from pipelines.resident import Outdated, Resident, Unresolvable
from pipelines.sources.registry import fingerprint

if TYPE_CHECKING:
    from neo4j import Driver, Result, Session

    from pipelines.settings import Settings

Tell = Callable[[str], None]
#: What only one process is at a time.
_FOLLOWER = "follower"
#: Seconds between two looks at a ledger in which nothing is due, and the longest pause after something failed.
_EVERY, _LONGEST = 1.0, 60.0
#: Releases that take so long that somebody wants to know.
_WORTH_TELLING = 1_000
#: What one that waits says.
_WAITS = "another `kakehashi follow` is at work on this ledger; this one waits to take over"
#: Files that are read, and documents that are extracted, before the graph has what they say.
_MOST = 16


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: files read, documents extracted, documents of which the graph has now what they say; rows of the
    graph that are other than before, and rows that were refused, each with the reason. `seconds` on the clock."""
    read: int = 0
    extracted: int = 0
    taken: int = 0
    changed: int = 0
    refused: tuple[str, ...] = ()
    seconds: float = 0.0

    def __bool__(self) -> bool:
        """Whether anything was done: then more may be left."""
        return bool(self.read or self.extracted or self.taken)


class Ended(Exception):
    """Somebody wants the follower to end, and it was in the middle of taking in everything."""


class _Heed:
    """Raises Ended once that is wanted, as long as everything is being taken in: what comes after that is short, and done to
    its end."""

    def __init__(self, ended: Event) -> None:
        self._ended, self._is_everything_in = ended, False

    def __call__(self) -> None:
        if not self._is_everything_in and self._ended.is_set():
            raise Ended

    def everything_is_in(self) -> None:
        self._is_everything_in = True


class _HeedingLedger(Ledger):
    """The ledger, as whoever takes in everything is given it: between two steps, where it asks or changes something, the end
    is heeded. Ledger and graph are then left as they are when the process is killed there."""

    def __init__(self, ledger: Ledger, heed: _Heed) -> None:
        super().__init__(ledger.database)
        self._heed = heed

    def reading(self) -> AbstractContextManager[sa.Connection]:
        self._heed()
        return super().reading()

    def writing(self) -> AbstractContextManager[sa.Connection]:
        self._heed()
        return super().writing()


class _HeedingDriver:
    """The graph's driver, likewise: between two batches of a load, which a load that comes later finds unfinished."""

    def __init__(self, driver: Driver, heed: _Heed) -> None:
        self._driver, self._heed = driver, heed

    @contextmanager
    def session(self, **config: Any) -> Iterator[_HeedingSession]:
        with self._driver.session(**config) as session:
            yield _HeedingSession(session, self._heed)


@dataclass(frozen=True, slots=True)
class _HeedingSession:
    _session: Session
    _heed: _Heed

    def run(self, *given: Any, **named: Any) -> Result:
        self._heed()
        return self._session.run(*given, **named)

    def execute_write(self, *given: Any, **named: Any) -> Any:
        self._heed()
        return self._session.execute_write(*given, **named)


class Follower:
    """Ledger, archive and graph of an installation, with everything resolved as soon as there is something. Use it with
    `with`. Taking in everything takes long: once `ended` is set it is broken off between two of its steps, by Ended."""

    def __init__(self, settings: Settings, ledger: Ledger, tell: Tell = lambda line: None,
                 extractor: stages.Extractor | None = None, ended: Event | None = None) -> None:
        self._settings, self._ledger, self._tell, self._extractor = settings, ledger, tell, extractor
        self._ended = ended or Event()
        self._archive = Archive(settings.archive_url)
        self._resident: Resident | None = None
        self._stack = ExitStack()
        self._seen: tuple[object, list[sources.Source]] | None = None
        #: Documents that could not be taken in together with others; what could not be taken in at all is tried again.
        self._singly = resident.unresolvable(ledger)
        #: Those that have failed by themselves: when they do so again, after all else was taken in anew, it is their fault.
        self._failed = set(self._singly)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._let_go()

    def step(self) -> Step:
        """Do a small part of what is due. Raises what ledger, archive and graph raise, then call it again later; and Ended."""
        begin = time.perf_counter()
        today = dt.date.fromisoformat(Clock().stamp()[:10])
        days, read, extracted = Days(today, today), stages.Counts(), 0
        try:
            read = stages.read(self._ledger, self._archive, living=sources.living(self._known()), days=days, most=_MOST)
            extracted = self._extract(days)
        finally:  # what is extracted is taken in whatever becomes of the others
            done = self._take()
        return Step(read.more.get("files", 0), extracted, done.documents, done.changed, done.refused,
                    round(time.perf_counter() - begin, 3))

    def _known(self) -> list[sources.Source]:
        """The sources whose files are sound, as they are now."""
        now = fingerprint(self._settings.config / "sources")
        if self._seen is None or self._seen[0] != now:
            self._seen = now, list(sources.check(self._settings.config)[0].values())
        return self._seen[1]

    def _extract(self, days: Days) -> int:
        from nlp.reader import EXTRACTOR

        if self._extractor is None:
            if not self._ledger.has_unextracted(EXTRACTOR, days):
                return 0
            from nlp.reader import Reader

            self._extractor = Reader()
        done = stages.extract(self._ledger, self._extractor, days=days, most=_MOST)
        return done.new + done.rejected

    def _take(self) -> resident.Taken:
        """Take in a batch, or everything where nothing is held yet."""
        from graph.loader import LoadUnfinished

        if self._resident is None and self._ledger.version() == 0:
            return resident.Taken(0, 0)  # no server is started for an empty graph
        try:
            done = self._open().begun if self._resident is None else self._resident.take()
        except Busy:
            raise
        except (Outdated, LoadUnfinished) as why:
            self._tell(f"{why}: everything is taken in anew")
            self._let_go()
            return self._take()
        except Unresolvable as error:
            self._set_aside(error)
            self._let_go()
            return self._take()
        except BaseException:
            self._let_go()
            raise
        if done is None:
            self._singly.clear()
            self._failed.clear()
        return done or resident.Taken(0, 0)

    def _set_aside(self, error: Unresolvable) -> None:
        again = error.pages & self._failed if error.each else frozenset[str]()
        for page in sorted(again):
            self._tell(f"{page} cannot be taken in and is left out until it changes: {error}")
            resident.note_unresolvable(self._ledger, page, str(error))
        more = error.pages - again
        if len(more) > 1:
            self._tell(f"{len(more)} releases could not be taken in together ({error}); they are taken in one by one")
        elif more:
            self._tell(f"{min(more)} could not be taken in ({error}); it is tried once more, after all others")
        self._singly = self._singly - again | more
        self._failed = self._failed - again | (more if error.each else frozenset())

    def _open(self) -> Resident:
        from graph import connection

        left_out = resident.unresolvable(self._ledger) - self._singly
        if (there := self._ledger.document_count()) >= _WORTH_TELLING:
            self._tell(f"taking in {there:,} releases")
        heed = _Heed(self._ended)
        with ExitStack() as opened:
            target = connection.target(self._settings.home)
            driver = opened.enter_context(connection.driver(target))
            self._resident = opened.enter_context(
                Resident(_HeedingLedger(self._ledger, heed), self._archive, cast("Driver", _HeedingDriver(driver, heed)),
                         target.database, self._settings, lambda: sources.evidence(self._known()), self._singly, left_out))
            heed.everything_is_in()
            self._stack = opened.pop_all()
        return self._resident

    def _let_go(self) -> None:
        self._resident = None
        self._stack.close()


def follow(settings: Settings, ended: Event, tell: Tell) -> None:
    """Follow the ledger until `ended`: between two batches of releases at the latest, or between two steps while everything
    is taken in. Nothing that fails ends it.

    `tell` is given a line for what was done and for what went wrong. While something is wrong it is not at work: another
    one may take over. Raises ValueError for settings that cannot be right.
    """
    with Ledger.open(settings.ledger_url) as ledger, Follower(settings, ledger, tell, ended=ended) as follower:
        pause, last = _EVERY, ""
        while not ended.is_set():
            is_at_work = False
            try:
                with ledger.alone(_FOLLOWER, _EVERY) as is_alone:
                    is_at_work = True
                    if last in ("", _WAITS):
                        tell("following the ledger; Ctrl-C or SIGTERM ends it")
                    while not ended.is_set():
                        if not is_alone():
                            raise Busy("the connection that kept others from following was lost")
                        done = follower.step()
                        pause, last = _EVERY, _FOLLOWER
                        _say(done, tell)
                        if not done:
                            ended.wait(_EVERY)
                continue
            except Ended:
                return
            except Busy as error:
                now, pause = f"{error}; it is tried again" if is_at_work else _WAITS, _EVERY
            except Exception as error:  # whatever it is, news that come later may go through, and somebody is told
                now, pause = f"{type(error).__name__}: {error}; it is tried again", min(2 * pause, _LONGEST)
            if now != last:
                tell(now)
            last = now
            ended.wait(pause)


def _say(done: Step, tell: Tell) -> None:
    if done.taken:
        tell(f"{done.taken:,} {'release' if done.taken == 1 else 'releases'} taken in, {done.changed:,} rows of the graph are "
             f"new or other than before; {done.seconds:.1f} s")
    for line in done.refused:
        tell(f"not in the graph: {line}")


def done_by_another(ledger: Ledger, patience: float = 900.0, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Wait until a follower has brought ledger and graph to what the ledger says now; False where none is at work.

    Raises TimeoutError where one is and has not done so after `patience` seconds.
    """
    at, end = ledger.version(), time.monotonic() + patience
    while is_at_work(ledger):
        with ledger.reading() as c:
            made = min(revision.resolved(c) or 0, revision.loaded(c) or 0)
        if made >= at:
            return True
        if time.monotonic() > end:
            raise TimeoutError(f"`kakehashi follow` has not brought the graph to version {at} of the ledger after "
                               f"{patience:.0f} s; what it says tells why")
        sleep(_EVERY)
    return False


def is_at_work(ledger: Ledger) -> bool:
    """Whether there is a follower that nothing keeps from following."""
    try:
        with ledger.alone(_FOLLOWER, 0.0):
            return False
    except Busy:
        return True
