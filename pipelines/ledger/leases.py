"""Which worker is extracting which version of a document: nothing is done twice, and what a dead one had is done by others.

Times are seconds since 1970 and come from the caller. Writers of the ledger come one after the other, so that no two
workers are given the same version.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from pipelines.days import Days
from pipelines.ledger import statements
from pipelines.ledger.records import Version
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import leases


def take(c: sa.Connection, extractor: str, worker: str, most: int, now: float, until: float,
         alive: Callable[[str], bool], days: Days | None = None) -> list[Version]:
    """At most so many versions to extract (of `days`, as `statements.waiting` has it), which nobody else has before
    `until`; sorted.

    A lease that is over, or whose worker is dead (`alive` says so), is no lease any more.
    """
    held = c.execute(sa.select(leases.c.worker, sa.func.min(leases.c.until).label("until"))
                     .group_by(leases.c.worker)).all()
    dead = [r.worker for r in held if r.worker != worker and not alive(r.worker)]
    c.execute(leases.delete().where(sa.or_(leases.c.until <= now, leases.c.worker.in_(dead))))
    waiting = statements.waiting(extractor, days).subquery()
    free = (sa.select(waiting).outerjoin(leases, sa.and_(leases.c.document == waiting.c.id,
                                                         leases.c.version == waiting.c.version))
            .where(leases.c.document.is_(None)).order_by(waiting.c.id, waiting.c.version).limit(most))
    found = [Version(r.id, r.version) for r in c.execute(free)]
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
