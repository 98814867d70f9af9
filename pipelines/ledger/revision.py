"""The number that moves when documents or statements change, and only then."""
from __future__ import annotations

import sqlalchemy as sa

from pipelines.ledger.tables import meta

_KEY = "version"


def current(c: sa.Connection) -> int:
    """The number now; 0 for a new ledger."""
    return int(c.scalar(sa.select(meta.c.value).where(meta.c.key == _KEY)) or 0)


def move(c: sa.Connection) -> None:
    """Note that something changed."""
    if not c.execute(meta.update().where(meta.c.key == _KEY).values(value=meta.c.value + 1)).rowcount:
        c.execute(meta.insert().values(key=_KEY, value=1))
