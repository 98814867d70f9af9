"""What documents say: the statements of a version of a document come and go as a unit."""
from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from nlp.model import Extraction, Statement, from_json, to_json
from pipelines.days import Days
from pipelines.ledger import due, rejects
from pipelines.ledger.records import Reject, Version
from pipelines.ledger.rows import insert, json_text
from pipelines.ledger.tables import COUNTS, documents, extractions, statements, withdrawals

#: Keys of a printed extraction that other columns hold.
_ELSEWHERE = ("id", "url", "text", "relations", "extractor", "status", "last_seen", "text_sha256")
#: The body of an extraction that failed.
_FAILED = ""
#: Statuses of versions whose statements count.
_TOLD = ("current", "gone", "kept")


def waiting(c: sa.Connection, extractor: str, days: Days | None = None, most: int | None = None,
            after: Version | None = None) -> list[Version]:
    """The versions of documents that this version of the extractor has not seen, sorted; the first of them that come after
    a version where there are more than `most`.

    Those whose text was let go after an earlier extraction cannot be extracted again. With `days` those that nothing has
    extracted yet, and of the others those that arrived on these days.
    """
    order = (documents.c.id, documents.c.version)
    whole = sa.select(*order).where(COUNTS, documents.c.text_sha256.is_(None)).order_by(*order).limit(most)
    if after is not None:
        whole = whole.where(sa.tuple_(*order) > sa.tuple_(sa.literal(after.document), sa.literal(after.version)))
    return sorted(Version(r.id, r.version) for part in _due(c, extractor, days) for r in c.execute(whole.where(part)))[:most]


def is_any_waiting(c: sa.Connection, extractor: str, days: Days | None = None) -> bool:
    """Whether there is anything that `waiting` would give."""
    whole = sa.select(documents.c.id).where(COUNTS, documents.c.text_sha256.is_(None)).limit(1)
    return any(c.scalar(whole.where(part)) is not None for part in _due(c, extractor, days))


def _due(c: sa.Connection, extractor: str, days: Days | None) -> list[due.Condition]:
    return due.parts(c, documents.c.extractor, documents.c.fetched_at, extractor, days, COUNTS)


def is_waiting(c: sa.Connection, version: Version, extractor: str) -> bool:
    """Whether a version is there, whole, and not yet seen by this version of the extractor."""
    asked = sa.select(documents.c.id).where(_is(documents, version, "id"), COUNTS, documents.c.text_sha256.is_(None),
                                            documents.c.extractor.is_distinct_from(extractor))
    return c.scalar(asked) is not None


def beyond(c: sa.Connection, extractor: str, days: Days | None = None) -> int:
    """How many versions, of these days, an older version of the extractor has seen and no newer one can: only evidence of
    them is kept."""
    reduced = sa.select(sa.func.count()).select_from(documents).where(COUNTS, documents.c.text_sha256.is_not(None))
    return sum(c.scalar(reduced.where(part)) or 0 for part in _due(c, extractor, days))


def elsewhere(c: sa.Connection, ids: Iterable[str], these: Iterable[str]) -> set[str]:
    """Those of the statement ids that documents other than these have."""
    return set(c.scalars(sa.select(statements.c.id).where(statements.c.id.in_(sorted(set(ids))),
                                                          statements.c.document.not_in(sorted(these)))))


def store(c: sa.Connection, version: Version, extraction: Extraction, failed: Sequence[Reject]) -> bool:
    """Replace what a version says.

    False, and nothing is changed, where it has been superseded meanwhile, is not the text and headline that were read, or
    another worker has stored the same.
    """
    found = c.execute(sa.select(documents.c.text, documents.c.title, documents.c.status, documents.c.extractor)
                      .where(_is(documents, version, "id"))).first()
    if found is None or found.status not in _TOLD:
        return False
    if (found.text, found.title) != (extraction.document.text, extraction.document.title):
        return False
    if found.extractor == extraction.extractor:
        return False
    drop(c, version)
    printed = {key: value for key, value in to_json(extraction).items() if key not in _ELSEWHERE}
    _put(c, version, extraction.extractor, json_text(printed))
    insert(c, statements, [_row(version, n, s) for n, s in enumerate(extraction.statements)])
    reject(c, version, failed)
    return True


def fail(c: sa.Connection, version: Version, extractor: str, reason: Reject) -> bool:
    """Note that this version of the extractor fails on a version of a document; whether an earlier one did not."""
    said = drop(c, version)
    _put(c, version, extractor, _FAILED)
    reject(c, version, [reason])
    return said


def _put(c: sa.Connection, version: Version, extractor: str, body: str) -> None:
    c.execute(extractions.insert().values(document=version.document, version=version.version, body=body))
    c.execute(documents.update().where(_is(documents, version, "id")).values(extractor=extractor))


def drop(c: sa.Connection, version: Version) -> bool:
    """Remove what a version says, and what was rejected of it; whether it said anything."""
    rejects.clear(c, "statements", _source(c, version))
    c.execute(statements.delete().where(_is(statements, version)))
    c.execute(documents.update().where(_is(documents, version, "id")).values(extractor=None))
    return bool(c.execute(extractions.delete().where(_is(extractions, version))).rowcount)


def reject(c: sa.Connection, version: Version, failed: Iterable[Reject]) -> None:
    """Keep what could not be used of a version; several versions of one page do not mix theirs."""
    source = _source(c, version)
    rejects.add(c, [replace(one, source=source) for one in failed])


def _source(c: sa.Connection, version: Version) -> str:
    status = c.scalar(sa.select(documents.c.status).where(_is(documents, version, "id")))
    return version.kept_id if status == "kept" else version.document


def _is(table: sa.Table, version: Version, key: str = "document") -> sa.ColumnElement[bool]:
    return sa.and_(table.c[key] == version.document, table.c.version == version.version)


def withdraw(c: sa.Connection, found: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
    """Make the withdrawals what these are: (document, by) → reason; those that changed."""
    before = {(r.document, r.by): r.reason for r in c.execute(sa.select(withdrawals))}
    changed = {key for key in before.keys() | found.keys() if before.get(key) != found.get(key)}
    for document, by in sorted(changed & before.keys()):
        c.execute(withdrawals.delete().where(withdrawals.c.document == document, withdrawals.c.by == by))
    insert(c, withdrawals, [{"document": d, "by": by, "reason": found[d, by]}
                            for d, by in sorted(changed & found.keys())])
    return changed


def withdrawn(c: sa.Connection) -> dict[tuple[str, str], str]:
    """(document, by) → reason of all documents whose statements do not count."""
    return {(r.document, r.by): r.reason
            for r in c.execute(sa.select(withdrawals).order_by(withdrawals.c.document, withdrawals.c.by))}


def everything(c: sa.Connection, pages: Collection[str] | None = None) -> list[Extraction]:
    """What all documents say that stand and are not withdrawn, by document id; with `pages` only what these say.

    An older version of a page that is edited in place follows the page, with those statements that no newer version
    makes, as a document of its own.
    """
    told: dict[tuple[str, str], list[dict[str, Any]]] = {}
    of_these = (statements.c.document.in_(sorted(pages)),) if pages is not None else ()
    for row in c.execute(sa.select(statements.c.document, statements.c.version, statements.c.body).where(*of_these)
                         .order_by(statements.c.document, statements.c.version, statements.c.position)):
        told.setdefault((row.document, row.version), []).append(json.loads(row.body))
    joined = documents.join(extractions, sa.and_(extractions.c.document == documents.c.id,
                                                 extractions.c.version == documents.c.version))
    counting = (documents.c.status.in_(_TOLD), extractions.c.body != _FAILED,
                sa.not_(sa.exists().where(withdrawals.c.document == documents.c.id)),
                *((documents.c.id.in_(sorted(pages)),) if pages is not None else ()))
    rows = c.execute(sa.select(documents, extractions.c.body).select_from(joined)
                     .where(*counting).order_by(documents.c.id, documents.c.number.desc()))
    return list(_without_repetition(_extraction(r, told.get((r.id, r.version), [])) for r in rows))


def _extraction(row: Any, told: Sequence[Mapping[str, Any]]) -> Extraction:
    found = from_json(Extraction, {"id": row.id, "url": row.url, "text": row.text, **json.loads(row.body),
                                   "extractor": row.extractor.removesuffix(due.AGAIN), "relations": told})
    found = replace(found, text_sha256=row.text_sha256)
    if row.status == "current":
        return found
    if row.status == "gone":
        return replace(found, status="gone")
    kept = Version(row.id, row.version).kept_id
    seen = row.published or (row.fetched_at or "")[:10] or None
    return replace(found, document=replace(found.document, id=kept), status="kept", last_seen=seen)


def _without_repetition(found: Iterable[Extraction]) -> Iterator[Extraction]:
    """Newer versions come first: an older one has what they do not say, and the organisations of that alone."""
    document, said = "", set[str]()
    for extraction in found:
        page = extraction.document.id.partition("@")[0]
        if page != document:
            document, said = page, set()
        if extraction.status != "kept":
            said |= {s.id for s in extraction.statements}
            yield extraction
            continue
        left = tuple(s for s in extraction.statements if s.id not in said)
        said |= {s.id for s in left}
        if left:
            named = {p.name for s in left for p in s.parties}
            yield replace(extraction, statements=left, persons=(), claims=(), collectives=(),
                          organizations=tuple(o for o in extraction.organizations if o.name in named))


def _row(version: Version, position: int, one: Statement) -> dict[str, Any]:
    return {"id": one.id, "document": version.document, "version": version.version, "position": position,
            "kind": one.kind, "status": one.status, "date": one.date, "confidence": one.confidence,
            "body": json_text(to_json(one))}
