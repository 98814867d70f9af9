"""From wanted addresses to the archive: each is asked politely, kept, and noted before the next one of its host.

    with Client(ledger, settings.contact) as client:
        outcome = ingest(archive, client, wanted, run="2026-04-01", follow=following(sources))

Hosts are asked side by side, each of them one address after the other. Whatever is noted is done: a run that was killed
and is started again under the same name asks only for the rest.
"""
from __future__ import annotations

import hashlib
import heapq
import logging
import queue
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from pipelines.fetch.archive import Archive
from pipelines.fetch.client import CONNECTIONS, Answer, Client, Needless, Validators
from pipelines.fetch.failures import Failed, Failure, by_label
from pipelines.fetch.guard import LONGEST
from pipelines.fetch.wanted import Wanted
from pipelines.ledger import Fetch, Reject, documents, fetches, locations, rejects, revision, tombstones
from pipelines.ledger.forgotten import HOLDS_FORGOTTEN, address_hash, bytes_hash, variants
from pipelines.reading.words import words

_DAY = 86_400.0
#: An address that failed for good is asked again after a day, then two, four … days, at most after so many.
_LONGEST_REST = 30 * _DAY
#: Headers that decide how bytes are read.
_FOR_READING = ("content-type", "content-language", "link")
_PERMANENT = frozenset(one.label for one in Failure if one.lasting == "permanent")
_NOTHING_THERE = (Failure.GONE, Failure.NOT_FOUND)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: where the redirects ended, its bytes and headers (names in small letters).

    `depth` is 1 for an address that the run began with, one more for each address that led to it.
    """

    url: str
    data: bytes
    headers: Mapping[str, str]
    depth: int


#: What an address leads to: releases from a feed, attachments from a page. A ValueError or Failed says that an index is
#: none; it must not depend on anything but what it is given.
Follow = Callable[[Wanted, Page], Iterable[Wanted]]


@dataclass(frozen=True, slots=True)
class Policy:
    """How a source wants to be treated: `delay` between two requests to one host, and `again`, after how long a page
    that is already here is looked at again; both in seconds."""

    delay: float = 0.0
    again: float = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, in addresses. `failed` counts by the failure's label.

    `known` were not asked for: they are here, or failed for good, since not long ago. `requests` were sent for pages,
    robots.txt not counted; `seconds` on the clock.
    """

    new: int = 0
    unchanged: int = 0
    known: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """All addresses that were wanted."""
        return self.new + self.unchanged + self.known + sum(self.failed.values())

    @property
    def transient(self) -> int:
        """Addresses that may be had later; running again under the same name asks for them."""
        return sum(n for label, n in self.failed.items() if by_label(label).lasting == "transient")


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def _nowhere(wanted: Wanted, page: Page) -> Iterable[Wanted]:
    return ()


def ingest(archive: Archive, client: Client, wanted: Iterable[Wanted], *, run: str, follow: Follow = _nowhere,
           policies: Mapping[str, Policy] | None = None, report: Callable[[int, int], None] = _silent,
           at_once: int = CONNECTIONS) -> Outcome:
    """Fetch what is wanted and what it leads to.

    `run` names the run, such as its day in Japan: within it no address is asked again once it gave bytes or a failure
    that stays. `policies` are by source, `at_once` hosts are asked at the same time. Nothing that a site does is raised;
    an archive or ledger that cannot be written is, and running again goes on from there.
    """
    begin = client.clock.elapsed()
    one = _Run(archive, client, run, follow, policies or {})
    lanes = _Lanes()
    lanes.add((w, 1) for w in wanted)
    counts: Counter[str] = Counter()
    requests = done = 0
    finished: queue.SimpleQueue[tuple[str, _Done | BaseException]] = queue.SimpleQueue()

    def work(host: str, item: Wanted, depth: int) -> None:
        try:
            finished.put((host, one.take(item, depth)))
        except BaseException as error:
            finished.put((host, error))

    with ThreadPoolExecutor(at_once, thread_name_prefix="fetch") as pool:
        try:
            while lanes.waiting or lanes.busy:
                while len(lanes.busy) < at_once and (task := lanes.next(client.clock.now())) is not None:
                    pool.submit(work, *task)
                if not lanes.busy:
                    client.clock.sleep(max(lanes.opens - client.clock.now(), 0.001))
                    continue
                try:
                    host, result = finished.get(timeout=lanes.patience(client.clock.now(), at_once))
                except queue.Empty:
                    continue
                if isinstance(result, BaseException):
                    raise result
                lanes.add((w, result.depth + 1) for w in result.leads_to)
                # a host that rests for longer than this run waits tells that to each of its addresses at once
                lanes.free(host, client.clock.now() + (result.pause if result.pause <= client.limits.patience else 0.0))
                counts[result.outcome] += 1
                requests += result.requests
                done += 1
                report(done, done + lanes.waiting + len(lanes.busy))
        except BaseException:
            one.stop()
            pool.shutdown(cancel_futures=True)
            raise
    known = {name: counts.pop(name, 0) for name in ("new", "unchanged", "known")}
    return Outcome(**known, failed=dict(sorted(counts.items())), requests=requests,
                   seconds=round(client.clock.elapsed() - begin, 3))


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of one address; `outcome` is new, unchanged, known or a failure's label."""

    outcome: str
    leads_to: tuple[Wanted, ...] = ()
    depth: int = 1
    requests: int = 0
    pause: float = 0.0


class _Lanes:
    """A queue a host, and when each may go on. An address that is wanted twice is taken once."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[tuple[Wanted, int]]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._seen: set[str] = set()
        self._number = 0
        self.waiting = 0
        self.busy: set[str] = set()

    def add(self, wanted: Iterable[tuple[Wanted, int]]) -> None:
        """Put addresses into the lanes of their hosts."""
        for one, depth in wanted:
            url = one.url.partition("#")[0]
            if url in self._seen:
                continue
            self._seen.add(url)
            host = _host(url)
            lane = self._queues.setdefault(host, deque())
            if not lane and host not in self.busy:
                self._open(host, 0.0)
            # an index first: what it names may be new, the rest of the lane is not
            (lane.appendleft if one.kind == "index" else lane.append)((replace(one, url=url), depth))
            self.waiting += 1

    def next(self, now: float) -> tuple[str, Wanted, int] | None:
        """The next address of a host that may be asked now; its host is busy from then on."""
        if not self._ready or self._ready[0][0] > now:
            return None
        _, _, host = heapq.heappop(self._ready)
        wanted, depth = self._queues[host].popleft()
        self.waiting -= 1
        self.busy.add(host)
        return host, wanted, depth

    def free(self, host: str, at: float) -> None:
        """A host is no longer busy; it may go on at a time."""
        self.busy.discard(host)
        if self._queues[host]:
            self._open(host, at)

    @property
    def opens(self) -> float:
        """When the next host may be asked."""
        return self._ready[0][0] if self._ready else 0.0

    def patience(self, now: float, at_once: int) -> float | None:
        """How long to wait for a busy host before another may be asked; None for as long as it takes."""
        if not self._ready or len(self.busy) >= at_once:
            return None
        return min(max(self.opens - now, 0.001), 0.05)

    def _open(self, host: str, at: float) -> None:
        self._number += 1
        heapq.heappush(self._ready, (at, self._number, host))


class _Run:
    """One run: what becomes of an address, step by step. Its parts are shared by the threads."""

    def __init__(self, archive: Archive, client: Client, run: str, follow: Follow,
                 policies: Mapping[str, Policy]) -> None:
        self._desk = client.desk
        self._archive = archive
        self._client = client
        self._run = run
        self._follow = follow
        self._policies = policies
        self._forgotten = client.ledger.forgotten()
        self._stopped = False

    def stop(self) -> None:
        """Whatever has not begun does not begin any more."""
        self._stopped = True

    def take(self, wanted: Wanted, depth: int) -> _Done:
        """Ask for one address where that is needed, keep what comes, and note it."""
        if self._stopped:
            return _Done("known", depth=depth)
        if self._forgotten.address(wanted.url) is not None:
            return _Done(Failure.FORGOTTEN.label, depth=depth)  # not noted: its address is to be nowhere
        with self._desk.reading() as c:
            past = fetches.history(c, _clipped(wanted.url), self._run, _PERMANENT)
            here = past.newest is not None and self._is_here(c, past.newest)
        policy = self._policies.get(wanted.source, Policy())
        if self._is_settled(wanted, past, here, policy):
            return _Done("known", self._leads_again(wanted, past.newest, depth), depth)
        newest = past.newest
        # an index that is not kept has to come whole: what it names would be missed where nothing in it changed
        can_compare = newest is not None and here and (wanted.kind != "index" or self._archive.has(newest.sha256 or ""))
        known = (Validators(newest.final_url or newest.url, newest.etag, newest.last_modified)
                 if newest is not None and can_compare else None)
        try:
            answer = self._client.fetch(wanted.url, known, policy.delay, lambda: self._is_done(wanted))
        except Needless:
            return _Done("known", depth=depth)
        return self._keep(wanted, answer, past, depth)

    def _is_done(self, wanted: Wanted) -> bool:
        """Whether another process has done it in the same run."""
        with self._desk.reading() as c:
            return fetches.history(c, _clipped(wanted.url), self._run, _PERMANENT).settled

    def _is_here(self, c: sa.Connection, newest: fetches.Entry) -> bool:
        """Whether the bytes need not come again: they are in the archive, or not meant to be. Those that were lost come
        again even where they are there after all: nobody has searched them."""
        return newest.sha256 is not None and not locations.is_lost(c, newest.sha256) and (
            self._archive.has(newest.sha256) or locations.is_removed(c, newest.sha256))

    def _is_settled(self, wanted: Wanted, past: fetches.History, here: bool, policy: Policy) -> bool:
        """Whether nothing is asked: done in this run, here since not long ago, or failed for good not long ago."""
        if past.settled:
            return True
        if wanted.kind == "index" or past.last is None:
            return False
        if past.last.outcome == "failed":
            if past.last.failure not in _PERMANENT or past.last.failure == Failure.ROBOTS_DENIED.label:
                return False  # what robots.txt says now costs no request
            # a daily run is a few minutes early at times
            return self._age(past.last) < min(_DAY * 2.0 ** (past.failures - 1), _LONGEST_REST) - _DAY / 24
        return past.newest is not None and here and self._age(past.newest) < policy.again

    def _age(self, entry: fetches.Entry) -> float:
        return self._client.clock.now() - datetime.fromisoformat(entry.fetched_at).timestamp()

    def _keep(self, wanted: Wanted, answer: Answer, past: fetches.History, depth: int) -> _Done:
        if self._forgotten.address(answer.url) is not None:  # at the end of a redirect
            return _Done(Failure.FORGOTTEN.label, (), depth, answer.attempts, answer.pause)
        newest, leads_to = past.newest, tuple[Wanted, ...]()
        sha256 = newest.sha256 if newest is not None and answer.failure is None else None
        if answer.data is not None:
            sha256 = hashlib.sha256(answer.data).hexdigest()
            if wanted.kind != "index" and self._forgotten.bytes(sha256) is not None:
                return _Done(Failure.FORGOTTEN.label, (), depth, answer.attempts, answer.pause)
        if answer.failure is None and (page := self._page(answer, newest, depth)) is not None:
            try:
                leads_to = tuple(self._follow(wanted, page))
            except Exception as error:  # whatever a library makes of what a site sends
                answer = self._misled(wanted, answer, error)
        is_told_alone = False
        if answer.data is not None and sha256 is not None:
            is_told_alone = wanted.kind == "index" and self._names_forgotten(answer, sha256, leads_to)
            was_let_go = newest is not None and newest.sha256 == sha256 and self._is_let_go(sha256)
            if not (is_told_alone or was_let_go):
                self._archive.put(answer.data)
        return self._note(wanted, answer, sha256, past, leads_to, depth, is_told_alone)

    def _names_forgotten(self, answer: Answer, sha256: str, leads_to: Iterable[Wanted]) -> bool:
        """Whether an index names a release or a person that was to be forgotten: it is followed and not kept."""
        if any(self._forgotten.address(one.url) for one in leads_to) or self._forgotten.bytes(sha256):
            return True
        return bool(self._forgotten.names) and self._forgotten.holds(words(answer.data or b"", answer.headers))

    def _is_let_go(self, sha256: str) -> bool:
        with self._desk.reading() as c:
            return locations.is_removed(c, sha256)

    def _page(self, answer: Answer, newest: fetches.Entry | None, depth: int) -> Page | None:
        """What an address gave now, or what it gave before where nothing changed; None where that is not kept."""
        if answer.data is not None:
            return Page(answer.url, answer.data, answer.headers, depth)
        if newest is None or newest.sha256 is None or not self._archive.has(newest.sha256):
            return None
        try:
            return Page(answer.url, self._archive.get(newest.sha256), newest.headers, depth)
        except ValueError as error:
            _log.warning("%s: %s", newest.url, error)
            return None

    @staticmethod
    def _misled(wanted: Wanted, answer: Answer, error: Exception) -> Answer:
        """What leads nowhere: of an index that is a failure, a page stays what it is."""
        if isinstance(error, Failed):
            failure, said = error.failure, error.detail
        else:
            failure, said = Failure.NOT_A_FEED, str(error) if isinstance(error, ValueError) else repr(error)
        if wanted.kind != "index":
            _log.warning("%s: its attachments cannot be told: %s", wanted.url, said)
            return answer
        return replace(answer, failure=failure, detail=said)

    def _leads_again(self, wanted: Wanted, newest: fetches.Entry | None, depth: int) -> tuple[Wanted, ...]:
        """What an address led to that is not asked again: a killed run may not have come to it."""
        if newest is None or (page := self._page(Answer(newest.final_url or newest.url), newest, depth)) is None:
            return ()
        try:
            return tuple(self._follow(wanted, page))
        except Exception as error:  # said when it came
            _log.debug("%s leads nowhere: %s", wanted.url, error)
            return ()

    def _note(self, wanted: Wanted, answer: Answer, sha256: str | None, past: fetches.History,
              leads_to: tuple[Wanted, ...], depth: int, is_told_alone: bool) -> _Done:
        entry = self._entry(wanted, answer, sha256, past.newest)
        with self._desk.writing() as c:
            if self._is_forgotten_by_now(c, wanted, answer, sha256):
                if sha256 is not None and not locations.is_known(c, sha256):
                    self._archive.delete(sha256)
                return _Done(Failure.FORGOTTEN.label, (), depth, answer.attempts, answer.pause)
            fetches.append(c, entry)
            if is_told_alone and sha256 is not None:
                locations.remove_bytes(c, sha256, HOLDS_FORGOTTEN)
            if answer.failure is not None:
                reason = answer.failure.line + (f" ({entry.detail})" if entry.detail else "")
                locations.reject(c, Reject("archive", entry.url, reason, entry.url))
                if answer.failure in _NOTHING_THERE and (gone := documents.mark_gone(c, wanted.url)):
                    revision.move(c, gone)
            elif wanted.kind != "index" and sha256 is not None:
                locations.record(c, self._fetch(wanted, entry, sha256), entry.size or 0, entry.fetched_at)
                if _was_gone(past) and (found := documents.mark_found(c, wanted.url)):
                    revision.move(c, found)
            else:
                rejects.clear(c, "archive", entry.url)
                if answer.data is not None and sha256 is not None:
                    locations.regain(c, sha256)
        return _Done(entry.failure or entry.outcome, leads_to, depth, answer.attempts, answer.pause)

    @staticmethod
    def _is_forgotten_by_now(c: sa.Connection, wanted: Wanted, answer: Answer, sha256: str | None) -> bool:
        """Whether it has been forgotten since the run began."""
        ids = {address_hash(one) for url in (wanted.url, answer.url) for one in variants(url)}
        if sha256 is not None and wanted.kind != "index":
            ids.add(bytes_hash(sha256))
        return tombstones.any_of(c, ids)

    @staticmethod
    def _fetch(wanted: Wanted, entry: fetches.Entry, sha256: str) -> Fetch:
        headers = {name: entry.headers[name] for name in _FOR_READING if name in entry.headers}
        return Fetch(wanted.url, wanted.source, sha256, entry.final_url, headers, wanted.published, wanted.title,
                     wanted.publisher)

    def _entry(self, wanted: Wanted, answer: Answer, sha256: str | None,
               newest: fetches.Entry | None) -> fetches.Entry:
        size = len(answer.data) if answer.data is not None else None
        outcome, headers = "failed", answer.headers
        if answer.failure is None:
            outcome = "unchanged" if newest is not None and newest.sha256 == sha256 else "new"
        if answer.failure is None and answer.data is None and newest is not None:
            # 304 tells what is other than before (RFC 9110 §15.4.5); the rest stays as it was
            size, headers = newest.size, {**newest.headers, **answer.headers, "date": newest.headers.get("date", "")}
        validators = replace(answer, headers=headers).validators
        return fetches.Entry(
            url=_clipped(wanted.url), source=wanted.source, kind=wanted.kind, outcome=outcome,
            fetched_at=self._client.clock.stamp(), run=self._run,
            failure=answer.failure.label if answer.failure else None, detail=_plain(answer.detail)[:500] or None,
            final_url=_clipped(answer.url), status=answer.status, sha256=sha256, size=size, etag=validators.etag,
            last_modified=validators.last_modified, headers={k: _plain(v) for k, v in headers.items() if v},
            attempts=answer.attempts, seconds=answer.seconds)


def _was_gone(past: fetches.History) -> bool:
    return past.last is not None and past.last.failure in [one.label for one in _NOTHING_THERE]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _clipped(url: str) -> str:
    """An address as the ledger can hold it; one that is too long is refused, and known by its beginning."""
    plain = _plain(url)
    return plain if len(plain.encode()) <= LONGEST else plain[:LONGEST // 4]


def _plain(text: str) -> str:
    """Text that every database takes."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
