"""Releases that come, change and go one by one leave the graph that a rebuild gives, node by node."""
from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.decisions import Decision, Decisions
from graph.facts import Facts, facts_of
from graph.loader import LoadUnfinished, load, load_part
from graph.organizations import meant_by, unresolved
from graph.projection import Scope, around, everything, nodes_of, part, project
from graph.resolution import resolve
from graph.resolver import Resolver
from nlp.model import Extraction
from tests.graph import pool
from tests.graph.pool import PLACES

POOL = {e.document.id: e for e in pool.everything()}


def decided(*rows: tuple[str, str, str]) -> Decisions:
    return Decisions.of([Decision(kind, subject, other, "A", "2026-01-01", "seen", line=n)
                         for n, (kind, subject, other) in enumerate(rows, 2)], lambda name: meant_by(name, PLACES))


DECISIONS = [
    decided(),
    decided(("merge", "株式会社かすみ", "かすみ株式会社"), ("keep_apart", "株式会社ひばり商会", "ひばり商会"),
            ("alias", "org:code:272299", "四条畷"), ("type", "みどり協議会", "platform"), ("drop", "x1", "")),
    decided(("merge", "株式会社あけぼの", "あけぼの株式会社"), ("alias", "株式会社かすみ", "つばめ運輸(株)"),
            ("alias", "つばめ運輸株式会社", "ひばり商会"), ("keep_apart", "かすみ", "かすみ株式会社"),
            ("alias", "株式会社ひばり商会", "四條畷市")),
    decided(("keep_apart", unresolved("かすみ", None), "株式会社かすみ"), ("merge", unresolved("府中市", "広島県"), "org:code:342084"),
            ("merge", unresolved("あけぼの", "大阪府"), "みどり協議会"), ("type", "あけぼの", "council")),
]


def corrected(one: Extraction, like: Extraction) -> Extraction:
    """The release of one, saying what another says."""
    own = one.document.id
    return replace(like, document=replace(like.document, id=own),
                   statements=tuple(replace(s, id=f"{own}/{s.id}", led_to=f"{own}/{s.led_to}" if s.led_to else None)
                                    for s in like.statements),
                   claims=tuple(replace(c, id=f"{own}/{c.id}") for c in like.claims))


@st.composite
def histories(draw: st.DrawFn, steps: int) -> list[tuple[list[Extraction], list[str]]]:
    """Batches of releases that are new or changed, and ids of those that go."""
    ids = sorted(POOL)
    # near each other in the pool: two sides of one event, and what must be kept apart from it
    at = draw(st.integers(0, len(ids) - 1))
    near = st.sampled_from(ids[at:at + 12] + [i for i in ids if not i[4].isdigit()])
    found = []
    for _ in range(draw(st.integers(1, steps))):
        new = [POOL[one] for one in draw(st.lists(near, max_size=5, unique=True))]
        new += [corrected(POOL[one], POOL[like]) for one, like in draw(st.lists(st.tuples(near, near), max_size=2))]
        gone = draw(st.lists(near, max_size=2, unique=True))
        batch = {e.document.id: e for e in new}
        found.append(([batch[one] for one in sorted(batch) if one not in gone], gone))
    return found


def follow(now: dict[str, Extraction], batch: tuple[list[Extraction], list[str]]) -> None:
    changed, gone = batch
    now.update({e.document.id: e for e in changed})
    for one in gone:
        now.pop(one, None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(steps=5), st.sampled_from(DECISIONS))
def test_resolving_step_by_step_says_what_resolving_all_says(history: Any, decisions: Decisions) -> None:
    resolver, now = Resolver(PLACES, None, decisions), dict[str, Extraction]()
    rows = {}
    for batch in history:
        before = set(resolver.facts.organizations)
        change = resolver.update(*batch)
        follow(now, batch)
        kept = decisions.kept(now.values())
        whole = resolve(kept, PLACES, None, decisions)
        found = resolver.resolution()
        assert found.organizations == whole.organizations
        assert (found.organization_of, found.links) == (whole.organization_of, whole.links)
        assert (found.ties, found.tie_of) == (whole.ties, whole.tie_of)
        assert (found.persons, found.person_of) == (whole.persons, whole.person_of)
        # what is not named as changed has the rows that it had, and what is named all those that it is to have
        wanted = _by_owner(project(kept, whole))
        assert wanted == _by_owner(everything(resolver.facts))
        other = {one for one in rows.keys() | wanted.keys() if rows.get(one) != wanted.get(one)}
        named = change.scope.nodes | change.scope.pairs
        assert {one for one in other if not _is_theme(one)} <= named
        found = _by_owner(part(resolver.facts, change.scope))
        assert found.items() <= wanted.items()
        assert named & wanted.keys() <= found.keys()
        # of what is simply new there is nothing beyond, so that a load goes through nothing for it
        beside = around(resolver.facts, resolver.facts.organizations.keys() - before)
        assert beside.nodes <= change.scope.nodes and beside.pairs <= change.scope.pairs
        assert _around_all(resolver.facts) == _around_all(facts_of(kept, whole))
        rows = wanted


def _around_all(facts: Facts) -> dict[str, Scope]:
    return {one: around(facts, [one]) for one in facts.organizations}


def _by_owner(rows: Any) -> dict[Any, Any]:
    """Rows by the id of the node that they belong to, or by the pair."""
    found: dict[Any, Any] = {node.id: [node] for node in rows.nodes}
    for link in rows.relationships:
        found.setdefault(link.owner or (link.start, link.end), []).append(link)
    return found


def _is_theme(one: str | tuple[str, str]) -> bool:
    return isinstance(one, str) and one.startswith("theme:")


def snapshot(graph: Any) -> tuple[Any, Any]:
    """All nodes with labels and properties, and all relationships with ends and properties."""
    nodes = graph.driver.execute_query("MATCH (n) RETURN n.id AS id, labels(n) AS labels, properties(n) AS p",
                                       database_=graph.database).records
    links = graph.driver.execute_query("MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, b.id AS b, "
                                       "properties(r) AS p", database_=graph.database).records
    return (sorted(((r["id"], sorted(r["labels"]), sorted(r["p"].items())) for r in nodes), key=repr),
            sorted(((r["a"], r["type"], r["b"], sorted(r["p"].items())) for r in links), key=repr))


def empty(graph: Any) -> None:
    graph.driver.execute_query("MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n",
                               database_=graph.database)


def compare(graph: Any, history: Any, decisions: Decisions) -> None:
    """Load a history step by step, then all at once into an empty graph: both must be equal."""
    empty(graph)
    resolver, now = Resolver(PLACES, None, decisions), dict[str, Extraction]()
    load(graph.driver, graph.database, everything(resolver.facts))
    for batch in history:
        change = resolver.update(*batch)
        follow(now, batch)
        report = load_part(graph.driver, graph.database, resolver.facts, change.scope)
        assert all("evidence" in refused.reason for refused in report.refused), report.refused
    stepwise = snapshot(graph)
    empty(graph)
    kept = decisions.kept(now.values())
    load(graph.driver, graph.database, project(kept, resolve(kept, PLACES, None, decisions)))
    assert stepwise == snapshot(graph)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(steps=4), decisions=st.sampled_from(DECISIONS))
def test_the_graph_of_many_small_loads_is_that_of_one(neo4j: Any, history: Any, decisions: Decisions) -> None:
    compare(neo4j, history, decisions)


@pytest.mark.torture
@settings(max_examples=400, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(steps=10), decisions=st.sampled_from(DECISIONS))
def test_the_graph_of_many_small_loads_is_that_of_one_at_length(neo4j: Any, history: Any, decisions: Decisions,
                                                                ) -> None:
    compare(neo4j, history, decisions)


def test_the_whole_pool_in_any_order_gives_one_graph(neo4j: Any) -> None:
    chance = random.Random(7)
    order = sorted(POOL)
    chance.shuffle(order)
    batches = [([POOL[one] for one in order[n:n + 40]], []) for n in range(0, len(order), 40)]
    compare(neo4j, batches, DECISIONS[1])


def test_withdrawing_a_release_removes_what_only_it_supported(neo4j: Any) -> None:
    resolver = Resolver(PLACES)
    resolver.update(list(POOL.values()))
    load(neo4j.driver, neo4j.database, everything(resolver.facts))
    before = snapshot(neo4j)
    one = POOL["doc:b"]
    change = resolver.update([], [one.document.id])
    load_part(neo4j.driver, neo4j.database, resolver.facts, change.scope)
    without = snapshot(neo4j)
    left = {n[0] for n in before[0]} - {n[0] for n in without[0]}
    assert set(nodes_of(one)) <= left
    assert all(n.split(":")[0] in ("release", "claim", "tie", "org") for n in left)
    change = resolver.update([one])
    load_part(neo4j.driver, neo4j.database, resolver.facts, change.scope)
    assert snapshot(neo4j) == before


def test_a_load_that_was_broken_off_is_noticed_and_made_good(neo4j: Any) -> None:
    resolver = Resolver(PLACES)
    resolver.update(list(POOL.values()))
    rows = everything(resolver.facts)
    load(neo4j.driver, neo4j.database, rows)
    wanted = snapshot(neo4j)
    neo4j.driver.execute_query("MERGE (m:Kakehashi:UnfinishedLoad {id: 'load:unfinished'}) WITH m "
                               "MATCH ()-[r:STATES]->() WITH r LIMIT 5 DELETE r", database_=neo4j.database)
    with pytest.raises(LoadUnfinished):
        load_part(neo4j.driver, neo4j.database, resolver.facts, Scope(frozenset(["release:b"])))
    load(neo4j.driver, neo4j.database, rows)
    assert snapshot(neo4j) == wanted
