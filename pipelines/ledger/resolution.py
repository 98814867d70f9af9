"""Organisations and ties as they were last resolved, and every id that was ever given out."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from nlp.model import Organization, Tie, from_json, to_json
from pipelines.ledger.rows import insert, json_text
from pipelines.ledger.tables import issued_ids, names, organizations, ties


def store(c: sa.Connection, found: Sequence[Organization], events: Sequence[Tie],
          organization_of: Mapping[tuple[str, str], str], tie_of: Mapping[str, str]) -> int:
    """Replace organisations and ties; how many are new or changed. Ids given out before lead to what they are now."""
    was_named = {(r.document, r.name): r.organization for r in c.execute(sa.select(names))}
    was_told = {s: r.id for r in c.execute(sa.select(ties)) for s in json.loads(r.body)["statements"]}
    now = {o.id for o in found} | {t.id for t in events}
    heirs = {**_heirs(was_named, organization_of), **_heirs(was_told, tie_of)}
    changed = _replace(c, organizations, found) + _replace(c, ties, events)
    if was_named != dict(organization_of):
        c.execute(names.delete())
        insert(c, names, [{"document": d, "name": n, "organization": o} for (d, n), o in sorted(organization_of.items())])
    _issue(c, now, heirs)
    return changed


def store_change(c: sa.Connection, found: Mapping[str, Organization | None], events: Mapping[str, Tie | None],
                 named: Mapping[str, Mapping[str, str]]) -> None:
    """Take in what became of a few organisations and ties, None where they are gone, and what the names of a few
    documents mean now; the rest stays. The ledger is then as `store` of everything would leave it."""
    was_named = {(r.document, r.name): r.organization for r in _among(c, names, names.c.document, named)}
    was_told = {s: r.id for r in _among(c, ties, ties.c.id, events) for s in json.loads(r.body)["statements"]}
    now_named = {(d, n): o for d, of in named.items() for n, o in of.items()}
    now_told = {s: one for one, tie in events.items() if tie for s in tie.statements}
    for table, records in ((organizations, found), (ties, events)):
        for part in _parts(sorted(records)):
            c.execute(table.delete().where(table.c.id.in_(part)))
        insert(c, table, [{"id": one, "body": json_text(to_json(record))}
                          for one, record in sorted(records.items()) if record is not None])
    if was_named != now_named:
        for part in _parts(sorted(named)):
            c.execute(names.delete().where(names.c.document.in_(part)))
        insert(c, names, [{"document": d, "name": n, "organization": o} for (d, n), o in sorted(now_named.items())])
    heirs = {**_heirs(was_named, now_named), **_heirs(was_told, now_told)}
    _issue_some(c, {**found, **events}, heirs)


def _issue_some(c: sa.Connection, records: Mapping[str, Organization | Tie | None], heirs: Mapping[str, str]) -> None:
    there = sorted(one for one, record in records.items() if record is not None)
    gone = sorted(records.keys() - set(there))
    known = {r.id: r.current_id for r in _among(c, issued_ids, issued_ids.c.id, records)}
    for one in there:
        if one in known and known[one] != one:
            c.execute(issued_ids.update().where(issued_ids.c.id == one).values(current_id=one))
    insert(c, issued_ids, [{"id": one, "current_id": one} for one in there if one not in known])
    for one in gone:
        heir = heirs.get(one)
        if heir is not None and c.scalar(sa.select(issued_ids.c.current_id).where(issued_ids.c.id == heir)) != heir:
            heir = None
        c.execute(issued_ids.update().where(issued_ids.c.current_id == one).values(current_id=heir))


def _among(c: sa.Connection, table: sa.Table, column: sa.ColumnElement[str], wanted: Iterable[str]) -> list[Any]:
    return [row for part in _parts(sorted(wanted)) for row in c.execute(sa.select(table).where(column.in_(part)))]


def _parts(many: Sequence[str]) -> list[Sequence[str]]:
    """A database takes so many values in one question, and not many more."""
    return [many[begin:begin + 500] for begin in range(0, len(many), 500)]


def stored_organizations(c: sa.Connection) -> list[Organization]:
    """Organisations by id."""
    return [from_json(Organization, json.loads(body))
            for body in c.scalars(sa.select(organizations.c.body).order_by(organizations.c.id))]


def stored_ties(c: sa.Connection) -> list[Tie]:
    """Ties by id."""
    return [from_json(Tie, json.loads(body)) for body in c.scalars(sa.select(ties.c.body).order_by(ties.c.id))]


def current_id(c: sa.Connection, one: str) -> str | None:
    """What an id that was given out once stands for now; None for an unknown one or one that nothing supports."""
    return c.scalar(sa.select(issued_ids.c.current_id).where(issued_ids.c.id == one))


def former_ids(c: sa.Connection, one: str) -> list[str]:
    """The other ids that were given out once for what this one is now, sorted."""
    return sorted(c.scalars(sa.select(issued_ids.c.id).where(issued_ids.c.current_id == one, issued_ids.c.id != one)))


def name_counts(c: sa.Connection, one: str) -> list[tuple[str, int]]:
    """The names by which releases call an organisation and how many do, the commonest first."""
    counted = sa.func.count()
    rows = c.execute(sa.select(names.c.name, counted).where(names.c.organization == one).group_by(names.c.name))
    return sorted(((name, n) for name, n in rows), key=lambda row: (-row[1], row[0]))


def _replace(c: sa.Connection, table: sa.Table, records: Sequence[Organization] | Sequence[Tie]) -> int:
    """Make a table what the records are; how many rows are new or changed."""
    old = {r.id: r.body for r in c.execute(sa.select(table.c.id, table.c.body))}
    new = {r.id: json_text(to_json(r)) for r in records}
    stale = sorted(one for one in old if old[one] != new.get(one))
    if stale:
        c.execute(table.delete().where(table.c.id == sa.bindparam("one")), [{"one": one} for one in stale])
    fresh = [{"id": one, "body": new[one]} for one in sorted(new) if old.get(one) != new[one]]
    insert(c, table, fresh)
    return len(fresh)


def _heirs(before: Mapping[Any, str], after: Mapping[Any, str]) -> dict[str, str]:
    """Id before → the id that most of what it stood for has now; the smallest of equals."""
    votes: dict[str, Counter[str]] = {}
    for what, one in before.items():
        if what in after:
            votes.setdefault(one, Counter())[after[what]] += 1
    return {one: min(found, key=lambda heir: (-found[heir], heir)) for one, found in votes.items()}


def _issue(c: sa.Connection, now: set[str], heirs: Mapping[str, str]) -> None:
    known = {r.id: r.current_id for r in c.execute(sa.select(issued_ids))}
    wanted: dict[str, str | None] = {one: one for one in now}
    for one, current in known.items():
        if one not in now:
            heir = heirs.get(current, current) if current else None
            wanted[one] = heir if heir in now else None
    for one in sorted(known):
        if known[one] != wanted[one]:
            c.execute(issued_ids.update().where(issued_ids.c.id == one).values(current_id=wanted[one]))
    insert(c, issued_ids, [{"id": one, "current_id": one} for one in sorted(now - known.keys())])
