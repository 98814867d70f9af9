"""Rows into Neo4j, as a difference in place: readers never see an empty graph.

Nodes and relationships are merged in batches, then what these rows no longer have is deleted. Only nodes with the
marker label and a label of the projection, and relationships of its types between two marked nodes, are touched:
scores, analyses and whatever else lives in the database stay. A row that cannot be written is kept with its reason
and never takes others with it.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from neo4j import Driver, ManagedTransaction, Session
from neo4j.exceptions import Neo4jError

from graph.projection import MORE_LABELS, NODE_LABELS, RELATIONSHIP_KEYS, NodeRow, Refused, RelationshipRow, Rows
from graph.schema import migrate

#: Rows a transaction.
BATCH = 5_000
#: A value that is too large for an index comes as an ExecutionFailed.
_FAULTS_OF_A_ROW = ("Neo.ClientError.Statement.", "Neo.ClientError.Schema.",
                    "Neo.DatabaseError.Statement.ExecutionFailed")
_LABELS = (*NODE_LABELS, *MORE_LABELS)

Progress = Callable[[int, int], None]
Row = TypeVar("Row", NodeRow, RelationshipRow)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: rows sent and written, how many of them were new or other than before, what it deleted, and
    every row that is not in the graph, with why."""
    nodes_sent: int
    nodes_written: int
    relationships_sent: int
    relationships_written: int
    nodes_deleted: int
    relationships_deleted: int
    changed: int
    refused: tuple[Refused, ...]


def load(driver: Driver, database: str, rows: Rows, progress: Progress | None = None) -> LoadReport:
    """Make the projection in Neo4j what `rows` say; the schema is brought up to date first.

    Rows that the server or these checks refuse are in the report. Raises the driver's errors where the server cannot
    be reached or refuses to work at all; loading again then goes on where it was.
    """
    migrate(driver, database)
    refused = list(rows.refused)
    nodes = _sound(rows.nodes, _node_problem, refused)
    links = _sound(rows.relationships, _link_problem, refused)
    step = _Steps(len(nodes) + len(links), progress)
    with driver.session(database=database) as session:
        changed: list[NodeRow | RelationshipRow] = []
        written_nodes: list[NodeRow] = []
        for labels, batch in _batches(nodes, lambda node: node.labels):
            written_nodes += _write(session, _merge_nodes(labels), batch, _node_data, refused, changed)
            step.over(len(batch))
        ids = {node.id for node in written_nodes}
        links = _sound(links, lambda link: _missing_end(link, ids), refused)
        written_links: list[RelationshipRow] = []
        for (kind,), part in _batches(links, lambda link: (link.type,)):
            written_links += _write(session, _merge_links(kind), part, _link_data, refused, changed)
            step.over(len(part))
        links_deleted = _delete_links(session, {link.identity for link in written_links})
        nodes_deleted = _delete_nodes(session, ids)
    return LoadReport(len(rows.nodes), len(written_nodes), len(rows.relationships), len(written_links),
                      nodes_deleted, links_deleted, len(changed), tuple(refused))


class _Steps:
    """Counts rows for the progress."""

    def __init__(self, total: int, report: Progress | None) -> None:
        self._done, self._total, self._report = 0, total, report

    def over(self, rows: int) -> None:
        self._done += rows
        if self._report is not None:
            self._report(self._done, self._total)


# --- what may be sent ------------------------------------------------------------------------------------------------

def _sound(rows: Iterable[Row], problem: Callable[[Row], str | None], refused: list[Refused]) -> list[Row]:
    """The rows without a problem; the others go to `refused`."""
    kept = []
    for row in rows:
        reason = problem(row)
        if reason is None:
            kept.append(row)
        else:
            refused.append(Refused(_label(row).encode("utf-8", "backslashreplace").decode(), reason))
    return kept


def _node_problem(node: NodeRow) -> str | None:
    if not node.labels or node.labels[0] not in NODE_LABELS or not set(node.labels) <= set(_LABELS):
        return f"the labels {', '.join(node.labels) or '(none)'} are not the graph's"
    return _text_problem({"id": node.id, **node.properties})


def _link_problem(link: RelationshipRow) -> str | None:
    if link.type not in RELATIONSHIP_KEYS:
        return f"«{link.type}» is no relationship of the graph"
    if set(link.key) != set(RELATIONSHIP_KEYS[link.type]) or None in link.key.values():
        return f"a {link.type} is told apart by {', '.join(RELATIONSHIP_KEYS[link.type]) or 'its ends'} alone"
    return _text_problem({**link.key, **link.properties})


def _text_problem(properties: Mapping[str, Any]) -> str | None:
    for name, value in properties.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                try:
                    text.encode()
                except UnicodeEncodeError:
                    return f"«{name}» holds half a character (a lone surrogate): repair the text where it comes from"
    return None


def _missing_end(link: RelationshipRow, ids: set[str]) -> str | None:
    missing = [one for one in (link.start, link.end) if one not in ids]
    return f"missing endpoint {missing[0]}" if missing else None


# --- writing ---------------------------------------------------------------------------------------------------------

def _batches(rows: Iterable[Row],
             group: Callable[[Row], tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Rows of one Cypher text each, in their order, BATCH at a time."""
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[group(row)].append(row)
    for key in sorted(grouped):
        for begin in range(0, len(grouped[key]), BATCH):
            yield key, grouped[key][begin:begin + BATCH]


def _merge_nodes(labels: tuple[str, ...]) -> str:
    """The Cypher for nodes with these labels; they are checked against the fixed ones before."""
    others = [label for label in _LABELS if label not in labels]
    return (f"UNWIND $rows AS row MERGE (n:Kakehashi {{id: row.id}}) WITH n, row, {_changed('n')} AS changed "
            f"SET n:{':'.join(labels)} REMOVE n:{':'.join(others)} SET n = row.properties "
            "RETURN row.number AS number, changed")


def _node_data(node: NodeRow) -> dict[str, Any]:
    return {"id": node.id, "properties": {**node.properties, "id": node.id}}


def _merge_links(kind: str) -> str:
    key = ", ".join(f"{name}: row.properties.{name}" for name in RELATIONSHIP_KEYS[kind])
    return ("UNWIND $rows AS row MATCH (a:Kakehashi {id: row.start}), (b:Kakehashi {id: row.end}) "
            # the mark tells a new one apart whose key is all it has; SET r = … takes it away again
            f"MERGE (a)-[r:{kind} {{{key}}}]->(b) ON CREATE SET r.new = true "
            f"WITH r, row, {_changed('r')} AS changed SET r = row.properties RETURN row.number AS number, changed")


def _changed(variable: str) -> str:
    """The Cypher that tells whether what is there is other than its row; nothing equals a null in Cypher."""
    return f"coalesce(properties({variable}) <> row.properties, true)"


def _link_data(link: RelationshipRow) -> dict[str, Any]:
    return {"start": link.start, "end": link.end, "properties": {**link.properties, **link.key}}


def _write(session: Session, cypher: str, batch: Sequence[Row], data: Callable[[Row], dict[str, Any]],
           refused: list[Refused], changed: list[NodeRow | RelationshipRow]) -> list[Row]:
    """Write a batch; the rows that are in the graph now, those that were not so before also to `changed`.

    A batch that the server refuses is halved until the row that it means stands alone.
    """
    rows = [{**data(row), "number": number} for number, row in enumerate(batch)]

    def work(transaction: ManagedTransaction) -> dict[int, bool]:
        return {record["number"]: record["changed"] for record in transaction.run(cypher, rows=rows)}

    try:
        written = session.execute_write(work)
    except Neo4jError as error:
        # a wrong password, a read-only database or a full disk is no fault of a row
        if not (error.code or "").startswith(_FAULTS_OF_A_ROW) or error.code == "Neo.ClientError.Statement.AccessMode":
            raise
        if len(batch) == 1:
            refused.append(Refused(_label(batch[0]), f"Neo4j: {error.message}"))
            return []
        half = len(batch) // 2
        return (_write(session, cypher, batch[:half], data, refused, changed)
                + _write(session, cypher, batch[half:], data, refused, changed))
    for number, row in enumerate(batch):
        if number not in written:
            refused.append(Refused(_label(row), "sent, but not written: another program removed an endpoint"))
    changed += [row for number, row in enumerate(batch) if written.get(number)]
    return [row for number, row in enumerate(batch) if number in written]


def _label(row: NodeRow | RelationshipRow) -> str:
    return row.id if isinstance(row, NodeRow) else f"{row.start} {row.type} {row.end}"


# --- deleting --------------------------------------------------------------------------------------------------------

def _delete_links(session: Session, wanted: set[tuple[Any, ...]]) -> int:
    """Delete relationships of the projection that are not wanted any more."""
    old: list[str] = []
    for kind in sorted(RELATIONSHIP_KEYS):
        names = RELATIONSHIP_KEYS[kind]
        key = ", ".join(f"r.{name}" for name in names)
        found = session.run(f"MATCH (a:Kakehashi)-[r:{kind}]->(b:Kakehashi) "
                            f"RETURN elementId(r) AS element, a.id AS start, b.id AS end, [{key}] AS key")
        old += [record["element"] for record in found
                if (record["start"], record["end"], kind, *record["key"]) not in wanted]
    return _delete(session, "MATCH ()-[r]->() WHERE elementId(r) IN $old DELETE r", old, "relationships_deleted")


def _delete_nodes(session: Session, wanted: set[str]) -> int:
    """Delete nodes of the projection that are not wanted any more, and what hangs on them."""
    found = session.run(f"MATCH (n:Kakehashi&({'|'.join(NODE_LABELS)})) RETURN n.id AS id")
    old = sorted(record["id"] for record in found if record["id"] not in wanted)
    return _delete(session, "UNWIND $old AS id MATCH (n:Kakehashi {id: id}) DETACH DELETE n", old, "nodes_deleted")


def _delete(session: Session, cypher: str, old: Sequence[str], counter: str) -> int:
    def work(transaction: ManagedTransaction, part: Sequence[str]) -> int:
        return int(getattr(transaction.run(cypher, old=part).consume().counters, counter))

    return sum(session.execute_write(work, old[begin:begin + BATCH]) for begin in range(0, len(old), BATCH))
