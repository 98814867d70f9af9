"""How many there are of what every run tells, kept beside the rows: to count them takes the longer the more there are."""
from __future__ import annotations

import sqlalchemy as sa

from pipelines.ledger.tables import meta

#: Documents that stand, and locations that have given bytes.
DOCUMENTS, FETCHES = "documents", "fetches"


def current(c: sa.Connection, name: str) -> int:
    """How many there are now."""
    return int(c.scalar(sa.select(meta.c.value).where(meta.c.key == name)) or 0)


def move(c: sa.Connection, name: str, by: int) -> None:
    """Note that so many came, or went where the number is negative."""
    if by and not c.execute(meta.update().where(meta.c.key == name).values(value=meta.c.value + by)).rowcount:
        c.execute(meta.insert().values(key=name, value=by))
