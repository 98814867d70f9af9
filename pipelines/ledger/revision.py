"""The number that moves when documents or statements change, and only then."""
from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from pipelines.ledger import totals
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import changes, meta

#: The number, what it was when anything may have changed, and up to which one it is noted what changed.
_KEY, _ANYTHING, _COVERED = "version", "anything", "covered"
#: Counts how often somebody wrote what was resolved, whoever it was.
_TURN = "turn"
#: A database takes so many values in one question.
_MOST = 500


def current(c: sa.Connection) -> int:
    """The number now; 0 for a new ledger."""
    return totals.current(c, _KEY)


def move(c: sa.Connection, documents: Collection[str] | None = None) -> None:
    """Note that these documents changed, by id; None where it may be any."""
    totals.move(c, _KEY, 1)
    now = current(c)
    if _noted(c, _COVERED) != now - 1:  # an older version of the code moved it, and did not note what changed
        _note(c, _ANYTHING, now - 1)
    _note(c, _COVERED, now)
    if documents is None:
        _note(c, _ANYTHING, now)
        return
    many = sorted(set(documents))
    for begin in range(0, len(many), _MOST):
        some = many[begin:begin + _MOST]
        c.execute(changes.delete().where(changes.c.document.in_(some)))
        insert(c, changes, [{"document": one, "revision": now} for one in some])


def changed(c: sa.Connection, since: int) -> set[str] | None:
    """The documents that changed after a revision, by id; None where it may be any."""
    now = current(c)
    if now == since:
        return set()
    if (_noted(c, _ANYTHING) or 0) > since or now < since or _noted(c, _COVERED) != now:
        return None
    return set(c.scalars(sa.select(changes.c.document).where(changes.c.revision > since)))


def turn(c: sa.Connection) -> int:
    """A number that moves whenever somebody writes organisations, ties, links or reprints, or replaces the graph."""
    return totals.current(c, _TURN)


def take_turn(c: sa.Connection) -> int:
    """Note that somebody writes them; the number from then on."""
    totals.move(c, _TURN, 1)
    return turn(c)


#: The revision whose statements were resolved last, and the one that the graph was last brought to.
_RESOLVED, _LOADED = "resolved", "loaded"


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


def note_unloaded(c: sa.Connection) -> None:
    """Note that the graph says something else than the ledger, or nothing at all."""
    c.execute(meta.delete().where(meta.c.key == _LOADED))
    take_turn(c)


def _noted(c: sa.Connection, key: str) -> int | None:
    found = c.scalar(sa.select(meta.c.value).where(meta.c.key == key))
    return None if found is None else int(found)


def _note(c: sa.Connection, key: str, at: int) -> None:
    if not c.execute(meta.update().where(meta.c.key == key).values(value=at)).rowcount:
        c.execute(meta.insert().values(key=key, value=at))
