"""The stages, a plain function each: from the ledger, into the ledger.

Every stage can be run again at any time: it does what is left to do and changes nothing else. A stage that is killed
loses the small batch in flight.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from nlp.model import Document, Extraction
from pipelines import checks, projection, reading, worker
from pipelines.days import Days
from pipelines.fetch import folder
from pipelines.fetch.archive import Archive, Damaged
from pipelines.ledger import Draft, Fetch, Ledger, Reject, Version
from pipelines.ledger.exclusion import Busy, Insist, insisting
from pipelines.ledger.forgotten import HOLDS_FORGOTTEN, Forgotten
from pipelines.ledger.records import LONGEST_KEY

if TYPE_CHECKING:
    from neo4j import Driver

    from pipelines.fetch.client import Client
    from pipelines.fetch.ingest import Outcome
    from pipelines.sources import Source

#: Called with how many are done and how many there are.
Report = Callable[[int, int], None]
#: Seconds that a stage waits for another process that is at it: everything can take minutes.
PATIENCE = 3600.0
#: Organisations, ties, reprints and graph are made by one process at a time.
GRAPH = "graph"
#: So is what the documents are.
_READING = "reading"
#: Documents a transaction: of one file when reading, and of the extractor, which takes seconds for as many.
_DRAFTS, BATCH = 200, 16
#: Texts a transaction, when signatures are made.
_SIGNATURES = 1_000
#: Waiting documents among which a worker looks for free ones.
_LOOKED_AT = 32
#: Seconds for which a worker has a batch, and after which one that waits for others looks again.
_LEASE, _LOOK_AGAIN = 900.0, 0.5
#: Tells calls within one process apart.
_calls = count(1)
T = TypeVar("T")
P = ParamSpec("P")


class Extractor(Protocol):
    """`nlp.reader.Reader`, or another whose module names its version as EXTRACTOR."""

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """What the documents say, in their order."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a stage did. `seconds` on the clock; `more` has figures of the stage's own."""
    new: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0
    more: dict[str, int] = field(default_factory=dict)


def _by_one_process(stage: Callable[Concatenate[Ledger, Insist, P], Counts]) -> Callable[Concatenate[Ledger, P], Counts]:
    """The stage, of which and of all like it only one runs on a ledger at a time; the others wait. It is given what to call
    before it writes: that raises Lost where another one may have begun meanwhile."""
    @wraps(stage)
    def alone(ledger: Ledger, /, *given: P.args, **named: P.kwargs) -> Counts:
        with ledger.alone(GRAPH, PATIENCE) as is_alone:
            return stage(ledger, insisting(is_alone, GRAPH), *given, **named)

    return alone


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def _since(begin: float) -> float:
    return round(time.perf_counter() - begin, 3)


def _batches(many: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (many[begin:begin + size] for begin in range(0, len(many), size))


def collect(ledger: Ledger, archive: Archive, paths: Sequence[Path], report: Report = _silent,
            clock: Callable[[], str] | None = None) -> Counts:
    """Take files and folders into the archive.

    `clock` gives the time of arrival that is noted beside the bytes; nothing is derived from it. A file that cannot be
    taken in is rejected. Raises FileNotFoundError for a path that does not exist, before anything is taken in.
    """
    begin, new, unchanged, rejected = time.perf_counter(), 0, 0, 0
    found, forgotten = folder.files(paths), ledger.forgotten()
    for number, (file, source) in enumerate(found, 1):
        where = folder.location(file)
        reason, data = _bytes(file)
        reason = reason or _refused(forgotten, where, data)
        if reason:
            ledger.reject_fetch(Reject("archive", where, reason, where))
            rejected += 1
        elif ledger.is_let_go(where, hashlib.sha256(data).hexdigest()):
            unchanged += 1  # its source keeps evidence alone: the bytes do not come a second time
        else:
            # bytes first: a fetch in the ledger always has its bytes
            fetch = Fetch(where, folder.location(source), archive.put(data))
            if ledger.record_fetch(fetch, len(data), clock() if clock else None):
                new += 1
            else:
                unchanged += 1
        report(number, len(found))
    return Counts(new, unchanged, rejected, _since(begin))


def fetch(archive: Archive, client: Client, known: Iterable[Source], run: str, since: dt.date | None = None,
          report: Report = _silent) -> Outcome:
    """Ask the sources that may be asked for what is new, and keep it.

    Within a run of one name nothing is asked twice: one that was killed goes on under its name. With `since` only releases
    of that day or later are fetched, as far as their index dates them, and the indexes of the months since then are asked
    too. Nothing that a site does is raised.
    """
    from pipelines.fetch.following import following
    from pipelines.fetch.ingest import Page, ingest
    from pipelines.fetch.wanted import Wanted
    from pipelines.sources import agenda

    sources = list(known)
    on = dt.date.fromisoformat(client.clock.stamp()[:10])
    leads = following({one.name: one for one in sources})

    def follow(wanted: Wanted, page: Page) -> list[Wanted]:
        return [one for one in leads(wanted, page) if one.kind != "page" or agenda.is_wanted(one, since)]

    return ingest(archive, client, agenda.indexes(sources, on, since), run=run, follow=follow,
                  policies=agenda.policies(sources), report=report)


def _refused(forgotten: Forgotten, where: str, data: bytes) -> str | None:
    """Why bytes that could be taken in must not be."""
    if len(where.encode()) > LONGEST_KEY:
        return f"its path is longer than {LONGEST_KEY:,} bytes; move it into a folder nearer to the root"
    why = forgotten.address(where) or (forgotten.others and forgotten.bytes(hashlib.sha256(data).hexdigest()))
    return f"holds what was to be forgotten ({why}); take it out of the file, then run again" if why else None


def _bytes(file: Path) -> tuple[str | None, bytes]:
    """Why a file cannot be taken in, or its bytes."""
    try:
        if not file.is_file():
            return "not a regular file", b""
        if reason := reading.refusal(file.name, file.stat().st_size):
            return reason, b""
        return None, file.read_bytes()
    except OSError as error:
        return f"cannot be opened: {error.strerror or error}", b""


def read(ledger: Ledger, archive: Archive, report: Report = _silent, living: Collection[str] = (),
         days: Days | None = None, most: int | None = None) -> Counts:
    """Read what this version of the reader has not read yet; `new` are new or changed documents.

    With `days`, what an older version has read is read again only where it arrived on these days. With `most` at most so
    many files are read, and none while another process is reading; else it is waited for.

    `living` are the sources whose pages are edited in place. Nothing comes back that was to be forgotten: bytes that
    hold it are let go as soon as the rest of them is read.
    """
    begin = time.perf_counter()
    if most is not None and not ledger.has_unread(reading.READER, days):
        return Counts()
    try:
        # two that read one location could store the older bytes last
        with ledger.alone(_READING, PATIENCE if most is None else 0.0) as is_alone:
            waiting = ledger.unread(reading.READER, days, most)
            new, rejected = _read_all(ledger, insisting(is_alone, _READING), archive, waiting, report, living)
    except Busy:
        if most is None:
            raise
        return Counts()
    more = {"files": len(waiting), "files_unchanged": ledger.fetch_count() - len(waiting)}
    if most is None:  # what cannot be done is counted among all that waits
        more["bytes_not_kept"] = ledger.unreadable(reading.READER, days)
    return Counts(new, ledger.document_count() - new, rejected, _since(begin), more)


def _read_all(ledger: Ledger, insist: Insist, archive: Archive, waiting: Sequence[Fetch], report: Report,
              living: Collection[str]) -> tuple[int, int]:
    """Read files; how many documents are new or changed, and how many rejects there are."""
    new, rejected = 0, 0
    for number, fetch in enumerate(waiting, 1):
        drafts, failed = _read(archive, fetch)
        forgotten = ledger.forgotten()
        kept = forgotten.drafts(fetch, drafts)
        insist()
        for batch in _batches(kept, _DRAFTS):
            new += ledger.store_drafts(fetch, batch, fetch.source in living, forgotten)
        # somebody may have forgotten a part of it meanwhile: whatever was left out when it was stored is left out here too
        is_held = ledger.forgotten().drafts(fetch, kept) != drafts
        ledger.finish_read(fetch, reading.READER, failed, HOLDS_FORGOTTEN if is_held else None)
        if is_held:
            archive.delete(fetch.sha256)
        rejected += len(failed)
        report(number, len(waiting))
    return new, rejected


def _read(archive: Archive, fetch: Fetch) -> tuple[list[Draft], list[Reject]]:
    """What a file holds, and what of it cannot be read. Raises what the archive's store raises that does not answer: the
    file is still to be read then."""
    found: list[Draft | reading.Unreadable]
    try:
        data = archive.get(fetch.sha256)
    except (FileNotFoundError, Damaged) as error:  # missing or damaged: asking again gives nothing else
        archive.refuse_bare()
        found = [reading.Unreadable("", f"{type(error).__name__}: {error}")]
    else:
        found = _found(fetch, data)
    drafts = [one for one in found if isinstance(one, Draft)]
    failed = [Reject("documents", f"{fetch.location}, {one.item}" if one.item else fetch.location, one.reason,
                     fetch.location, fetch.sha256) for one in found if isinstance(one, reading.Unreadable)]
    return drafts, failed


def _found(fetch: Fetch, data: bytes) -> list[Draft | reading.Unreadable]:
    try:
        told = reading.Told(fetch.published, fetch.title, fetch.publisher)
        return reading.read(fetch.location, data, fetch.headers, fetch.url, told)
    except Exception as error:  # a hostile file must not stop the rest, whatever a library makes of it
        return [reading.Unreadable("", f"{type(error).__name__}: {error}")]


def extract(ledger: Ledger, reader: Extractor, report: Report = _silent,
            clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep,
            days: Days | None = None, most: int | None = None) -> Counts:
    """Find the statements of documents that this version of the extractor has not seen.

    With `days`, what an older version has seen is extracted again only where it arrived on these days. With `most` it
    ends after so many documents or a few more, and does not wait for what others are extracting.

    Any number of processes can do this at once: each leases a batch after the other, so that no document is done
    twice, and what a process had that was killed is done by those that live. `clock` (seconds since 1970) bounds the
    leases and nothing else.

    `new` are documents; a statement that fails its check is rejected, as is a document that the extractor fails on.
    """
    begin, new, rejected, told, done = time.perf_counter(), 0, 0, 0, 0
    version: str = sys.modules[type(reader).__module__].EXTRACTOR
    me, total, tried = worker.name(next(_calls)), 0, set[tuple[Version, int]]()
    try:
        for batch, waiting in _leased(ledger, version, me, clock, sleep, days, most):
            total = max(total, waiting)
            asked = ledger.versions(batch)
            # of a document in which a name was masked meanwhile nothing is stored: it is asked for again as it is now
            these = {(one, hash(document)) for one, document in asked}
            if these and tried.issuperset(these):
                raise RuntimeError(f"what {version} says of {batch[0].document} cannot be stored: it is not of its text")
            tried.update(these)
            found, failed = _extract(reader, asked)
            sound = _sound(ledger, found)
            new += ledger.store_extractions(sound, failed, version, me)
            rejected += len(failed) + sum(len(bad) for _, _, bad in sound)
            told += sum(len(extraction.statements) for _, extraction, _ in sound)
            done += len(batch)
            report(min(done, total), total)
            if most is not None and done >= most:
                break
    finally:
        if total:
            ledger.release(me)
    more = {"statements": told}
    if most is None:
        more["text_not_kept"] = ledger.unextractable(version, days)
    return Counts(new, ledger.document_count() - done, rejected, _since(begin), more)


def _leased(ledger: Ledger, extractor: str, me: str, clock: Callable[[], float], sleep: Callable[[float], None],
            days: Days | None, most: int | None) -> Iterator[tuple[list[Version], int]]:
    """The next documents to extract, and how many waited; ends once all are extracted, those of other workers included.
    Of those who want `most` it ends once all others are extracted."""
    while ledger.has_unextracted(extractor, days):
        any_free = False
        for some, number in _waiting(ledger, extractor, days, most):
            while batch := ledger.lease(some, extractor, me, BATCH, now := clock(), now + _LEASE, worker.alive):
                any_free = True
                yield batch, number
        if not any_free:
            if most is not None:
                return
            # others have the rest: should they die, it is ours
            sleep(_LOOK_AGAIN)


def _waiting(ledger: Ledger, extractor: str, days: Days | None, most: int | None) -> Iterator[tuple[Sequence[Version], int]]:
    """The documents that wait, some at a time, and how many there are; who wants a few is not told of the others."""
    if most is None:
        waiting = ledger.unextracted(extractor, days)
        yield from ((some, len(waiting)) for some in _batches(waiting, _LOOKED_AT))
        return
    after: Version | None = None
    while some := ledger.unextracted(extractor, days, _LOOKED_AT, after):
        after = some[-1]
        yield some, most


def _sound(ledger: Ledger, found: Sequence[tuple[Version, Extraction]],
           ) -> list[tuple[Version, Extraction, list[Reject]]]:
    """The extractions with their sound statements, and the others as rejects."""
    taken = ledger.statements_elsewhere((s.id for _, e in found for s in e.statements),
                                        (e.document.id for _, e in found))
    by_document: dict[str, str] = {}
    sound = []
    for version, extraction in found:
        # two versions of one page may say the same
        others = taken | {s for s, document in by_document.items() if document != version.document}
        kept, failed = checks.sound(extraction, others)
        by_document |= {s.id: version.document for s in kept.statements}
        sound.append((version, kept, failed))
    return sound


def _extract(reader: Extractor, documents: Sequence[tuple[Version, Document]],
             ) -> tuple[list[tuple[Version, Extraction]], list[tuple[Version, Reject]]]:
    try:
        extractions = list(reader.extract_all([document for _, document in documents]))
        return [(version, e) for (version, _), e in zip(documents, extractions, strict=True)], []
    except Exception as error:  # one document must not stop the rest: those of the batch are tried one by one
        if len(documents) == 1:
            version = documents[0][0]
            return [], [(version, Reject("statements", version.document,
                                         f"the extractor failed: {type(error).__name__}: {error}", version.document))]
    found: list[tuple[Version, Extraction]] = []
    failed: list[tuple[Version, Reject]] = []
    for one in documents:
        extractions_of_one, rejects = _extract(reader, [one])
        found += extractions_of_one
        failed += rejects
    return found, failed


@_by_one_process
def withdraw(ledger: Ledger, insist: Insist) -> Counts:
    """Take out what notices take back or correct, and let in again what none does any more; `new` are changes."""
    begin = time.perf_counter()
    from pipelines import notices

    releases = ledger.releases(lambda title: notices.kind_of(title) is not None)
    by_people = {key: reason for key, reason in ledger.withdrawals().items() if not key[1].startswith("doc:")}
    found = notices.withdrawals(releases)
    insist()
    changed = ledger.store_withdrawals({**by_people, **found})
    return Counts(changed, len(found), seconds=_since(begin))


@_by_one_process
def let_go(ledger: Ledger, insist: Insist, archive: Archive, sources: Collection[str]) -> Counts:
    """Reduce what came from sources that do not allow keeping pages to its evidence; `new` are documents."""
    begin = time.perf_counter()
    from pipelines import retention

    @contextmanager
    def writing() -> Iterator[sa.Connection]:
        insist()
        with ledger.writing() as c:
            yield c

    reduced, files = retention.let_go(ledger, archive, sources, writing)
    return Counts(len(reduced), seconds=_since(begin), more={"files_removed": files})


@_by_one_process
def resolve(ledger: Ledger, insist: Insist, report: Report = _silent) -> Counts:
    """Make organisations and ties of all statements; ids given out before lead to what they are now.

    `rejected` are decisions that could not be followed.
    """
    return _resolve(ledger, insist, report)


def _resolve(ledger: Ledger, insist: Insist, report: Report) -> Counts:
    begin = time.perf_counter()
    from pipelines import identity

    report(0, 1)
    known = identity.Known.here()
    at = ledger.version()
    found = known.resolve(ledger.extractions())
    insist()
    changed = ledger.store_resolution(found.organizations, found.ties, found.organization_of, found.tie_of, found.links, at)
    insist()
    refused = identity.mirror_decisions(ledger, known, found)
    report(1, 1)
    total = len(found.organizations) + len(found.ties)
    return Counts(changed, total - changed, len(refused), _since(begin),
                  {"organizations": len(found.organizations), "ties": len(found.ties), "persons": len(found.persons)})


@_by_one_process
def reprints(ledger: Ledger, insist: Insist, report: Report = _silent) -> Counts:
    """Find the releases that say again what an older one said; `new` are those that were not known as such.

    Runs after `resolve`, whose organisations it compares. What was computed of a text is kept as long as a document has
    it, so that a further run only does what is new, and ends as a run over everything would.
    """
    begin = time.perf_counter()
    from pipelines import identity
    from pipelines import reprints as judged
    from pipelines.ledger import reprints as stored

    extractions = identity.Known.here().kept(ledger.extractions())
    with ledger.reading() as c:
        signatures, overlaps = stored.known_signatures(c), stored.known_overlaps(c)
        found = judged.releases(extractions, stored.organization_of(c))
    wanted = {one.id for one in found}
    # where a page has a text as a whole, of which another one is reduced to evidence, it is the whole that is compared
    texts = {e.text_sha256 or judged.name_of(e.document.text): e.document.text
             for e in sorted(extractions, key=lambda e: e.text_sha256 is None) if e.document.id in wanted}
    fresh = sorted(texts.keys() - signatures.keys())
    if fresh:
        insist()
        with ledger.writing() as c:
            stored.drop_other_schemes(c)
    for done, batch in enumerate(_batches(fresh, _SIGNATURES)):
        made = {text: judged.signature(texts[text]) for text in batch}
        signatures |= made
        with ledger.writing() as c:
            stored.keep_signatures(c, made)
        report(min((done + 1) * _SIGNATURES, len(fresh)), len(fresh) + 1)
    compared: dict[tuple[str, str], float] = {}

    def share(one: str, other: str) -> float:
        if (one, other) not in overlaps:
            compared[one, other] = judged.containment(judged.shingles(texts[one]), judged.shingles(texts[other]))
            overlaps[one, other] = compared[one, other]
        return overlaps[one, other]

    again = judged.find(found, signatures, share)
    insist()
    with ledger.writing() as c:
        stored.keep_overlaps(c, compared)
        stored.drop_texts(c, signatures.keys() - texts.keys())
        new = stored.store(c, again)
    report(len(fresh) + 1, len(fresh) + 1)
    return Counts(new, len(again) - new, 0, _since(begin), {"compared": len(compared), "texts": len(texts)})


def check(ledger: Ledger) -> list[str]:
    """What is wrong in the ledger, a sentence each; empty when it can be loaded."""
    from pipelines import identity

    return checks.violations(identity.Known.here().kept(ledger.extractions()), ledger.ties())


@_by_one_process
def load(ledger: Ledger, insist: Insist, driver: Driver, database: str, report: Report = _silent, *, whole: bool = False) -> Counts:
    """Bring the graph to what the ledger says. `new` are rows that were not so before, `rejected` those refused.

    What the stage «ties» has resolved is projected as it is stored; where statements have changed since, they are
    resolved first. Only what differs is written; `whole` looks at every row in the graph, whatever it is said to be.
    """
    begin = time.perf_counter()
    from graph import loader

    if not projection.is_resolved(ledger):
        _resolve(ledger, insist, _silent)
    at = ledger.version()
    rows = projection.rows(ledger)
    insist()
    done = loader.load(driver, database, rows, report, whole=whole)
    insist()
    projection.note_loaded(ledger, at)
    written = done.nodes_written + done.relationships_written
    return Counts(done.changed, written - done.changed, len(done.refused), _since(begin),
                  {"nodes": done.nodes_written, "relationships": done.relationships_written,
                   "nodes_deleted": done.nodes_deleted, "relationships_deleted": done.relationships_deleted})


def measure(ledger: Ledger, driver: Driver, database: str, report: Report = _silent) -> Counts:
    """Score the brokers of the whole graph, stamped with the ledger's version."""
    begin = time.perf_counter()
    from graph.frames import Slice
    from graph.scores import measure as measured

    report(0, 1)
    frame = measured(driver, database, Slice(), str(ledger.version()))
    report(1, 1)
    return Counts(new=len(frame), seconds=_since(begin))
