"""What a present version of reader or extractor has to do: whatever another version did last, or none.

A column names the version that did it, and an index has the rows by it. The versions in it are few and are found by a
step each, so that no question reads what the present version has done: its cost is what it finds.
"""
from __future__ import annotations

import sqlalchemy as sa

from pipelines.days import Days

Condition = sa.ColumnElement[bool]
#: Behind the version whose work is to be done again.
AGAIN = " again"


def within(came: sa.ColumnElement[str | None], days: Days) -> Condition:
    """Whether a time of arrival belongs to the days."""
    return sa.or_(*_spans(came, days))


def _spans(came: sa.ColumnElement[str | None], days: Days) -> list[Condition]:
    if not days.begin:
        return [came.is_(None), came < days.end]
    return [sa.and_(came >= days.begin, came < days.end)]


def others(c: sa.Connection, column: sa.ColumnElement[str | None], present: str, *where: Condition) -> list[str]:
    """The versions that a column names beside the present one, sorted."""
    found: list[str] = []
    last = ""
    while (name := c.scalar(sa.select(column).where(*where, column > last).order_by(column).limit(1))) is not None:
        found.append(name)
        last = name
    return [name for name in found if name != present]


def parts(c: sa.Connection, column: sa.ColumnElement[str | None], came: sa.ColumnElement[str | None], present: str,
          days: Days | None, *where: Condition) -> list[Condition]:
    """Conditions of which each row that is due meets one, each of them a range of the index on `column` and `came`.

    With `days` due is what no version has done or what somebody asked for again, and of the rest what came on them.
    `where` is what the index is limited to.
    """
    known = others(c, column, present, *where)
    if days is None:
        return [column.is_(None), *(column == one for one in known)]
    whole = [one for one in known if one.endswith(AGAIN)]
    by_day = [sa.and_(column == one, span) for one in known if one not in whole for span in _spans(came, days)]
    return [column.is_(None), *(column == one for one in whole), *by_day]
