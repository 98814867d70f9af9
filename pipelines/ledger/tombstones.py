"""What was forgotten and must not come back: hashes, never what they stand for."""
from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from pipelines.ledger.forgotten import Forgotten
from pipelines.ledger.tables import tombstones


def everything(c: sa.Connection) -> Forgotten:
    """All that was forgotten."""
    rows = c.execute(sa.select(tombstones)).all()
    return Forgotten({r.id: r.reason for r in rows if r.kind != "person"},
                     {(r.length, r.id): r.reason for r in rows if r.kind == "person"})


def any_of(c: sa.Connection, ids: Iterable[str]) -> bool:
    """Whether one of these hashes is of what was forgotten."""
    return c.scalar(sa.select(tombstones.c.id).where(tombstones.c.id.in_(sorted(ids))).limit(1)) is not None


def add(c: sa.Connection, kind: str, id_: str, reason: str, day: str | None, length: int | None = None) -> None:
    """Note that something is forgotten; the first reason and day stay."""
    if c.scalar(sa.select(tombstones.c.id).where(tombstones.c.id == id_)) is None:
        c.execute(tombstones.insert().values(id=id_, kind=kind, reason=reason, length=length, forgotten_on=day))
