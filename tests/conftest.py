"""What every test stands on: an environment that names no server of yours, and a real managed Neo4j when asked for."""
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver

from graph import connection
from graph.connection import Target
from graph.server import manager
from tests import postgres
from tests.postgres import Postgres

#: Kakehashi's variables that point at somebody's data; KAKEHASHI_CACHE stays, as it only holds verified jars.
_ADDRESSES = ("KAKEHASHI_HOME", "KAKEHASHI_CONFIG", "KAKEHASHI_LEDGER_URL", "KAKEHASHI_ARCHIVE_URL",
              "KAKEHASHI_CONTACT", "KAKEHASHI_EXECUTOR", "KAKEHASHI_WORKERS", "KAKEHASHI_BROKER_URL",
              "KAKEHASHI_RESULTS_URL", "KAKEHASHI_ALERT_URL", "KAKEHASHI_KEEP_RUNS", "DAGSTER_HOME")
#: Short runs gain nothing from the second compiler.
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1",)


@dataclass(frozen=True, slots=True)
class Server:
    """The session's managed server. `home` is a KAKEHASHI_HOME whose graph it is."""
    home: Path
    target: Target
    driver: Driver


@dataclass(frozen=True, slots=True)
class Graph:
    """An empty database: no nodes, constraints or indexes of anybody."""
    driver: Driver
    database: str
    target: Target
    home: Path


def _foreign() -> list[str]:
    return [name for name in os.environ if name.startswith("NEO4J_") or name in _ADDRESSES]


@pytest.fixture(autouse=True, scope="session")
def _no_foreign_addresses() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in _foreign():
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def no_dagster_state_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster keeps the store of component state in a context variable, where the garbage collector, closing a generator
    of an earlier test late, puts back the store of an instance that is gone. No component here has state."""
    base = sys.modules.get("dagster._core.storage.defs_state.base")
    if base is not None:
        monkeypatch.setattr(base.DefsStateStorage, "get", classmethod(lambda _: None))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _foreign():
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL in a temporary folder, started once and stopped at the end."""
    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    database = postgres_server.create()
    yield postgres_server.url(database)
    postgres_server.drop(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty ledger: a test that asks for it runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def neo4j_server(_no_foreign_addresses: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Neo4j in a temporary folder, started once and stopped at the end."""
    home = tmp_path_factory.mktemp("home")
    manager.up(home / "neo4j", java_options=_JAVA_OPTIONS)
    try:
        target = connection.target(home)
        with connection.driver(target) as driver:
            yield Server(home, target, driver)
    finally:
        manager.down(home / "neo4j")


@pytest.fixture
def neo4j(neo4j_server: Server) -> Graph:
    """The session's server with an empty database."""
    server, database = neo4j_server, neo4j_server.target.database
    server.driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)
    for thing, owned in (("CONSTRAINT", ""), ("INDEX", "WHERE owningConstraint IS NULL AND type <> 'LOOKUP'")):
        shown = server.driver.execute_query(f"SHOW {thing} YIELD * {owned} RETURN name", database_=database)
        for record in shown.records:
            server.driver.execute_query(f"DROP {thing} `{record['name']}`", database_=database)
    return Graph(server.driver, database, server.target, server.home)


@pytest.fixture
def neo4j_home(neo4j: Graph, tmp_path: Path) -> Path:
    """A KAKEHASHI_HOME of the test's own, whose graph is the session's server with an empty database."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "neo4j").symlink_to(neo4j.home / "neo4j", target_is_directory=True)
    return home
