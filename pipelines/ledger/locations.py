"""The newest bytes of each location, and which version of the reader has read them."""
from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from pipelines.days import Days
from pipelines.ledger import due, rejects, totals
from pipelines.ledger.forgotten import LOST
from pipelines.ledger.records import Fetch, Reject
from pipelines.ledger.rows import json_text
from pipelines.ledger.tables import blobs, fetches


def record(c: sa.Connection, fetch: Fetch, size: int, fetched_at: str | None) -> bool:
    """Note the bytes of a location; True where they are not what it had before.

    The same bytes are read again where their address or headers are others now, or more is said of them, and count as
    others where they were lost.
    """
    rejects.clear(c, "archive", fetch.location)
    here = fetches.c.location == fetch.location
    before = c.execute(sa.select(fetches).where(here)).first()
    told = {"url": fetch.url, "headers": json_text(dict(fetch.headers)) if fetch.headers else None}
    for hint in ("published", "title", "publisher"):
        told[hint] = getattr(fetch, hint) or (getattr(before, hint) if before is not None else None)
    if before is not None and before.sha256 == fetch.sha256 and not is_lost(c, fetch.sha256):
        if any(getattr(before, name) != value for name, value in told.items()):
            c.execute(fetches.update().where(here).values(reader=None, **told))
        return False
    if not c.execute(blobs.update().where(blobs.c.sha256 == fetch.sha256).values(removed=None)).rowcount:
        c.execute(blobs.insert().values(sha256=fetch.sha256, size=size))
    c.execute(fetches.delete().where(here))
    if before is None:
        totals.move(c, totals.FETCHES, 1)
    c.execute(fetches.insert().values(location=fetch.location, source=fetch.source, sha256=fetch.sha256,
                                      fetched_at=fetched_at, **told))
    return True


def reject(c: sa.Connection, one: Reject) -> None:
    """Note that a location could not be taken in; what it gave before stays."""
    rejects.clear(c, "archive", one.source)
    rejects.add(c, [one])


def unread(c: sa.Connection, reader: str, days: Days | None = None, most: int | None = None) -> list[Fetch]:
    """Fetches that this version of the reader has not read and whose bytes are kept, by location; the first of them where
    there are more than `most`.

    With `days` those that nothing has read yet, and of the others those that arrived on these days.
    """
    rows = [r for asked in _waiting(c, reader, days, fetches) for r in c.execute(asked.order_by(fetches.c.location).limit(most))]
    rows = sorted(rows, key=lambda r: r.location)[:most]
    return [Fetch(r.location, r.source, r.sha256, r.url, json.loads(r.headers) if r.headers else {}, r.published, r.title,
                  r.publisher) for r in rows]


def has_unread(c: sa.Connection, reader: str, days: Days | None = None) -> bool:
    """Whether there is anything that `unread` would give."""
    return any(c.scalar(asked.limit(1)) is not None for asked in _waiting(c, reader, days, fetches.c.location))


def _waiting(c: sa.Connection, reader: str, days: Days | None, what: sa.Table | sa.Column[str]) -> list[sa.Select[Any]]:
    """Questions for what waits, each for a part of it."""
    kept = sa.select(what).join(blobs, blobs.c.sha256 == fetches.c.sha256).where(blobs.c.removed.is_(None))
    return [kept.where(part) for part in due.parts(c, fetches.c.reader, fetches.c.fetched_at, reader, days)]


def finish(c: sa.Connection, fetch: Fetch, reader: str, found: Iterable[Reject], removed: str | None = None) -> None:
    """Note that a file is read to its end, which parts of it were unreadable, and why its bytes are not kept, if so.

    Nothing is said of a location that was forgotten meanwhile, or has other bytes by now: those are read next.
    """
    if removed is not None:
        remove_bytes(c, fetch.sha256, removed)
    rejects.clear(c, "documents", fetch.location)
    if c.execute(fetches.update().where(fetches.c.location == fetch.location,
                                        fetches.c.sha256 == fetch.sha256).values(reader=reader)).rowcount:
        rejects.add(c, found)


def beyond(c: sa.Connection, reader: str, days: Days | None = None) -> int:
    """How many locations, of these days, an older version of the reader has read and no newer one can: their bytes are
    not kept."""
    gone = (sa.select(sa.func.count()).select_from(fetches.join(blobs, blobs.c.sha256 == fetches.c.sha256))
            .where(blobs.c.removed.is_not(None)))
    return sum(c.scalar(gone.where(part)) or 0 for part in
               due.parts(c, fetches.c.reader, fetches.c.fetched_at, reader, days))


def remove_bytes(c: sa.Connection, sha256: str, reason: str) -> None:
    """Note that bytes are not kept, and why; the archive has yet to let them go."""
    c.execute(blobs.update().where(blobs.c.sha256 == sha256).values(removed=reason))


def lose(c: sa.Connection, sha256: str) -> None:
    """Note that bytes are lost. Where they came from they wait to be read, should they come again."""
    c.execute(blobs.update().where(blobs.c.sha256 == sha256).values(removed=LOST))
    c.execute(fetches.update().where(fetches.c.sha256 == sha256).values(reader=None))


def regain(c: sa.Connection, sha256: str) -> None:
    """Note that bytes came anew, where they were lost."""
    c.execute(blobs.update().where(blobs.c.sha256 == sha256, blobs.c.removed == LOST).values(removed=None))


def removed(c: sa.Connection) -> list[str]:
    """The SHA-256 of all bytes that are not kept, sorted."""
    return list(c.scalars(sa.select(blobs.c.sha256).where(blobs.c.removed.is_not(None)).order_by(blobs.c.sha256)))


def is_removed(c: sa.Connection, sha256: str) -> bool:
    """Whether bytes were here and are not to be kept when they come again."""
    return c.scalar(sa.select(blobs.c.removed).where(blobs.c.sha256 == sha256)) not in (None, LOST)


def is_lost(c: sa.Connection, sha256: str) -> bool:
    """Whether bytes were given up; they are kept when they come again."""
    return c.scalar(sa.select(blobs.c.removed).where(blobs.c.sha256 == sha256)) == LOST


def is_known(c: sa.Connection, sha256: str) -> bool:
    """Whether bytes are to be kept: something else gave them too."""
    return c.scalar(sa.select(blobs.c.sha256).where(blobs.c.sha256 == sha256, blobs.c.removed.is_(None))) is not None


def is_let_go(c: sa.Connection, location: str, sha256: str) -> bool:
    """Whether these bytes are the newest of a location and are not to be kept."""
    now = c.scalar(sa.select(fetches.c.sha256).where(fetches.c.location == location))
    return now == sha256 and is_removed(c, sha256)


def kept(c: sa.Connection) -> list[str]:
    """The SHA-256 of all bytes that are kept, sorted."""
    return list(c.scalars(sa.select(blobs.c.sha256).where(blobs.c.removed.is_(None)).order_by(blobs.c.sha256)))
