"""The ledger: every question and every change that the stages have, a short transaction each.

What each does stands in the module of its noun; those take a connection, so that a caller who needs several of them as
one change opens `writing()` and calls them there.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from graph.decisions import Decision
from graph.links import Link
from nlp.model import Document, Extraction, Organization, Tie
from pipelines.days import Days
from pipelines.ledger import (
    daily,
    decisions,
    documents,
    exclusion,
    leases,
    links,
    locations,
    rejects,
    resolution,
    revision,
    statements,
    tables,
    tombstones,
    totals,
)
from pipelines.ledger.database import Database
from pipelines.ledger.forgotten import Forgotten
from pipelines.ledger.records import Draft, Fetch, Reject, Version
from pipelines.ledger.rows import count
from pipelines.notices import Release

#: What refused decisions are rejects of.
_DECISIONS = "decisions.csv"


class Ledger:
    """One relational store. Every public method is one transaction: whoever is killed leaves it before or after."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, url: str) -> Ledger:
        """The ledger at a SQLAlchemy URL, its schema brought up to date; a SQLite file is made when missing.

        Raises ValueError for a URL that names no database that a ledger can be in.
        """
        return cls(Database.open(url))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def __enter__(self) -> Self:
        """The ledger; it is let go of at the end of `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that sees one moment."""
        return self.database.reading()

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may change things: whole or not at all, one at a time."""
        return self.database.writing()

    def alone(self, what: str, patience: float) -> AbstractContextManager[exclusion.StillAlone]:
        """Be the only process at `what` inside, until it ends or dies; not to be asked for again there. What is yielded
        asks whether that is so still.

        Raises exclusion.Busy where another one is still at it after `patience` seconds.
        """
        return exclusion.alone(self.database, what, patience)

    # --- the ledger as a whole ---------------------------------------------------------------------------------------

    def version(self) -> int:
        """A number that moves when documents or statements change, and only then."""
        with self.reading() as c:
            return revision.current(c)

    def counts(self) -> dict[str, int]:
        """Rows of what the ledger holds now."""
        with self.reading() as c:
            counted = {t.name: count(c, t) for t in (tables.blobs, tables.fetches, tables.statements,
                                                     tables.organizations, tables.ties, tables.rejects)}
            return {**counted, "documents": count(c, tables.documents, tables.documents.c.status.in_(documents.STANDING))}

    def rejects(self) -> list[Reject]:
        """Everything that could not be used, sorted."""
        with self.reading() as c:
            return rejects.everything(c)

    # --- fetches -----------------------------------------------------------------------------------------------------

    def record_fetch(self, fetch: Fetch, size: int, fetched_at: str | None = None) -> bool:
        """Note the bytes of a location; True where they are not what it had before."""
        with self.writing() as c:
            if found := documents.mark_found(c, fetch.location):
                revision.move(c, found)
            return locations.record(c, fetch, size, fetched_at)

    def reject_fetch(self, reject: Reject) -> None:
        """Note that a location could not be taken in; what it gave before stays."""
        with self.writing() as c:
            locations.reject(c, reject)

    def unread(self, reader: str, days: Days | None = None, most: int | None = None) -> list[Fetch]:
        """Fetches that this version of the reader has not read, by location; the first of them where there are more than
        `most`.

        With `days` those that nothing has read yet, and of the others those that arrived on these days.
        """
        with self.reading() as c:
            return locations.unread(c, reader, days, most)

    def has_unread(self, reader: str, days: Days | None = None) -> bool:
        """Whether there is anything that `unread` would give; it costs the same however much there is."""
        with self.reading() as c:
            return locations.has_unread(c, reader, days)

    def read_again(self, days: Days) -> int:
        """Let everything be read again that arrived on the days; how many files."""
        with self.writing() as c:
            return daily.read_again(c, days)

    def extract_again(self, days: Days) -> int:
        """Let everything be extracted again that arrived on the days; how many documents."""
        with self.writing() as c:
            return daily.extract_again(c, days)

    def left(self, reader: str, extractor: str) -> daily.Left:
        """What is left to do for these versions of reader and extractor."""
        with self.reading() as c:
            return daily.left(c, reader, extractor)

    def arrival_mark(self, days: Days, source: str | None = None) -> str:
        """Changes when something arrives on the days, of one source or of any."""
        with self.reading() as c:
            return daily.mark(c, days, source)

    def look(self, days: Days) -> daily.Look:
        """How what arrived on the days looks."""
        with self.reading() as c:
            return daily.look(c, days)

    def fetch_count(self) -> int:
        """Locations known."""
        with self.reading() as c:
            return totals.current(c, totals.FETCHES)

    def document_count(self) -> int:
        """Documents that stand."""
        with self.reading() as c:
            return totals.current(c, totals.DOCUMENTS)

    # --- documents ---------------------------------------------------------------------------------------------------

    def store_drafts(self, fetch: Fetch, drafts: Iterable[Draft], living: bool = False,
                     forgotten: Forgotten | None = None) -> int:
        """Store what a file holds, or a part of it; how many documents are new or changed. Nothing is stored that was
        forgotten meanwhile: `forgotten` is what the drafts are known to be without.

        Where an item comes with other content, the old version is superseded and its statements leave; of a `living`
        page, which is edited in place, those stay that the new version does not make.
        """
        with self.writing() as c:
            now = tombstones.everything(c)
            kept = drafts if now == forgotten else now.drafts(fetch, drafts)
            changed = [documents.store(c, fetch, draft, living) for draft in kept]
            if any(changed):
                revision.move(c, set().union(*changed))
            return sum(map(bool, changed))

    def finish_read(self, fetch: Fetch, reader: str, found: Sequence[Reject], removed: str | None = None) -> None:
        """Note that a file is read to its end, which parts of it were unreadable, and why its bytes are not kept, if so."""
        with self.writing() as c:
            locations.finish(c, fetch, reader, found, removed)

    def unreadable(self, reader: str, days: Days | None = None) -> int:
        """Locations that only an older version of the reader has read: their bytes are not kept. With `days` those of
        them that arrived on these days."""
        with self.reading() as c:
            return locations.beyond(c, reader, days)

    def mark_gone(self, address: str) -> int:
        """Note that a site answers 404 or 410 for an address; how many releases that makes. Their statements stay."""
        with self.writing() as c:
            gone = documents.mark_gone(c, address)
            if gone:
                revision.move(c, gone)
            return len(gone)

    def mark_found(self, address: str) -> int:
        """Note that an address gives again, unchanged, what was gone from it; how many releases that brings back."""
        with self.writing() as c:
            found = documents.mark_found(c, address)
            if found:
                revision.move(c, found)
            return len(found)

    def documents(self) -> list[Document]:
        """The documents that stand, by id."""
        with self.reading() as c:
            return documents.standing(c)

    def document(self, one: str) -> Document | None:
        """The version of a document that stands, if there is one of this id."""
        with self.reading() as c:
            return documents.one(c, one)

    def versions(self, wanted: Iterable[Version]) -> list[tuple[Version, Document]]:
        """Those of the versions of documents that there are, in their order."""
        with self.reading() as c:
            return documents.versions(c, wanted)

    # --- extractions and statements ----------------------------------------------------------------------------------

    def unextracted(self, extractor: str, days: Days | None = None, most: int | None = None,
                    after: Version | None = None) -> list[Version]:
        """Versions of documents that this version of the extractor has not seen and that can be extracted, sorted; the
        first of them that come after a version where there are more than `most`.

        With `days` those that nothing has extracted yet, and of the others those that arrived on these days.
        """
        with self.reading() as c:
            return statements.waiting(c, extractor, days, most, after)

    def has_unextracted(self, extractor: str, days: Days | None = None) -> bool:
        """Whether there is anything that `unextracted` would give; it costs the same however much there is."""
        with self.reading() as c:
            return statements.is_any_waiting(c, extractor, days)

    def unextractable(self, extractor: str, days: Days | None = None) -> int:
        """Documents that only an older version of the extractor has seen: no more than the evidence of them is kept. With
        `days` those of them that arrived on these days."""
        with self.reading() as c:
            return statements.beyond(c, extractor, days)

    def lease(self, wanted: Sequence[Version], extractor: str, worker: str, most: int, now: float, until: float,
              alive: Callable[[str], bool]) -> list[Version]:
        """The first of the wanted versions, at most so many, that no worker has and this version of the extractor has not
        seen; no other worker is given them before `until`."""
        with self.writing() as c:
            return leases.take(c, wanted, extractor, worker, most, now, until, alive)

    def release(self, worker: str) -> None:
        """A worker does not go on: others may have all that it has."""
        with self.writing() as c:
            leases.release(c, worker)

    def statements_elsewhere(self, ids: Iterable[str], these: Iterable[str]) -> set[str]:
        """Those of the statement ids that documents other than these have."""
        with self.reading() as c:
            return statements.elsewhere(c, ids, these)

    def store_extractions(self, found: Sequence[tuple[Version, Extraction, Sequence[Reject]]],
                          failed: Sequence[tuple[Version, Reject]] = (), extractor: str = "", worker: str = "") -> int:
        """Replace what documents say, a document as a unit; how many were stored.

        A version that has been superseded meanwhile, or has another text now, is left out. Of one on which this
        version of the `extractor` failed nothing stays. The worker's leases on them are over.
        """
        with self.writing() as c:
            stored = sum([statements.store(c, *one) for one in found])
            changed = [statements.fail(c, version, extractor, reason) for version, reason in failed]
            leases.give_back(c, worker, [*(one[0] for one in found), *(version for version, _ in failed)])
            if stored or any(changed):
                revision.move(c, {one.document for one in (*(one[0] for one in found), *(version for version, _ in failed))})
            return stored

    def releases(self, with_text: Callable[[str | None], bool], these: Collection[str] | None = None) -> list[Release]:
        """The documents that stand, or those of `these`, as notices need them, by id; the text of those whose headline
        asks for it."""
        with self.reading() as c:
            return documents.releases(c, with_text, these)

    def store_withdrawals(self, found: Mapping[tuple[str, str], str]) -> int:
        """Make the withdrawals what these are, (document, by) → reason; how many changed."""
        with self.writing() as c:
            changed = statements.withdraw(c, found)
            if changed:
                revision.move(c, {document for document, _ in changed})
            return len(changed)

    def withdrawals(self) -> dict[tuple[str, str], str]:
        """(document, by) → reason of all documents whose statements do not count; `by` is a notice's id or a decision."""
        with self.reading() as c:
            return statements.withdrawn(c)

    def extractions(self, pages: Collection[str] | None = None) -> list[Extraction]:
        """What all documents say that stand and are not withdrawn, by document id; with `pages` only what these say.

        An older version of a page that is edited in place follows the page, with those statements that no newer
        version makes, as a document of its own.
        """
        with self.reading() as c:
            return statements.everything(c, pages)

    # --- what is not kept --------------------------------------------------------------------------------------------

    def forgotten(self) -> Forgotten:
        """What was forgotten and must not come back."""
        with self.reading() as c:
            return tombstones.everything(c)

    def kept_bytes(self) -> list[str]:
        """The SHA-256 of all bytes that the archive should have, sorted."""
        with self.reading() as c:
            return locations.kept(c)

    def removed_bytes(self) -> list[str]:
        """The SHA-256 of all bytes that the archive had once and must not have any more, sorted."""
        with self.reading() as c:
            return locations.removed(c)

    def is_let_go(self, location: str, sha256: str) -> bool:
        """Whether these bytes came from there before, were read, and are not kept."""
        with self.reading() as c:
            return locations.is_let_go(c, location, sha256)

    def remove_bytes(self, sha256: str, reason: str) -> None:
        """Note that bytes are not kept, and why; the archive has yet to let them go."""
        with self.writing() as c:
            locations.remove_bytes(c, sha256, reason)

    # --- organisations and ties --------------------------------------------------------------------------------------

    def store_resolution(self, found: Sequence[Organization], events: Sequence[Tie],
                         organization_of: Mapping[tuple[str, str], str], tie_of: Mapping[str, str],
                         between: Iterable[Link] = (), at: int | None = None) -> int:
        """Replace organisations, ties, and what holds `between` organisations without a release saying so, together; how
        many organisations and ties are new or changed. Ids given out before lead to what they are now. `at` is the version
        of the ledger that all of it was made of, noted with it."""
        with self.writing() as c:
            changed = resolution.store(c, found, events, organization_of, tie_of)
            links.store(c, between)
            if at is not None:
                revision.note_resolved(c, at)
            return changed

    def organizations(self) -> list[Organization]:
        """Organisations by id."""
        with self.reading() as c:
            return resolution.stored_organizations(c)

    def ties(self) -> list[Tie]:
        """Ties by id."""
        with self.reading() as c:
            return resolution.stored_ties(c)

    def current_id(self, one: str) -> str | None:
        """What an id that was given out once stands for now; None for an unknown one or one that nothing supports."""
        with self.reading() as c:
            return resolution.current_id(c, one)

    def former_ids(self, one: str) -> list[str]:
        """The ids that were given out once for what this one is now, sorted."""
        with self.reading() as c:
            return resolution.former_ids(c, one)

    def name_counts(self, one: str) -> list[tuple[str, int]]:
        """The names by which releases call an organisation and how many do, the commonest first."""
        with self.reading() as c:
            return resolution.name_counts(c, one)

    def links(self, one: str | None = None) -> list[Link]:
        """What holds between organisations, all of it or what concerns one, sorted."""
        with self.reading() as c:
            return links.stored(c, one)

    def mirror_decisions(self, found: Sequence[Decision], refused: Mapping[int, str]) -> bool:
        """Note people's decisions as their file has them; `refused` are reasons by line. True where something changed."""
        with self.writing() as c:
            changed = decisions.mirror(c, found, refused)
            rejects.clear(c, "decisions", _DECISIONS)
            rejects.add(c, [Reject("decisions", f"{_DECISIONS}, line {line}", reason, _DECISIONS)
                            for line, reason in refused.items()])
            if changed:
                revision.move(c, ())  # no document is other than before: whoever follows looks at the file itself
            return changed

    def decisions(self) -> list[tuple[Decision, str]]:
        """People's decisions by line, each with the reason why it has no effect, or ""."""
        with self.reading() as c:
            return decisions.stored(c)
