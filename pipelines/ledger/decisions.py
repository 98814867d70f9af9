"""People's decisions as they stood when organisations were last resolved: a mirror of decisions.csv."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from graph.decisions import Decision
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import decisions


def mirror(c: sa.Connection, found: Sequence[Decision], refused: Mapping[int, str]) -> bool:
    """Make the table what the file says; True where something changed. `refused` are reasons by line."""
    wanted = [{"line": d.line, "kind": d.kind, "subject": d.subject, "object": d.object, "who": d.who,
               "decided_on": d.when, "why": d.why, "refused": refused.get(d.line, "")} for d in found]
    if [dict(r._mapping) for r in c.execute(sa.select(decisions).order_by(decisions.c.line))] == wanted:
        return False
    c.execute(decisions.delete())
    insert(c, decisions, wanted)
    return True


def stored(c: sa.Connection) -> list[tuple[Decision, str]]:
    """The decisions by line, each with the reason why it has no effect, if there is one."""
    return [(Decision(r.kind, r.subject, r.object, r.who, r.decided_on, r.why, line=r.line), r.refused)
            for r in c.execute(sa.select(decisions).order_by(decisions.c.line))]
