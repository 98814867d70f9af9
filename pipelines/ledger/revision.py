"""The number that moves when documents or statements change, and only then."""
from __future__ import annotations

import sqlalchemy as sa

from pipelines.ledger import totals
from pipelines.ledger.tables import meta

_KEY = "version"


def current(c: sa.Connection) -> int:
    """The number now; 0 for a new ledger."""
    return totals.current(c, _KEY)


def move(c: sa.Connection) -> None:
    """Note that something changed."""
    totals.move(c, _KEY, 1)


def reprints(c: sa.Connection) -> int:
    """A number that moves when reprints change; 0 where there never were any."""
    return totals.current(c, _REPRINTS)


def move_reprints(c: sa.Connection) -> None:
    """Note that reprints changed."""
    totals.move(c, _REPRINTS, 1)


#: The revision whose statements were resolved last, and the one that the graph was last brought to; and a number that
#: moves when reprints change, which they do after both.
_RESOLVED, _LOADED, _REPRINTS = "resolved", "loaded", "reprints"


def resolved(c: sa.Connection) -> int | None:
    """The revision that organisations and ties were last made of; None where they never were."""
    return _noted(c, _RESOLVED)


def loaded(c: sa.Connection) -> int | None:
    """The revision that the graph was last brought to; None where it never was."""
    return _noted(c, _LOADED)


def note_resolved(c: sa.Connection, at: int) -> None:
    """Note that organisations and ties are those of a revision."""
    _note(c, _RESOLVED, at)


def note_loaded(c: sa.Connection, at: int) -> None:
    """Note that the graph says what a revision says."""
    _note(c, _LOADED, at)


def _noted(c: sa.Connection, key: str) -> int | None:
    found = c.scalar(sa.select(meta.c.value).where(meta.c.key == key))
    return None if found is None else int(found)


def _note(c: sa.Connection, key: str, at: int) -> None:
    if not c.execute(meta.update().where(meta.c.key == key).values(value=at)).rowcount:
        c.execute(meta.insert().values(key=key, value=at))
