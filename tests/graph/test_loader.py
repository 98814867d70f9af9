"""Rows into a real Neo4j: again, in parts, and with names that mean harm."""
from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from neo4j import Session

from graph.facts import Facts, facts_of
from graph.loader import LoadReport, LoadUnfinished, load, load_part
from graph.projection import NodeRow, RelationshipRow, Rows, Scope, pairs_with, project
from graph.projection import everything as all_rows
from graph.projection import part as some_rows
from graph.resolution import resolve
from graph.resolver import Resolver
from graph.schema import SchemaTooNew, migrate, migrations
from graph.tied_to import pairs_of
from nlp.model import Extraction, Party, Span, Statement, Tie, TieParty
from tests.graph.releases import PLACES, agreement, release, town

HOSTILE = "x'}) DETACH DELETE n //`\\u0060) MATCH (m) DETACH DELETE m //"


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """The Cypher that sessions send meanwhile, with its parameters."""
    asked, ask = dict[str, dict[str, Any]](), Session.run

    def watched(self: Session, query: Any, *given: Any, **named: Any) -> Any:
        asked[query] = named
        return ask(self, query, *given, **named)

    with monkeypatch.context() as watching:
        watching.setattr(Session, "run", watched)
        yield asked


@pytest.fixture
def graph(neo4j: Any) -> Iterator[Any]:
    """The real server, empty before and after."""
    neo4j.driver.execute_query("MATCH (n) DETACH DELETE n", database_=neo4j.database)
    yield neo4j
    neo4j.driver.execute_query("MATCH (n) DETACH DELETE n", database_=neo4j.database)


def run(graph: Any, cypher: str, **parameters: Any) -> list[Any]:
    return list(graph.driver.execute_query(cypher, parameters, database_=graph.database).records)


def rows_of(extractions: list[Extraction]) -> Rows:
    return project(extractions, resolve(extractions, PLACES))


def facts_in(extractions: list[Extraction]) -> Facts:
    return facts_of(extractions, resolve(extractions, PLACES))


def nodes(*ids: str) -> Scope:
    """Some nodes and no pair."""
    return Scope(nodes=frozenset(ids))


def load_all(graph: Any, rows: Rows) -> LoadReport:
    return load(graph.driver, graph.database, rows)


def everything(graph: Any) -> tuple[Any, Any]:
    """All nodes with labels and properties, and all relationships with ends and properties."""
    nodes = [(r["id"], sorted(r["labels"]), sorted(r["p"].items(), key=lambda item: item[0]))
             for r in run(graph, "MATCH (n) RETURN n.id AS id, labels(n) AS labels, properties(n) AS p ORDER BY id")]
    links = sorted(((r["a"], r["type"], r["b"], sorted(r["p"].items(), key=lambda item: item[0]))
                    for r in run(graph, "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, b.id AS b, "
                                        "properties(r) AS p")), key=repr)
    return nodes, links


def test_loading_writes_every_row_and_tells_how_far_it_is(graph: Any) -> None:
    rows, steps = rows_of(town()), []
    done = load(graph.driver, graph.database, rows, lambda at, of: steps.append((at, of)))
    assert done.nodes_sent == done.nodes_written == len(rows.nodes)
    assert done.relationships_sent == done.relationships_written == len(rows.relationships)
    assert done.refused == ()
    total = len(rows.nodes) + len(rows.relationships)
    assert steps[-1] == (total, total)
    nodes, links = everything(graph)
    assert len(nodes) == len(rows.nodes) + len(migrations())
    assert len(links) == len(rows.relationships)


def test_loading_twice_changes_nothing(graph: Any) -> None:
    load_all(graph, rows_of(town()))
    before = everything(graph)
    done = load_all(graph, rows_of(town()[::-1]))
    assert everything(graph) == before
    assert (done.nodes_deleted, done.relationships_deleted) == (0, 0)


def test_an_incremental_load_leaves_what_a_rebuild_would(graph: Any) -> None:
    whole = town()
    load_all(graph, rows_of(whole))
    rebuilt = everything(graph)
    for part in (whole[:1], whole[1:], whole[:2], []):
        load_all(graph, rows_of(part))
    assert run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion RETURN n") == []
    load_all(graph, rows_of(whole[2:]))
    load_all(graph, rows_of(whole))
    assert everything(graph) == rebuilt


def test_what_only_a_removed_release_supported_goes_with_it(graph: Any) -> None:
    load_all(graph, rows_of(town()))
    done = load_all(graph, rows_of(town()[:2]))
    assert done.nodes_deleted == 4  # release, council, section, membership
    assert run(graph, "MATCH ()-[r:MEMBER_OF]->() RETURN r") == []


def test_a_changed_type_changes_the_label(graph: Any) -> None:
    load_all(graph, rows_of([release("a", "ひばり", {"ひばり": "company"})]))
    load_all(graph, rows_of([release("a", "ひばり", {"ひばり": "bank"})]))
    (record,) = run(graph, "MATCH (o:Organization) RETURN labels(o) AS labels")
    assert set(record["labels"]) == {"Kakehashi", "Organization", "Bank"}


def test_scores_and_what_others_keep_in_the_database_stay(graph: Any) -> None:
    load_all(graph, rows_of(town()))
    run(graph, "CREATE (:Organization {id: 'org:theirs', name: '他人'})-[:TIED_TO]->(:Person {id: 'theirs'})")
    run(graph, "MATCH (o:Kakehashi {id: 'org:code:272299'}) CREATE (o)-[:SCORED {rank: 1}]->"
               "(:Kakehashi:Analysis {id: 'analysis:x'})")
    load_all(graph, rows_of(town()[:1]))
    assert len(run(graph, "MATCH (:Organization {name: '他人'})-[r:TIED_TO]->(:Person) RETURN r")) == 1
    assert len(run(graph, "MATCH (:Municipality)-[r:SCORED {rank: 1}]->(:Analysis) RETURN r")) == 1


def test_hostile_names_are_only_names(graph: Any) -> None:
    text = f"{HOSTILE}と四條畷市"
    extraction = release(HOSTILE, text, {HOSTILE: "company", "四條畷市": "municipality"},
                         (agreement(HOSTILE, text, (HOSTILE, "四條畷市"), title=HOSTILE),), publisher=HOSTILE)
    run(graph, "CREATE (:Bystander)")
    rows = rows_of([extraction])
    done = load_all(graph, rows)
    assert done.refused == ()
    assert len(run(graph, "MATCH (o:Organization {name: $name}) RETURN o", name=HOSTILE)) == 1
    assert len(run(graph, "MATCH (n:Bystander) RETURN n")) == 1
    assert done.nodes_written == len(rows.nodes)


def test_hostile_labels_types_and_keys_are_refused(graph: Any) -> None:
    good = NodeRow("theme:a", ("Theme",), {"name": "a"})
    rows = Rows(
        (good, NodeRow("org:x", ("Organization", "Company) DETACH DELETE n //"), {}),
         NodeRow("theme:b", ("Theme",), {"name": "half \ud800 a character"})),
        (RelationshipRow("ABOUT", "theme:a", "tie:none"),
         RelationshipRow("TIED_TO]->() DELETE r //", "theme:a", "theme:a"),
         RelationshipRow("PARTY_TO", "theme:a", "theme:a", {"role: 1}) //": "x"})))
    done = load_all(graph, rows)
    reasons = sorted(r.reason for r in done.refused)
    assert len(reasons) == 5
    assert "missing endpoint tie:none" in reasons
    assert (done.nodes_written, done.relationships_written) == (1, 0)


def test_a_row_that_the_server_refuses_takes_no_other_with_it(graph: Any) -> None:
    themes = tuple(NodeRow(f"theme:{n}", ("Theme",), {"name": str(n)}) for n in range(5))
    too_long = NodeRow("theme:" + "長" * 20_000, ("Theme",), {"name": "long"})
    done = load_all(graph, Rows((*themes, too_long), ()))
    assert done.nodes_written == 5
    assert [r.reason.startswith("Neo4j: ") for r in done.refused] == [True]


def test_the_schema_is_made_once_and_a_newer_one_is_left_alone(graph: Any) -> None:
    assert migrate(graph.driver, graph.database) == [m.id for m in migrations()]
    assert migrate(graph.driver, graph.database) == []
    names = {r["name"] for r in run(graph, "SHOW INDEXES YIELD name RETURN name")}
    assert {"kakehashi_id", "kakehashi_organization_names", "kakehashi_release_titles"} <= names
    run(graph, "CREATE (:Kakehashi:SchemaVersion {id: 'schema:9999_future'})")
    with pytest.raises(SchemaTooNew, match="9999_future"):
        migrate(graph.driver, graph.database)


def test_names_and_titles_are_found_by_their_words(graph: Any) -> None:
    load_all(graph, rows_of(town()))
    run(graph, "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    found = run(graph, "CALL db.index.fulltext.queryNodes('kakehashi_organization_names', 'ひばり') YIELD node "
                       "RETURN node.name AS name")
    assert [r["name"] for r in found] == ["株式会社ひばり商会"]


def test_a_corrected_title_replaces_the_old_one(graph: Any) -> None:
    first = town()[0]
    load_all(graph, rows_of([first]))
    plain = replace(first, document=replace(first.document, title=None))
    load_all(graph, rows_of([plain]))
    (record,) = run(graph, "MATCH (r:Release) RETURN properties(r) AS p")
    assert "title" not in record["p"]


def test_a_refused_row_is_told_by_every_load_until_it_can_be_written(graph: Any) -> None:
    bad = NodeRow("theme:" + "長" * 20_000, ("Theme",), {"name": "long"})
    tie = NodeRow("tie:1", ("Tie",), {"kind": "partnership", "status": "concluded"})
    about = (RelationshipRow("ABOUT", "tie:1", bad.id), RelationshipRow("ABOUT", "tie:1", "theme:short"))
    rows = Rows((NodeRow("theme:short", ("Theme",), {"name": "short"}), bad, tie), about)
    for _ in range(2):
        done = load_all(graph, rows)
        assert sorted(r.reason[:17] for r in done.refused) == ["Neo4j: Property v", "missing endpoint "], done.refused
        assert (done.nodes_written, done.relationships_written) == (2, 1)
    short = NodeRow(bad.id[:100], ("Theme",), {"name": "long"})
    done = load_all(graph, Rows((rows.nodes[0], short, tie), (about[1], RelationshipRow("ABOUT", "tie:1", short.id))))
    assert (done.nodes_written, done.relationships_written, done.refused) == (3, 2, ())


@pytest.mark.parametrize("after", [0, 20, 10_000])
def test_of_two_loads_at_once_the_later_one_holds_and_the_other_says_so(graph: Any, after: int) -> None:
    rows, begun = rows_of(town()), list[int]()
    later = rows_of(town()[1:])

    def meanwhile(at: int, of: int) -> None:
        if at >= min(after, of) and not begun:
            begun.append(at)
            load_all(graph, later)

    with pytest.raises(LoadUnfinished, match="another load has begun meanwhile"):
        load(graph.driver, graph.database, rows, meanwhile)
    found = everything(graph)
    assert begun and len(found[1]) == len(later.relationships)
    run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
    load_all(graph, later)
    assert found == everything(graph)


class Killed(Exception):
    """A load that is broken off."""


def is_marked(graph: Any) -> bool:
    """Whether a load of a part is refused, as somebody has to look at every row first."""
    try:
        load_part(graph.driver, graph.database, Facts(), Scope())
    except LoadUnfinished:
        return True
    return False


def told(rows: Rows, word: str) -> Rows:
    """The same nodes and relationships, of which each says something else."""
    nodes = (replace(one, properties={**one.properties, "name": word}) for one in rows.nodes)
    links = (replace(one, properties={**one.properties, "title": word}) for one in rows.relationships)
    return Rows(tuple(nodes), tuple(links))


def two_at_once(graph: Any, earlier: Rows, later: Rows, at: int, ends: int | None, goes_on: bool) -> None:
    """The earlier load stops at a step that it reports, the later one then runs to its end, or is killed where it `ends`;
    then the earlier one `goes_on`, or is killed."""
    def killed(left: int) -> Callable[[int, int], None]:
        steps = iter(range(left))

        def step(_done: int, _of: int) -> None:
            if next(steps, None) is None:
                raise Killed

        return step

    steps = iter(range(at + 1))

    def meanwhile(_done: int, _of: int) -> None:
        if next(steps, None) != at:
            return
        if ends is None:
            load_all(graph, later)
        else:
            with pytest.raises(Killed):
                load(graph.driver, graph.database, later, killed(ends))
        if not goes_on:
            raise Killed

    with pytest.raises(LoadUnfinished if goes_on else Killed):
        load(graph.driver, graph.database, earlier, meanwhile)


@pytest.mark.parametrize("ends", [None, 3])
@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("at", [0, 4])
def test_whichever_of_two_loads_ends_or_is_killed_first_the_next_makes_it_good(
        graph: Any, monkeypatch: pytest.MonkeyPatch, at: int, goes_on: bool, ends: int | None) -> None:
    monkeypatch.setattr("graph.loader.BATCH", 5)
    whole = rows_of(town())
    rows = {word: told(whole, word) for word in ("before", "earlier", "later")}
    wanted = {}
    for word, one in rows.items():
        load_all(graph, one)
        wanted[word] = everything(graph)
    load_all(graph, rows["before"])
    two_at_once(graph, rows["earlier"], rows["later"], at, ends, goes_on)
    if ends is None:
        assert everything(graph) == wanted["later"], "nothing of the earlier one is left, or came after"
    assert is_marked(graph) == (ends is not None)
    for word in ("earlier", "before"):
        load_all(graph, rows[word])
        assert everything(graph) == wanted[word]
        assert not is_marked(graph)


@pytest.mark.parametrize("then", ["earlier", "later"])
def test_a_load_that_is_killed_after_a_later_one_ended_leaves_nothing_half_done(
        graph: Any, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    monkeypatch.setattr("graph.loader.BATCH", 5)
    whole = rows_of(town())
    rows = {word: told(whole, word) for word in ("earlier", "later")}
    load_all(graph, rows[then])
    wanted, steps = everything(graph), list[int]()
    load_all(graph, whole)

    def meanwhile(at: int, _of: int) -> None:
        steps.append(at)
        if len(steps) == 1:
            load_all(graph, rows["later"])
        if at > len(whole.nodes):  # some of its nodes are there, and not all that belongs to them
            raise Killed

    with pytest.raises((LoadUnfinished, Killed)):
        load(graph.driver, graph.database, rows["earlier"], meanwhile)
    load_all(graph, rows[then])
    assert everything(graph) == wanted


def test_a_load_of_a_part_takes_nothing_from_one_that_is_under_way(graph: Any) -> None:
    rows, refused = rows_of(town()), list[bool]()
    load(graph.driver, graph.database, rows, lambda at, of: refused.append(is_marked(graph)))
    assert refused and all(refused)
    assert not is_marked(graph)


def test_a_load_of_a_part_writes_nothing_once_another_has_begun(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph import loader

    rows, fingerprints = rows_of(town()), loader._fingerprints
    load_all(graph, rows)
    later, earlier = told(rows, "later"), [replace(one, document=replace(one.document, title="earlier")) for one in town()]

    def meanwhile(*given: Any) -> Any:
        found = fingerprints(*given)
        monkeypatch.setattr(loader, "_fingerprints", fingerprints)
        load_all(graph, later)
        return found

    monkeypatch.setattr(loader, "_fingerprints", meanwhile)
    with pytest.raises(LoadUnfinished, match="another load has begun meanwhile"):
        load_part(graph.driver, graph.database, facts_in(earlier), nodes("release:a", "release:b", "release:c"))
    found = everything(graph)
    load_all(graph, later)
    assert found == everything(graph)


@pytest.mark.parametrize("properties", [{"amount": 2**63}, {"amount": [1, -2**70]}, {"half \ud800": "a"}, {"names": ("\ud800",)},
                                        {"amount": {"yen": 1}}, {"names": [None]}, {"": "a"}, {"amount": Fraction(1, 3)}])
def test_a_value_that_no_server_could_hold_takes_no_other_row_with_it(graph: Any, properties: dict[str, Any]) -> None:
    good = (NodeRow("theme:a", ("Theme",), {"name": "a"}), NodeRow("tie:a", ("Tie",), {"kind": "partnership"}))
    links = (RelationshipRow("ABOUT", "tie:a", "theme:a", {}, {"weight": 1}), RelationshipRow("ABOUT", "tie:a", "theme:a", {}, properties))
    done = load_all(graph, Rows((*good, NodeRow("theme:b", ("Theme",), properties)), links[:1]))
    assert [r.item for r in done.refused] == ["theme:b"]
    assert (done.nodes_written, done.relationships_written) == (2, 1)
    done = load_all(graph, Rows(good, links[1:]))
    assert [r.item for r in done.refused] == ["tie:a ABOUT theme:a"]
    assert done.nodes_written == 2


@pytest.mark.parametrize("role", [None, ["party"], {"role": "party"}, "\ud800"])
def test_a_key_that_is_no_plain_value_is_refused(graph: Any, role: Any) -> None:
    good = (NodeRow("org:a", ("Organization",), {"name": "a"}), NodeRow("tie:a", ("Tie",), {"kind": "partnership"}))
    done = load_all(graph, Rows(good, (RelationshipRow("PARTY_TO", "org:a", "tie:a", {"role": role}),
                                       RelationshipRow("PARTY_TO", "org:a", "tie:a", {"role": "party"}))))
    assert (len(done.refused), done.nodes_written, done.relationships_written) == (1, 2, 1)


def test_a_row_given_twice_is_there_once(graph: Any) -> None:
    rows = rows_of(town())
    load_all(graph, Rows(rows.nodes, (*rows.relationships, *rows.relationships)))
    assert len(everything(graph)[1]) == len(rows.relationships)


def test_what_another_program_made_under_an_id_of_ours_becomes_ours(graph: Any) -> None:
    rows = rows_of(town())
    load_all(graph, rows)
    wanted = everything(graph)
    for kind in ("NAMES", "PARTY_TO"):
        run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
        link = next(r for r in rows.relationships if r.type == kind)
        run(graph, f"CREATE (:Kakehashi {{id: $a}})-[r:{kind}]->(:Kakehashi {{id: $b}}) SET r = $key",
            a=link.start, b=link.end, key=dict(link.key))
        load_all(graph, rows)
        assert everything(graph) == wanted


@pytest.mark.parametrize("name", ["x: 1}) DETACH DELETE n //", "名"])
def test_a_hostile_name_of_a_property_is_only_a_name(graph: Any, name: str) -> None:
    done = load_all(graph, Rows((NodeRow("theme:a", ("Theme",), {name: "a"}),), ()))
    assert (done.nodes_written, done.refused) == (1, ())
    assert run(graph, "MATCH (n:Theme) RETURN properties(n) AS p")[0]["p"][name] == "a"


def test_an_unchanged_node_is_not_written_again(graph: Any) -> None:
    load_all(graph, rows_of(town()))
    assert load_all(graph, rows_of(town())).changed == 0
    one = town()
    one[0] = replace(one[0], document=replace(one[0].document, title="別の見出し"))
    assert load_all(graph, rows_of(one)).changed == 1


@pytest.mark.parametrize("released", range(len(migrations()) + 1))
def test_a_graph_of_any_released_schema_comes_forward(graph: Any, released: int) -> None:
    for migration in migrations()[:released]:
        for statement in migration.statements:
            run(graph, statement)
        run(graph, "MERGE (v:Kakehashi {id: $id}) SET v:SchemaVersion, v.number = $number", id=migration.id,
            number=migration.number)
    # what an older version wrote has no fingerprints, and something that this one writes otherwise
    if released:
        run(graph, "CREATE (:Kakehashi:Organization:Company {id: 'org:code:272299', name: '旧い名'})-[:TIED_TO]->"
                   "(:Kakehashi:Organization {id: 'org:name:gone', name: '無い'})")
    load_all(graph, rows_of(town()))
    assert {r["id"] for r in run(graph, "MATCH (v:SchemaVersion) RETURN v.id AS id")} == {m.id for m in migrations()}
    names = {r["name"] for r in run(graph, "SHOW INDEXES YIELD name RETURN name")}
    assert {"kakehashi_id", "kakehashi_tie_latest", "kakehashi_brokered_tie"} <= names
    found = everything(graph)
    run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
    load_all(graph, rows_of(town()))
    assert found == everything(graph)


@pytest.mark.parametrize("again", [False, True])
def test_what_was_sent_is_let_go_of_before_the_next_is(graph: Any, monkeypatch: pytest.MonkeyPatch, again: bool) -> None:
    monkeypatch.setattr("graph.loader.BATCH", 250)
    first, later = (Rows(tuple(NodeRow(f"theme:{n}", ("Theme",), {"name": f"{word} {n}"}) for n in range(3_000)), ())
                    for word in ("first", "later"))
    held = list[int]()
    if again:
        load_all(graph, first)
    load(graph.driver, graph.database, later, lambda done, of: held.append(len(gc.get_objects())))
    assert len(held) > 10
    assert held[-1] - held[0] < len(later.nodes) / 2


@pytest.mark.parametrize("change", ["", "SET r.sentence = 'x'", "SET s.sentence = 'x'", "SET r.sentence = 'x', s.sentence = 'x'"])
def test_what_another_program_made_a_second_time_is_there_once_after_a_rebuild(graph: Any, change: str) -> None:
    rows = rows_of(town())
    load_all(graph, rows)
    wanted = everything(graph)
    for kind in ("STATES", "PARTY_TO"):
        run(graph, f"MATCH (a)-[r:{kind}]->(b) WITH a, r, b LIMIT 1 CREATE (a)-[s:{kind}]->(b) SET s = properties(r) {change}")
        assert everything(graph) != wanted
        done = load(graph.driver, graph.database, rows, whole=True)
        assert everything(graph) == wanted
        assert (done.relationships_deleted, done.relationships_written, done.refused) == (1, len(rows.relationships), ())


@pytest.mark.parametrize(("there", "wanted", "is_sent"), [
    (date(2019, 6, 3), date(2019, 6, 3), False), (date(2019, 6, 3), date(2019, 6, 4), True), (True, 1, True), (1, True, True),
    (["a", "b"], ("a", "b"), False), (["a", "b"], ("b", "a"), True), ("a", "b", True), (1.5, 1.5, False)])
def test_only_relationships_that_do_not_stand_as_they_are_wanted_are_sent(
        graph: Any, monkeypatch: pytest.MonkeyPatch, there: Any, wanted: Any, is_sent: bool) -> None:
    from graph import loader

    nodes = (NodeRow("org:a", ("Organization",), {"name": "a"}), NodeRow("tie:a", ("Tie",), {"kind": "partnership"}))
    before, after = (Rows(nodes, (RelationshipRow("PARTY_TO", "org:a", "tie:a", {"role": "party"}, {"said": value}),
                                  RelationshipRow("PARTY_TO", "org:a", "tie:a", {"role": "broker"}, {"said": "a"})))
                     for value in (there, wanted))
    load_all(graph, before)
    sent, write = list[Any](), loader._write

    def watched(hand: Any, cypher: str, batch: Any, *given: Any) -> Any:
        sent.extend(batch)
        return write(hand, cypher, batch, *given)

    monkeypatch.setattr(loader, "_write", watched)
    done = load(graph.driver, graph.database, after, whole=True)
    assert [one.key["role"] for one in sent if isinstance(one, RelationshipRow)] == ["party"] * is_sent
    assert (done.relationships_written, done.relationships_deleted, done.refused) == (2, 0, ())
    (record,) = run(graph, "MATCH ()-[r:PARTY_TO {role: 'party'}]->() RETURN r.said AS said")
    assert record["said"] == (list(wanted) if isinstance(wanted, tuple) else wanted)
    assert isinstance(record["said"], bool) == isinstance(wanted, bool)


def test_a_node_that_is_refused_keeps_what_belongs_to_it_and_is_made_good_later(graph: Any) -> None:
    def rows(word: str, *, about: bool) -> Rows:
        nodes = (NodeRow("theme:a", ("Theme",), {"name": "a"}), NodeRow("org:a", ("Organization",), {"name": "a"}),
                 NodeRow("tie:a", ("Tie",), {"kind": word}))
        links = (RelationshipRow("PARTY_TO", "org:a", "tie:a", {"role": "party"}),
                 *([RelationshipRow("ABOUT", "tie:a", "theme:a")] if about else ()))
        return Rows(nodes, links)

    load_all(graph, rows("partnership", about=True))
    wanted = everything(graph)
    for about in (True, False):
        for _ in range(2):
            done = load_all(graph, rows("half \ud800", about=about))
            assert [one.item for one in done.refused] == ["tie:a"], "no other row with it"
        assert (done.nodes_written, done.relationships_written) == (2, 1 + about)
        assert [record["kind"] for record in run(graph, "MATCH (t:Tie) RETURN t.kind AS kind")] == ["partnership"]
        load_all(graph, rows("partnership", about=True))
        assert everything(graph) == wanted


def test_what_belongs_to_a_node_is_found_by_the_index_however_small_the_graph_was(
        graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph import loader

    rows = rows_of(town())
    load_all(graph, rows)
    run(graph, "CALL db.clearQueryCaches()")
    with statements(monkeypatch) as asked:
        load(graph.driver, graph.database, rows, whole=True)

    def operators(plan: dict[str, Any]) -> list[str]:
        return [plan["operatorType"], *(one for child in plan.get("children", ()) for one in operators(child))]

    run(graph, "CALL db.clearQueryCaches()")
    with graph.driver.session(database=graph.database) as session:
        plans = [operators(session.run(f"EXPLAIN {query}", named).consume().plan) for query, named in asked.items()
                 if "$owners" in query]
        plans.append(operators(session.run(f"EXPLAIN {loader._OF_TIES}{loader._STANDING}", ties=[]).consume().plan))
    assert len(plans) > 10
    assert not [one for plan in plans for one in plan if "Scan" in one]


# --- shortcuts -------------------------------------------------------------------------------------------------------

MEMBERSHIP = "四條畷市はみどり協議会の会員です。"


def membership(*, amount: int | None = None, status: str = "concluded") -> Extraction:
    """The city is a member of a council."""
    said = Statement("m", "membership", status, (Party("みどり協議会", "collective"), Party("四條畷市", "member")),
                     evidence=(Span(0, len(MEMBERSHIP)),), amount_yen=amount)
    return release("m", MEMBERSHIP, {"みどり協議会": "council", "四條畷市": "municipality"}, (said,), codes={"四條畷市": "272299"})


def both_named() -> Extraction:
    """A release that names the city and the council and says of no tie."""
    return release("z", MEMBERSHIP, {"みどり協議会": "council", "四條畷市": "municipality"}, codes={"四條畷市": "272299"})


def shortcuts(graph: Any) -> list[Any]:
    """All MEMBER_OF and FOUNDED, with what they say."""
    return [link for link in everything(graph)[1] if link[1] in ("MEMBER_OF", "FOUNDED")]


@pytest.mark.parametrize("then", ["gone", "cancelled", "sound"])
def test_a_shortcut_of_a_tie_that_is_refused_is_told_and_not_written(graph: Any, then: str) -> None:
    resolver = Resolver(PLACES)
    resolver.update([both_named()])
    load_all(graph, all_rows(resolver.facts))
    change = resolver.update([membership(amount=10**30)])
    (tie,) = resolver.facts.ties
    for done in (load_part(graph.driver, graph.database, resolver.facts, change.scope), load_all(graph, all_rows(resolver.facts))):
        (short,) = (refused for refused in done.refused if "MEMBER_OF" in refused.item)
        assert short.reason == f"missing endpoint {tie}"
        # the tie, its two parties, its shortcut, and what the release says of it
        assert len(done.refused) == 5 and done.relationships_sent - done.relationships_written == 4
        assert shortcuts(graph) == []
    change = {"gone": lambda: resolver.update([], ["doc:m"]), "cancelled": lambda: resolver.update([membership(status="cancelled")]),
              "sound": lambda: resolver.update([membership(amount=10)])}[then]()
    assert load_part(graph.driver, graph.database, resolver.facts, change.scope).refused == ()
    assert len(shortcuts(graph)) == (then == "sound")
    stepwise = everything(graph)
    assert load(graph.driver, graph.database, all_rows(resolver.facts), whole=True).changed == 0
    assert everything(graph) == stepwise


@pytest.mark.parametrize("then", ["gone", "cancelled"])
@pytest.mark.parametrize("how", ["part", "load", "rebuild"])
def test_a_shortcut_whose_tie_another_program_took_away_goes_when_the_tie_does(graph: Any, then: str, how: str) -> None:
    resolver = Resolver(PLACES)
    resolver.update([both_named(), membership()])
    load_all(graph, all_rows(resolver.facts))
    run(graph, "MATCH (t:Tie) DETACH DELETE t")
    assert len(shortcuts(graph)) == 1
    change = resolver.update([], ["doc:m"]) if then == "gone" else resolver.update([membership(status="cancelled")])
    if how == "part":
        load_part(graph.driver, graph.database, resolver.facts, change.scope)
    else:
        load(graph.driver, graph.database, all_rows(resolver.facts), whole=how == "rebuild")
    assert shortcuts(graph) == []
    stepwise = everything(graph)
    run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
    load_all(graph, all_rows(resolver.facts))
    assert everything(graph) == stepwise


@pytest.mark.parametrize("said", ["{tie: 'tie:none', since: '2019'}", "{tie: 'none'}", "{tie: ['tie:none']}", "{tie: 1}", "{}"])
@pytest.mark.parametrize("how", ["load", "rebuild", "broken off"])
def test_shortcuts_of_no_tie_that_another_program_made_go(graph: Any, said: str, how: str) -> None:
    rows = rows_of(town())
    load_all(graph, rows)
    wanted = everything(graph)
    run(graph, f"MATCH (a:Municipality), (b:Council) CREATE (a)-[:FOUNDED {said}]->(b), (b)-[:MEMBER_OF {said}]->(a)")
    if how == "broken off":
        run(graph, "CREATE (:Kakehashi:UnfinishedLoad {id: 'load:unfinished'})")
    done = load(graph.driver, graph.database, rows, whole=how == "rebuild")
    if how == "load" and "none'" not in said.partition("[")[0]:
        # what carries no text can be no tie's id: only who looks at every row finds it
        assert done.relationships_deleted == 0
        done = load(graph.driver, graph.database, rows, whole=True)
    assert (done.relationships_deleted, done.changed, done.refused) == (2, 0, ())
    assert everything(graph) == wanted


# --- refused until now -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("first", ["whole", "part"])
def test_with_an_organisation_that_was_refused_comes_all_that_names_it(graph: Any, first: str) -> None:
    facts = facts_in(town())
    every = all_rows(facts)
    load_all(graph, every)
    wanted = everything(graph)
    for one, sound in sorted(facts.organizations.items()):
        run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
        facts.organizations[one] = replace(sound, name="half \ud800")
        if first == "whole":
            load_all(graph, all_rows(facts))
        else:
            load_part(graph.driver, graph.database, facts, Scope(
                frozenset(node.id for node in every.nodes),
                frozenset((link.start, link.end) for link in every.relationships if link.type == "TIED_TO")))
        assert everything(graph) != wanted
        facts.organizations[one] = sound
        assert load_part(graph.driver, graph.database, facts, nodes(one)).refused == ()
        assert everything(graph) == wanted, sound.name


# --- themes ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("taken", ["MATCH (:Tie)-[r:ABOUT]->() DELETE r", "MATCH (t:Tie) DETACH DELETE t"])
@pytest.mark.parametrize("then", ["changed", "gone"])
def test_a_theme_that_another_program_left_alone_goes_when_no_tie_is_about_it(graph: Any, taken: str, then: str) -> None:
    resolver, one = Resolver(PLACES), signing(1)
    resolver.update([one, both_named()])
    load_all(graph, all_rows(resolver.facts))
    run(graph, taken)
    assert len(run(graph, "MATCH (t:Theme) RETURN t")) == 1
    other = replace(one, statements=tuple(replace(s, themes=("観光",)) for s in one.statements))
    change = resolver.update([other]) if then == "changed" else resolver.update([], [one.document.id])
    load_part(graph.driver, graph.database, resolver.facts, change.scope)
    assert [r["id"] for r in run(graph, "MATCH (t:Theme) RETURN t.id AS id")] == ["theme:観光"] * (then == "changed")
    stepwise = everything(graph)
    load(graph.driver, graph.database, all_rows(resolver.facts), whole=True)
    assert [one for one in everything(graph)[0] if one[0].startswith("theme:")] == [
        one for one in stepwise[0] if one[0].startswith("theme:")]


# --- TIED_TO ---------------------------------------------------------------------------------------------------------

CITY = "org:code:272299"


def joined(graph: Any) -> list[Any]:
    """All TIED_TO, with what they say."""
    return [link for link in everything(graph)[1] if link[1] == "TIED_TO"]


def signing(number: int, *, date: str | None = None) -> Extraction:
    """The city and one of many firms agree."""
    firm = f"株式会社第{number}商会"
    text = f"四條畷市と{firm}は協定を締結しました。"
    return release(f"n{number}", text, {"四條畷市": "municipality", firm: "company"},
                   (agreement(f"n{number}", text, ("四條畷市", firm), date=date),), codes={"四條畷市": "272299"})


@pytest.mark.parametrize("done", ["", "SET r.weight = 9.0", "SET r.said = 'x'", "SET r.first = ['2019']", "REMOVE r.ties", "DELETE r",
                                  "CREATE (a)-[s:TIED_TO]->(b) SET s = properties(r)", "CREATE (b)-[:TIED_TO]->(a)",
                                  "CREATE (a)-[s:TIED_TO]->(b) SET s = properties(r), r.weight = 9.0",
                                  "WITH r MATCH (p:Person), (o:Organization {id: 'org:code:272299'}) CREATE (o)-[:TIED_TO]->(p)"])
@pytest.mark.parametrize("whole", [False, True])
def test_every_load_of_all_mends_what_joins_pairs(graph: Any, done: str, whole: bool) -> None:
    rows = rows_of(town())
    load_all(graph, rows)
    wanted = everything(graph)
    run(graph, f"MATCH (a)-[r:TIED_TO]->(b) WITH a, r, b ORDER BY a.id, b.id LIMIT 1 {done or 'RETURN r'}")
    assert (everything(graph) == wanted) == (not done)
    report = load(graph.driver, graph.database, rows, whole=whole)
    assert everything(graph) == wanted
    assert (report.changed + report.relationships_deleted > 0) == bool(done)
    assert (report.relationships_written, report.refused) == (len(rows.relationships), ())


def test_a_rebuild_makes_a_day_of_what_only_looks_like_one(graph: Any) -> None:
    rows = rows_of([signing(1, date="2019-06-24")])
    load_all(graph, rows)
    wanted = everything(graph)
    run(graph, "MATCH ()-[r:TIED_TO]->() SET r.first = toString(r.first)")
    assert everything(graph) != wanted
    assert load(graph.driver, graph.database, rows, whole=True).changed == 1
    assert everything(graph) == wanted


def test_the_next_tie_of_an_organisation_costs_none_of_its_others(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:

    before, after = ([signing(number) for number in range(most)] for most in (60, 61))
    load_all(graph, rows_of(before))
    facts = facts_in(after)
    (firm,) = {one for one, o in facts.organizations.items() if o.name == "株式会社第60商会"}
    (tie,) = facts.ties_of[firm]
    scope = Scope(frozenset({firm, tie, "release:n60"}), frozenset({(CITY, firm)}))
    with statements(monkeypatch) as asked:
        done = load_part(graph.driver, graph.database, facts, scope)
    assert done.refused == ()
    assert [link.type for link in some_rows(facts, scope).relationships].count("TIED_TO") == 1
    assert not [query for query in asked if "$owners" in query], "nothing was there that could be stale"
    assert len([query for query in asked if "$ties" in query]) == 1
    (question,) = [query for query in asked if "$pairs" in query]

    def operators(plan: dict[str, Any]) -> list[tuple[str, int]]:
        return [(plan["operatorType"].partition("@")[0], plan.get("args", {}).get("DbHits", 0)),
                *(one for child in plan.get("children", ()) for one in operators(child))]

    with graph.driver.session(database=graph.database) as session:
        plan = session.run(f"PROFILE {question}", asked[question]).consume().profile
    assert [name for name, _ in operators(plan) if "Seek" in name] == ["NodeUniqueIndexSeek"] * 2
    assert [name for name, _ in operators(plan) if "Expand" in name] == ["OptionalExpand(Into)"]
    assert sum(hits for _, hits in operators(plan)) < 30, "the city's sixty others are not gone through"
    stepwise = everything(graph)
    run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
    load_all(graph, all_rows(facts))
    assert everything(graph) == stepwise


def test_a_pair_that_is_asked_for_alone_comes_changes_and_goes(graph: Any) -> None:
    one, again = signing(1), replace(signing(1, date="2019-06-01"), document=replace(signing(1).document, id="doc:again"))
    again = replace(again, statements=tuple(replace(s, id="again") for s in again.statements))
    histories = [[signing(2)], [signing(2), one], [signing(2), one, again], [signing(2), one], [signing(2)]]
    (firm,) = {o.id for o in facts_in([one]).organizations.values()} - {CITY}
    load_all(graph, rows_of([one, again, signing(2)]))
    run(graph, "MATCH ()-[r:TIED_TO]->() DELETE r")
    for told in [*histories, *histories]:
        facts = facts_in(told)
        load_part(graph.driver, graph.database, facts, Scope(pairs=frozenset({(CITY, firm), (CITY, "org:none")})))
        wanted = [r for r in all_rows(facts).relationships if r.type == "TIED_TO" and r.end == firm]
        assert [dict(r[3])["ties"] for r in joined(graph)] == [r.properties["ties"] for r in wanted]


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("first", ["whole", "part"])
@pytest.mark.parametrize("then", ["whole", "part"])
def test_what_joins_an_organisation_that_was_refused_comes_as_soon_as_it_is_written(
        graph: Any, end: int, first: str, then: str) -> None:
    facts = facts_in([signing(number) for number in range(3)])
    load_all(graph, all_rows(facts))
    wanted = everything(graph)
    pair = sorted((link.start, link.end) for link in all_rows(facts).relationships if link.type == "TIED_TO")[1]
    one = pair[end]
    sound = facts.organizations[one]
    run(graph, "MATCH (n:Kakehashi) WHERE NOT n:SchemaVersion DETACH DELETE n")
    facts.organizations[one] = replace(sound, name="half \ud800")
    if first == "whole":
        done = load_all(graph, all_rows(facts))
    else:
        rows = all_rows(facts)
        done = load_part(graph.driver, graph.database, facts, Scope(
            frozenset(node.id for node in rows.nodes),
            frozenset((link.start, link.end) for link in rows.relationships if link.type == "TIED_TO")))
    assert one in {refused.item for refused in done.refused}
    assert f"{pair[0]} TIED_TO {pair[1]}" in {refused.item for refused in done.refused}
    assert all("missing endpoint" in refused.reason or "one of its ends is not in the graph" in refused.reason
               for refused in done.refused if refused.item != one)
    facts.organizations[one] = sound
    if then == "part":
        done = load_part(graph.driver, graph.database, facts, nodes(one))
        assert done.refused == () and joined(graph) == [link for link in wanted[1] if link[1] == "TIED_TO"]
    assert load_all(graph, all_rows(facts)).refused == ()
    assert everything(graph) == wanted
    assert load_all(graph, all_rows(facts)).changed == 0


def test_two_organisations_that_were_refused_are_joined_by_the_load_of_the_second(graph: Any) -> None:
    facts = facts_in([signing(1)])
    sound = dict(facts.organizations)
    facts.organizations.update({one: replace(o, name="half \ud800") for one, o in sound.items()})
    load_all(graph, all_rows(facts))
    for number, one in enumerate(sorted(sound), 1):
        facts.organizations[one] = sound[one]
        done = load_part(graph.driver, graph.database, facts, nodes(one))
        # what joins the first with the other, its place in the tie, its name in the release
        assert len(done.refused) == 3 * (2 - number)
        assert len(joined(graph)) == number - 1


@pytest.mark.parametrize("council", ["org:council", "org:0", "org:5"])
def test_each_tie_of_many_organisations_is_looked_at_once(monkeypatch: pytest.MonkeyPatch, council: str) -> None:
    members = [f"org:{number}" for number in range(1, 60)]
    facts = Facts()
    for number, some in enumerate((members, members[:2]), 1):
        parties = (TieParty(council, "collective"), *(TieParty(one, "member") for one in some))
        facts.put_tie(Tie(f"tie:{number}", "membership", "concluded", parties, (f"s{number}",)))
    looked = list[Tie]()

    def watched(tie: Tie) -> Any:
        looked.append(tie)
        return pairs_of(tie)

    monkeypatch.setattr("graph.projection.pairs_of", watched)
    for some in (members, members[:1], [council], [*members, council], ["org:none"]):
        looked.clear()
        found = pairs_with(facts, some)
        assert found == {pair for tie in facts.ties.values() for pair in pairs_of(tie) if not set(some).isdisjoint(pair)}
        assert len({tie.id for tie in looked}) == len(looked) <= 2
