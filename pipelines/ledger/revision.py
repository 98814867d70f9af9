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


#: The revision whose statements were resolved last.
_RESOLVED = "resolved"


def resolved(c: sa.Connection) -> int | None:
    """The revision that organisations and ties were last made of; None where they never were."""
    found = c.scalar(sa.select(meta.c.value).where(meta.c.key == _RESOLVED))
    return None if found is None else int(found)


def note_resolved(c: sa.Connection, at: int) -> None:
    """Note that organisations and ties are those of a revision."""
    if not c.execute(meta.update().where(meta.c.key == _RESOLVED).values(value=at)).rowcount:
        c.execute(meta.insert().values(key=_RESOLVED, value=at))
