"""The commands that start, stop and empty a graph, each on a graph of its own."""
from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str,
         typed: str = "") -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0), *capsys.readouterr()


@pytest.fixture
def shared(neo4j: Any, neo4j_home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A graph that Kakehashi shares with somebody else's nodes and index."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    for one in ("CREATE (:Kakehashi:Organization {id: 'org:1'})-[:TIED_TO]->(:Kakehashi:Organization {id: 'org:2'})",
                "CREATE (:Film {title: '雨'})", "CREATE INDEX films FOR (f:Film) ON (f.title)"):
        neo4j.driver.execute_query(one, database_=neo4j.database)
    return neo4j


def _left(graph: Any) -> list[str]:
    found, _, _ = graph.driver.execute_query("MATCH (n) RETURN labels(n)[0] AS label ORDER BY label",
                                             database_=graph.database)
    return [one["label"] for one in found]


def test_reset_needs_the_databases_name(shared: Any, monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _run(monkeypatch, capsys, "graph", "reset", "--database", "films")
    assert (code, out) == (2, "") and "nothing was removed" in err
    code, _, err = _run(monkeypatch, capsys, "graph", "reset", typed="yes\n")
    assert code == 2 and "nothing was removed" in err
    assert _run(monkeypatch, capsys, "graph", "reset")[0] != 0  # nobody answers
    assert _left(shared) == ["Film", "Kakehashi", "Kakehashi"]


@pytest.mark.parametrize(("words", "typed"), [(["--database", "neo4j"], ""), ([], "neo4j\n")])
def test_reset_takes_what_is_kakehashis_and_nothing_else(shared: Any, monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str], words: list[str],
                                                         typed: str) -> None:
    code, out, _ = _run(monkeypatch, capsys, "graph", "reset", *words, typed=typed)
    assert code == 0 and "removed 2 nodes" in out
    assert _left(shared) == ["Film"]
    indexes, _, _ = shared.driver.execute_query("SHOW INDEXES YIELD name WHERE name = 'films' RETURN name",
                                                database_=shared.database)
    assert len(indexes) == 1


def test_a_server_from_nothing_to_up_to_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path))
    folder = str(tmp_path / "neo4j")
    assert "no server runs" in _run(monkeypatch, capsys, "graph", "status")[1]
    assert "no server to stop" in _run(monkeypatch, capsys, "graph", "down")[1]
    assert not (tmp_path / "neo4j" / "data").exists()
    try:
        code, first, _ = _run(monkeypatch, capsys, "graph", "up")
        assert code == 0 and "bolt://127.0.0.1:" in first and folder in first
        assert _run(monkeypatch, capsys, "graph", "up")[1] == first
        assert _run(monkeypatch, capsys, "cypher", "RETURN 1 AS one", "--csv")[1].split() == ["one", "1"]
        assert "running in" in _run(monkeypatch, capsys, "graph", "status")[1]
    finally:
        code, out, _ = _run(monkeypatch, capsys, "graph", "down")
    assert code == 0 and "stopped" in out
    assert "no server runs" in _run(monkeypatch, capsys, "graph", "status")[1]


@pytest.mark.parametrize("words", [["brokers"], ["brokers", "--explain", "葵市"], ["query", "timeline"], ["query", "partners"],
                                   ["export", "out"]])
def test_an_empty_graph_is_no_empty_answer(neo4j_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                           tmp_path: Path, words: list[str]) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    monkeypatch.chdir(tmp_path)
    _, _, err = _run(monkeypatch, capsys, *words)
    assert "the graph is empty: `kakehashi run" in err and not (tmp_path / "out").exists()
