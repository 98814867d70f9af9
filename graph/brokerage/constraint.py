"""Burt's structural holes: constraint and effective size (Structural Holes, 1992, chapter 2)."""
from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from graph.brokerage.network import Floats, Ints, Network, add_up
from graph.brokerage.triangles import triangles_per_vertex


def constraint(network: Network, weighted: bool = False) -> Floats:
    """(n,) c_i = Σ_j (p_ij + Σ_q p_iq p_qj)², p the share of i's tie strength spent on j; NaN for an isolate."""
    strength = _arc_strength(network, weighted)
    total = add_up(network.sources, strength, network.size)
    share = strength / total[network.sources]
    spent = share.copy()
    for ij, iq, _, qj in _corners(network):
        spent += add_up(ij, share[iq] * share[qj], len(spent))
    return _undefined_for_isolates(network, add_up(network.sources, spent**2, network.size))


def effective_size(network: Network, weighted: bool = False) -> Floats:
    """(n,) Burt's effective size: neighbours less their redundancy; NaN for an isolate.

    Unweighted it is d − 2t/d, t the ties among the d neighbours (Borgatti, Connections 20, 1997); weighted
    Σ_j (1 − Σ_q p_iq m_jq) with m_jq = w_jq / max_k w_jk.
    """
    degree = network.degree.astype(float)
    if not weighted:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(degree - 2 * triangles_per_vertex(network) / degree)
    total = add_up(network.sources, network.arc_weight, network.size)
    largest = np.zeros(network.size)
    np.maximum.at(largest, network.sources, network.arc_weight)
    redundancy = np.zeros(network.size)
    spent, relative = network.arc_weight / total[network.sources], network.arc_weight / largest[network.sources]
    for _, iq, jq, _ in _corners(network):
        redundancy += add_up(network.sources[iq], spent[iq] * relative[jq], network.size)
    return _undefined_for_isolates(network, degree - redundancy)


def _arc_strength(network: Network, weighted: bool) -> Floats:
    return network.arc_weight if weighted else np.ones(len(network.neighbours))


def _corners(network: Network) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """The arcs i→j, i→q, j→q and q→j of all triangles, for each of the six orders of their corners; every arc is looked
    for once."""
    x, y, z = network.triangles.T
    arcs = {(a, b): network.arc(ends[0], ends[1])
            for a, b, ends in (("x", "y", (x, y)), ("y", "x", (y, x)), ("x", "z", (x, z)), ("z", "x", (z, x)),
                               ("y", "z", (y, z)), ("z", "y", (z, y)))}
    for i, j, q in permutations("xyz"):
        yield arcs[i, j], arcs[i, q], arcs[j, q], arcs[q, j]


def _undefined_for_isolates(network: Network, values: Floats) -> Floats:
    return np.where(network.degree > 0, values, np.nan)
