"""The measures against values that networkx, igraph and R's sna agree on, and against networkx on random networks."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.brokerage import (
    Network,
    betweenness,
    bridging_coefficient,
    constraint,
    cuts,
    directed_gould_fernandez,
    effective_size,
    external_internal,
    gould_fernandez,
    network,
    partial_credit,
    participation,
)
from graph.brokerage.betweenness import _accumulate, _compiled
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


def groups_of(net: Network, groups: dict[str, str]) -> list[str]:
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
    groups = groups_of(net, {v: nodes[v]["group"] for v in nodes})
    roles = gould_fernandez(net, groups)
    for key, role in NAMES.items():
        expected = {v: nodes[v]["gould_fernandez_ordered"][key.replace("_", "")] for v in nodes}
        assert roles[role].to_dict() == approx(expected), role
    assert of(net, participation(net, groups)) == approx(
        {v: nodes[v]["participation"] for v in nodes})


def test_karate_partial_credit_ei_index_and_bridging_centrality() -> None:
    nodes, net = REFERENCE["karate_unweighted"]["nodes"], built(REFERENCE["karate_unweighted"]["edges"])
    groups = groups_of(net, {v: nodes[v]["group"] for v in nodes})
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
    roles = gould_fernandez(net, groups_of(net, case["groups"]))
    measured = {"betweenness": of(net, betweenness(net)), "constraint": of(net, constraint(net)),
                "effective_size": of(net, effective_size(net)),
                **{key: roles[role].to_dict() for key, role in NAMES.items()}}
    for key, values in measured.items():
        assert values == approx({v: nodes[v][key] for v in nodes}), key


def test_southern_women_projected_by_newman_and_on_their_two_modes() -> None:
    case, two_mode = REFERENCE["davis_southern_women"], nx.davis_southern_women_graph()
    women = sorted(two_mode.graph["top"])
    attended = [(event, woman) for woman in women for event in two_mode[woman]]
    parties = pd.DataFrame([(e, w, "party") for e, w in attended], columns=["tie", "organization", "role"])
    ties = pd.DataFrame({"id": sorted(set(parties["tie"])), "kind": "partnership", "status": "concluded",
                         "earliest": None, "latest": None})
    projected = edges(ties, parties).frame
    net, both = network(projected), built(attended)
    assert (len(women), len(ties), len(attended), len(projected)) == (
        case["women"], case["events"], case["edges"], case["projection_edges"])
    strength = np.bincount(net.sources, weights=net.arc_weight)
    raw = of(both, betweenness(both))
    for key, values in (("events", {w: len(two_mode[w]) for w in women}), ("projection_degree", of(net, net.degree)),
                        ("newman_strength", of(net, strength)), ("projection_betweenness", of(net, betweenness(net))),
                        ("two_mode_betweenness_raw", {w: raw[w] for w in women})):
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
    weight = np.ones(net.size)
    assert (_compiled()(net.start, net.neighbours, weight, sources[:20])
            == _accumulate(net.start, net.neighbours, weight, sources[:20])).all()


def test_an_installation_that_cannot_be_written_compiles_all_the_same(tmp_path: Path) -> None:
    # neither beside the module nor in the user's cache can the compiled code be kept
    script = ("import numpy as np, numba.core.caching as c\n"
              "c.CacheImpl._locator_classes = []\n"
              "from graph.brokerage.betweenness import _compiled\n"
              "one = np.array([0, 1, 2]); print(_compiled()(one, np.array([1, 0]), np.ones(2), np.array([0, 1])))")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[0. 0.]", done.stderr


def test_asking_for_the_ranking_does_not_load_the_compiler() -> None:
    script = "import sys, graph.brokerage; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          cwd=Path(__file__).parents[2], check=True)
    assert done.stdout.strip() == "False"
