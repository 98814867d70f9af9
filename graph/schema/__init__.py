"""The graph's schema: numbered Cypher files, each run once and recorded as a `(:Kakehashi:SchemaVersion)` node.

A migration is never changed once it is released; a change is a new file. Every statement in it says IF NOT EXISTS (or
IF EXISTS), because a schema change cannot share a transaction with the record that it has run.
"""
from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from neo4j import Driver

#: Seconds to wait for indexes that are being filled.
_FILLING = 300

_DONE = "MATCH (v:Kakehashi:SchemaVersion) RETURN v.id AS id"
_RECORD = "MERGE (v:Kakehashi {id: $id}) SET v:SchemaVersion, v.number = $number"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `id` is `schema:` and its name, `statements` run in their order."""
    id: str
    number: int
    statements: tuple[str, ...]


class SchemaTooNew(RuntimeError):
    """The graph was written by a newer version of Kakehashi."""


def migrations() -> list[Migration]:
    """All migrations, in the order of their numbers."""
    names = sorted(f.name for f in files("graph.schema").iterdir() if f.name.endswith(".cypher"))
    return [_migration(name) for name in names]


def _migration(name: str) -> Migration:
    text = files("graph.schema").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    statements = tuple(s.strip() for s in "\n".join(lines).split(";\n") if s.strip())
    return Migration("schema:" + name.removesuffix(".cypher"), int(name[:4]),
                     tuple(s.removesuffix(";") for s in statements))


def migrate(driver: Driver, database: str) -> list[str]:
    """Run the migrations that have not run in this graph; their ids. Running it again does nothing.

    Raises SchemaTooNew where the graph has a migration that this version of Kakehashi does not know.
    """
    known = migrations()
    with driver.session(database=database) as session:
        done = {record["id"] for record in session.run(_DONE)}
        if unknown := sorted(done - {m.id for m in known}):
            raise SchemaTooNew(f"the graph has the schema version {unknown[-1]}, which this Kakehashi does not know: "
                               "install the version that wrote it, or a newer one")
        new = [m for m in known if m.id not in done]
        for migration in new:
            for statement in migration.statements:
                session.run(statement).consume()
            session.run(_RECORD, id=migration.id, number=migration.number).consume()
        if new:
            session.run("CALL db.awaitIndexes($seconds)", seconds=_FILLING).consume()
    return [m.id for m in new]
