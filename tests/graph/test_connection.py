"""Which graph is meant, what a bad address says, what a reset leaves alone, and the prompt."""
from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from graph import connection
from graph.connection import GraphUnreachable, Target
from graph.server.shell import shell, split, written


def count(neo4j: Any, pattern: str) -> int:
    return int(neo4j.driver.execute_query(f"MATCH {pattern} RETURN count(*)", database_=neo4j.database).records[0][0])


def test_a_home_has_its_own_managed_server(neo4j: Any) -> None:
    found = connection.target(neo4j.home)
    assert found == neo4j.target
    assert found.managed and found.database == "neo4j" and found.uri.startswith("bolt://127.0.0.1:")
    assert found.password not in repr(found)


def test_a_home_of_ones_own_can_share_the_sessions_server(neo4j_home: Path, neo4j: Any) -> None:
    assert connection.target(neo4j_home).uri == neo4j.target.uri


def test_a_named_server_is_used_and_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "neo4j+s://graph.example")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    assert connection.target(tmp_path) == Target("neo4j+s://graph.example", "neo4j", "secret", "neo4j", managed=False)
    monkeypatch.setenv("NEO4J_USERNAME", "reader")
    monkeypatch.setenv("NEO4J_DATABASE", "ties")
    assert connection.target(tmp_path) == Target("neo4j+s://graph.example", "reader", "secret", "ties", managed=False)
    assert list(tmp_path.iterdir()) == []


def test_a_named_server_needs_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:7687")
    with pytest.raises(ValueError, match="NEO4J_PASSWORD"):
        connection.target(tmp_path)


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{one.getsockname()[1]}"
    with pytest.raises(GraphUnreachable, match=f"{uri} does not answer: check that it runs"):
        connection.driver(Target(uri, "neo4j", "x", "neo4j", managed=False))


def test_an_address_that_is_none_says_what_one_looks_like() -> None:
    with pytest.raises(GraphUnreachable, match=r"looks like neo4j\+s://host"):
        connection.driver(Target("graph.example", "neo4j", "x", "neo4j", managed=False))


def test_a_wrong_password_and_a_wrong_database_say_what_to_check(neo4j: Any) -> None:
    uri, user = neo4j.target.uri, neo4j.target.user
    with pytest.raises(GraphUnreachable, match="refuses user neo4j: check the password"):
        connection.driver(Target(uri, user, "wrong", "neo4j", managed=False))
    with pytest.raises(GraphUnreachable, match="no database «other» to use"):
        connection.driver(Target(uri, user, neo4j.target.password, "other", managed=False))


def test_a_reset_removes_only_what_is_kakehashis(neo4j: Any) -> None:
    def run(text: str) -> None:
        neo4j.driver.execute_query(text, database_=neo4j.database)

    run("CREATE CONSTRAINT kakehashi_id FOR (n:Kakehashi) REQUIRE n.id IS UNIQUE")
    run("CREATE RANGE INDEX kakehashi_tie_earliest FOR (t:Tie) ON (t.earliest)")
    run("CREATE RANGE INDEX theirs FOR (c:Customer) ON (c.name)")
    run("UNWIND range(1, 2500) AS i CREATE (:Kakehashi:Organization {id: 'org:' + i})")
    run("MATCH (n:Kakehashi {id: 'org:1'}) CREATE (:Customer {name: 'A'})-[:KNOWS]->(n), "
        "(:Organization {id: 'org:1', name: 'not ours'})")

    removed = connection.reset(neo4j.target, confirm="neo4j")

    assert (removed.nodes, removed.constraints, removed.indexes) == \
        (2500, ("kakehashi_id",), ("kakehashi_tie_earliest",))
    assert count(neo4j, "(n:Kakehashi)") == 0
    assert count(neo4j, "(n)") == 2
    left = neo4j.driver.execute_query("SHOW INDEX YIELD name, type WHERE type <> 'LOOKUP' RETURN name",
                                      database_=neo4j.database).records
    assert [record["name"] for record in left] == ["theirs"]


def test_a_reset_without_the_databases_name_touches_nothing(neo4j: Any) -> None:
    neo4j.driver.execute_query("CREATE (:Kakehashi {id: 'org:1'})", database_=neo4j.database)
    with pytest.raises(ValueError, match="«neo4j»"):
        connection.reset(neo4j.target, confirm="yes")
    assert count(neo4j, "(n:Kakehashi)") == 1


def test_the_doctor_looks_at_everything_and_starts_nothing(tmp_path: Path) -> None:
    found = {check.name: check for check in connection.doctor(tmp_path)}
    assert list(found) == ["Python", "Japanese model", "Java", "Neo4j", "Maven", "Port", "Local server", "Disk"]
    assert all(check.detail and (check.ok or check.cure) for check in found.values())
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_says_how_to_get_the_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_CACHE", str(tmp_path))
    found = {check.name: check for check in connection.doctor(tmp_path)}
    assert not found["Neo4j"].ok and found["Neo4j"].detail.startswith("0 of 213 jars")
    assert "python -m graph.server.jars" in found["Neo4j"].cure


def test_the_doctor_needs_no_local_server_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:7687")
    assert [check.name for check in connection.doctor(tmp_path)] == ["Python", "Japanese model", "Neo4j", "Disk"]


# the prompt

@pytest.mark.parametrize(("text", "statements", "rest"), [
    ("RETURN 1; RETURN 2;", ["RETURN 1", "RETURN 2"], ""),
    ("RETURN ';' AS a, \"\\\";\" AS b;", ["RETURN ';' AS a, \"\\\";\" AS b"], ""),
    ("RETURN 1 // a; b\n; x", ["RETURN 1 // a; b"], " x"),
    ("RETURN /* ; */ `a;b`", [], "RETURN /* ; */ `a;b`"),
    (";;", [], ""),
    ("RETURN 'open; ", [], "RETURN 'open; "),
])
def test_a_semicolon_ends_a_statement_unless_it_is_quoted(text: str, statements: list[str], rest: str) -> None:
    assert split(text) == (statements, rest)


def piped(neo4j: Any, text: str) -> tuple[int, str]:
    out = io.StringIO()
    code = shell(neo4j.driver, neo4j.database, io.StringIO(text), Console(file=out, highlight=False))
    return code, out.getvalue()


def test_a_pipe_writes_and_reads_over_several_lines(neo4j: Any) -> None:
    code, said = piped(neo4j, "CREATE (:Organization\n {name: '四條畷市'});\n"
                              "MATCH (o:Organization)\nRETURN o, o.name AS name, date('2019-06-01') AS day, null AS n")
    assert code == 0
    assert "nodes created: 1" in said
    assert "(:Organization {name: 四條畷市})" in said and "2019-06-01" in said and "1 row\n" in said


def test_a_pipe_stops_at_the_first_error(neo4j: Any) -> None:
    code, said = piped(neo4j, "RETRUN 1;\nCREATE (:Organization);")
    assert code == 1 and "Invalid input" in said
    assert count(neo4j, "(n)") == 0


def test_commands_are_no_cypher(neo4j: Any) -> None:
    code, said = piped(neo4j, ":help\n:nonsense\nRETURN 1 AS one;\n:exit\nRETURN 2 AS two;")
    assert code == 0 and ":exit" in said and "there is no command :nonsense" in said
    assert "one" in said and "two" not in said


def test_a_plan_is_shown(neo4j: Any) -> None:
    _, said = piped(neo4j, "EXPLAIN MATCH (n:Organization) RETURN n;")
    assert "NodeByLabelScan" in said


def test_long_cells_in_a_pipe_are_not_cut_and_long_answers_are_counted(neo4j: Any) -> None:
    _, said = piped(neo4j, f"RETURN '{'あ' * 150}' AS long; UNWIND range(1, 1200) AS i RETURN i;")
    assert "あ" * 150 in said
    assert "1,200 rows, of which 1,000 are shown" in said


def test_what_a_terminal_would_obey_is_not_passed_on(neo4j: Any) -> None:
    _, said = piped(neo4j, "RETURN '[red]\\u001b[2Jx' AS hostile;")
    assert "\x1b" not in said and "[red]\ufffd[2Jx" in said


def test_paths_and_maps_are_written_as_in_cypher(neo4j: Any) -> None:
    record = neo4j.driver.execute_query(
        "CREATE p = (:A {i: 1})-[:PARTY_TO {role: 'party'}]->(:B) RETURN p, [1, true, {b: 2, a: 'x'}] AS l",
        database_=neo4j.database).records[0]
    assert written(record["p"]) == "(:A {i: 1}) [:PARTY_TO {role: party}] (:B {})"
    assert written(record["l"]) == "[1, true, {a: x, b: 2}]"
