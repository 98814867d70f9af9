"""Scores in the graph: the measures of one slice, written beside the facts and stamped with the ledger's version."""
from __future__ import annotations

from typing import Any

import pandas as pd
from neo4j import Driver, ManagedTransaction, Session

from graph.brokerage.finder import search
from graph.brokerage.ranking import SCORES, measured
from graph.frames import Slice, read_frames
from graph.tied_to import JOINING_STATUSES
from nlp.model import digest

#: Rows a transaction.
_BATCH = 5_000

_OPEN = "MERGE (a:Kakehashi {id: $id}) SET a:Analysis"
_SCORE = """
UNWIND $rows AS row
MATCH (a:Kakehashi {id: $id}), (o:Kakehashi {id: row.id})
MERGE (o)-[s:SCORED]->(a)
SET s = row.scores
"""
_DROP = """
MATCH (a:Kakehashi {id: $id})<-[s:SCORED]-(o)
WHERE NOT o.id IN $ids
WITH s LIMIT $batch
DELETE s
"""
_STAMP = "MATCH (a:Kakehashi {id: $id}) SET a = $properties"


def analysis_id(chosen: Slice) -> str:
    """The id of a slice's analysis: the same for the same days and statuses, however they were written."""
    first, last = chosen.first_day, chosen.last_day
    parts = [chosen.prefecture, chosen.theme, first.isoformat() if first else None, last.isoformat() if last else None,
             "loose" if chosen.loose else "strict"]
    # the usual statuses are no part of the name: analyses keep theirs
    more = [] if chosen.statuses == JOINING_STATUSES else sorted(chosen.statuses)
    return "analysis:" + digest(*parts, *more)


def measure(driver: Driver, database: str, chosen: Slice, ledger_version: str) -> pd.DataFrame:
    """Measure a slice and write `(:Organization)-[:SCORED]->(:Analysis)`; the frame is that of `brokerage.measures`.

    The scores of an earlier analysis of the same slice are replaced in place. The analysis is stamped with
    `ledger_version` last, so that one that was broken off never looks fresh.
    """
    frames = read_frames(driver, database, chosen)
    found = search(frames.organizations, frames.ties, frames.parties, frames.broker_acts, statuses=chosen.statuses)
    frame = measured(found, frames.organizations)
    name, rows = analysis_id(chosen), _rows(frame)
    properties = {"id": name, "prefecture": chosen.prefecture, "theme": chosen.theme, "since": chosen.first_day,
                  "until": chosen.last_day, "loose": chosen.loose, "ledger_version": ledger_version,
                  "organizations": len(frame), "ties": len(frames.ties), "left_out": frames.left_out,
                  "too_large": found.contacts.too_large, "other_status": found.contacts.other_status,
                  "statuses": sorted(chosen.statuses)}
    with driver.session(database=database) as session:
        _write(session, _OPEN, id=name)
        for begin in range(0, len(rows), _BATCH):
            _write(session, _SCORE, id=name, rows=rows[begin:begin + _BATCH])
        kept = [row["id"] for row in rows]
        while _write(session, _DROP, id=name, ids=kept, batch=_BATCH):
            pass
        _write(session, _STAMP, id=name, properties=properties)
    return frame


def _write(session: Session, cypher: str, **parameters: Any) -> int:
    """Run one statement in a transaction of its own; the number of relationships that it deleted."""
    def work(transaction: ManagedTransaction) -> int:
        return transaction.run(cypher, parameters).consume().counters.relationships_deleted

    return session.execute_write(work)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One row an organisation; a measure that is not defined is left out rather than written as a number."""
    columns = ["rank", *SCORES]
    return [{"id": record["id"], "scores": {c: record[c] for c in columns if not pd.isna(record[c])}}
            for record in frame.astype(object).to_dict("records")]
