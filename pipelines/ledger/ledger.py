"""The ledger: every question and every change that the stages have, a short transaction each.

What each does stands in the module of its noun; those take a connection, so that a caller who needs several of them as
one change opens `writing()` and calls them there.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

import sqlalchemy as sa

from nlp.model import Document, Extraction, Organization, Tie
from pipelines.ledger import documents, locations, rejects, resolution, revision, statements, tables
from pipelines.ledger.database import Database
from pipelines.ledger.records import Draft, Fetch, Reject
from pipelines.ledger.rows import count


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

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that sees one moment."""
        return self.database.reading()

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may change things: whole or not at all, one at a time."""
        return self.database.writing()

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
            return {**counted, "documents": count(c, tables.documents, tables.documents.c.status == "current")}

    def rejects(self) -> list[Reject]:
        """Everything that could not be used, sorted."""
        with self.reading() as c:
            return rejects.everything(c)

    # --- fetches -----------------------------------------------------------------------------------------------------

    def record_fetch(self, fetch: Fetch, size: int, fetched_at: str | None = None) -> bool:
        """Note the bytes of a location; True where they are not what it had before."""
        with self.writing() as c:
            return locations.record(c, fetch, size, fetched_at)

    def reject_fetch(self, reject: Reject) -> None:
        """Note that a location could not be taken in; what it gave before stays."""
        with self.writing() as c:
            locations.reject(c, reject)

    def unread(self, reader: str) -> list[Fetch]:
        """Fetches that this version of the reader has not read, by location."""
        with self.reading() as c:
            return locations.unread(c, reader)

    def fetch_count(self) -> int:
        """Locations known."""
        with self.reading() as c:
            return count(c, tables.fetches)

    # --- documents ---------------------------------------------------------------------------------------------------

    def store_drafts(self, fetch: Fetch, drafts: Iterable[Draft]) -> int:
        """Store what a file holds, or a part of it; how many documents are new or changed.

        Where an item comes with other content, the old version is superseded and its statements leave.
        """
        with self.writing() as c:
            changed = sum([documents.store(c, fetch, draft) for draft in drafts])
            if changed:
                revision.move(c)
            return changed

    def finish_read(self, fetch: Fetch, reader: str, found: Sequence[Reject]) -> None:
        """Note that a file is read to its end, and which parts of it were unreadable."""
        with self.writing() as c:
            locations.finish(c, fetch, reader, found)

    def documents(self) -> list[Document]:
        """Current documents by id."""
        with self.reading() as c:
            return documents.current(c)

    def document(self, one: str) -> Document | None:
        """A current document, if there is one of this id."""
        with self.reading() as c:
            return documents.one(c, one)

    # --- extractions and statements ----------------------------------------------------------------------------------

    def unextracted(self, extractor: str) -> list[str]:
        """Ids of current documents that this version of the extractor has not seen, sorted."""
        with self.reading() as c:
            return statements.waiting(c, extractor)

    def statements_elsewhere(self, ids: Iterable[str], these: Iterable[str]) -> set[str]:
        """Those of the statement ids that documents other than these have."""
        with self.reading() as c:
            return statements.elsewhere(c, ids, these)

    def store_extractions(self, found: Iterable[tuple[Extraction, Sequence[Reject]]]) -> int:
        """Replace what documents say, a document as a unit; how many were stored.

        A document that has been superseded meanwhile, or has another text now, is left out.
        """
        with self.writing() as c:
            stored = sum([statements.store(c, extraction, failed) for extraction, failed in found])
            if stored:
                revision.move(c)
            return stored

    def reject_document(self, reject: Reject) -> None:
        """Note that a document (`source`) cannot be extracted; nothing of an earlier extraction of it stays."""
        with self.writing() as c:
            if statements.drop(c, reject.source):
                revision.move(c)
            rejects.add(c, [reject])

    def extractions(self) -> list[Extraction]:
        """What all current documents say, by document id."""
        with self.reading() as c:
            return statements.everything(c)

    # --- organisations and ties --------------------------------------------------------------------------------------

    def store_resolution(self, found: Sequence[Organization], events: Sequence[Tie],
                         organization_of: Mapping[tuple[str, str], str], tie_of: Mapping[str, str]) -> int:
        """Replace organisations and ties; how many are new or changed. Ids given out before lead to what they are now."""
        with self.writing() as c:
            return resolution.store(c, found, events, organization_of, tie_of)

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
