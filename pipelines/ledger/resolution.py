"""Organisations and ties as they were last resolved, and every id that was ever given out."""
from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from nlp.model import Organization, Tie, from_json, to_json
from pipelines.ledger import revision
from pipelines.ledger.rows import insert, json_text
from pipelines.ledger.tables import issued_ids, names, organizations, ties


def store(c: sa.Connection, found: Sequence[Organization], events: Sequence[Tie],
          organization_of: Mapping[tuple[str, str], str], tie_of: Mapping[str, str]) -> int:
    """Replace organisations and ties; how many are new or changed. Ids given out before lead to what they are now."""
    was_named = {(r.document, r.name): r.organization for r in c.execute(sa.select(names))}
    was = _ties(c.execute(sa.select(ties)))
    now = {o.id for o in found} | {t.id for t in events}
    heirs = _all_heirs(was_named, organization_of, was, events, tie_of)
    stale, changed = map(sum, zip(_replace(c, organizations, found), _replace(c, ties, events), strict=True))
    is_named_otherwise = was_named != dict(organization_of)
    if stale or changed or is_named_otherwise:
        revision.take_turn(c)
    if is_named_otherwise:
        c.execute(names.delete())
        insert(c, names, [{"document": d, "name": n, "organization": o} for (d, n), o in sorted(organization_of.items())])
    _issue(c, now, heirs)
    return changed


def store_change(c: sa.Connection, found: Mapping[str, Organization | None], events: Mapping[str, Tie | None],
                 named: Mapping[str, Mapping[str, str]]) -> None:
    """Take in what became of a few organisations and ties, None where they are gone, and what the names of a few
    documents mean now; the rest stays. The ledger is then as `store` of everything would leave it."""
    was_named = {(r.document, r.name): r.organization for r in _among(c, names, names.c.document, named)}
    was = _ties(_among(c, ties, ties.c.id, events))
    now_named = {(d, n): o for d, of in named.items() for n, o in of.items()}
    there = [tie for tie in events.values() if tie]
    now_told = {s: tie.id for tie in there for s in tie.statements}
    for table, records in ((organizations, found), (ties, events)):
        for part in _parts(sorted(records)):
            c.execute(table.delete().where(table.c.id.in_(part)))
        insert(c, table, [{"id": one, "body": json_text(to_json(record))}
                          for one, record in sorted(records.items()) if record is not None])
    if was_named != now_named:
        for part in _parts(sorted(named)):
            c.execute(names.delete().where(names.c.document.in_(part)))
        insert(c, names, [{"document": d, "name": n, "organization": o} for (d, n), o in sorted(now_named.items())])
    heirs = _all_heirs(was_named, now_named, was, there, now_told)
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
        led = issued_ids.c.current_id == one if heir else issued_ids.c.id == one
        c.execute(issued_ids.update().where(led).values(current_id=heir))


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
    # what it led to last may have gone: it leads there again should that come back
    there = sa.select(issued_ids.c.id).where(issued_ids.c.id == issued_ids.c.current_id)
    return c.scalar(sa.select(issued_ids.c.current_id).where(issued_ids.c.id == one, issued_ids.c.current_id.in_(there)))


def former_ids(c: sa.Connection, one: str) -> list[str]:
    """The other ids that were given out once for what this one is now, sorted."""
    return sorted(c.scalars(sa.select(issued_ids.c.id).where(issued_ids.c.current_id == one, issued_ids.c.id != one)))


def name_counts(c: sa.Connection, one: str) -> list[tuple[str, int]]:
    """The names by which releases call an organisation and how many do, the commonest first."""
    counted = sa.func.count()
    rows = c.execute(sa.select(names.c.name, counted).where(names.c.organization == one).group_by(names.c.name))
    return sorted(((name, n) for name, n in rows), key=lambda row: (-row[1], row[0]))


def _replace(c: sa.Connection, table: sa.Table, records: Sequence[Organization] | Sequence[Tie]) -> tuple[int, int]:
    """Make a table what the records are; how many rows were other or went, and how many are new or changed."""
    old = {r.id: r.body for r in c.execute(sa.select(table.c.id, table.c.body))}
    new = {r.id: json_text(to_json(r)) for r in records}
    stale = sorted(one for one in old if old[one] != new.get(one))
    if stale:
        c.execute(table.delete().where(table.c.id == sa.bindparam("one")), [{"one": one} for one in stale])
    fresh = [{"id": one, "body": new[one]} for one in sorted(new) if old.get(one) != new[one]]
    insert(c, table, fresh)
    return len(stale), len(fresh)


def _heirs(before: Mapping[Any, str], after: Mapping[Any, str]) -> dict[str, str]:
    """Id before → the id that most of what it stood for has now; the smallest of equals."""
    votes: dict[str, Counter[str]] = {}
    for what, one in before.items():
        if what in after:
            votes.setdefault(one, Counter())[after[what]] += 1
    return {one: min(found, key=lambda heir: (-found[heir], heir)) for one, found in votes.items()}


def _ties(rows: Iterable[Any]) -> dict[str, Any]:
    """Ties by id, as plain JSON values: most of them need not be made records."""
    return {r.id: json.loads(r.body) for r in rows}


def _all_heirs(was_named: Mapping[tuple[str, str], str], now_named: Mapping[tuple[str, str], str], was: Mapping[str, Any],
               events: Iterable[Tie], now_told: Mapping[str, str]) -> dict[str, str]:
    organizations_ = _heirs(was_named, now_named)
    told = _heirs({s: one for one, tie in was.items() for s in tie["statements"]}, now_told)
    return {**_retold(was, told, [tie for tie in events if tie.id not in was], organizations_), **organizations_, **told}


def _retold(was: Mapping[str, Any], heirs: Mapping[str, str], new: Iterable[Tie],
            organization_heirs: Mapping[str, str]) -> dict[str, str]:
    """The heirs of ties none of whose statements is left, as when a corrected release or a better extractor tells them
    in other words: the one new tie between the same organisations that is most like it, by kind, date or title."""
    between: dict[frozenset[str], list[Tie]] = defaultdict(list)
    for tie in new:
        between[frozenset(p.organization for p in tie.parties)].append(tie)
    found = {}
    for one, plain in was.items():
        if one in heirs:
            continue
        old = from_json(Tie, plain)
        same = between.get(frozenset(organization_heirs.get(p.organization, p.organization) for p in old.parties), ())
        like = {tie.id: sum(mine is not None and mine == its for mine, its in (
            (old.kind, tie.kind), (old.date, tie.date), (old.title, tie.title))) for tie in same}
        best = [tie for tie, score in like.items() if score and score == max(like.values())]
        if len(best) == 1:
            found[one] = best[0]
    return found


def _issue(c: sa.Connection, now: set[str], heirs: Mapping[str, str]) -> None:
    known = {r.id: r.current_id for r in c.execute(sa.select(issued_ids))}
    wanted: dict[str, str | None] = {one: one for one in now}
    for one, current in known.items():
        if one not in now:
            heir = heirs.get(current, current) if current else None
            wanted[one] = heir if heir in now else None if current == one else current
    for one in sorted(known):
        if known[one] != wanted[one]:
            c.execute(issued_ids.update().where(issued_ids.c.id == one).values(current_id=wanted[one]))
    insert(c, issued_ids, [{"id": one, "current_id": one} for one in sorted(now - known.keys())])
