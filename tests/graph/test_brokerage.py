"""The measures against values that networkx, igraph and R's sna agree on, and against networkx on random networks."""
from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph.brokerage
from graph.brokerage import (
    Network,
    analytic_z,
    betweenness,
    both_betweennesses,
    bridging_coefficient,
    constraint,
    cuts,
    directed,
    directed_gould_fernandez,
    effective_size,
    external_internal,
    gould_fernandez,
    groups_of,
    main_themes,
    most_two_mode_betweenness,
    network,
    partial_credit,
    participation,
    permutation_z,
    sampled_betweenness,
    two_mode,
    two_mode_betweenness,
)
from graph.brokerage.betweenness import _accumulation, _compiled
from graph.brokerage.gould_fernandez import ROLES
from graph.tied_to import edges

REFERENCE = json.loads((Path(__file__).parent / "data" / "graph_reference_values.json").read_text(encoding="utf-8"))
#: The reference's names of the roles and of their sum.
NAMES = dict(zip(("w_I", "w_O", "b_IO", "b_OI", "b_O", "t"), (*ROLES, "brokerage"), strict=True))
PLAIN = ("karate_unweighted", "krackhardt_kite", "florentine")


def approx(expected: Any, nan_ok: bool = False) -> Any:
    """Equal to six digits."""
    return pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=nan_ok)


def built(pairs: Any) -> Network:
    return network(pd.DataFrame([tuple(map(str, p)) for p in pairs], columns=["a", "b"]))


def of(net: Network, values: Any) -> dict[str, float]:
    return dict(zip(net.ids, map(float, values), strict=True))


def groups_by_name(net: Network, groups: dict[str, str]) -> list[str]:
    return [groups[name] for name in net.ids]


@pytest.mark.parametrize("name", PLAIN)
def test_betweenness_constraint_effective_size_and_degree(name: str) -> None:
    nodes, net = REFERENCE[name]["nodes"], built(REFERENCE[name]["edges"])
    assert (net.size, len(net.low)) == (REFERENCE[name]["n"], REFERENCE[name]["m"])
    for key, values in (("degree", net.degree), ("betweenness_unordered_pairs", betweenness(net)),
                        ("constraint", constraint(net)), ("effective_size", effective_size(net))):
        assert of(net, values) == approx({v: nodes[v][key] for v in nodes}), key


@pytest.mark.parametrize("name", PLAIN)
def test_articulation_points_and_bridges(name: str) -> None:
    found = cuts(built(REFERENCE[name]["edges"]))
    assert set(found.articulation_points) == set(REFERENCE[name]["articulation_points"])
    assert {frozenset(b) for b in found.bridges} == {frozenset(b) for b in REFERENCE[name]["bridges"]}


@pytest.mark.parametrize("name", ["karate_unweighted", "krackhardt_kite"])
def test_brokerage_roles_and_participation_by_group(name: str) -> None:
    nodes, net = REFERENCE[name]["nodes"], built(REFERENCE[name]["edges"])
    groups = groups_by_name(net, {v: nodes[v]["group"] for v in nodes})
    roles = gould_fernandez(net, groups)
    for key, role in NAMES.items():
        expected = {v: nodes[v]["gould_fernandez_ordered"][key.replace("_", "")] for v in nodes}
        assert roles[role].to_dict() == approx(expected), role
    assert of(net, participation(net, groups)) == approx(
        {v: nodes[v]["participation"] for v in nodes})


def test_karate_partial_credit_ei_index_and_bridging_centrality() -> None:
    nodes, net = REFERENCE["karate_unweighted"]["nodes"], built(REFERENCE["karate_unweighted"]["edges"])
    groups = groups_by_name(net, {v: nodes[v]["group"] for v in nodes})
    shared, expected = partial_credit(net, groups), REFERENCE["karate_partial_credit"]["nodes"]
    for key, role in NAMES.items():
        assert shared[role].to_dict() == approx({v: expected[v][key] for v in expected}), role
    pairs = partial_credit(net, groups, count="pairs")
    assert pairs["brokerage"].sum() == approx(shared["brokerage"].sum() / 2)
    assert of(net, external_internal(net, groups)) == approx(
        REFERENCE["e_i_index"]["karate_unweighted"])


@pytest.mark.parametrize("name", ["karate_unweighted", "krackhardt_kite"])
def test_bridging_centrality(name: str) -> None:
    net = built(REFERENCE[name]["edges"])
    assert of(net, betweenness(net) * bridging_coefficient(net)) == approx(
        REFERENCE["bridging_centrality"][name])


def test_karate_weighted_constraint() -> None:
    pairs = [(str(a), str(b), w) for a, b, w in REFERENCE["karate_weighted"]["edges"]]
    net = network(pd.DataFrame(pairs, columns=["a", "b", "weight"]))
    assert of(net, constraint(net, weighted=True)) == approx(
        REFERENCE["karate_weighted"]["constraint"])


def test_directed_brokerage_roles() -> None:
    case = REFERENCE["directed_six"]
    arcs = pd.DataFrame([(str(a), str(b)) for a, b in case["edges"]], columns=["a", "b"])
    roles = directed_gould_fernandez(arcs, pd.Series(case["groups"]))
    for key, role in NAMES.items():
        assert roles[role].to_dict() == {v: case["nodes"][v][key] for v in case["nodes"]}, role


def test_the_public_private_toy() -> None:
    case = REFERENCE["public_private_toy"]
    nodes, net = case["nodes"], built(case["edges"])
    roles = gould_fernandez(net, groups_by_name(net, case["groups"]))
    measured = {"betweenness": of(net, betweenness(net)), "constraint": of(net, constraint(net)),
                "effective_size": of(net, effective_size(net)),
                **{key: roles[role].to_dict() for key, role in NAMES.items()}}
    for key, values in measured.items():
        assert values == approx({v: nodes[v][key] for v in nodes}), key


def test_every_measure_and_every_network_is_had_from_the_package() -> None:
    """What a module offers, and what the docs name, needs no look into the package's files."""
    offered = {name for module in ("betweenness", "bridging", "constraint", "finder", "gould_fernandez", "grouping",
                                   "projections", "ranking", "sectors", "significance")
               for name, one in vars(import_module(f"graph.brokerage.{module}")).items()
               if inspect.isfunction(one) and one.__module__ == f"graph.brokerage.{module}" and not name.startswith("_")}
    # what the other modules of the package share
    inside = {"balanced_share", "bias", "by_role", "features", "listed", "measured", "open_paths", "search", "shares", "told",
              "untied_share"}
    assert offered - inside <= set(graph.brokerage.__all__)
    page = (Path(__file__).parents[2] / "docs" / "brokerage.md").read_text(encoding="utf-8")
    table = page.partition("| measure | function |")[2].partition("\n\n")[0]
    named = {name for cell in re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)}
    assert "most_two_mode_betweenness" in named and named <= set(graph.brokerage.__all__)


def test_southern_women_projected_by_newman_and_on_their_two_modes() -> None:
    case, davis = REFERENCE["davis_southern_women"], nx.davis_southern_women_graph()
    women = sorted(davis.graph["top"])
    attended = [(event, woman) for woman in women for event in davis[woman]]
    parties = pd.DataFrame([(e, w, "party") for e, w in attended], columns=["tie", "organization", "role"])
    ties = pd.DataFrame({"id": sorted(set(parties["tie"])), "kind": "partnership", "status": "concluded",
                         "earliest": None, "latest": None})
    projected = edges(ties, parties).frame
    net, both = network(projected), two_mode(ties, parties)
    assert (len(women), len(ties), len(attended), len(projected)) == (
        case["women"], case["events"], case["edges"], case["projection_edges"])
    strength = np.bincount(net.sources, weights=net.arc_weight)
    raw = of(both, betweenness(both))
    most = most_two_mode_betweenness(case["women"], case["events"])
    for key, values in (("events", {w: len(davis[w]) for w in women}), ("projection_degree", of(net, net.degree)),
                        ("newman_strength", of(net, strength)), ("projection_betweenness", of(net, betweenness(net))),
                        ("two_mode_betweenness_raw", {w: raw[w] for w in women}),
                        ("two_mode_betweenness_bipartite_norm", {w: raw[w] / most for w in women})):
        assert values == approx({w: case["nodes"][w][key] for w in women}), key
    weights = {f"{a}|{b}": w for a, b, w in projected[["a", "b", "weight"]].itertuples(index=False)}
    for pair, weight in case["newman_weight_examples"].items():
        a, b = sorted(pair.split("|"))
        assert weights[f"{a}|{b}"] == approx(weight)


def test_what_is_not_defined_for_an_isolate_is_not_zero() -> None:
    net = network(pd.DataFrame({"a": ["x"], "b": ["y"]}), vertices=["alone"])
    groups = [None] * net.size
    for values in (constraint(net), constraint(net, weighted=True), effective_size(net),
                   effective_size(net, weighted=True), participation(net, groups), external_internal(net, groups),
                   bridging_coefficient(net)):
        assert np.isnan(values[net.ids.index("alone")])
        assert not np.isnan(values[net.ids.index("x")])
    assert list(betweenness(net)) == [0, 0, 0]


def test_groups_that_do_not_fit_are_refused() -> None:
    net = built([("a", "b"), ("b", "c")])
    for measure in (gould_fernandez, partial_credit, participation, external_internal, analytic_z, permutation_z):
        with pytest.raises(ValueError, match="4 groups for 3 organisations"):
            measure(net, ["x", "y", "x", "y"])
    groups = pd.Series({"a": "x", "b": "y"})
    for arcs, says in (([("a", "c")], "«c» has no group"), ([("a", "a")], "to itself"), ([("a", "b"), ("a", "b")], "twice")):
        with pytest.raises(ValueError, match=says):
            directed_gould_fernandez(pd.DataFrame(arcs, columns=["a", "b"]), groups)


def test_an_empty_network_has_no_values() -> None:
    net = network(pd.DataFrame(columns=["a", "b"]))
    assert [len(f(net)) for f in (betweenness, constraint, effective_size)] == [0, 0, 0]
    assert gould_fernandez(net, []).empty and partial_credit(net, []).empty
    assert cuts(net).bridges == ()


def test_edges_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        built([("a", "a")])
    with pytest.raises(ValueError, match="twice"):
        built([("a", "b"), ("b", "a")])


@pytest.mark.parametrize("name", ["karate_unweighted", "krackhardt_kite"])
def test_analytic_z_scores_are_those_of_sna(name: str) -> None:
    nodes, net = REFERENCE[name]["nodes"], built(REFERENCE[name]["edges"])
    sna = pd.read_csv(Path(__file__).parent / "data" / "sna_z.csv", dtype={"node": str})
    expected = sna[sna["network"] == name].set_index("node")
    found = analytic_z(net, groups_by_name(net, {v: nodes[v]["group"] for v in nodes}))
    for key, role in NAMES.items():
        assert found[role].to_dict() == approx(expected.loc[list(net.ids), key].to_dict(), nan_ok=True), role


def relabelled_z(net: Network, groups: list[str], times: int) -> pd.DataFrame:
    """The z-scores of two groups by brute force: deal them out, count each vertex's open pairs, many times."""
    tied = {(int(a), int(b)) for a, b in zip(net.sources, net.neighbours, strict=True)}
    paths = np.array([(a, v, b) for v, a in tied for w, b in tied if w == v and a != b and (a, b) not in tied])
    chance, group = np.random.default_rng(11), np.array(groups) == groups[0]
    drawn = []
    for deal in [group, *(chance.permutation(group) for _ in range(times))]:
        a, v, b = deal[paths.T]
        role = np.select([(a == v) & (v == b), a == b, a == v], [0, 1, 2], 3)
        drawn.append([np.bincount(paths[role == r, 1], minlength=net.size) for r in range(4)])
    many = np.array(drawn[1:])
    with np.errstate(invalid="ignore"):
        return pd.DataFrame((np.array(drawn[0]) - many.mean(axis=0)) / many.std(axis=0)).T.set_axis(list(ROLES[:4]), axis=1)


def test_a_thousand_relabellings_give_the_z_scores_of_many() -> None:
    nodes, net = REFERENCE["karate_unweighted"]["nodes"], built(REFERENCE["karate_unweighted"]["edges"])
    groups = groups_by_name(net, {v: nodes[v]["group"] for v in nodes})
    found, many = permutation_z(net, groups, seed=3), relabelled_z(net, groups, 20_000).set_axis(list(net.ids))
    # a thousand draws know a standard deviation to some 2 %: 0.15 up to z = 2, in proportion beyond
    for role in ROLES[:4]:
        known = found[role].dropna()
        assert len(known) > 10
        assert ((known - many.loc[known.index, role]).abs() <= 0.15 * np.maximum(1, many[role].abs() / 2)[known.index]).all()
    assert found["liaison"].isna().all()  # there are two groups
    pd.testing.assert_frame_equal(found, permutation_z(net, groups, seed=3))
    with pytest.raises(ValueError, match="two relabellings"):
        permutation_z(net, groups, relabellings=1)


def test_sampled_betweenness_is_exact_with_every_pivot_and_near_it_with_many() -> None:
    peer = nx.relabel_nodes(nx.powerlaw_cluster_graph(300, 3, 0.6, seed=7), str)
    peer.add_edges_from((str(i % 30), f"leaf{i}") for i in range(90))
    net = built(peer.edges)
    exact = betweenness(net)
    assert (sampled_betweenness(net, net.size) == exact).all()
    estimates = [sampled_betweenness(net, 150, seed) for seed in range(12)]
    assert (sampled_betweenness(net, 150, seed=0) == estimates[0]).all()
    assert np.corrcoef(estimates[0], exact)[0, 1] > 0.98
    # unbiased: the mean of many estimates comes to the exact sum
    assert np.mean([e.sum() for e in estimates]) == pytest.approx(exact.sum(), rel=0.03)
    with pytest.raises(ValueError, match="pivot"):
        sampled_betweenness(net, 0)


def told(*ties: tuple[str, str, dict[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    heads = [(name, kind, "concluded", None, None) for name, kind, _ in ties]
    parties = [(name, o, role) for name, _, roles in ties for o, role in roles.items()]
    return (pd.DataFrame(heads, columns=["id", "kind", "status", "earliest", "latest"]).astype(object),
            pd.DataFrame(parties, columns=["tie", "organization", "role"]))


def test_directed_ties_point_as_their_roles_do_and_partners_at_each_other() -> None:
    ties, parties = told(("t1", "donation", {"firm": "donor", "city": "recipient"}),
                         ("t2", "membership", {"city": "member", "firm": "member", "council": "collective"}),
                         ("t3", "partnership", {"city": "party", "school": "party"}))
    arcs = set(directed(ties, parties).itertuples(index=False, name=None))
    assert arcs == {("firm", "city"), ("city", "council"), ("firm", "council"), ("city", "school"), ("school", "city")}
    ties.loc[0, "status"] = "planned"
    assert ("firm", "city") not in set(directed(ties, parties).itertuples(index=False, name=None))
    with pytest.raises(ValueError, match="RULES"):
        directed(ties.assign(kind="friendship"), parties)


def test_an_intermediary_as_a_group_of_its_own_is_a_liaison() -> None:
    net = built([("city", "desk"), ("desk", "firm")])
    organizations = pd.DataFrame({"id": ["city", "desk", "firm"], "sector": ["public", "public", "private"],
                                  "prefecture": ["大阪府", None, "大阪府"]})
    assert gould_fernandez(net, groups_of(net, organizations)).loc["desk", "representative"] == 1
    apart = groups_of(net, organizations, intermediaries=["desk"])
    assert gould_fernandez(net, apart).loc["desk", "liaison"] == 2
    # between two of one prefecture by one of no prefecture
    assert gould_fernandez(net, groups_of(net, organizations, by="prefecture")).loc["desk", "itinerant"] == 2
    with pytest.raises(ValueError, match="no column «type»"):
        groups_of(net, organizations, by="type")


def test_the_theme_of_an_organisation_is_that_of_most_of_its_ties() -> None:
    parties = pd.DataFrame({"tie": ["t1", "t2", "t3", "t1"], "organization": ["city", "city", "city", "firm"]})
    themes = pd.DataFrame({"tie": ["t1", "t2", "t3", "t1"], "theme": ["防災・災害", "防災・災害", "観光・交流", "デジタル・DX"]})
    assert main_themes(parties, themes).to_dict() == {"city": "防災・災害", "firm": "デジタル・DX"}


@st.composite
def random_networks(draw: st.DrawFn) -> tuple[Network, nx.Graph, list[str]]:
    """A weighted network with isolates, leaves, cliques and groups, and the same for networkx."""
    n = draw(st.integers(2, 14))
    drawn = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 9)), max_size=40))
    pairs = {(min(a, b), max(a, b)): w for a, b, w in drawn if a != b}
    names = [f"v{i:02}" for i in range(n)]
    peer = nx.Graph()
    peer.add_nodes_from(names)
    peer.add_weighted_edges_from((names[a], names[b], w) for (a, b), w in pairs.items())
    rows = [(names[a], names[b], float(w)) for (a, b), w in pairs.items()]
    groups = draw(st.lists(st.sampled_from(["public", "private", "academic"]), min_size=n, max_size=n))
    return network(pd.DataFrame(rows, columns=["a", "b", "weight"]), names), peer, groups


@settings(deadline=None)
@given(random_networks())
def test_any_network_measures_as_networkx_does(drawn: tuple[Network, nx.Graph, list[str]]) -> None:
    net, peer, _ = drawn
    assert of(net, betweenness(net)) == approx(nx.betweenness_centrality(peer, normalized=False))
    assert of(net, constraint(net)) == approx(nx.constraint(peer), nan_ok=True)
    assert of(net, constraint(net, weighted=True)) == approx(nx.constraint(peer, weight="weight"), nan_ok=True)
    assert of(net, effective_size(net)) == approx(nx.effective_size(peer), nan_ok=True)
    assert of(net, effective_size(net, weighted=True)) == approx(
        nx.effective_size(peer, nodes=list(peer), weight="weight"), nan_ok=True)
    assert len(net.triangles) == sum(nx.triangles(peer).values()) // 3
    found = cuts(net)
    assert set(found.articulation_points) == set(nx.articulation_points(peer))
    assert {frozenset(b) for b in found.bridges} == {frozenset(b) for b in nx.bridges(peer)}


@st.composite
def random_ties(draw: st.DrawFn) -> list[list[str]]:
    """Ties of 2 to 4 parties among few organisations, so that many meet more than once."""
    names = [f"v{i}" for i in range(draw(st.integers(2, 9)))]
    return draw(st.lists(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True), min_size=1, max_size=14))


@settings(deadline=None)
@given(random_ties())
def test_two_mode_betweenness_is_that_of_the_paths_over_ties(drawn: list[list[str]]) -> None:
    rows = [(f"t{i}", "partnership", dict.fromkeys(members, "party")) for i, members in enumerate(drawn)]
    ties, parties = told(*rows)
    net = network(edges(ties, parties).frame)
    peer = nx.Graph((name, o) for name, _, roles in rows for o in roles)
    over_ties = nx.betweenness_centrality_subset(peer, list(net.ids), list(net.ids))
    plain, two = both_betweennesses(net)
    assert of(net, two) == approx({name: over_ties[name] for name in net.ids})
    assert of(net, plain) == approx(of(net, betweenness(net)))
    assert (two_mode_betweenness(net) == two).all()


def open_triples(peer: nx.Graph) -> list[tuple[str, str, str]]:
    return [(a, v, b) for v in peer for a in peer[v] for b in peer[v] if a != b and not peer.has_edge(a, b)]


@settings(deadline=None)
@given(random_networks())
def test_any_network_has_the_roles_that_counting_paths_one_by_one_gives(
        drawn: tuple[Network, nx.Graph, list[str]]) -> None:
    net, peer, groups = drawn
    group = dict(zip(net.ids, groups, strict=True))
    triples = open_triples(peer)
    brokers = {pair: sum((a, b) == pair for a, _, b in triples) for pair in {(a, b) for a, _, b in triples}}
    full, shared = np.zeros((net.size, 5)), np.zeros((net.size, 5))
    for a, v, b in triples:
        ga, gv, gb = group[a], group[v], group[b]
        role = 0 if ga == gv == gb else 1 if ga == gb else 2 if ga == gv else 3 if gv == gb else 4
        full[net.ids.index(v), role] += 1
        shared[net.ids.index(v), role] += 1 / brokers[a, b]
    assert gould_fernandez(net, groups)[list(ROLES)].to_numpy() == approx(full)
    assert gould_fernandez(net, groups, count="pairs")["brokerage"].sum() == len(triples) / 2
    assert partial_credit(net, groups)[list(ROLES)].to_numpy() == approx(shared)
    directed = pd.DataFrame({"a": np.array(net.ids)[net.sources], "b": np.array(net.ids)[net.neighbours]})
    both_ways = directed_gould_fernandez(directed, pd.Series(groups, index=list(net.ids)))
    assert both_ways[list(ROLES)].to_numpy() == approx(full)


def test_a_larger_network_takes_the_compiled_way_to_the_same_values() -> None:
    peer = nx.relabel_nodes(nx.powerlaw_cluster_graph(600, 3, 0.6, seed=7), str)
    peer.add_edges_from((str(i % 40), f"leaf{i}") for i in range(200))
    net = built(peer.edges)
    values = betweenness(net)
    assert of(net, values) == approx(nx.betweenness_centrality(peer, normalized=False))
    assert (values == betweenness(net)).all()
    sources = np.arange(net.size)
    weight, times = np.ones(net.size), np.arange(len(net.neighbours)) % 3 + 1.0
    given = (net.start, net.neighbours, times, weight, weight, sources[:20])
    for columns in (1, 2):
        assert (_compiled(columns)(*given) == _accumulation(columns)(*given)).all()


def test_more_paths_than_a_number_holds_are_no_number() -> None:
    def diamonds(times: int) -> list[tuple[int, int]]:
        """A chain of them: from end to end there are 2^times shortest paths."""
        return [pair for i in range(0, 3 * times, 3) for pair in ((i, i + 1), (i, i + 2), (i + 1, i + 3), (i + 2, i + 3))]

    net = built(diamonds(1_020))
    found = of(net, betweenness(net))
    for i in (0, 3, 1_500, 3_060):
        # all pairs that it parts, and half of the two middles of each diamond that it is in
        assert found[str(i)] == approx(i * (3_060 - i) + (1 if 0 < i < 3_060 else 0.5))
    assert np.isnan(betweenness(built(diamonds(1_025)))).all()


def test_an_installation_that_cannot_be_written_compiles_all_the_same(tmp_path: Path) -> None:
    # neither beside the module nor in the user's cache can the compiled code be kept
    script = ("import numpy as np, numba.core.caching as c\n"
              "c.CacheImpl._locator_classes = []\n"
              "from graph.brokerage.betweenness import _compiled\n"
              "ones = np.ones(2); one = np.array([0, 1, 2])\n"
              "print(_compiled(1)(one, np.array([1, 0]), ones, ones, ones, np.array([0, 1])).ravel())")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[0. 0.]", done.stderr


def test_asking_for_the_ranking_does_not_load_the_compiler() -> None:
    script = "import sys, graph.brokerage; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2], check=True)
    assert done.stdout.strip() == "False"
