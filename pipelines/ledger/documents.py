"""Documents: every version of every one, of which at most one is current."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from nlp.model import Document
from pipelines.ledger import statements
from pipelines.ledger.records import Draft, Fetch
from pipelines.ledger.tables import documents, items

_CURRENT = documents.c.status == "current"


def store(c: sa.Connection, fetch: Fetch, draft: Draft) -> bool:
    """Point an item at this version of its document; True where the document is new, changed or current again.

    Where an item comes with other content, the old version is superseded and its statements leave.
    """
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
    statements.drop(c, document)
    return True


def current(c: sa.Connection) -> list[Document]:
    """Current documents by id."""
    return [_document(r) for r in c.execute(sa.select(documents).where(_CURRENT).order_by(documents.c.id))]


def one(c: sa.Connection, id_: str) -> Document | None:
    """A current document, if there is one of this id."""
    row = c.execute(sa.select(documents).where(documents.c.id == id_, _CURRENT)).first()
    return _document(row) if row else None


def _document(row: Any) -> Document:
    return Document(row.id, row.text, row.url, row.title, row.published, row.publisher)
