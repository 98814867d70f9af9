"""The ledger: every question and every change that the stages have, a short transaction each."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import ArgumentError

from nlp.model import Document, Extraction, Organization, Statement, Tie, from_json, to_json
from pipelines.ledger.records import Draft, Fetch, Reject
from pipelines.ledger.tables import (
    blobs,
    documents,
    extractions,
    fetches,
    issued_ids,
    items,
    meta,
    names,
    organizations,
    rejects,
    statements,
    ties,
)

#: Seconds that a writer waits for another one.
_PATIENCE = 60
#: Keys of a printed extraction that other columns hold.
_ELSEWHERE = ("id", "url", "text", "relations", "extractor")


class Ledger:
    """One relational store. Every public method is one transaction: whoever is killed leaves it before or after."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(kakehashi_writes=True)

    @classmethod
    def open(cls, url: str) -> Ledger:
        """The ledger at a SQLAlchemy URL, its schema brought up to date; a SQLite file is made when missing.

        Raises ValueError for a URL that names no database.
        """
        try:
            parsed = sa.make_url(url)
        except ArgumentError as error:
            raise ValueError(f"KAKEHASHI_LEDGER_URL is {url!r}; write it like "
                             "sqlite:////folder/ledger.sqlite") from error
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed)
        if engine.dialect.name == "sqlite":
            _tune(engine)
        ledger = cls(engine)
        ledger._migrate()
        return ledger

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", "pipelines.ledger:migrations")
        config.set_main_option("path_separator", "os")
        # one transaction that writes from its start: two processes opening a new ledger wait for each other
        with self._writing.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    # --- the ledger as a whole ---------------------------------------------------------------------------------------

    def version(self) -> int:
        """A number that moves when documents or statements change, and only then."""
        with self._engine.connect() as c:
            return int(c.scalar(sa.select(meta.c.value).where(meta.c.key == "version")) or 0)

    def counts(self) -> dict[str, int]:
        """Rows of what the ledger holds now."""
        with self._engine.connect() as c:
            one = {t.name: int(c.scalar(sa.select(sa.func.count()).select_from(t)) or 0)
                   for t in (blobs, fetches, statements, organizations, ties, rejects)}
            one["documents"] = int(c.scalar(sa.select(sa.func.count()).select_from(documents)
                                            .where(documents.c.status == "current")) or 0)
            return one

    def rejects(self) -> list[Reject]:
        """Everything that could not be used, sorted."""
        with self._engine.connect() as c:
            return sorted(Reject(r.stage, r.item, r.reason, r.source, r.sha256) for r in c.execute(sa.select(rejects)))

    # --- fetches -----------------------------------------------------------------------------------------------------

    def record_fetch(self, fetch: Fetch, size: int, fetched_at: str | None = None) -> bool:
        """Note the bytes of a location; True where they are not what it had before."""
        with self._writing.begin() as c:
            _forget_rejects(c, "archive", fetch.location)
            if c.scalar(sa.select(fetches.c.sha256).where(fetches.c.location == fetch.location)) == fetch.sha256:
                return False
            if c.scalar(sa.select(blobs.c.sha256).where(blobs.c.sha256 == fetch.sha256)) is None:
                c.execute(blobs.insert().values(sha256=fetch.sha256, size=size))
            c.execute(fetches.delete().where(fetches.c.location == fetch.location))
            c.execute(fetches.insert().values(location=fetch.location, source=fetch.source, sha256=fetch.sha256,
                                              fetched_at=fetched_at))
            return True

    def reject_fetch(self, reject: Reject) -> None:
        """Note that a location could not be taken in; what it gave before stays."""
        with self._writing.begin() as c:
            _forget_rejects(c, "archive", reject.source)
            _add_rejects(c, [reject])

    def unread(self, reader: str) -> list[Fetch]:
        """Fetches that this version of the reader has not read, by location."""
        with self._engine.connect() as c:
            rows = c.execute(sa.select(fetches).where(fetches.c.reader.is_distinct_from(reader))
                             .order_by(fetches.c.location))
            return [Fetch(r.location, r.source, r.sha256) for r in rows]

    def fetch_count(self) -> int:
        """Locations known."""
        with self._engine.connect() as c:
            return int(c.scalar(sa.select(sa.func.count()).select_from(fetches)) or 0)

    # --- documents ---------------------------------------------------------------------------------------------------

    def store_drafts(self, fetch: Fetch, drafts: Iterable[Draft]) -> int:
        """Store what a file holds, or a part of it; how many documents are new or changed.

        Where an item comes with other content, the old version is superseded and its statements leave.
        """
        with self._writing.begin() as c:
            changed = sum([_store(c, fetch, draft) for draft in drafts])
            if changed:
                _move(c)
            return changed

    def finish_read(self, fetch: Fetch, reader: str, found: Sequence[Reject]) -> None:
        """Note that a file is read to its end, and which parts of it were unreadable."""
        with self._writing.begin() as c:
            _forget_rejects(c, "documents", fetch.location)
            _add_rejects(c, found)
            c.execute(fetches.update().where(fetches.c.location == fetch.location,
                                             fetches.c.sha256 == fetch.sha256).values(reader=reader))

    def documents(self) -> list[Document]:
        """Current documents by id."""
        with self._engine.connect() as c:
            rows = c.execute(sa.select(documents).where(documents.c.status == "current").order_by(documents.c.id))
            return [_document(r) for r in rows]

    def document(self, one: str) -> Document | None:
        """A current document, if there is one of this id."""
        with self._engine.connect() as c:
            row = c.execute(sa.select(documents).where(documents.c.id == one,
                                                       documents.c.status == "current")).first()
            return _document(row) if row else None

    # --- extractions and statements ----------------------------------------------------------------------------------

    def unextracted(self, extractor: str) -> list[str]:
        """Ids of current documents that this version of the extractor has not seen, sorted."""
        with self._engine.connect() as c:
            joined = documents.outerjoin(extractions, extractions.c.document == documents.c.id)
            return list(c.scalars(sa.select(documents.c.id).select_from(joined)
                                  .where(documents.c.status == "current",
                                         extractions.c.extractor.is_distinct_from(extractor))
                                  .order_by(documents.c.id)))

    def statements_elsewhere(self, ids: Iterable[str], these: Iterable[str]) -> set[str]:
        """Those of the statement ids that documents other than these have."""
        with self._engine.connect() as c:
            return set(c.scalars(sa.select(statements.c.id).where(statements.c.id.in_(sorted(set(ids))),
                                                                  statements.c.document.not_in(sorted(these)))))

    def store_extractions(self, found: Iterable[tuple[Extraction, Sequence[Reject]]]) -> int:
        """Replace what documents say, a document as a unit; how many were stored.

        A document that has been superseded meanwhile, or has another text now, is left out.
        """
        with self._writing.begin() as c:
            stored = sum([_store_extraction(c, extraction, failed) for extraction, failed in found])
            if stored:
                _move(c)
            return stored

    def reject_document(self, reject: Reject) -> None:
        """Note that a document (`source`) cannot be extracted; nothing of an earlier extraction of it stays."""
        with self._writing.begin() as c:
            if _drop_extraction(c, reject.source):
                _move(c)
            _forget_rejects(c, "statements", reject.source)
            _add_rejects(c, [reject])

    def extractions(self) -> list[Extraction]:
        """What all current documents say, by document id."""
        with self._engine.connect() as c:
            told: dict[str, list[dict[str, Any]]] = {}
            for row in c.execute(sa.select(statements).order_by(statements.c.document, statements.c.position)):
                told.setdefault(row.document, []).append(json.loads(row.body))
            joined = documents.join(extractions, extractions.c.document == documents.c.id)
            rows = c.execute(sa.select(documents, extractions.c.extractor, extractions.c.body).select_from(joined)
                             .where(documents.c.status == "current").order_by(documents.c.id))
            return [from_json(Extraction, {"id": r.id, "url": r.url, "text": r.text, **json.loads(r.body),
                                           "extractor": r.extractor, "relations": told.get(r.id, [])})
                    for r in rows]

    # --- organisations and ties --------------------------------------------------------------------------------------

    def store_resolution(self, found: Sequence[Organization], events: Sequence[Tie],
                         organization_of: Mapping[tuple[str, str], str], tie_of: Mapping[str, str]) -> int:
        """Replace organisations and ties; how many are new or changed.

        Ids given out before lead to what they are now.
        """
        with self._writing.begin() as c:
            was_named = {(r.document, r.name): r.organization for r in c.execute(sa.select(names))}
            was_told = {s: r.id for r in c.execute(sa.select(ties)) for s in json.loads(r.body)["statements"]}
            now = {o.id for o in found} | {t.id for t in events}
            heirs = {**_heirs(was_named, organization_of), **_heirs(was_told, tie_of)}
            changed = _replace(c, organizations, found) + _replace(c, ties, events)
            if was_named != dict(organization_of):
                c.execute(names.delete())
                _insert(c, names, [{"document": d, "name": n, "organization": o}
                                   for (d, n), o in sorted(organization_of.items())])
            _issue(c, now, heirs)
            return changed

    def organizations(self) -> list[Organization]:
        """Organisations by id."""
        with self._engine.connect() as c:
            return [from_json(Organization, json.loads(b))
                    for b in c.scalars(sa.select(organizations.c.body).order_by(organizations.c.id))]

    def ties(self) -> list[Tie]:
        """Ties by id."""
        with self._engine.connect() as c:
            return [from_json(Tie, json.loads(b)) for b in c.scalars(sa.select(ties.c.body).order_by(ties.c.id))]

    def current_id(self, one: str) -> str | None:
        """What an id that was given out once stands for now; None for an unknown one or one that nothing supports."""
        with self._engine.connect() as c:
            return c.scalar(sa.select(issued_ids.c.current_id).where(issued_ids.c.id == one))


# --- SQLite ----------------------------------------------------------------------------------------------------------

def _tune(engine: sa.Engine) -> None:
    """WAL, and transactions that take the write lock at their start, so that none fails half-way for want of it."""
    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    @sa.event.listens_for(engine, "begin")
    def began(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("kakehashi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# --- rows ------------------------------------------------------------------------------------------------------------

def _document(row: Any) -> Document:
    return Document(row.id, row.text, row.url, row.title, row.published, row.publisher)


def _json(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _insert(c: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        c.execute(table.insert(), rows)


def _move(c: sa.Connection) -> None:
    if not c.execute(meta.update().where(meta.c.key == "version").values(value=meta.c.value + 1)).rowcount:
        c.execute(meta.insert().values(key="version", value=1))


def _forget_rejects(c: sa.Connection, stage: str, source: str) -> None:
    c.execute(rejects.delete().where(rejects.c.stage == stage, rejects.c.source == source))


def _add_rejects(c: sa.Connection, found: Iterable[Reject]) -> None:
    _insert(c, rejects, [{"stage": r.stage, "source": r.source, "item": r.item, "sha256": r.sha256,
                          "reason": r.reason} for r in sorted(set(found))])


def _store(c: sa.Connection, fetch: Fetch, draft: Draft) -> bool:
    """Point an item at this version of its document; True where the document is new, changed or current again."""
    document, version, item = draft.document(), draft.version(), draft.lineage(fetch.location)
    superseded = False
    before = c.execute(sa.select(items).where(items.c.item == item)).first()
    if before is None or (before.document, before.version) != (document.id, version):
        c.execute(items.delete().where(items.c.item == item))
        c.execute(items.insert().values(item=item, document=document.id, version=version))
        if before is not None:
            superseded = _supersede_unless_pointed_at(c, before.document, before.version)
    this = sa.and_(documents.c.id == document.id, documents.c.version == version)
    status = c.scalar(sa.select(documents.c.status).where(this))
    if status == "current":
        return superseded
    if status is None:
        c.execute(documents.insert().values(
            id=document.id, version=version, status="current", sha256=fetch.sha256, location=fetch.location,
            url=draft.url, title=draft.title, published=draft.published, publisher=draft.publisher, text=draft.text))
    else:
        c.execute(documents.update().where(this).values(status="current"))
    return True


def _supersede_unless_pointed_at(c: sa.Connection, document: str, version: str) -> bool:
    pointed = sa.select(items.c.item).where(items.c.document == document, items.c.version == version)
    if c.scalar(pointed.limit(1)) is not None:
        return False
    c.execute(documents.update().where(documents.c.id == document, documents.c.version == version)
              .values(status="superseded"))
    _drop_extraction(c, document)
    _forget_rejects(c, "statements", document)
    return True


def _drop_extraction(c: sa.Connection, document: str) -> bool:
    c.execute(statements.delete().where(statements.c.document == document))
    return bool(c.execute(extractions.delete().where(extractions.c.document == document)).rowcount)


def _store_extraction(c: sa.Connection, extraction: Extraction, failed: Sequence[Reject]) -> bool:
    document = extraction.document
    now = c.scalar(sa.select(documents.c.text).where(documents.c.id == document.id, documents.c.status == "current"))
    if now != document.text:
        return False
    _drop_extraction(c, document.id)
    _forget_rejects(c, "statements", document.id)
    printed = {key: value for key, value in to_json(extraction).items() if key not in _ELSEWHERE}
    c.execute(extractions.insert().values(document=document.id, extractor=extraction.extractor, body=_json(printed)))
    _insert(c, statements, [_statement(document.id, n, s) for n, s in enumerate(extraction.statements)])
    _add_rejects(c, failed)
    return True


def _statement(document: str, position: int, one: Statement) -> dict[str, Any]:
    return {"id": one.id, "document": document, "position": position, "kind": one.kind, "status": one.status,
            "date": one.date, "confidence": one.confidence, "body": _json(to_json(one))}


def _replace(c: sa.Connection, table: sa.Table, records: Sequence[Organization] | Sequence[Tie]) -> int:
    """Make a table what the records are; how many rows are new or changed."""
    old = {r.id: r.body for r in c.execute(sa.select(table.c.id, table.c.body))}
    new = {r.id: _json(to_json(r)) for r in records}
    stale = sorted(one for one in old if old[one] != new.get(one))
    for one in stale:
        c.execute(table.delete().where(table.c.id == one))
    fresh = [{"id": one, "body": new[one]} for one in sorted(new) if old.get(one) != new[one]]
    _insert(c, table, fresh)
    return len(fresh)


def _heirs(before: Mapping[Any, str], after: Mapping[Any, str]) -> dict[str, str]:
    """Id before → the id that most of what it stood for has now; the smallest of equals."""
    votes: dict[str, Counter[str]] = {}
    for what, one in before.items():
        if what in after:
            votes.setdefault(one, Counter())[after[what]] += 1
    return {one: min(found, key=lambda heir: (-found[heir], heir)) for one, found in votes.items()}


def _issue(c: sa.Connection, now: set[str], heirs: Mapping[str, str]) -> None:
    known = {r.id: r.current_id for r in c.execute(sa.select(issued_ids))}
    wanted = {one: one for one in now}
    for one, current in known.items():
        if one not in now:
            heir = heirs.get(current, current) if current else None
            wanted[one] = heir if heir in now else None  # type: ignore[assignment]
    for one in sorted(known):
        if known[one] != wanted[one]:
            c.execute(issued_ids.update().where(issued_ids.c.id == one).values(current_id=wanted[one]))
    _insert(c, issued_ids, [{"id": one, "current_id": one} for one in sorted(now - known.keys())])
