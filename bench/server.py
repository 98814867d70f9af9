"""A managed Neo4j for the rows about the graph, in a temporary folder, stopped at the end."""
from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver

from graph import connection
from graph.connection import Target
from graph.server import jars, manager


@contextmanager
def running(plugins: Sequence[Path] = (), java_options: Sequence[str] = ()) -> Iterator[tuple[Driver, Target]]:
    """An open driver on an empty server, and its address. `plugins` are jars that the server loads besides its own."""
    with tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as place:
        home = Path(place)
        (home / "neo4j" / "plugins").mkdir(parents=True)
        for jar in plugins:
            shutil.copy(jar, home / "neo4j" / "plugins")
        manager.up(home / "neo4j", java_options=java_options)
        try:
            target = connection.target(home)
            with connection.driver(target) as driver:
                yield driver, target
        finally:
            manager.down(home / "neo4j")


def apoc() -> list[Path]:
    """The jars of APOC core, as its lock beside this module has them."""
    lock = jars.parse_lock("apoc-5.26.19", Path(__file__).with_name("apoc-5.26.19.lock.tsv").read_text(encoding="utf-8"))
    return sorted(jars.fetch(lock) / jar.name for jar in lock.jars)


def clear(driver: Driver, target: Target) -> None:
    """Remove everything, schema included."""
    with driver.session(database=target.database) as session:
        # relationships first: one node of many would not fit into a transaction of the server's memory
        session.run("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS").consume()
        session.run("MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for thing, owned in (("CONSTRAINT", ""), ("INDEX", "WHERE owningConstraint IS NULL AND type <> 'LOOKUP'")):
            for record in list(session.run(f"SHOW {thing} YIELD * {owned} RETURN name")):
                session.run(f"DROP {thing} `{record['name']}`").consume()


def size(driver: Driver, target: Target) -> tuple[int, int]:
    """Nodes and relationships; our notes of schema and load left out."""
    found = driver.execute_query("MATCH (n) WHERE NOT n:SchemaVersion WITH count(n) AS nodes "
                                 "OPTIONAL MATCH ()-[r]->() RETURN nodes, count(r) AS links",
                                 database_=target.database).records[0]
    return int(found["nodes"]), int(found["links"])
