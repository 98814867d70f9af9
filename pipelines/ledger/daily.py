"""What arrived on which days: what is left to do of them, doing it again, and how it looks."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from pipelines import days as calendar
from pipelines.days import Days
from pipelines.ledger import due
from pipelines.ledger.due import AGAIN, within
from pipelines.ledger.tables import COUNTS, blobs, documents, fetch_log, fetches, rejects

#: Statuses of documents that count.
_STANDING = ("current", "gone")
#: What stands in a text for bytes that could not be decoded.
_DAMAGE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Left:
    """What no run has done yet. `unread` and `unextracted` never were; `outdated` files and `superseded` extractions are
    of an older version of reader and extractor; `first` is the earliest day that has any of them, None for none."""

    unread: int
    outdated: int
    unextracted: int
    superseded: int
    first: dt.date | None


@dataclass(frozen=True, slots=True)
class Look:
    """How the documents of some days look: how many there are, those with damaged characters, those without words, and
    the files that could not be read at all."""

    documents: int
    damaged: int
    empty: int
    unreadable: int


def read_again(c: sa.Connection, days: Days) -> int:
    """Let everything be read again that arrived on the days and whose bytes are kept; how many files."""
    kept = sa.select(blobs.c.sha256).where(blobs.c.removed.is_(None))
    return c.execute(fetches.update().where(within(fetches.c.fetched_at, days), fetches.c.sha256.in_(kept))
                     .values(reader=None)).rowcount


def extract_again(c: sa.Connection, days: Days) -> int:
    """Let everything be extracted again that arrived on the days and whose text is kept; how many documents.

    What they say stays until it is replaced.
    """
    return c.execute(documents.update().where(documents.c.text_sha256.is_(None), within(documents.c.fetched_at, days),
                                              sa.not_(documents.c.extractor.endswith(AGAIN)))
                     .values(extractor=documents.c.extractor + AGAIN)).rowcount


def left(c: sa.Connection, reader: str, extractor: str) -> Left:
    """What is left to do for these versions of reader and extractor."""
    waiting = sa.union_all(*(
        sa.select(fetches.c.reader.label("by"), fetches.c.fetched_at)
        .select_from(fetches.join(blobs, blobs.c.sha256 == fetches.c.sha256)).where(blobs.c.removed.is_(None), part)
        for part in due.parts(c, fetches.c.reader, fetches.c.fetched_at, reader, None)))
    read = _counted(c, waiting.subquery())
    waiting = sa.union_all(*(
        sa.select(documents.c.extractor.label("by"), documents.c.fetched_at)
        .where(COUNTS, documents.c.text_sha256.is_(None), part)
        for part in due.parts(c, documents.c.extractor, documents.c.fetched_at, extractor, None, COUNTS)))
    extracted = _counted(c, waiting.subquery())
    begun = [calendar.of(one) for number, _, one in (read, extracted) if number]
    return Left(read[0] - read[1], read[1], extracted[0] - extracted[1], extracted[1], min(begun, default=None))


def _counted(c: sa.Connection, waiting: sa.Subquery) -> tuple[int, int, str]:
    """How many wait, how many of them for a newer version alone, and when the first of them came."""
    outdated = sa.case((sa.not_(waiting.c.by.endswith(AGAIN)), 1))
    number, old, first = c.execute(sa.select(sa.func.count(), sa.func.count(outdated),
                                             sa.func.min(sa.func.coalesce(waiting.c.fetched_at, "")))
                                   .select_from(waiting)).one()
    return number, old, first


def arrived(c: sa.Connection, today: dt.date) -> dict[str, tuple[int, int]]:
    """Addresses that were new or changed today, and in the seven days that end today, by source; indexes not counted."""
    week = today - dt.timedelta(days=6)
    one_today = sa.case((fetch_log.c.fetched_at >= today.isoformat(), fetch_log.c.url))
    rows = c.execute(sa.select(fetch_log.c.source, sa.func.count(sa.distinct(one_today)).label("today"),
                               sa.func.count(sa.distinct(fetch_log.c.url)).label("week"))
                     .where(fetch_log.c.outcome == "new", fetch_log.c.kind != "index",
                            fetch_log.c.fetched_at >= week.isoformat()).group_by(fetch_log.c.source))
    return {r.source: (r.today, r.week) for r in rows}


def asked_last(c: sa.Connection) -> dict[str, str]:
    """When an index of each source was last asked, whatever came of it, by source."""
    rows = c.execute(sa.select(fetch_log.c.source, sa.func.max(fetch_log.c.fetched_at).label("last"))
                     .where(fetch_log.c.kind == "index").group_by(fetch_log.c.source))
    return {r.source: r.last for r in rows}


def lost(c: sa.Connection) -> dict[str, dict[str, int]]:
    """Releases of which the last fetch failed, by source and failure; indexes not counted."""
    last = sa.select(sa.func.max(fetch_log.c.id)).where(fetch_log.c.kind != "index").group_by(fetch_log.c.url)
    rows = c.execute(sa.select(fetch_log.c.source, fetch_log.c.failure, sa.func.count().label("number"))
                     .where(fetch_log.c.id.in_(last), fetch_log.c.failure.is_not(None))
                     .group_by(fetch_log.c.source, fetch_log.c.failure).order_by(fetch_log.c.source, fetch_log.c.failure))
    found: dict[str, dict[str, int]] = {}
    for r in rows:
        found.setdefault(r.source, {})[r.failure] = r.number
    return found


def mark(c: sa.Connection, days: Days, source: str | None = None) -> str:
    """Changes when something arrives on the days, of one source or of any."""
    of = (fetches.c.source == source,) if source is not None else ()
    number, last = c.execute(sa.select(sa.func.count(), sa.func.max(fetches.c.fetched_at))
                             .where(within(fetches.c.fetched_at, days), *of)).one()
    return f"{number} {last or ''}".strip()


def look(c: sa.Connection, days: Days) -> Look:
    """How what arrived on the days looks."""
    here = sa.and_(documents.c.status.in_(_STANDING), within(documents.c.fetched_at, days))
    whole = documents.c.text_sha256.is_(None)
    counted = c.execute(sa.select(
        sa.func.count(),
        sa.func.count(sa.case((sa.and_(whole, documents.c.text.contains(_DAMAGE)), 1))),
        sa.func.count(sa.case((sa.and_(whole, sa.func.length(sa.func.trim(documents.c.text)) == 0), 1)))).where(here)).one()
    rejected = sa.exists().where(rejects.c.source == fetches.c.location, rejects.c.stage == "documents")
    read = sa.exists().where(documents.c.location == fetches.c.location, documents.c.status.in_(_STANDING))
    unreadable = c.scalar(sa.select(sa.func.count()).select_from(fetches).where(
        within(fetches.c.fetched_at, days), rejected, sa.not_(read))) or 0
    return Look(counted[0], counted[1], counted[2], unreadable)
