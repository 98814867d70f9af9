"""The graph follows the ledger: as a whole, release by release, and after being killed in between."""
from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from nlp.model import Extraction
from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Draft, Fetch, Ledger, Version, tables
from pipelines.resident import Resident
from pipelines.settings import Settings
from tests.graph import pool
from tests.graph.test_incremental import corrected, snapshot

POOL = [e for e in pool.everything() if e.document.published]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    one = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield one
    one.close()


def publish(ledger: Ledger, number: int, said: Extraction) -> str:
    """Put what a release says into the ledger, under an address of its own; the document's id."""
    where = f"/releases/{number}"
    d = said.document
    draft = Draft(d.text, url=f"https://example.com/{number}", title=d.title, published=d.published,
                  publisher=d.publisher)
    fetch = Fetch(where, "/releases", f"{number:064d}")
    ledger.record_fetch(fetch, 1)
    ledger.store_drafts(fetch, [draft])
    document = draft.document()
    own = corrected(replace(said, document=document), said)
    own = replace(own, document=document, extractor=f"by hand {number} {said.document.id}")
    ledger.store_extractions([(Version(document.id, draft.version()), own, [])])
    return document.id


def withdraw(ledger: Ledger, *documents: str) -> None:
    ledger.store_withdrawals({(one, "decision"): "withdrawn" for one in documents})


def resident_of(ledger: Ledger, graph: Any) -> Resident:
    settings = Settings.from_environment()
    return Resident(ledger, Archive(settings.archive_url), graph.driver, graph.database, settings)


def resolved(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """What the ledger has resolved."""
    with ledger.reading() as c:
        return {t.name: sorted(map(tuple, c.execute(sa.select(t))), key=repr)
                for t in (tables.organizations, tables.ties, tables.names, tables.links)}


def empty(graph: Any) -> None:
    graph.driver.execute_query("MATCH (n:Kakehashi) DETACH DELETE n", database_=graph.database)


def rebuilt(ledger: Ledger, graph: Any) -> Any:
    empty(graph)
    stages.withdraw(ledger)
    stages.resolve(ledger)
    stages.reprints(ledger)
    stages.load(ledger, graph.driver, graph.database)
    return snapshot(graph)


def test_a_resident_leaves_ledger_and_graph_as_the_stages_would(ledger: Ledger, neo4j: Any) -> None:
    chance = random.Random(11)
    begun = [publish(ledger, n, POOL[n]) for n in range(0, 60)]
    with resident_of(ledger, neo4j) as resident:
        for n in range(60, 72):
            publish(ledger, n, POOL[n])
            assert resident.take()
        for n in chance.sample(range(60), 8):  # corrections
            publish(ledger, n, POOL[chance.randrange(len(POOL))])
            resident.take()
        gone = chance.sample(begun, 6)
        withdraw(ledger, *gone)
        resident.take()
        withdraw(ledger, *gone[:3])
        resident.take()  # three of them count again
    found, graph = resolved(ledger), snapshot(neo4j)
    again = rebuilt(ledger, neo4j)
    assert found == resolved(ledger)
    assert graph == again


def test_former_ids_lead_on_after_a_resident_change(ledger: Ledger, neo4j: Any) -> None:
    pair = [e for e in POOL if e.document.id.startswith("doc:003-")]
    late = publish(ledger, 2, pair[1])
    with resident_of(ledger, neo4j) as resident:
        (before,) = [t.id for t in ledger.ties()]
        publish(ledger, 1, pair[0])
        resident.take()  # the earlier release comes later
        (now,) = [t.id for t in ledger.ties()]
        assert now != before
        assert ledger.current_id(before) == now
        withdraw(ledger, late)
        resident.take()
        assert ledger.current_id(before) == now
    assert [t.statements for t in ledger.ties()] and ledger.current_id(now) == now


def test_a_load_projects_what_is_stored_and_resolves_only_what_changed_since(ledger: Ledger, neo4j: Any) -> None:
    for n in range(20):
        publish(ledger, n, POOL[n])
    stages.load(ledger, neo4j.driver, neo4j.database)  # nothing was resolved yet
    with ledger.writing() as c:  # a mark that only a load of what is stored can show
        body = c.scalar(sa.select(tables.organizations.c.body).where(tables.organizations.c.body.contains("青葉市")))
        assert body is not None
        c.execute(tables.organizations.update().where(tables.organizations.c.body == body).values(
            body=body.replace('"name": "青葉市"', '"name": "あおば市"')))
    done = stages.load(ledger, neo4j.driver, neo4j.database)
    assert done.new == 1
    names = neo4j.driver.execute_query("MATCH (o:Organization) RETURN collect(o.name) AS names",
                                       database_=neo4j.database).records[0]["names"]
    assert "あおば市" in names
    assert stages.load(ledger, neo4j.driver, neo4j.database).new == 0


def test_a_decision_that_was_taken_since_is_followed_by_the_next_load(ledger: Ledger, neo4j: Any, tmp_path: Path) -> None:
    for n in range(8):
        publish(ledger, n, POOL[n])
    stages.load(ledger, neo4j.driver, neo4j.database)
    dropped = ledger.ties()[0].statements[0]
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "decisions.csv"
    file.write_text(f"decision,subject,object,who,when,why\ndrop,{dropped},,A,2026-01-01,wrong\n", encoding="utf-8")
    stages.load(ledger, neo4j.driver, neo4j.database)
    told = "MATCH ()-[s:STATES {statement: $one}]->() RETURN count(s) AS told"
    assert neo4j.driver.execute_query(told, one=dropped, database_=neo4j.database).records[0]["told"] == 0
    file.unlink()
    stages.load(ledger, neo4j.driver, neo4j.database)
    assert neo4j.driver.execute_query(told, one=dropped, database_=neo4j.database).records[0]["told"] == 1


def test_a_whole_load_mends_what_somebody_took_away(ledger: Ledger, neo4j: Any) -> None:
    for n in range(20):
        publish(ledger, n, POOL[n])
    stages.load(ledger, neo4j.driver, neo4j.database)
    before = snapshot(neo4j)
    neo4j.driver.execute_query("MATCH ()-[r:PARTY_TO]->() DELETE r", database_=neo4j.database)
    assert stages.load(ledger, neo4j.driver, neo4j.database).new == 0
    assert stages.load(ledger, neo4j.driver, neo4j.database, whole=True).new > 0
    assert snapshot(neo4j) == before


def test_readers_never_see_an_empty_graph_while_it_is_built_anew(ledger: Ledger, neo4j: Any) -> None:
    for n in range(80):
        publish(ledger, n, POOL[n])
    stages.load(ledger, neo4j.driver, neo4j.database)
    want = "MATCH (t:Tie) RETURN count(t) AS ties"
    least = neo4j.driver.execute_query(want, database_=neo4j.database).records[0]["ties"]
    seen, stop = [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.append(neo4j.driver.execute_query(want, database_=neo4j.database).records[0]["ties"])

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for n in range(80, 90):
            publish(ledger, n, POOL[n])
        stages.resolve(ledger)
        stages.load(ledger, neo4j.driver, neo4j.database, whole=True)
    finally:
        stop.set()
        reader.join()
    assert len(seen) > 1
    # an event that a new release dates otherwise may take another id while both are there, but nothing goes
    assert min(seen) >= least


#: A child that loads, and is killed at the k-th thing that it sends to the server; it tells how many there were.
_CHILD = """
import os, signal, sys
from neo4j import GraphDatabase, Session
from pipelines import stages
from pipelines.ledger import Ledger
from graph import loader

loader.BATCH = 40
done, last = 0, int(sys.argv[1])
def counted(call):
    def sending(*words, **named):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*words, **named)
    return sending
Session.execute_write, Session.run = counted(Session.execute_write), counted(Session.run)
with GraphDatabase.driver(sys.argv[3], auth=("neo4j", os.environ["PASSWORD"])) as driver:
    stages.load(Ledger.open(sys.argv[2]), driver, "neo4j")
print(done)
"""


@pytest.mark.parametrize("first", [True, False])
def test_a_load_that_is_killed_is_made_good_by_the_next(ledger: Ledger, neo4j: Any, first: bool) -> None:
    kill_at(ledger, neo4j, first, lambda sent: random.Random(3 + first).sample(range(5, sent + 1), 2))


@pytest.mark.torture
@pytest.mark.parametrize("first", [True, False])
def test_a_load_that_is_killed_anywhere_is_made_good_by_the_next(ledger: Ledger, neo4j: Any, first: bool) -> None:
    kill_at(ledger, neo4j, first, lambda sent: range(1, sent + 1))


def kill_at(ledger: Ledger, graph: Any, first: bool, points: Callable[[int], Iterable[int]]) -> None:
    """Kill a load at some of the things that it sends, of an empty graph or of one that has a part; load; compare."""
    for n in range(30):
        publish(ledger, n, POOL[n])
    stages.load(ledger, graph.driver, graph.database)
    part = [publish(ledger, n, POOL[n + 40]) for n in range(15)]
    wanted = rebuilt(ledger, graph)

    def begin(kill: int) -> subprocess.CompletedProcess[str]:
        empty(graph)
        if not first:
            withdraw(ledger, *part)
            stages.load(ledger, graph.driver, graph.database)
            withdraw(ledger)
        stages.resolve(ledger)
        return subprocess.run(
            [sys.executable, "-c", _CHILD, str(kill), str(ledger.database.engine.url), graph.target.uri],
            env={**os.environ, "PASSWORD": graph.target.password}, capture_output=True, text=True, timeout=300)

    unharmed = begin(0)
    assert unharmed.returncode == 0, unharmed.stderr
    assert snapshot(graph) == wanted
    for point in points(int(unharmed.stdout)):
        child = begin(point)
        assert child.returncode == -signal.SIGKILL, child.stderr
        stages.load(ledger, graph.driver, graph.database)
        assert snapshot(graph) == wanted, point


#: Operators that look at all nodes or relationships, or at all of a label or type.
_WHOLE = {"AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan",
          "SubtractionNodeByLabelsScan", "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan",
          "DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan", "NodeIndexScan", "DirectedRelationshipIndexScan"}


def test_a_release_that_comes_is_stored_and_loaded_without_a_look_at_the_others(
        tmp_path: Path, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted on both sides: the steps of SQLite's virtual machine, and what Neo4j's plans begin with."""
    from neo4j import Session, Transaction

    from bench.generator import extractions, scaled
    from bench.rows.one_release import fill

    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    asked: dict[str, Any] = {}
    taken = []
    for releases in (30, 240):
        monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / f"{releases}"))
        empty(neo4j)
        ledger = Ledger.open(f"sqlite:///{tmp_path / f'{releases}.sqlite'}")
        fill(ledger, extractions(scaled(releases / 150_000)))
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        def count(connection: Any, _record: Any, _proxy: Any, counted: Callable[[], None] = step) -> None:
            connection.set_progress_handler(counted, 1)

        with resident_of(ledger, neo4j) as resident:
            publish(ledger, 1, POOL[0])
            with monkeypatch.context() as watching:
                for holder in (Session, Transaction.__mro__[1]):
                    watching.setattr(holder, "run", _noting(holder.run, asked))
                sa.event.listen(ledger.database.engine, "checkout", count)
                done = resident.take()
                assert done is not None and done.changed > 4
        ledger.close()
        taken.append(steps)
    small, large = taken
    assert small > 200 and large < small + 50, taken
    with neo4j.driver.session(database=neo4j.database) as session:
        plans = {text: set(_operators(session.run(f"EXPLAIN {text}", given).consume().plan)) for text, given in asked.items()}
    assert len(plans) > 6
    # there are no more than two dozen themes
    assert {text: plan & _WHOLE for text, plan in plans.items() if plan & _WHOLE and ":Theme)" not in text} == {}


def _noting(run: Callable[..., Any], asked: dict[str, Any]) -> Callable[..., Any]:
    def noting(self: Any, text: str, parameters: Any = None, **given: Any) -> Any:
        asked[text] = {**(parameters or {}), **given}
        return run(self, text, parameters, **given)

    return noting


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for below in plan.get("children", []):
        yield from _operators(below)
