"""What holds between organisations without a release saying so, as it was last resolved."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import sqlalchemy as sa

from graph.links import Link
from pipelines.ledger import revision
from pipelines.ledger.rows import insert, json_text
from pipelines.ledger.tables import links


def store(c: sa.Connection, found: Iterable[Link]) -> None:
    """Make the table what these are."""
    wanted = {(one.type, one.start, one.end): json_text(asdict(one)) for one in sorted(found, key=str)}
    before = {(r.type, r.start, r.end): r.body for r in c.execute(sa.select(links))}
    if before == wanted:
        return
    revision.take_turn(c)
    c.execute(links.delete())
    insert(c, links, [{"type": t, "start": a, "end": b, "body": body} for (t, a, b), body in sorted(wanted.items())])


def store_from(c: sa.Connection, found: Mapping[str, Iterable[Link]]) -> None:
    """Make the links that start from a few organisations what these are."""
    for start in sorted(found):
        c.execute(links.delete().where(links.c.start == start))
    wanted = {(one.type, one.start, one.end): json_text(asdict(one))
              for of in found.values() for one in sorted(of, key=str)}
    insert(c, links, [{"type": t, "start": a, "end": b, "body": body} for (t, a, b), body in sorted(wanted.items())])


def stored(c: sa.Connection, one: str | None = None) -> list[Link]:
    """All links, or those from or to one organisation, sorted."""
    wanted = sa.select(links.c.body)
    if one is not None:
        wanted = wanted.where(sa.or_(links.c.start == one, links.c.end == one))
    return sorted((Link(**json.loads(body)) for body in c.scalars(wanted)), key=str)
