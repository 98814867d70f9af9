"""Which worker is extracting which version of a document: nothing is done twice, and what a dead one had is done by others.

Times are seconds since 1970 and come from the caller. Writers of the ledger come one after the other, so that no two
workers are given the same version.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from pipelines.ledger import statements
from pipelines.ledger.records import Version
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import leases


def take(c: sa.Connection, wanted: Sequence[Version], extractor: str, worker: str, most: int, now: float, until: float,
         alive: Callable[[str], bool]) -> list[Version]:
    """The first of the wanted versions, at most so many, that nobody has and that this version of the extractor has not
    seen; they are the worker's before `until`.

    A lease that is over, or whose worker is dead (`alive` says so), is no lease any more.
    """
    holders = c.scalars(sa.select(leases.c.worker).distinct()).all()
    dead = [other for other in holders if other != worker and not alive(other)]
    c.execute(leases.delete().where(sa.or_(leases.c.until <= now, leases.c.worker.in_(dead))))
    these = sa.tuple_(leases.c.document, leases.c.version).in_([(v.document, v.version) for v in wanted])
    had = {Version(r.document, r.version) for r in c.execute(sa.select(leases).where(these))}
    found = [v for v in wanted if v not in had and statements.is_waiting(c, v, extractor)][:most]
    insert(c, leases, [{"document": v.document, "version": v.version, "worker": worker, "until": until} for v in found])
    return found


def give_back(c: sa.Connection, worker: str, versions: Iterable[Version]) -> None:
    """A worker is done with these."""
    for v in versions:
        c.execute(leases.delete().where(leases.c.document == v.document, leases.c.version == v.version,
                                        leases.c.worker == worker))


def release(c: sa.Connection, worker: str) -> None:
    """A worker does not go on: others may have all that it has."""
    c.execute(leases.delete().where(leases.c.worker == worker))
