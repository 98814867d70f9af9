"""From a real graph to frames of a slice and to scores beside the facts."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

from graph.brokerage import rank_intermediaries
from graph.frames import Frames, Slice, read_frames
from graph.scores import analysis_id, measure

ORGANIZATIONS = [
    ("org:c1", "行田市", "municipality", "public", "埼玉県"),
    ("org:c2", "岡崎市", "municipality", "public", "愛知県"),
    ("org:f1", "みどり食品", "company", "private", "埼玉県"),
    ("org:f2", "あさひ電工", "company", "private", "愛知県"),
    ("org:desk", "かけはし窓口", "platform", "hybrid", None),
    ("org:hub", "全国ストア", "company", "private", "東京都"),
]
# id, kind, status, earliest, latest, level, theme, parties
TIES: list[tuple[str, str, str, str | None, str | None, str | None, str | None, dict[str, str]]] = [
    ("tie:1", "brokerage", "concluded", "2020-06-01", "2020-06-30", "evidenced", "防災・災害",
     {"desk": "broker", "c1": "connected", "f1": "connected"}),
    ("tie:2", "partnership", "concluded", "2020-04-01", "2021-03-31", None, "防災・災害",
     {"c1": "party", "f1": "party"}),
    ("tie:3", "partnership", "concluded", "2021-05-10", "2021-05-10", None, None, {"hub": "party", "c1": "party"}),
    ("tie:4", "partnership", "concluded", "2021-05-11", "2021-05-11", None, None, {"hub": "party", "c2": "party"}),
    ("tie:5", "business_alliance", "concluded", None, "2022-02-01", None, None, {"hub": "party", "f2": "party"}),
    ("tie:6", "brokerage", "planned", "2021-07-01", "2021-07-01", None, None,
     {"hub": "broker", "c2": "connected", "f2": "connected"}),
    ("tie:7", "partnership", "concluded", None, None, None, None, {"desk": "party", "c2": "party"}),
]
# claim, level, organisation, published
CLAIMS = [("claim:1", None, "desk", "2020-07-01"), ("claim:2", "claimed", "desk", "2021-07-01"),
          ("claim:3", "contracted", "desk", "2021-08")]


@pytest.fixture
def graph(neo4j: Any) -> Iterator[Any]:
    """The real server with a small country in it."""
    run = neo4j.driver.execute_query
    run("MATCH (n) DETACH DELETE n", database_=neo4j.database)
    run("UNWIND $rows AS r CREATE (o:Kakehashi:Organization {id: r[0]}) "
        "SET o.name = r[1], o.type = r[2], o.sector = r[3], o.prefecture = r[4]",
        rows=[list(o) for o in ORGANIZATIONS], database_=neo4j.database)
    for name, kind, status, earliest, latest, level, theme, parties in TIES:
        run("CREATE (t:Kakehashi:Tie {id: $name}) SET t.kind = $kind, t.status = $status, t.earliest = $earliest, "
            "t.latest = $latest, t.level = $level WITH t UNWIND $parties AS p "
            "MATCH (o:Kakehashi {id: 'org:' + p[0]}) CREATE (o)-[:PARTY_TO {role: p[1]}]->(t)",
            name=name, kind=kind, status=status, earliest=earliest and date.fromisoformat(earliest),
            latest=latest and date.fromisoformat(latest), level=level, parties=[list(p) for p in parties.items()],
            database_=neo4j.database)
        if theme:
            run("MATCH (t:Kakehashi {id: $name}) MERGE (x:Kakehashi:Theme {id: 'theme:' + $theme, name: $theme}) "
                "CREATE (t)-[:ABOUT]->(x)", name=name, theme=theme, database_=neo4j.database)
    for claim, level, organization, published in CLAIMS:
        run("MATCH (o:Kakehashi {id: 'org:' + $organization}) CREATE (:Kakehashi:Release {id: 'release:' + $claim, "
            "published: $published})-[:STATES]->(c:Kakehashi:Claim {id: $claim, kind: 'intermediary'})"
            "-[:CLAIMED_OF]->(o) SET c.level = $level", claim=claim, level=level, organization=organization,
            published=published, database_=neo4j.database)
    yield neo4j
    run("MATCH (n) DETACH DELETE n", database_=neo4j.database)


def frames(graph: Any, **chosen: Any) -> Frames:
    return read_frames(graph.driver, graph.database, Slice(**chosen))


def ties(graph: Any, **chosen: Any) -> list[str]:
    return [str(name) for name in frames(graph, **chosen).ties["id"]]


def scored(graph: Any) -> pd.DataFrame:
    records = graph.driver.execute_query(
        "MATCH (o)-[s:SCORED]->(a:Kakehashi:Analysis) RETURN o.id AS id, a.id AS analysis, properties(s) AS scores "
        "ORDER BY analysis, id", database_=graph.database).records
    return pd.DataFrame([dict(r) for r in records], columns=["id", "analysis", "scores"])


def test_without_a_slice_everything_is_read(graph: Any) -> None:
    found = frames(graph)
    assert list(found.ties["id"]) == [t[0] for t in TIES]
    assert found.ties.loc[0, "earliest"] == "2020-06-01"
    assert found.ties.loc[6, "earliest"] is None
    assert list(found.organizations["id"]) == sorted(o[0] for o in ORGANIZATIONS)
    assert len(found.parties) == sum(len(t[7]) for t in TIES)
    assert found.left_out == 0


def test_a_planned_introduction_is_no_act_and_self_praise_counts_once(graph: Any) -> None:
    acts = frames(graph).broker_acts
    assert sorted(acts.itertuples(index=False, name=None), key=str) == [
        ("org:desk", "claimed", None), ("org:desk", "contracted", None), ("org:desk", "evidenced", "tie:1")]


def test_a_prefecture_takes_the_ties_that_one_of_its_organisations_has(graph: Any) -> None:
    assert ties(graph, prefecture="埼玉県") == ["tie:1", "tie:2", "tie:3"]
    assert "org:hub" in set(frames(graph, prefecture="埼玉県").organizations["id"])


def test_a_theme_takes_the_ties_about_it(graph: Any) -> None:
    assert ties(graph, theme="防災・災害") == ["tie:1", "tie:2"]
    assert ties(graph, theme="no such theme' OR true //") == []


def test_a_slice_of_time_takes_what_lies_in_it_and_counts_what_only_touches_it(graph: Any) -> None:
    # the fiscal year of tie:2 reaches into 2021; tie:7 has no date at all
    year = frames(graph, since="2020", until="2020")
    assert list(year.ties["id"]) == ["tie:1"]
    assert year.left_out == 3
    assert ties(graph, since="2020", until="2020", loose=True) == ["tie:1", "tie:2", "tie:5", "tie:7"]
    assert ties(graph, since="FY2020", until="FY2020") == ["tie:1", "tie:2"]
    assert ties(graph, until="2022-02") == ["tie:1", "tie:2", "tie:3", "tie:4", "tie:5", "tie:6"]
    assert ties(graph, since="2021-05-11") == ["tie:4", "tie:6"]


def test_self_descriptions_are_dated_by_their_release(graph: Any) -> None:
    acts = frames(graph, since="FY2020", until="FY2020").broker_acts
    assert sorted(map(str, acts["level"])) == ["claimed", "evidenced"]


def told(graph: Any, **chosen: Any) -> list[tuple[str, str | None]]:
    """Level and tie of the broker acts of a slice; all are the desk's or the hub's."""
    acts = frames(graph, **chosen).broker_acts
    return sorted(acts[["level", "tie"]].itertuples(index=False, name=None), key=str)


@pytest.fixture
def stating(graph: Any) -> Any:
    """The releases of the claims state ties as well: claim:1 tie:2, about 防災・災害, in 埼玉県; claim:3 the planned tie:6."""
    for claim, tie in (("claim:1", "tie:2"), ("claim:3", "tie:6")):
        graph.driver.execute_query("MATCH (r:Release {id: 'release:' + $claim}), (t:Tie {id: $tie}) CREATE (r)-[:STATES]->(t)",
                                   claim=claim, tie=tie, database_=graph.database)
    return graph


def test_what_somebody_says_of_itself_is_of_a_theme_where_its_release_tells_of_one(stating: Any) -> None:
    assert told(stating, theme="防災・災害") == [("claimed", None), ("evidenced", "tie:1")]
    assert frames(stating, theme="防災・災害").self_descriptions == {"claim:1"}
    stating.driver.execute_query("MATCH (:Release {id: 'release:claim:1'})-[s:STATES]->(:Tie) DELETE s", database_=stating.database)
    assert told(stating, theme="防災・災害") == [("evidenced", "tie:1")]


def test_what_somebody_says_of_itself_is_of_its_prefecture_or_that_of_a_tie_told_beside_it(stating: Any) -> None:
    assert told(stating, prefecture="埼玉県") == [("claimed", None), ("evidenced", "tie:1")]
    assert frames(stating, prefecture="埼玉県").self_descriptions == {"claim:1"}
    # tie:6 has a party in 愛知県; of what stands alone in its release nobody knows where it holds
    assert told(stating, prefecture="愛知県") == [("contracted", None)]
    assert told(stating, prefecture="埼玉県", theme="防災・災害") == [("claimed", None), ("evidenced", "tie:1")]
    stating.driver.execute_query("MATCH (o {id: 'org:desk'}) SET o.prefecture = '愛知県'", database_=stating.database)
    assert told(stating, prefecture="愛知県") == [("claimed", None), ("contracted", None), ("evidenced", "tie:1")]
    assert frames(stating, prefecture="愛知県").self_descriptions == {"claim:1", "claim:2", "claim:3"}


def test_what_came_about_is_no_act_among_what_is_planned(stating: Any) -> None:
    """The planned introduction is one there, and no more than words; what the desk says of itself counts beside a planned tie."""
    planned = {"statuses": frozenset({"planned"})}
    assert told(stating, **planned) == [("claimed", "tie:6"), ("contracted", None)]
    assert told(stating, **planned, since="2022") == []
    assert told(stating, statuses=frozenset({"ended"})) == []
    assert ("evidenced", "tie:1") in told(stating, statuses=frozenset({"concluded", "planned"}))


@pytest.mark.parametrize("wrong", ["last year", "2020-13", "2020-02-30", "20", "2020-1"])
def test_a_date_that_is_none_says_how_to_write_it(wrong: str) -> None:
    with pytest.raises(ValueError, match="FY2020"):
        Slice(since=wrong)


def test_a_slice_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="swap"):
        Slice(since="2021", until="2020")


def test_the_desk_that_introduced_somebody_precedes_the_hub(graph: Any) -> None:
    found = frames(graph)
    ranked = rank_intermediaries(found.organizations, found.ties, found.parties, found.broker_acts)
    assert list(ranked["name"])[:2] == ["かけはし窓口", "全国ストア"]


def test_scores_are_written_beside_the_facts_with_what_they_were_measured_on(graph: Any) -> None:
    frame = measure(graph.driver, graph.database, Slice(), "ledger-1")
    written = scored(graph).set_index("id")["scores"]
    assert set(written.index) == set(frame["id"])
    desk = frame.set_index("id").loc["org:desk"]
    assert written["org:desk"] == {c: desk[c] for c in frame.columns if c in written["org:desk"]}
    assert {"betweenness", "constraint", "effective_size", "coordinator", "itinerant", "representative", "gatekeeper",
            "liaison", "brokerage", "participation", "acts", "open_pairs", "rank"} <= set(written["org:desk"])
    # a city is no candidate: it is scored and has no rank
    assert "rank" not in written["org:c1"]
    analysis = graph.driver.execute_query("MATCH (a:Kakehashi:Analysis) RETURN a", database_=graph.database).records
    assert [dict(r["a"]) for r in analysis] == [
        {"id": analysis_id(Slice()), "ledger_version": "ledger-1", "loose": False, "organizations": 6, "ties": 7,
         "left_out": 0, "too_large": 0, "other_status": 1, "statuses": ["concluded", "ended", "renewed"]}]


def test_measuring_again_changes_nothing_and_a_smaller_graph_leaves_no_old_score(graph: Any) -> None:
    measure(graph.driver, graph.database, Slice(), "ledger-1")
    before = scored(graph)
    measure(graph.driver, graph.database, Slice(), "ledger-1")
    pd.testing.assert_frame_equal(scored(graph), before)
    graph.driver.execute_query("MATCH (t:Kakehashi {id: 'tie:5'}) DETACH DELETE t", database_=graph.database)
    measure(graph.driver, graph.database, Slice(), "ledger-2")
    after = scored(graph)
    assert set(before["id"]) - set(after["id"]) == {"org:f2"}
    assert set(after["analysis"]) == {analysis_id(Slice())}


def test_each_slice_has_scores_of_its_own(graph: Any) -> None:
    measure(graph.driver, graph.database, Slice(), "ledger-1")
    narrower = Slice(prefecture="埼玉県", until="2020")
    measure(graph.driver, graph.database, narrower, "ledger-1")
    assert set(scored(graph)["analysis"]) == {analysis_id(Slice()), analysis_id(narrower)}


def test_the_same_days_are_the_same_analysis_however_they_are_written() -> None:
    assert analysis_id(Slice(since="2020")) == analysis_id(Slice(since="2020-01-01"))
    assert analysis_id(Slice(since="2020")) != analysis_id(Slice(until="2020"))
    assert analysis_id(Slice(since="2020")) != analysis_id(Slice(since="2020", loose=True))
    assert analysis_id(Slice(statuses=frozenset({"planned"}))) != analysis_id(Slice())


def test_a_slice_of_what_is_planned_is_measured_apart(graph: Any) -> None:
    planned = measure(graph.driver, graph.database, Slice(statuses=frozenset({"planned"})), "ledger-1")
    usual = measure(graph.driver, graph.database, Slice(), "ledger-1")
    assert 0 < len(planned) < len(usual)
    with pytest.raises(ValueError, match="no status"):
        Slice(statuses=frozenset({"rumoured"}))


def test_an_empty_slice_is_measured_as_empty(graph: Any) -> None:
    assert measure(graph.driver, graph.database, Slice(theme="観光・交流"), "ledger-1").empty
    assert scored(graph).empty
