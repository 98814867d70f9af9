"""What tests share: one managed Neo4j of their own for the whole run, empty at the start of each test."""
from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver

from graph import connection
from graph.server import manager

#: Compiles less: right for servers that live for seconds.
SHORT_RUN = ("-XX:TieredStopAtLevel=1", "-Xmx512m")


@pytest.fixture(autouse=True)
def no_foreign_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never touch a server, ledger or archive that the environment names."""
    for name in list(os.environ):
        if name.startswith(("NEO4J_", "KAKEHASHI_")) and name not in ("NEO4J_JAVA", "KAKEHASHI_CACHE"):
            monkeypatch.delenv(name)


@dataclass(frozen=True)
class Graph:
    """A database of the tests' own."""

    driver: Driver
    database: str
    target: connection.Target


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[connection.Target]:
    """A real server in a temporary folder, stopped at the end of the run."""
    folder: Path = tmp_path_factory.mktemp("neo4j")
    running = manager.up(folder, flags=SHORT_RUN)
    yield connection.of_managed(folder, running)
    manager.down(folder)


@pytest.fixture
def neo4j(neo4j_server: connection.Target) -> Iterator[Graph]:
    """The tests' server with an empty database."""
    with connection.driver(neo4j_server) as driver:
        connection.reset(neo4j_server, neo4j_server.database)
        driver.execute_query("MATCH (n) DETACH DELETE n", database_=neo4j_server.database)
        yield Graph(driver, neo4j_server.database, neo4j_server)
