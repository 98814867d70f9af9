"""How records become rows."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def json_text(record: Any) -> str:
    """A JSON value as the text that is stored: equal values, equal texts."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def insert(c: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, none of them included."""
    if rows:
        c.execute(table.insert(), rows)


def count(c: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Rows that a table has."""
    return int(c.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)
