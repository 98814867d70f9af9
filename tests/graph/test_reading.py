"""A question reads the graph, and whatever else one asks for is refused before it happens."""
from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from graph import reading
from graph.library import Kakehashi
from graph.reading import NotStopped, ReadRefused, read, refusal
from graph.server import manager
from tests.graph.attacks import ATTACKS, ENDLESS, UNSTOPPABLE, Attack


@pytest.fixture
def town(neo4j: Any) -> Any:
    """Two organisations and their agreement."""
    neo4j.driver.execute_query("""
        CREATE (c:Kakehashi:Organization {id: 'org:c', name: '四條畷市', since: date('2019-06-27')})
        CREATE (f:Kakehashi:Organization {id: 'org:f', name: 'ひばり商会'})
        CREATE (t:Kakehashi:Tie:Agreement {id: 'tie:1', kind: 'partnership'})
        CREATE (c)-[:PARTY_TO {role: 'party'}]->(t)<-[:PARTY_TO {role: 'party'}]-(f)
        """, database_=neo4j.database)
    return neo4j


def _everything(graph: Any) -> list[list[Any]]:
    """The database's content, its schema and the server's users: what no attack may change."""
    asked = ("MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id",
             "MATCH (a)-[r]->(b) RETURN elementId(r) AS id, type(r) AS type, properties(r) AS properties ORDER BY id",
             "SHOW INDEXES YIELD name RETURN name ORDER BY name",
             "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name",
             "CALL db.labels() YIELD label RETURN label ORDER BY label",
             "SHOW USERS YIELD user RETURN user ORDER BY user")
    return [[r.data() for r in graph.driver.execute_query(one, database_=graph.database).records] for one in asked]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that nothing may call."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def test_a_question_answers_with_a_column_for_each_thing_returned(town: Any) -> None:
    answer = read(town.driver, town.database, """
        // who is party to what
        MATCH (o:Organization)-[:PARTY_TO]->(t) RETURN o.name AS name, t.kind AS kind, o.since AS since ORDER BY name;
        """)
    assert list(answer.columns) == ["name", "kind", "since"]
    assert answer["name"].tolist() == ["ひばり商会", "四條畷市"]
    assert answer["since"].tolist()[1] == "2019-06-27"


def test_nodes_and_paths_become_names(town: Any) -> None:
    answer = read(town.driver, town.database,
                  "MATCH p = (o {id: 'org:c'})-[r]->(t) RETURN o, r, p, [o] AS many, {at: o} AS map").iloc[0]
    assert answer.to_dict() == {"o": "四條畷市", "r": "PARTY_TO", "p": "四條畷市 – tie:1", "many": ["四條畷市"],
                                "map": {"at": "四條畷市"}}


def test_whole_numbers_stay_whole_beside_unknown_ones(town: Any) -> None:
    answer = read(town.driver, town.database, "UNWIND [50, null] AS count RETURN count")
    assert answer.to_csv(index=False).split() == ["count", "50", '""']


def test_no_rows_still_have_columns(town: Any) -> None:
    answer = read(town.driver, town.database, "MATCH (n:Nothing) RETURN n.id AS id, n.name AS name")
    assert list(answer.columns) == ["id", "name"] and len(answer) == 0


@pytest.mark.parametrize("text", [
    "MATCH (n) WHERE n.name CONTAINS $name RETURN n.id AS id",
    "MATCH (n) WHERE n.name IN [$name, 'x'] RETURN n.id AS id",
    "OPTIONAL MATCH (n {name: $name}) RETURN n.id AS id",
    "MATCH (n {name: $name}) CALL (n) { MATCH (n)-[:PARTY_TO]->(t) RETURN count(t) AS ties } RETURN n.id AS id, ties",
    "MATCH (n {name: $name}) RETURN n.id AS id, COUNT { (n)--() } AS ties, EXISTS { (n)--(:Tie) } AS has, "
    "COLLECT { MATCH (n)--(t) RETURN t.id ORDER BY t.id } AS ids",
    "MATCH (n {name: $name})-[*1..2]-(m) RETURN n.id AS id, collect(DISTINCT m.id) AS others",
    "MATCH p = shortestPath((n {name: $name})-[*..4]-(m {id: 'org:f'})) RETURN n.id AS id, length(p) AS steps",
    "MATCH SHORTEST 1 (n {name: $name})--+(m {id: 'org:f'}) RETURN n.id AS id",
    "MATCH (n {name: $name})((a)-[:PARTY_TO]-(b)){1,3}(m) RETURN DISTINCT n.id AS id",
    "MATCH (n {name: $name}) RETURN n.id AS id UNION MATCH (n {name: $name}) RETURN n.id AS id",
    "MATCH (n), (m) WHERE n.name = $name AND n.name <> m.name RETURN n.id AS id ORDER BY id LIMIT 1",
    "MATCH (n {name: $name}) WITH n ORDER BY n.id SKIP 0 LIMIT 5 UNWIND labels(n) AS label RETURN n.id AS id, label",
    "CALL db.labels() YIELD label WITH count(label) AS labels MATCH (n {name: $name}) RETURN n.id AS id, labels",
    "MATCH (n {name: $name}) RETURN n.id AS id, 'EXPLAIN; PROFILE' AS text",
])
def test_all_ways_of_asking_are_open(town: Any, text: str) -> None:
    assert set(read(town.driver, town.database, text, {"name": "四條畷市"})["id"]) == {"org:c"}


@pytest.mark.parametrize("aim", dict.fromkeys(attack.aim for attack in ATTACKS))
def test_what_does_more_than_read_is_refused_and_changes_nothing(town: Any, listener: socket.socket, aim: str) -> None:
    before = _everything(town)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    for attack in (one for one in ATTACKS if one.aim == aim):
        with pytest.raises(ReadRefused, match=attack.says):
            read(town.driver, town.database, attack.text, {"address": address})
    assert _everything(town) == before
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("endless", ENDLESS, ids=lambda endless: endless.aim)
def test_nothing_runs_on(town: Any, endless: Attack) -> None:
    with pytest.raises(ReadRefused, match=endless.says):
        read(town.driver, town.database, endless.text, {"address": "x" * 100}, timeout=2, limit=1_000)
    assert _running(town) == []
    assert len(read(town.driver, town.database, "RETURN 1 AS one")) == 1


def test_what_the_server_does_not_stop_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        with Kakehashi(tmp_path) as kakehashi:
            for attack in UNSTOPPABLE:
                monkeypatch.undo()
                assert kakehashi.cypher("RETURN size([1]) AS one")["one"].tolist() == [1]
                before = manager.status(tmp_path / "neo4j").process
                monkeypatch.setattr(reading, "TIMEOUT", 4.0)
                monkeypatch.setattr(reading, "PATIENCE", 2.0)
                with pytest.raises(NotStopped, match=attack.says):
                    kakehashi.cypher(attack.text)
                after = manager.status(tmp_path / "neo4j").process
                assert before and after and before.pid != after.pid and not psutil.pid_exists(before.pid)
    finally:
        manager.down(tmp_path / "neo4j")


def _running(graph: Any) -> list[str]:
    """Statements that the server still works on, but for the one that asks; those being stopped get a moment."""
    asked = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS 'range' RETURN currentQuery"
    for _ in range(50):
        found = [r["currentQuery"] for r in graph.driver.execute_query(asked, database_=graph.database).records
                 if "SHOW TRANSACTIONS" not in r["currentQuery"]]
        if not found:
            break
        time.sleep(0.2)
    return found


def test_a_row_limit_lets_go_of_the_rest(town: Any) -> None:
    with pytest.raises(ReadRefused, match="more than 5 rows"):
        read(town.driver, town.database, "UNWIND range(1, 100000000) AS n RETURN n", limit=5)
    assert _running(town) == []


@pytest.mark.parametrize("text", [
    "RETURN point.distance(point({latitude: 35, longitude: 135}), point({latitude: 34, longitude: 135})) > 0 AS it",
    "RETURN date.truncate('month', date('2024-05-06')) < date('2024-05-06') AS it",
    "RETURN duration.between(date('2024-05-06'), date('2024-05-07')).days = 1 AS it",
    "RETURN 'apoc.load.json(1)' = 'x' OR true AS it // apoc.load.json(1)",
    "MATCH (n)-[:PARTY_TO]->(t) WHERE n.name IN ['四條畷市'] AND EXISTS { (n)--(t) } RETURN true AS it",
    "WITH {a: [1]} AS map RETURN map.a[0] = (1) AS it",
])
def test_the_servers_own_functions_are_open(town: Any, text: str) -> None:
    assert read(town.driver, town.database, text)["it"].tolist() == [True]


@pytest.mark.parametrize("timeout", [0, -1.0])
def test_there_is_no_question_without_a_time_limit(town: Any, timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        read(town.driver, town.database, "RETURN 1", timeout=timeout)


def test_too_many_rows_are_no_answer(town: Any) -> None:
    with pytest.raises(ReadRefused, match="more than 10 rows"):
        read(town.driver, town.database, "UNWIND range(1, 11) AS n RETURN n", limit=10)
    assert len(read(town.driver, town.database, "UNWIND range(1, 10) AS n RETURN n", limit=10)) == 10


@pytest.mark.parametrize(("text", "place"), [
    ("MATCH (n)\nRETURNS n", "(line 2, column 1)"),
    ("MATCH (n)\n INSERT (:Organization)", "(line 2, column 2)"),
    ("\n\nMATCH (n)\nRETURN n.", "(line 4, column 10)"),
    ("MATCH (n)\n  LOAD CSV FROM 'x' AS line RETURN line", "(line 2, column 3)"),
    ("// LOAD CSV\nMATCH (n)\nCALL dbms.listConfig() YIELD name RETURN name", "(line 3, column 1)"),
    ("MATCH (n)\n WITH n, 'SET' AS word SET n.name = word", "(line 2, column 24)"),
    ("MATCH (n) RETURN 1,\n apoc.text.join(['a'], '')", "(line 2, column 2)"),
    ("UNWIND [1] AS i CALL (i) { RETURN i AS j } IN TRANSACTIONS RETURN i", "(line 1, column 44)"),
])
def test_an_error_says_where_it_is_in_the_text(town: Any, text: str, place: str) -> None:
    with pytest.raises(ReadRefused) as refused:
        read(town.driver, town.database, text)
    assert place in str(refused.value) and "EXPLAIN" not in str(refused.value)


def test_what_the_server_would_rather_have_is_not_told(town: Any, caplog: pytest.LogCaptureFixture) -> None:
    read(town.driver, town.database, "CALL { MATCH (n) RETURN n } RETURN id(n) AS id")
    assert not caplog.records


@pytest.mark.parametrize("text", ["", " ;", "// MATCH (n) RETURN n", "/* RETURN 1 */;"])
def test_nothing_to_ask_is_said(town: Any, text: str) -> None:
    with pytest.raises(ReadRefused, match="there is no statement"):
        read(town.driver, town.database, text)


def test_a_graph_is_not_called_empty_for_an_index_that_nobody_made(town: Any) -> None:
    for index, says in (("nowhere", "nowhere"), ("kakehashi_organization_names_of_old", "kakehashi run")):
        with pytest.raises(ReadRefused, match=says):
            read(town.driver, town.database, f"CALL db.index.fulltext.queryNodes('{index}', 'x') YIELD node RETURN node")


def test_a_missing_parameter_is_named(town: Any) -> None:
    with pytest.raises(ReadRefused, match="organization"):
        read(town.driver, town.database, "RETURN $organization")


def test_a_plan_is_refused_wherever_its_step_lies() -> None:
    deep = {"operatorType": "ProduceResults@neo4j", "children": [
        {"operatorType": "StatefulShortestPath(All)@neo4j", "args": {}},
        {"operatorType": "Apply@neo4j", "children": [{"operatorType": "LoadCSV@neo4j"}]}]}
    assert "LoadCSV" in (refusal(deep) or "")
    assert refusal({"operatorType": "StatefulShortestPath(All)@neo4j"}) is None
    assert "dbms.listConfig" in (refusal({"operatorType": "ProcedureCall@neo4j",
                                          "args": {"Details": "dbms.listConfig() :: (name :: STRING)"}}) or "")
