"""What a day's fetches brought from one source. Days are those of Japan, as the times of fetches are."""
from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from pipelines.ledger.tables import fetch_log


def asked(c: sa.Connection, source: str, on: dt.date) -> int:
    """Pages of the source's index that answered on a day with something to read, changed or not."""
    return _count(c, source, on, fetch_log.c.kind == "index", fetch_log.c.outcome != "failed")


def new(c: sa.Connection, source: str, on: dt.date) -> int:
    """Releases whose bytes came for the first time, or changed, on a day."""
    return _count(c, source, on, fetch_log.c.kind == "page", fetch_log.c.outcome == "new")


def last_new(c: sa.Connection, source: str, before: dt.date) -> dt.date | None:
    """The last day before a day that brought a new release; None where there was none."""
    found = c.scalar(sa.select(sa.func.max(fetch_log.c.fetched_at)).where(
        fetch_log.c.source == source, fetch_log.c.kind == "page", fetch_log.c.outcome == "new",
        fetch_log.c.fetched_at < before.isoformat()))
    return dt.date.fromisoformat(found[:10]) if found else None


def _count(c: sa.Connection, source: str, on: dt.date, *conditions: sa.ColumnElement[bool]) -> int:
    after = on + dt.timedelta(days=1)
    return c.scalar(sa.select(sa.func.count(sa.distinct(fetch_log.c.url))).where(
        fetch_log.c.source == source, fetch_log.c.fetched_at >= on.isoformat(),
        fetch_log.c.fetched_at < after.isoformat(), *conditions)) or 0
