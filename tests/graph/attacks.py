"""What somebody might type to do more than ask: each with what it is after and why it is refused.

`$address` is a port of this machine that listens. The table is printed by `python -m tests.graph.attacks`.
"""
from __future__ import annotations

import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from graph.library import Kakehashi
from graph.reading import ReadRefused, read
from graph.server import manager

#: What the reader says of a statement that is no reading one, of an operator, of a procedure, and of a function.
ONLY_READ, NOT_READING = "only statements that read|Writing in read access mode", "is not among the operations"
PROCEDURE, FUNCTION, NO_CYPHER = "the procedure «|only statements that read", "the function «", "Invalid input|not allowed|Unexpected|one statement"


@dataclass(frozen=True, slots=True)
class Attack:
    """A statement, what it is after, and a pattern of what is said instead of an answer."""
    aim: str
    text: str
    says: str


ATTACKS = (
    Attack("write", "CREATE (:Organization {name: 'x'})", ONLY_READ),
    Attack("write", "MERGE (n:Organization {id: 'org:new'}) RETURN n", ONLY_READ),
    Attack("write", "MATCH (n) SET n.name = 'x' RETURN n", ONLY_READ),
    Attack("write", "MATCH (n) SET n:Stolen", ONLY_READ),
    Attack("write", "MATCH (n {id: 'org:c'}) REMOVE n.name", ONLY_READ),
    Attack("write", "MATCH (n) DETACH DELETE n", ONLY_READ),
    Attack("write", "MATCH ()-[r]->() DELETE r", ONLY_READ),
    Attack("write", "FOREACH (i IN range(1, 3) | CREATE (:Organization))", ONLY_READ),
    Attack("write", "MATCH (n) CALL (n) { SET n.name = 'x' } RETURN n", ONLY_READ),
    Attack("write", "MATCH (n) RETURN n //\n SET n.name = 'x'", ".+"),
    Attack("write", "MATCH (n) RETURN n UNION CREATE (n) RETURN n", ONLY_READ),
    Attack("write", "CYPHER runtime=slotted CREATE (:Organization)", ".+"),
    Attack("write", "\\u0043REATE (:Organization)", ".+"),
    Attack("write in pieces", "UNWIND [1] AS i CALL (i) { CREATE (:Organization) } IN TRANSACTIONS RETURN i", ".+"),
    Attack("write in pieces", "UNWIND [1] AS i CALL (i) { RETURN i AS j } IN TRANSACTIONS RETURN i", NOT_READING),
    Attack("write by a procedure", "CALL db.createLabel('Stolen')", ".+"),
    Attack("write by a procedure", "CALL `db`.`createLabel`('Stolen')", ".+"),
    Attack("write by a procedure", "CALL db.createProperty('stolen')", ".+"),
    Attack("write by a procedure", "MATCH (n) CALL db.create.setNodeVectorProperty(n, 'v', [1.0]) RETURN n", ".+"),
    Attack("second statement", "RETURN 1; CREATE (:Organization)", NO_CYPHER),
    Attack("second statement", "EXPLAIN RETURN 1; CREATE (:Organization)", "leave out EXPLAIN"),
    Attack("second statement", "RETURN 1 /* ; */; MATCH (n) DETACH DELETE n", ".+"),
    Attack("plan that runs", "PROFILE MATCH (n) RETURN n", "leave out EXPLAIN and PROFILE"),
    Attack("plan that runs", "profile CREATE (:Organization)", "leave out EXPLAIN and PROFILE"),
    Attack("plan that runs", "/* */ PROFILE CREATE (:Organization)", "leave out EXPLAIN and PROFILE"),
    Attack("plan that runs", "CYPHER 5 runtime=slotted PROFILE CREATE (:Organization)", "leave out EXPLAIN and PROFILE"),
    Attack("plan that runs", "EXPLAIN MATCH (n) RETURN n", "leave out EXPLAIN and PROFILE"),
    Attack("schema", "CREATE INDEX stolen FOR (n:Organization) ON (n.name)", ".+"),
    Attack("schema", "CREATE CONSTRAINT stolen FOR (n:Organization) REQUIRE n.name IS UNIQUE", ".+"),
    Attack("schema", "DROP INDEX kakehashi_organization_names IF EXISTS", ".+"),
    Attack("users", "SHOW USERS", ".+"),
    Attack("users", "CREATE USER mallory SET PASSWORD 'secret-secret' CHANGE NOT REQUIRED", ".+"),
    Attack("users", "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'secret-secret'", ".+"),
    Attack("users", "USE system SHOW USERS", ".+"),
    Attack("databases", "DROP DATABASE neo4j", ".+"),
    Attack("databases", "SHOW DATABASES", ".+"),
    Attack("settings", "SHOW SETTINGS", ".+"),
    Attack("settings", "SHOW PROCEDURES", ".+"),
    Attack("settings", "CALL dbms.listConfig() YIELD name, value RETURN name, value", PROCEDURE),
    Attack("settings", "MATCH (n) CALL `dbms` . listConfig ( 'x' ) YIELD name RETURN name", PROCEDURE),
    Attack("settings", "CALL dbms.components()", PROCEDURE),
    Attack("settings", "CALL db.clearQueryCaches()", ".+"),
    Attack("settings", "CALL tx.setMetaData({stolen: 1})", PROCEDURE),
    Attack("others' questions", "SHOW TRANSACTIONS", ".+"),
    Attack("others' questions", "TERMINATE TRANSACTIONS 'neo4j-transaction-1'", ".+"),
    Attack("others' questions", "CALL dbms.listConnections()", PROCEDURE),
    Attack("others' questions", "CALL dbms.killConnection('bolt-1')", PROCEDURE),
    Attack("file", "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", "LoadCSV"),
    Attack("file", "LOAD  CSV FROM 'file:///' + $address AS line RETURN line", "LoadCSV"),
    Attack("file", "LOAD/**/CSV FROM 'jar:file:///etc/x.jar!/y' AS line RETURN line", "LoadCSV"),
    Attack("request", "LOAD CSV FROM $address AS line RETURN line", "LoadCSV"),
    Attack("request", "LOAD CSV WITH HEADERS FROM $address + '?' AS line RETURN line.a", "LoadCSV"),
    Attack("request", "MATCH (n) LOAD CSV FROM $address + n.name AS line RETURN line", "LoadCSV"),
    Attack("request", "CALL () { LOAD CSV FROM $address AS line RETURN line } RETURN line", "LoadCSV"),
    Attack("request", "RETURN COLLECT { LOAD CSV FROM $address AS line RETURN line } AS lines", ".+"),
    Attack("request", "MATCH (n) WHERE EXISTS { LOAD CSV FROM $address AS line RETURN line } RETURN n", ".+"),
    Attack("request", "RETURN 1 AS line UNION ALL LOAD CSV FROM $address AS line RETURN line", "LoadCSV"),
    Attack("request", "\\u004COAD CSV FROM $address AS line RETURN line", "LoadCSV|Invalid input"),
    Attack("request by a plugin", "RETURN apoc.cypher.runFirstColumnSingle('LOAD CSV FROM $a AS l RETURN l', {a: $address})",
           FUNCTION),
    Attack("request by a plugin", "RETURN `apoc` . `load`.`json`($address)", FUNCTION),
    Attack("request by a plugin", "RETURN \\u0061poc.load.json($address)", FUNCTION),
    Attack("request by a plugin", "RETURN `'` AS a, genai.vector.encode($address, 'OpenAI', {}) AS b, `'` AS c", FUNCTION),
    Attack("request by a plugin", "CALL apoc.load.json($address) YIELD value RETURN value", ".+"),
    Attack("nothing at all", "", ".+"),
    Attack("nothing at all", ";", ".+"),
    Attack("nothing at all", "WHAT IS THIS", "Invalid input"),
)

#: Within one expression the server does not look at the time: nothing but the server's end ends this.
UNSTOPPABLE = (
    Attack("time", "RETURN reduce(sum = 0, a IN range(1, 2000000) | sum + reduce(s = 0, b IN range(1, 2000000) | s + b)) AS sum",
           "server did not stop it"),
    Attack("time", "RETURN size([a IN range(1, 2000000) WHERE any(b IN range(1, 2000000) WHERE a * b < 0)]) AS size",
           "server did not stop it"),
)
#: What would run on: each is stopped by its time, its rows or its memory.
ENDLESS = (
    Attack("time", "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b < 0 RETURN count(*)",
           "too long"),
    Attack("time", "MATCH (a), (b), (c) UNWIND range(1, 100000000) AS n WITH n WHERE n < 0 RETURN n", "too long"),
    Attack("memory", "UNWIND range(1, 100000000) AS n WITH collect(toString(n) + $address) AS everything RETURN size(everything)",
           "too long|more memory"),
    Attack("rows", "UNWIND range(1, 1000000000) AS n RETURN n", "rows; add a LIMIT"),
)


def main() -> None:
    """Try all of them against a server of its own and print what came of each."""
    with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as listening, Kakehashi(home) as graph:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        for attack in (*ATTACKS, *ENDLESS):
            begin = time.perf_counter()
            try:
                read(graph._driver, graph._target.database, attack.text, {"address": address}, timeout=4, limit=1_000)
                said = "ANSWERED"
            except ReadRefused as refused:
                said = str(refused).split("\n")[0]
            print(f"| {attack.aim} | `{attack.text[:90]}` | {said[:110]} | {time.perf_counter() - begin:.1f} s |", flush=True)
        try:
            listening.accept()
            print("somebody called")
        except BlockingIOError:
            print("nobody called")
        manager.down(Path(home) / "neo4j")


if __name__ == "__main__":
    main()
