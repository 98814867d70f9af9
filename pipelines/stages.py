"""The stages, a plain function each: from the ledger, into the ledger.

Every stage can be run again at any time: it does what is left to do and changes nothing else. A stage that is killed
loses the small batch in flight.
"""
from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from nlp.model import Document, Extraction
from pipelines import checks, reading
from pipelines.fetch import folder
from pipelines.fetch.archive import Archive
from pipelines.ledger import Draft, Fetch, Ledger, Reject

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.places import Places

#: Called with how many are done and how many there are.
Report = Callable[[int, int], None]
#: Documents a transaction: of one file when reading, and of the extractor, which takes seconds for as many.
_DRAFTS, _EXTRACTIONS = 200, 16
T = TypeVar("T")


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
    found = folder.files(paths)
    for number, (file, source) in enumerate(found, 1):
        where = folder.location(file)
        reason, data = _bytes(file)
        if reason:
            ledger.reject_fetch(Reject("archive", where, reason, where))
            rejected += 1
        else:
            # bytes first: a fetch in the ledger always has its bytes
            fetch = Fetch(where, folder.location(source), archive.put(data))
            if ledger.record_fetch(fetch, len(data), clock() if clock else None):
                new += 1
            else:
                unchanged += 1
        report(number, len(found))
    return Counts(new, unchanged, rejected, _since(begin))


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


def read(ledger: Ledger, archive: Archive, report: Report = _silent) -> Counts:
    """Read what this version of the reader has not read yet; `new` are new or changed documents."""
    begin, new, rejected = time.perf_counter(), 0, 0
    waiting = ledger.unread(reading.READER)
    for number, fetch in enumerate(waiting, 1):
        drafts, failed = _read(archive, fetch)
        for batch in _batches(drafts, _DRAFTS):
            new += ledger.store_drafts(fetch, batch)
        ledger.finish_read(fetch, reading.READER, failed)
        rejected += len(failed)
        report(number, len(waiting))
    return Counts(new, ledger.counts()["documents"] - new, rejected, _since(begin),
                  {"files": len(waiting), "files_unchanged": ledger.fetch_count() - len(waiting)})


def _read(archive: Archive, fetch: Fetch) -> tuple[list[Draft], list[Reject]]:
    found: list[Draft | reading.Unreadable]
    try:
        found = reading.read(fetch.location, archive.get(fetch.sha256))
    except Exception as error:  # a hostile file must not stop the rest, whatever a library makes of it
        found = [reading.Unreadable("", f"{type(error).__name__}: {error}")]
    drafts = [one for one in found if isinstance(one, Draft)]
    failed = [Reject("documents", f"{fetch.location}, {one.item}" if one.item else fetch.location, one.reason,
                     fetch.location, fetch.sha256) for one in found if isinstance(one, reading.Unreadable)]
    return drafts, failed


def extract(ledger: Ledger, reader: Extractor, report: Report = _silent) -> Counts:
    """Find the statements of documents that this version of the extractor has not seen.

    `new` are documents; a statement that fails its check is rejected, as is a document that the extractor fails on.
    """
    begin, new, rejected, told, done = time.perf_counter(), 0, 0, 0, 0
    version: str = sys.modules[type(reader).__module__].EXTRACTOR
    waiting = ledger.unextracted(version)
    for batch in _batches(waiting, _EXTRACTIONS):
        documents = [d for one in batch if (d := ledger.document(one)) is not None]
        found, failed = _extract(reader, documents)
        sound = _sound(ledger, found)
        new += ledger.store_extractions(sound)
        for reject in failed:
            ledger.reject_document(reject)
        rejected += len(failed) + sum(len(bad) for _, bad in sound)
        told += sum(len(extraction.statements) for extraction, _ in sound)
        done += len(batch)
        report(done, len(waiting))
    return Counts(new, ledger.counts()["documents"] - len(waiting), rejected, _since(begin), {"statements": told})


def _sound(ledger: Ledger, found: Sequence[Extraction]) -> list[tuple[Extraction, list[Reject]]]:
    """The extractions with their sound statements, and the others as rejects."""
    taken = ledger.statements_elsewhere((s.id for e in found for s in e.statements), (e.document.id for e in found))
    sound = []
    for extraction in found:
        kept, failed = checks.sound(extraction, taken)
        taken |= {s.id for s in kept.statements}
        sound.append((kept, failed))
    return sound


def _extract(reader: Extractor, documents: Sequence[Document]) -> tuple[list[Extraction], list[Reject]]:
    try:
        return list(reader.extract_all(documents)), []
    except Exception as error:  # one document must not stop the rest: those of the batch are tried one by one
        if len(documents) == 1:
            one = documents[0]
            return [], [Reject("statements", one.id, f"the extractor failed: {type(error).__name__}: {error}", one.id)]
    found: list[Extraction] = []
    failed: list[Reject] = []
    for document in documents:
        extractions, rejects = _extract(reader, [document])
        found += extractions
        failed += rejects
    return found, failed


def resolve(ledger: Ledger, report: Report = _silent) -> Counts:
    """Make organisations and ties of all statements; ids given out before lead to what they are now."""
    begin = time.perf_counter()
    from graph.resolution import resolve as resolved

    report(0, 1)
    found = resolved(ledger.extractions(), _places())
    changed = ledger.store_resolution(found.organizations, found.ties, found.organization_of, found.tie_of)
    report(1, 1)
    total = len(found.organizations) + len(found.ties)
    return Counts(changed, total - changed, 0, _since(begin),
                  {"organizations": len(found.organizations), "ties": len(found.ties), "persons": len(found.persons)})


def _places() -> Places:
    """The gazetteer as resolution wants it."""
    from graph.places import Place, Places
    from nlp import gazetteer

    return Places({code: Place(one.name, one.type, one.prefecture, one.lat, one.lng)
                   for code, one in gazetteer.by_code().items()})


def check(ledger: Ledger) -> list[str]:
    """What is wrong in the ledger, a sentence each; empty when it can be loaded."""
    return checks.violations(ledger.extractions(), ledger.ties())


def load(ledger: Ledger, driver: Driver, database: str, report: Report = _silent) -> Counts:
    """Bring the graph to what the ledger says. `new` are rows that were not so before, `rejected` those refused."""
    begin = time.perf_counter()
    from graph import loader
    from graph.projection import project
    from graph.resolution import resolve as resolved

    extractions = ledger.extractions()
    done = loader.load(driver, database, project(extractions, resolved(extractions, _places())), report)
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
