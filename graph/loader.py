"""Rows into Neo4j, as a difference in place: readers never see an empty graph.

Every node of the projection has a `fingerprint` of its rows: its own and those of the relationships that belong to it.
A load writes the nodes whose fingerprint is another one, deletes what they no longer have and the nodes that are no
longer there, and leaves everything else alone; `whole` looks at every row whatever its fingerprint. TIED_TO belong to no
node but to their pairs, of which a well-connected organisation has thousands: they are compared by what they say. A mark
in the graph tells that a load is under way, and whose it is. A load that finds one takes it over and looks at every row, so a killed
load costs time and nothing else; should the other one live, it writes nothing from then on and says so. The graph is
therefore what the last load says, and marked until that one has come to its end.

Only nodes with the marker label and a label of the projection, and relationships of its types between two marked nodes,
are touched: scores, analyses and whatever else lives in the database stay. A row that cannot be written is kept with its
reason and never takes others with it.
"""
from __future__ import annotations

import gc
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from neo4j import Driver, ManagedTransaction, Record, Session, SummaryCounters
from neo4j.exceptions import Neo4jError

from graph.facts import Facts
from graph.projection import (
    MORE_LABELS,
    NODE_LABELS,
    OWNED_BY_END,
    RELATIONSHIP_KEYS,
    SHORTCUTS,
    NodeRow,
    Properties,
    Refused,
    RelationshipRow,
    Rows,
    Scope,
    around,
    part,
)
from graph.schema import migrate

#: Rows a transaction: what is under way is what the server's collector copies again and again.
BATCH = 1_000
#: A value that is too large for an index comes as an ExecutionFailed.
_FAULTS_OF_A_ROW = ("Neo.ClientError.Statement.", "Neo.ClientError.Schema.",
                    "Neo.DatabaseError.Statement.ExecutionFailed")
_LABELS = (*NODE_LABELS, *MORE_LABELS)
_ALL_LABELS = frozenset(_LABELS)
_KEY_NAMES = {kind: frozenset(names) for kind, names in RELATIONSHIP_KEYS.items()}
_PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_]*")
#: The nodes that mark a load, one for each of the sessions that create at once.
_MARKS = ("load:unfinished", "load:unfinished:2")
#: Every load makes the marks its own: what the one before it was about to write or delete is then left alone.
_MARK = "UNWIND $marks AS id MERGE (m:Kakehashi {id: id}) ON CREATE SET m:UnfinishedLoad, m.new = true " \
        "WITH collect(m) AS marks " \
        "WITH marks, all(m IN marks WHERE coalesce(m.new, false)) AS new, randomUUID() AS load " \
        "FOREACH (m IN marks | SET m.load = load REMOVE m.new) RETURN load, new"
#: Begins whatever writes or deletes. Writing to a mark locks it for the transaction, before it is read.
_HOLD = "MATCH (m:Kakehashi {id: $mark}) SET m.held = true WITH m WHERE m.load = $load "
_IS_HELD = "MATCH (m:Kakehashi {id: $mark}) WHERE m.load = $load RETURN m"
#: Marks that a later load has made its own are left to it: it may be broken off yet.
_UNMARK = "UNWIND $marks AS id MATCH (m:Kakehashi {id: id}) SET m.held = true WITH m WHERE m.load = $load DELETE m"
#: What the driver raises, before anything is sent, for a value that no server takes.
_UNSENDABLE = (ValueError, TypeError, OverflowError)
#: What the server keeps whole numbers in.
_LEAST, _MOST = -2**63, 2**63 - 1

Progress = Callable[[int, int], None]
Row = TypeVar("Row", NodeRow, RelationshipRow)
One = TypeVar("One")
Group = TypeVar("Group", str, tuple[str, ...])
#: Both ends of a relationship, its type and its key.
Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: rows that the graph should have and has now, how many of them were new or other than before,
    what it deleted, and every row that is not in the graph, with why."""
    nodes_sent: int
    nodes_written: int
    relationships_sent: int
    relationships_written: int
    nodes_deleted: int
    relationships_deleted: int
    changed: int
    refused: tuple[Refused, ...]


def load(driver: Driver, database: str, rows: Rows, progress: Progress | None = None, *, whole: bool = False,
         ) -> LoadReport:
    """Make the projection in Neo4j what `rows` say; the schema is brought up to date first.

    Rows that the server or these checks refuse are in the report, and tried again by the next load. Raises the driver's
    errors where the server cannot be reached or refuses to work at all; loading again then goes on where it was. Raises
    LoadUnfinished where another load begins before this one is done: then the graph is made what that one says.
    """
    migrate(driver, database)
    with driver.session(database=database) as session, driver.session(database=database) as other, _no_collection():
        load_id, fresh = _begin(session)
        lanes = _Lanes(load_id, (session, other)) if fresh else None
        hand = _Hand(load_id, session)
        report = _load(hand, rows, _fingerprints(session), None, lanes, whole or not fresh, progress)
        _end(session, load_id)
    return report


def load_part(driver: Driver, database: str, facts: Facts, scope: Scope) -> LoadReport:
    """Make a part of the graph what `facts` say of it; what they do not have is deleted.

    The time that it takes depends on the rows of this part, and neither on the size of the graph nor on how many ties an
    organisation has. Raises LoadUnfinished where an earlier load was broken off or is under way, whose marks then stay its
    own, as only a load of all rows knows what is missing; and where another load begins before this one is done.
    """
    rows = part(facts, scope)
    with driver.session(database=database) as session:
        load_id, _ = _begin(session, alone=True)
        asked = {*scope.nodes, *(node.id for node in rows.nodes)}
        there = _fingerprints(session, _sendable(asked))
        # one that was refused until now lacks what joins it with others, whichever load that belonged to; of one that is
        # simply new all this is in scope
        late = around(facts, [one for one in scope.nodes if one in facts.organizations and one not in there])
        if late.nodes - scope.nodes or late.pairs - scope.pairs:
            scope = Scope(scope.nodes | late.nodes, scope.pairs | late.pairs)
            rows = part(facts, scope)
            more = {*scope.nodes, *(node.id for node in rows.nodes)} - asked
            there.update(_fingerprints(session, _sendable(more)))
        report = _load(_Hand(load_id, session), rows, there, scope, _Lanes(load_id, (session,)), whole=False, progress=None)
        _end(session, load_id)
    return report


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's collector rests: each collection would look at every row, and all that a load leaves in cycles is what the
    driver makes for a transaction."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class LoadUnfinished(RuntimeError):
    """The graph is as a load left it that was broken off, or another load is at it."""


_BROKEN_OFF = "an earlier load was broken off, or is under way: load everything once"
_OVERTAKEN = "another load has begun meanwhile, or the graph was emptied: this one writes nothing more; load again"


def _begin(session: Session, *, alone: bool = False) -> tuple[str, bool]:
    """Mark that a load is under way; the mark, and whether the load before it came to its end. One that must find it so
    to be `alone` takes nothing over."""
    def work(transaction: ManagedTransaction) -> tuple[str, bool]:
        record = transaction.run(_MARK, marks=_MARKS).single(strict=True)
        if alone and not record["new"]:
            raise LoadUnfinished(_BROKEN_OFF)
        return record["load"], record["new"]

    return session.execute_write(work)


def _end(session: Session, load_id: str) -> None:
    """Mark that a load came to its end. Raises LoadUnfinished where the marks are not its own any more."""
    if session.run(_UNMARK, marks=_MARKS, load=load_id).consume().counters.nodes_deleted < len(_MARKS):
        raise LoadUnfinished(_OVERTAKEN)


@dataclass(frozen=True, slots=True)
class _Hand:
    """The session that merges and deletes, one batch after the other, as long as no other load has begun."""
    load: str
    session: Session

    def write(self, cypher: str, **given: Any) -> tuple[list[Record], SummaryCounters]:
        """Run what begins with _HOLD: what it returns and counts. Raises LoadUnfinished where it returns nothing because
        another load has begun; what returns nothing ever is told so at the end."""
        def work(transaction: ManagedTransaction) -> tuple[list[Record], SummaryCounters]:
            named = {"mark": _MARKS[0], "load": self.load}
            result = transaction.run(cypher, given, **named)
            found, counters = list(result), result.consume().counters
            if result.keys() and not found and transaction.run(_IS_HELD, named).single() is None:
                raise LoadUnfinished(_OVERTAKEN)
            return found, counters

        return self.session.execute_write(work)


class _Fingerprints(dict[str, str]):
    """The fingerprint of each node: of its row and of the relationships that belong to it. Each is made when it is asked
    for: that of a new node while the rows before it are on their way."""

    def __init__(self, nodes: Iterable[NodeRow], links: Mapping[Identity, RelationshipRow]) -> None:
        super().__init__()
        self._nodes = {node.id: node for node in nodes}
        self._links: dict[str, list[tuple[Identity, RelationshipRow]]] = defaultdict(list)
        for identity, link in links.items():
            if link.owner is not None:
                self._links[link.owner].append((identity, link))

    def __missing__(self, one: str) -> str:
        node = self._nodes[one]
        told = hashlib.blake2b(repr((node.labels, sorted(node.properties.items()))).encode(), digest_size=12)
        for identity, link in self._links.get(one, ()):
            told.update(repr((*identity, sorted(link.properties.items()))).encode())
        self[one] = found = told.hexdigest()
        return found

    @property
    def nodes(self) -> Mapping[str, NodeRow]:
        """The nodes that have one, by id."""
        return self._nodes

    def told(self, node: NodeRow) -> Properties:
        """All properties of a node in the graph."""
        return {**node.properties, "id": node.id, "fingerprint": self[node.id]}

    def data(self, node: NodeRow) -> dict[str, Any]:
        """A node as a row to merge."""
        return {"id": node.id, "properties": self.told(node)}

    def listed(self, node: NodeRow, names: Sequence[str]) -> list[Any]:
        """A node as a row to create."""
        return [[*node.labels], *map(self.told(node).get, names)]


def _fingerprints(session: Session, ids: Sequence[str] | None = None) -> dict[str, str | None]:
    """The nodes of the projection in the graph, or those of `ids`, with their fingerprints."""
    # on a graph that is nearly empty the planner would read the whole index, and keep to that while it fills
    wanted = "MATCH (n:Kakehashi)" if ids is None else \
        "UNWIND $ids AS id MATCH (n:Kakehashi {id: id}) USING INDEX SEEK n:Kakehashi(id)"
    found = session.run(f"{wanted} WHERE n:{'|'.join(NODE_LABELS)} RETURN n.id AS id, n.fingerprint AS fingerprint",
                        ids=ids)
    return {record["id"]: record["fingerprint"] for record in found}


def _load(hand: _Hand, rows: Rows, there: Mapping[str, str | None], scope: Scope | None,
          lanes: _Lanes | None, whole: bool, progress: Progress | None) -> LoadReport:
    """Write what differs. `there` are fingerprints in the graph, `scope` the part that is looked at, None for all;
    with `lanes` what cannot be there yet is created, without looking for it first."""
    refused = list(rows.refused)
    nodes = _sound(rows.nodes, _node_problem, refused)
    sending = {link.identity: link for link in _sound(rows.relationships, _link_problem, refused)}
    links = len(sending)
    wanted = _Fingerprints(nodes, sending)
    lost = [one for one in (there if scope is None else scope.nodes) if one not in wanted.nodes]
    gone = sorted(one for one in lost if one in there)
    stale = {one for one in wanted.nodes if whole or one not in there or there[one] != wanted[one]}
    sent = [node for node in nodes if node.id in stale]
    step = _Steps(len(nodes) + links, progress)
    step.over(len(nodes) - len(sent))
    changed: list[NodeRow | RelationshipRow] = []
    broken: set[str] = set()
    new, rest = _parted(sent, lambda node: lanes is not None and node.id not in there)
    made, left = _create([job for group in _first(new, lambda node: node.labels) for job in _first_nodes(group, wanted)],
                         lanes, step)
    created = {node.id for node in made}
    changed += made
    written = set(created)
    for labels, group in _grouped(rest + left, lambda node: node.labels):
        for batch in _batches(group):
            written.update(node.id for node in _write(hand, _merge_nodes(labels), batch, wanted.data, refused, changed))
            step.over(len(batch))
    # what has no owner is compared one by one; a row whose owner is nowhere is told so by its missing end
    for identity in [identity for identity, link in sending.items()
                     if link.owner in wanted.nodes and link.owner not in stale]:
        del sending[identity]
    before = len(refused)
    ids = written | (there.keys() - set(gone))
    missing = {identity: reason for identity, link in sending.items()
               if (reason := _missing_end(link, ids, is_part=scope is not None))}
    unwritten = [sending.pop(identity) for identity in missing]
    refused += map(_refused, unwritten, missing.values())
    again = sorted(stale & there.keys())
    standing = _standing(hand, again), _shortcutting(hand, scope, whole, stale, wanted.nodes), \
        _joining(hand, scope, whole, sending)
    others = _others(chain(*standing), sending)
    stands = links - len(unwritten) - len(sending)
    step.over(stands)
    known = {identity for _, identity in others}
    # between two nodes of which one has come just now there is nothing yet, and what has no owner was asked for
    first, rest_links = _parted(sending.values(), lambda link: lanes is not None and (
        link.start in created or link.end in created or (link.owner is None and link.identity not in known)))
    done_links, left_links = _create([job for group in _first(first, lambda link: link.type) for job in _first_links(group)],
                                     lanes, step)
    changed += done_links
    for kind, links_of_kind in _grouped(rest_links + left_links, lambda link: link.type):
        for some in _batches(links_of_kind):
            done_links += _write(hand, _merge_links(kind), some, _link_data, refused, changed)
            step.over(len(some))
    links_deleted = _delete_links(hand, others, {link.identity for link in done_links} if others else set())
    if len(refused) > before or len(written) < len(sent):
        kept = {link.identity for link in done_links}
        unwritten += [link for identity, link in sending.items() if identity not in kept]
        broken = {*(stale - written), *(link.owner for link in unwritten if link.owner in stale)} & {*written, *there}
    nodes_deleted = _delete_nodes(hand, gone)
    # whether a tie was about a theme until now is not asked: another program may have taken the tie, or its ABOUT
    if scope is not None and any(one.startswith("tie:") for one in (*stale, *lost)):
        nodes_deleted += _delete_themes(hand)
    if broken:
        _forget(hand, sorted(broken))
    return LoadReport(len(rows.nodes), len(written) + len(nodes) - len(sent), len(rows.relationships),
                      stands + len(done_links), nodes_deleted, links_deleted, len(changed), tuple(refused))


def _create(jobs: Sequence[_Job[Row]], lanes: _Lanes | None, step: _Steps) -> tuple[list[Row], list[Row]]:
    """Create rows: those that are in the graph now, and those that have to be looked at row by row."""
    done: list[Row] = []
    left: list[Row] = []
    for job, is_created in zip(jobs, lanes.create(jobs) if lanes else (), strict=True):
        if is_created:
            done += job.rows
            step.over(len(job.rows))
        else:
            left += job.rows
    return done, left


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
            refused.append(_refused(row, reason))
    return kept


def _refused(row: NodeRow | RelationshipRow, reason: str) -> Refused:
    label = row.id if isinstance(row, NodeRow) else f"{row.start} {row.type} {row.end}"
    return Refused(label.encode("utf-8", "backslashreplace").decode(), reason)


def _node_problem(node: NodeRow) -> str | None:
    if not node.labels or node.labels[0] not in NODE_LABELS or not _ALL_LABELS.issuperset(node.labels):
        return f"the labels {', '.join(node.labels) or '(none)'} are not the graph's"
    return None


def _link_problem(link: RelationshipRow) -> str | None:
    names = _KEY_NAMES.get(link.type)
    if names is None:
        return f"«{link.type}» is no relationship of the graph"
    if link.key.keys() != names or not all(isinstance(one, (str, int)) for one in link.key.values()):
        return f"a {link.type} is told apart by {', '.join(RELATIONSHIP_KEYS[link.type]) or 'its ends'} alone"
    return None


def _unsendable(row: NodeRow | RelationshipRow) -> str | None:
    """What no server could be sent: half a character, a number out of its range."""
    properties = {"id": row.id, **row.properties} if isinstance(row, NodeRow) else \
        {"start": row.start, "end": row.end, **row.key, **row.properties}
    for name, value in properties.items():
        if not name.isascii() and _is_cut(name):
            return f"the name of a property, «{name!a}», holds half a character (a lone surrogate)"
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, str):
                if _is_cut(one):
                    return f"«{name}» holds half a character (a lone surrogate): repair the text where it comes from"
            elif isinstance(one, int) and not _LEAST <= one <= _MOST:
                return f"«{name}» is {one:.3e}, more than 64 bits hold: repair the number where it comes from"
    return None


def _is_cut(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _sendable(ids: Iterable[str]) -> list[str]:
    """The ids that can be asked for, sorted."""
    return sorted(one for one in ids if not _is_cut(one))


def _missing_end(link: RelationshipRow, ids: set[str], *, is_part: bool) -> str | None:
    """What a relationship would lack of `ids`, the nodes in the graph: an end or, of a shortcut, its tie. Of a part of the
    graph, only what it belongs to is known."""
    needed = (link.owner,) if is_part else (link.start, link.end, link.owner)
    missing = [one for one in needed if one is not None and one not in ids]
    return f"missing endpoint {missing[0]}" if missing else None


# --- writing ---------------------------------------------------------------------------------------------------------

def _parted(rows: Iterable[Row], wanted: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    """Those that are wanted, and the others."""
    both: tuple[list[Row], list[Row]] = [], []
    for row in rows:
        both[not wanted(row)].append(row)
    return both


def _grouped(rows: Iterable[Row], group: Callable[[Row], Group]) -> Iterator[tuple[Group, list[Row]]]:
    """Rows of one Cypher text each, in their order."""
    grouped: dict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[group(row)].append(row)
    yield from sorted(grouped.items(), key=lambda item: item[0])


def _first(rows: Iterable[Row], group: Callable[[Row], Group]) -> list[list[Row]]:
    """Rows that are created with one Cypher text each. Groups that do not fill a batch go together: the server needs
    longer to plan a text that it has not seen than to write a thousand rows."""
    few: list[Row] = []
    alike: list[list[Row]] = []
    for _, found in _grouped(rows, group):
        if len(found) < BATCH:
            few += found
        else:
            alike.append(found)
    if few:
        alike.insert(0, few)
    return alike


def _batches(rows: Sequence[One]) -> Iterator[Sequence[One]]:
    """Rows, BATCH at a time."""
    return (rows[begin:begin + BATCH] for begin in range(0, len(rows), BATCH))


def _names(always: Iterable[str], properties: Iterable[Properties]) -> list[str]:
    return sorted(set(always).union(*properties))


def _create_nodes(labels: Collection[tuple[str, ...]], names: Sequence[str]) -> str:
    """The Cypher for rows that are lists: the labels, and the values of `names`, of which a null is no property."""
    same = ":".join(next(iter(labels))) if len(labels) == 1 else "$(row[0])"
    return f"{_HOLD}UNWIND $rows AS row CREATE (n:Kakehashi:{same} {_values(names, 1)}) RETURN count(n) AS written"


def _create_links(kinds: Collection[str], names: Sequence[str]) -> str:
    """The Cypher for rows that are lists: the type, both ends, and the values of `names`."""
    same = next(iter(kinds)) if len(kinds) == 1 else "$(row[0])"
    return (f"{_HOLD}UNWIND $rows AS row MATCH (a:Kakehashi {{id: row[1]}}), (b:Kakehashi {{id: row[2]}}) "
            f"CREATE (a)-[r:{same} {_values(names, 3)}]->(b) RETURN count(r) AS written")


def _first_nodes(nodes: Sequence[NodeRow], wanted: _Fingerprints) -> Iterator[_Job[NodeRow]]:
    names = _names(("id", "fingerprint"), (node.properties for node in nodes))
    cypher = _create_nodes({node.labels for node in nodes}, names)
    return (_Job(cypher, names, batch, wanted.listed) for batch in _batches(nodes))


def _first_links(links: Sequence[RelationshipRow]) -> Iterator[_Job[RelationshipRow]]:
    names = _names((), ({**link.key, **link.properties} for link in links))
    cypher = _create_links({link.type for link in links}, names)
    return (_Job(cypher, names, batch, _values_of_link) for batch in _batches(links))


def _values_of_link(link: RelationshipRow, names: Sequence[str]) -> list[Any]:
    return [link.type, link.start, link.end, *map({**link.properties, **link.key}.get, names)]


def _values(names: Sequence[str], first: int) -> str:
    # «SET n = row.properties» would have to read all rows before it writes the first
    return "{" + ", ".join(f"{name}: row[{number}]" for number, name in enumerate(names, first)) + "}"


def _merge_nodes(labels: tuple[str, ...]) -> str:
    """The Cypher for nodes with these labels; they are checked against the fixed ones before."""
    others = [label for label in _LABELS if label not in labels]
    return (f"{_HOLD}UNWIND $rows AS row MERGE (n:Kakehashi {{id: row.id}}) WITH n, row, {_changed('n')} AS changed "
            f"SET n:{':'.join(labels)} REMOVE n:{':'.join(others)} SET n = row.properties "
            "RETURN row.number AS number, changed")


def _merge_links(kind: str) -> str:
    key = ", ".join(f"{name}: row.properties.{name}" for name in RELATIONSHIP_KEYS[kind])
    return (f"{_HOLD}UNWIND $rows AS row MATCH (a:Kakehashi {{id: row.start}}), (b:Kakehashi {{id: row.end}}) "
            # the mark tells a new one apart whose key is all it has; SET r = … takes it away again
            f"MERGE (a)-[r:{kind} {{{key}}}]->(b) ON CREATE SET r.new = true "
            f"WITH r, row, {_changed('r')} AS changed "
            "FOREACH (_ IN CASE WHEN changed THEN [1] ELSE [] END | SET r = row.properties) "
            "RETURN row.number AS number, changed")


def _changed(variable: str) -> str:
    """The Cypher that tells whether what is there is other than its row; nothing equals a null in Cypher."""
    return f"coalesce(properties({variable}) <> row.properties, true)"


def _link_data(link: RelationshipRow) -> dict[str, Any]:
    return {"start": link.start, "end": link.end, "properties": {**link.properties, **link.key}}


@dataclass(frozen=True, slots=True)
class _Job(Generic[Row]):
    """A batch to create: its Cypher, the names of the properties in it, the rows and how one is a list of their values."""
    cypher: str
    names: Sequence[str]
    rows: Sequence[Row]
    values: Callable[[Row, Sequence[str]], list[Any]]


class _NotCreated(Exception):
    """Rows that were thought to be new have to be merged."""


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Sessions that create at the same time, each with a mark of its own, in the name of one load."""
    load: str
    sessions: tuple[Session, ...]

    def create(self, jobs: Sequence[_Job[Row]]) -> Iterator[bool]:
        """Whether each batch was created, in their order; those that were not, and those with a property whose name cannot
        stand in Cypher as it is, have to be looked at row by row."""
        free: SimpleQueue[tuple[str, Session]] = SimpleQueue()
        for lane in zip(_MARKS, self.sessions, strict=False):
            free.put(lane)

        def one(job: _Job[Row]) -> bool:
            if not all(map(_PLAIN.fullmatch, job.names)):
                return False
            rows = [job.values(row, job.names) for row in job.rows]
            mark, session = free.get()
            try:
                return self._create(session, job.cypher, rows, mark)
            finally:
                free.put((mark, session))
                rows.clear()  # the driver holds its parameters in a cycle

        # one more than there are sessions: its rows are made ready while theirs are on their way
        with ThreadPoolExecutor(len(self.sessions) + 1) as pool:
            yield from pool.map(one, jobs)

    def _create(self, session: Session, cypher: str, rows: Sequence[list[Any]], mark: str) -> bool:
        """Write a batch of what is not in the graph yet, all or nothing; False where that has to be looked at row by row.

        Each row gets in once, whatever happens: nothing is written where another load has begun meanwhile (its mark is
        another one), and a load that takes the marks over waits for the batches in flight.
        """
        def work(transaction: ManagedTransaction) -> None:
            done = transaction.run(cypher, rows=rows, mark=mark, load=self.load).single(strict=True)
            if done["written"] != len(rows):
                raise _NotCreated

        try:
            session.execute_write(work)
        except (_NotCreated, *_UNSENDABLE):
            return False
        except Neo4jError as error:
            if _is_of_a_row(error):
                return False
            raise
        return True


def _is_of_a_row(error: Neo4jError) -> bool:
    """Whether it is a row that the server refuses: a wrong password, a read-only database or a full disk is no fault of
    one."""
    return (error.code or "").startswith(_FAULTS_OF_A_ROW) and error.code != "Neo.ClientError.Statement.AccessMode"


def _write(hand: _Hand, cypher: str, batch: Sequence[Row], data: Callable[[Row], dict[str, Any]],
           refused: list[Refused], changed: list[NodeRow | RelationshipRow]) -> list[Row]:
    """Write a batch; the rows that are in the graph now, those that were not so before also to `changed`.

    A batch that the server refuses is halved until the row that it means stands alone.
    """
    rows = [{**data(row), "number": number} for number, row in enumerate(batch)]
    try:
        written = {record["number"]: record["changed"] for record in hand.write(cypher, rows=rows)[0]}
    except (Neo4jError, *_UNSENDABLE) as error:
        if isinstance(error, Neo4jError) and not _is_of_a_row(error):
            raise
        if len(batch) == 1:
            reason = f"Neo4j: {error.message}" if isinstance(error, Neo4jError) else _unsendable(batch[0]) \
                or f"the driver cannot send it: {error}"
            refused.append(_refused(batch[0], reason))
            return []
        half = len(batch) // 2
        return (_write(hand, cypher, batch[:half], data, refused, changed)
                + _write(hand, cypher, batch[half:], data, refused, changed))
    finally:
        rows.clear()  # the driver holds its parameters in a cycle
    for number, row in enumerate(batch):
        if number not in written:
            refused.append(_refused(row, "sent, but not written: one of its ends is not in the graph (it was refused, or "
                                          "another program removed it)"))
    changed += [row for number, row in enumerate(batch) if written.get(number)]
    return [row for number, row in enumerate(batch) if number in written]


# --- what stands there ------------------------------------------------------------------------------------------------

#: The relationships of a type that belong to nodes; the index is named for the reason that _fingerprints has.
_OF_START = "UNWIND $owners AS id MATCH (a:Kakehashi {{id: id}})-[r:{kind}]->(b:Kakehashi) USING INDEX SEEK a:Kakehashi(id) "
_OF_END = "UNWIND $owners AS id MATCH (b:Kakehashi {{id: id}})<-[r:{kind}]-(a:Kakehashi) USING INDEX SEEK b:Kakehashi(id) "
#: All of a type that is between what belongs to the projection.
_OF_ALL = "MATCH (a:Kakehashi)-[r:{kind}]->(b:Kakehashi) "
#: The shortcuts of some ties, and the ties that have any, whether or not there is a node of them.
_OF_TIES = "UNWIND $ties AS tie CALL (tie) {" + " UNION ALL ".join(
    f"MATCH (a:Kakehashi)-[r:{kind} {{tie: tie}}]->(b:Kakehashi) RETURN a, r, b" for kind in SHORTCUTS) + "} "
_TIES = " UNION ALL ".join(f"MATCH ()-[r:{kind}]->() WHERE r.tie IS NOT NULL RETURN collect(DISTINCT r.tie) AS ties"
                           for kind in SHORTCUTS)
#: TIED_TO of some pairs, and of each organisation together, days as text. Both ends of a pair are found before what is
#: optional: only then does the server never go through all that one end has.
_OF_PAIRS = "UNWIND $pairs AS pair MATCH (a:Kakehashi {id: pair[0]}), (b:Kakehashi {id: pair[1]}) " \
            "USING INDEX SEEK a:Kakehashi(id) USING INDEX SEEK b:Kakehashi(id) " \
            "OPTIONAL MATCH (a)-[r:TIED_TO]->(b) WITH a, r, b WHERE r IS NOT NULL "
_JOINED = "MATCH (a:Kakehashi:Organization) WITH a, [(a)-[r:TIED_TO]->(b:Kakehashi) | [b.id, r {.*, " \
          "first: coalesce(toStringOrNull(r.first), r.first), last: coalesce(toStringOrNull(r.last), r.last)}]] AS joined " \
          "WHERE joined <> [] RETURN a.id AS start, joined"
_STANDING = "RETURN elementId(r) AS element, type(r) AS type, a.id AS start, b.id AS end, properties(r) AS properties"
#: Types whose owners are ties, or releases: others need not be asked.
_OWNERS = {**dict.fromkeys(("PARTY_TO", "ABOUT", "LED_TO", "RENEWS", "ENDS"), "tie:"),
           **dict.fromkeys(("STATES", "NAMES", "PUBLISHED_BY", "REPRINT_OF", "DESCRIBES"), "release:"),
           **dict.fromkeys(("PART_OF", "SUCCEEDED_BY", "LOCATED_IN"), "org:"),
           "HOLDS": "person:", "CLAIMED_OF": "claim:"}


def _others(standing: Iterable[Record], sending: dict[Identity, RelationshipRow]) -> list[tuple[str, Identity]]:
    """Of what is there: that which does not stand there as it is wanted, as elements and what they are,
    a second one of what stands among them. What stands is taken from `sending`: a release can have hundreds of rows."""
    others: list[tuple[str, Identity]] = []
    for record in standing:
        there, kind = record["properties"], record["type"]
        key = (there.get(name) for name in RELATIONSHIP_KEYS[kind])
        identity = (record["start"], record["end"], kind, *(str(v) if isinstance(v, list) else v for v in key))
        link = sending.get(identity)
        if link is not None and _is_same(there, {**link.properties, **link.key}):
            del sending[identity]
        else:
            others.append((record["element"], identity))
    return others


def _standing(hand: _Hand, stale: Sequence[str]) -> Iterator[Record]:
    """The relationships in the graph that belong to stale nodes, but for shortcuts. Nothing is asked where no node of a
    sort is stale."""
    for kind in sorted(RELATIONSHIP_KEYS.keys() - {"TIED_TO", *SHORTCUTS}):
        question = _OF_END if kind in OWNED_BY_END else _OF_START
        sort = _OWNERS.get(kind)
        for batch in _batches([one for one in stale if sort is None or one.startswith(sort)]):
            yield from hand.session.run(question.format(kind=kind) + _STANDING, owners=batch)


def _shortcutting(hand: _Hand, scope: Scope | None, whole: bool, stale: Collection[str], wanted: Collection[str],
                  ) -> Iterator[Record]:
    """The shortcuts in the graph of ties that are stale or not wanted. They lead past their tie and stay when it is taken
    away or was never written, so whether there is a node of it says nothing."""
    if scope is None and whole:
        for kind in SHORTCUTS:
            yield from hand.session.run(_OF_ALL.format(kind=kind) + _STANDING)
        return
    if scope is None:
        ties = {tie for record in hand.session.run(_TIES) for tie in record["ties"] if isinstance(tie, str)}
    else:
        ties = {one for one in scope.nodes if one.startswith("tie:")}
    for batch in _batches(_sendable(one for one in ties if one in stale or one not in wanted)):
        yield from hand.session.run(_OF_TIES + _STANDING, ties=batch)


def _joining(hand: _Hand, scope: Scope | None, whole: bool, sending: dict[Identity, RelationshipRow]) -> Iterator[Record]:
    """The TIED_TO in the graph of the pairs in scope; without one all that are in question."""
    if scope is not None:
        sendable = sorted(pair for pair in scope.pairs if not any(map(_is_cut, pair)))
        for some in _batches([[*pair] for pair in sendable]):
            yield from hand.session.run(_OF_PAIRS + _STANDING, pairs=some)
    elif whole:
        yield from hand.session.run(_OF_ALL.format(kind="TIED_TO") + _STANDING)
    else:
        for batch in _batches(_joined_otherwise(hand, sending)):
            yield from hand.session.run(_OF_START.format(kind="TIED_TO") + _STANDING, owners=batch)


def _joined_otherwise(hand: _Hand, sending: dict[Identity, RelationshipRow]) -> list[str]:
    """The organisations from which TIED_TO lead that are other than wanted; those of all others are taken from `sending`.

    Days are compared as text, as there are hundreds of thousands: to read one as a day takes longer than all the rest.
    """
    wanted: dict[str, dict[str, Properties]] = defaultdict(dict)
    for link in sending.values():
        if link.owner is None:
            wanted[link.start][link.end] = {name: value.isoformat() if isinstance(value, date) else value
                                            for name, value in link.properties.items()}
    otherwise = []
    for record in hand.session.run(_JOINED):
        start, joined = record["start"], record["joined"]
        ends = wanted[start]
        there = {end: {name: value for name, value in properties.items() if value is not None} for end, properties in joined}
        if len(joined) == len(ends) and there == ends:
            for end in ends:
                del sending[start, end, "TIED_TO"]
        else:
            otherwise.append(start)
    return sorted(otherwise)


def _is_same(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether properties in the graph are those of a row; a number is never a truth value, whatever Python says."""
    return there == {name: list(value) if isinstance(value, tuple) else value for name, value in wanted.items()} \
        and all(isinstance(value, bool) == isinstance(wanted[name], bool) for name, value in there.items())


# --- deleting --------------------------------------------------------------------------------------------------------

def _delete_links(hand: _Hand, others: Iterable[tuple[str, Identity]], kept: set[Identity]) -> int:
    """Delete those of `others`, elements and what they are, that are not kept. Of what another program made twice one is."""
    old: list[str] = []
    for element, identity in others:
        if identity in kept:
            kept.remove(identity)
        else:
            old.append(element)
    return _delete(hand, "MATCH ()-[r]->() WHERE elementId(r) IN $old DELETE r", old, "relationships_deleted")


def _delete_nodes(hand: _Hand, gone: Sequence[str]) -> int:
    """Delete nodes that are not there any more and what hangs on them."""
    return _delete(hand, "UNWIND $old AS id MATCH (n:Kakehashi {id: id}) DETACH DELETE n", gone, "nodes_deleted")


def _delete_themes(hand: _Hand) -> int:
    """Delete themes that no tie is about any more."""
    done = hand.write(f"{_HOLD}MATCH (t:Kakehashi:Theme) WHERE NOT EXISTS {{ (t)<-[:ABOUT]-() }} DELETE t")
    return int(done[1].nodes_deleted)


def _forget(hand: _Hand, owners: Sequence[str]) -> None:
    """Take the fingerprints from nodes that lack something: the next load tries again."""
    for begin in range(0, len(owners), BATCH):
        hand.write(f"{_HOLD}UNWIND $owners AS id MATCH (n:Kakehashi {{id: id}}) REMOVE n.fingerprint",
                   owners=owners[begin:begin + BATCH])


def _delete(hand: _Hand, cypher: str, old: Sequence[str], counter: str) -> int:
    return sum(int(getattr(hand.write(f"{_HOLD}{cypher}", old=old[begin:begin + BATCH])[1], counter))
               for begin in range(0, len(old), BATCH))
