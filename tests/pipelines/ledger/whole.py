"""The whole of a ledger, for comparison."""
from __future__ import annotations

import sqlalchemy as sa

from pipelines.ledger.database import Database


def content(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, sorted."""
    database = Database.open(url)
    metadata = sa.MetaData()
    with database.reading() as c:
        metadata.reflect(c)
        found = {t.name: sorted(map(tuple, c.execute(sa.select(t))), key=repr) for t in metadata.sorted_tables}
    database.close()
    return found
