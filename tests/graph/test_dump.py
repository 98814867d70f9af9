"""A graph as one file, and back: nothing is lost, and what is no dump changes nothing."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from graph import connection
from graph.loader import load
from graph.projection import project
from graph.resolution import resolve
from graph.server import manager
from graph.server.dump import dump, restore
from graph.server.manager import ServerError
from tests.graph.pool import PLACES
from tests.graph.releases import town


class _Graph:
    def __init__(self, driver: Driver) -> None:
        self.driver, self.database = driver, manager.DATABASE


def content(home: Path) -> Any:
    from tests.graph.test_incremental import snapshot

    with connection.driver(connection.target(home)) as driver:
        return snapshot(_Graph(driver))


def test_a_dump_holds_the_graph_and_brings_it_back(tmp_path: Path) -> None:
    home, other, file = tmp_path / "home", tmp_path / "other", tmp_path / "deep" / "graph.dump"
    folder = home / "neo4j"
    with pytest.raises(ServerError, match="no graph yet"):
        dump(folder, file)
    try:
        with connection.driver(connection.target(home)) as driver:
            load(driver, manager.DATABASE, project(town(), resolve(town(), PLACES)))
        before = content(home)
        assert dump(folder, file) == file.stat().st_size > 1000
        assert manager.status(folder).state == "running"
        with connection.driver(connection.target(home)) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")
        manager.down(folder)
        restore(other / "neo4j", file)  # a folder that never had a server
        assert manager.status(other / "neo4j").state == "stopped"
        assert content(other) == before
        with pytest.raises(FileNotFoundError, match="there is no"):
            restore(other / "neo4j", tmp_path / "nothing.dump")
        (tmp_path / "broken.dump").write_bytes(b"this is no dump")
        manager.down(other / "neo4j")
        with pytest.raises(ServerError, match="database load"):
            restore(other / "neo4j", tmp_path / "broken.dump")
        restore(folder, file)
        assert content(home) == content(other) == before
    finally:
        manager.down(folder)
        manager.down(other / "neo4j")
