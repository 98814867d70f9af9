"""What could not be used, each with its reason."""
from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from nlp.model import digest
from pipelines.ledger.records import Reject
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import rejects


def everything(c: sa.Connection) -> list[Reject]:
    """All rejects, sorted."""
    return sorted(Reject(r.stage, r.item, r.reason, r.source, r.sha256) for r in c.execute(sa.select(rejects)))


def add(c: sa.Connection, found: Iterable[Reject]) -> None:
    """Keep rejects; the same one twice is one."""
    insert(c, rejects, [{"id": f"{digest(r.stage, r.source)}:{digest(r.item, r.sha256, r.reason)}", "stage": r.stage,
                         "source": r.source, "item": r.item, "sha256": r.sha256, "reason": r.reason}
                        for r in sorted(set(found))])


def clear(c: sa.Connection, stage: str, source: str) -> None:
    """Forget what a stage rejected of a source: it is tried again."""
    begin = digest(stage, source)
    # «;» follows «:»: all ids that begin with the digest, by the key's own index
    c.execute(rejects.delete().where(rejects.c.id >= f"{begin}:", rejects.c.id < f"{begin};"))
