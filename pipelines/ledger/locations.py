"""The newest bytes of each location, and which version of the reader has read them."""
from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from pipelines.ledger import rejects
from pipelines.ledger.records import Fetch, Reject
from pipelines.ledger.rows import json_text
from pipelines.ledger.tables import blobs, fetches


def record(c: sa.Connection, fetch: Fetch, size: int, fetched_at: str | None) -> bool:
    """Note the bytes of a location; True where they are not what it had before.

    The same bytes are read again where their address or headers are others now, or more is said of them.
    """
    rejects.clear(c, "archive", fetch.location)
    here = fetches.c.location == fetch.location
    before = c.execute(sa.select(fetches).where(here)).first()
    told = {"url": fetch.url, "headers": json_text(dict(fetch.headers)) if fetch.headers else None}
    for hint in ("published", "title", "publisher"):
        told[hint] = getattr(fetch, hint) or (getattr(before, hint) if before is not None else None)
    if before is not None and before.sha256 == fetch.sha256:
        if any(getattr(before, name) != value for name, value in told.items()):
            c.execute(fetches.update().where(here).values(reader=None, **told))
        return False
    if c.scalar(sa.select(blobs.c.sha256).where(blobs.c.sha256 == fetch.sha256)) is None:
        c.execute(blobs.insert().values(sha256=fetch.sha256, size=size))
    c.execute(fetches.delete().where(here))
    c.execute(fetches.insert().values(location=fetch.location, source=fetch.source, sha256=fetch.sha256,
                                      fetched_at=fetched_at, **told))
    return True


def reject(c: sa.Connection, one: Reject) -> None:
    """Note that a location could not be taken in; what it gave before stays."""
    rejects.clear(c, "archive", one.source)
    rejects.add(c, [one])


def unread(c: sa.Connection, reader: str) -> list[Fetch]:
    """Fetches that this version of the reader has not read, by location."""
    rows = c.execute(sa.select(fetches).where(fetches.c.reader.is_distinct_from(reader)).order_by(fetches.c.location))
    return [Fetch(r.location, r.source, r.sha256, r.url, json.loads(r.headers) if r.headers else {}, r.published, r.title,
                  r.publisher) for r in rows]


def finish(c: sa.Connection, fetch: Fetch, reader: str, found: Iterable[Reject]) -> None:
    """Note that a file is read to its end, and which parts of it were unreadable."""
    rejects.clear(c, "documents", fetch.location)
    rejects.add(c, found)
    c.execute(fetches.update().where(fetches.c.location == fetch.location,
                                     fetches.c.sha256 == fetch.sha256).values(reader=reader))
