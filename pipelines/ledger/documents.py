"""Documents: every version of every one, and which of them stand."""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa

from nlp.model import Document
from pipelines.ledger import statements, totals
from pipelines.ledger.records import Draft, Fetch, Version
from pipelines.ledger.tables import documents, fetches, items
from pipelines.ledger.tables import statements as told
from pipelines.notices import Release

#: Statuses of the version that a document is: what a site has taken down still says what it said.
STANDING = ("current", "gone")


def store(c: sa.Connection, fetch: Fetch, draft: Draft, living: bool = False) -> set[str]:
    """Point an item at this version of its document; the ids of what is new, changed, gone or current again thereby.

    Where an item comes with other content, the old version is superseded and its statements leave; of a `living` page,
    which is edited in place, it is kept for those that the new one does not make.
    """
    document, version, item = draft.document(), draft.version(), draft.lineage(fetch.location)
    superseded = set[str]()
    before = c.execute(sa.select(items).where(items.c.item == item)).first()
    if before is None or (before.document, before.version) != (document.id, version):
        c.execute(items.delete().where(items.c.item == item))
        c.execute(items.insert().values(item=item, document=document.id, version=version))
        if before is not None and _give_way(c, Version(before.document, before.version), living):
            superseded = {before.document}
    this = sa.and_(documents.c.id == document.id, documents.c.version == version)
    status = c.scalar(sa.select(documents.c.status).where(this))
    if status == "current":
        return superseded
    if status not in STANDING:
        totals.move(c, totals.DOCUMENTS, 1)
    last = c.scalar(sa.select(sa.func.max(documents.c.number)).where(documents.c.id == document.id)) or 0
    if status is None:
        c.execute(documents.insert().values(
            id=document.id, version=version, status="current", sha256=fetch.sha256, location=fetch.location,
            url=draft.url, title=draft.title, published=draft.published, publisher=draft.publisher, text=draft.text,
            fetched_at=_came(c, fetch), number=last + 1))
    else:
        number = documents.c.number if status == "gone" else last + 1
        came = documents.c.fetched_at if status == "gone" else _came(c, fetch)
        # an older version may have been reduced to less than its text meanwhile
        c.execute(documents.update().where(this).values(status="current", number=number, text=draft.text,
                                                        text_sha256=None, fetched_at=came))
    return superseded | {document.id}


def _came(c: sa.Connection, fetch: Fetch) -> str | None:
    """When the bytes of a location came."""
    return c.scalar(sa.select(fetches.c.fetched_at).where(fetches.c.location == fetch.location))


def _give_way(c: sa.Connection, old: Version, living: bool) -> bool:
    """Let an old version go, unless another item still points at it."""
    pointed = sa.select(items.c.item).where(items.c.document == old.document, items.c.version == old.version)
    if c.scalar(pointed.limit(1)) is not None:
        return False
    this = sa.and_(documents.c.id == old.document, documents.c.version == old.version)
    if c.scalar(sa.select(documents.c.status).where(this)) in STANDING:
        totals.move(c, totals.DOCUMENTS, -1)
    c.execute(documents.update().where(this).values(status="kept" if living else "superseded"))
    if not living:
        statements.drop(c, old)
    return True


def mark_gone(c: sa.Connection, address: str) -> set[str]:
    """Note that there is nothing at an address any more; the ids of the documents that stood there. Their statements stay."""
    return _move(c, address, "current", "gone")


def mark_found(c: sa.Connection, address: str) -> set[str]:
    """Note that what had gone from an address is there again, unchanged; the ids of the documents that it brings back."""
    return _move(c, address, "gone", "current")


def _move(c: sa.Connection, address: str, before: str, after: str) -> set[str]:
    """Give another status to the documents at an address that have this one; their ids."""
    # an index each: of one question about both columns and the status a database may choose to read all of a status
    columns = (documents.c.id, documents.c.version, documents.c.status)
    found = {Version(r.id, r.version) for at in (documents.c.location, documents.c.url)
             for r in c.execute(sa.select(*columns).where(at == address)) if r.status == before}
    for one in sorted(found):
        c.execute(documents.update().where(documents.c.id == one.document, documents.c.version == one.version)
                  .values(status=after))
    return {one.document for one in found}


def standing(c: sa.Connection) -> list[Document]:
    """The documents that stand, by id."""
    rows = c.execute(sa.select(documents).where(documents.c.status.in_(STANDING)).order_by(documents.c.id))
    return [_document(r) for r in rows]


def one(c: sa.Connection, id_: str) -> Document | None:
    """The version of a document that stands, if there is one of this id."""
    row = c.execute(sa.select(documents).where(documents.c.id == id_, documents.c.status.in_(STANDING))).first()
    return _document(row) if row else None


def versions(c: sa.Connection, wanted: Iterable[Version]) -> list[tuple[Version, Document]]:
    """Those of the versions that there are, in their order."""
    found = []
    for v in wanted:
        row = c.execute(sa.select(documents).where(documents.c.id == v.document, documents.c.version == v.version)).first()
        if row is not None:
            found.append((v, _document(row)))
    return found


def _document(row: Any) -> Document:
    return Document(row.id, row.text, row.url, row.title, row.published, row.publisher)


def releases(c: sa.Connection, with_text: Callable[[str | None], bool], these: Collection[str] | None = None) -> list[Release]:
    """The documents that stand, or those of `these`, as notices need them, by id; the text of those whose headline asks
    for it."""
    of_told = () if these is None else (told.c.document.in_(sorted(these)),)
    of_these = () if these is None else (documents.c.id.in_(sorted(these)),)
    stating = set(c.scalars(sa.select(told.c.document).where(*of_told).distinct()))
    columns = (documents.c.id, documents.c.title, documents.c.url, documents.c.published, documents.c.publisher)
    rows = c.execute(sa.select(*columns).where(documents.c.status.in_(STANDING), *of_these).order_by(documents.c.id)).all()
    return [Release(r.id, r.title, r.url, r.published, r.publisher, _text(c, r.id) if with_text(r.title) else "",
                    r.id in stating) for r in rows]


def _text(c: sa.Connection, id_: str) -> str:
    return c.scalar(sa.select(documents.c.text).where(documents.c.id == id_, documents.c.status.in_(STANDING))) or ""
