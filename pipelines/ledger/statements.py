"""What documents say: a document's statements come and go as a unit."""
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from nlp.model import Extraction, Statement, from_json, to_json
from pipelines.ledger import rejects
from pipelines.ledger.records import Reject
from pipelines.ledger.rows import insert, json_text
from pipelines.ledger.tables import documents, extractions, statements

#: Keys of a printed extraction that other columns hold.
_ELSEWHERE = ("id", "url", "text", "relations", "extractor")


def waiting(c: sa.Connection, extractor: str) -> list[str]:
    """Ids of current documents that this version of the extractor has not seen, sorted."""
    joined = documents.outerjoin(extractions, extractions.c.document == documents.c.id)
    return list(c.scalars(sa.select(documents.c.id).select_from(joined)
                          .where(documents.c.status == "current",
                                 extractions.c.extractor.is_distinct_from(extractor))
                          .order_by(documents.c.id)))


def elsewhere(c: sa.Connection, ids: Iterable[str], these: Iterable[str]) -> set[str]:
    """Those of the statement ids that documents other than these have."""
    return set(c.scalars(sa.select(statements.c.id).where(statements.c.id.in_(sorted(set(ids))),
                                                          statements.c.document.not_in(sorted(these)))))


def store(c: sa.Connection, extraction: Extraction, failed: Sequence[Reject]) -> bool:
    """Replace what a document says; False where it has been superseded meanwhile, or has another text now."""
    document = extraction.document
    now = c.scalar(sa.select(documents.c.text).where(documents.c.id == document.id, documents.c.status == "current"))
    if now != document.text:
        return False
    drop(c, document.id)
    printed = {key: value for key, value in to_json(extraction).items() if key not in _ELSEWHERE}
    c.execute(extractions.insert().values(document=document.id, extractor=extraction.extractor,
                                          body=json_text(printed)))
    insert(c, statements, [_row(document.id, n, s) for n, s in enumerate(extraction.statements)])
    rejects.add(c, failed)
    return True


def drop(c: sa.Connection, document: str) -> bool:
    """Remove what a document says; whether it said anything."""
    rejects.clear(c, "statements", document)
    c.execute(statements.delete().where(statements.c.document == document))
    return bool(c.execute(extractions.delete().where(extractions.c.document == document)).rowcount)


def everything(c: sa.Connection) -> list[Extraction]:
    """What all current documents say, by document id."""
    told: dict[str, list[dict[str, Any]]] = {}
    for row in c.execute(sa.select(statements).order_by(statements.c.document, statements.c.position)):
        told.setdefault(row.document, []).append(json.loads(row.body))
    joined = documents.join(extractions, extractions.c.document == documents.c.id)
    rows = c.execute(sa.select(documents, extractions.c.extractor, extractions.c.body).select_from(joined)
                     .where(documents.c.status == "current").order_by(documents.c.id))
    return [from_json(Extraction, {"id": r.id, "url": r.url, "text": r.text, **json.loads(r.body),
                                   "extractor": r.extractor, "relations": told.get(r.id, [])})
            for r in rows]


def _row(document: str, position: int, one: Statement) -> dict[str, Any]:
    return {"id": one.id, "document": document, "position": position, "kind": one.kind, "status": one.status,
            "date": one.date, "confidence": one.confidence, "body": json_text(to_json(one))}
