"""Burt's structural holes: constraint and effective size (Structural Holes, 1992, chapter 2)."""
from __future__ import annotations

import numpy as np

from graph.brokerage.network import Floats, Ints, Network, add_up
from graph.brokerage.triangles import triangles_per_vertex


def constraint(network: Network, weighted: bool = False) -> Floats:
    """(n,) c_i = Σ_j (p_ij + Σ_q p_iq p_qj)², p the share of i's tie strength spent on j; NaN for an isolate."""
    strength = _arc_strength(network, weighted)
    total = add_up(network.sources, strength, network.size)
    share = strength / total[network.sources]
    spent = share.copy()
    for i, j, q in _corners(network.triangles):
        indirect = share[network.arc(i, q)] * share[network.arc(q, j)]
        spent += add_up(network.arc(i, j), indirect, len(spent))
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
    for i, j, q in _corners(network.triangles):
        shared = network.arc_weight[network.arc(i, q)] / total[i] * network.arc_weight[network.arc(j, q)] / largest[j]
        redundancy += add_up(i, shared, network.size)
    return _undefined_for_isolates(network, degree - redundancy)


def _arc_strength(network: Network, weighted: bool) -> Floats:
    return network.arc_weight if weighted else np.ones(len(network.neighbours))


def _corners(triangles: Ints) -> list[tuple[Ints, Ints, Ints]]:
    """The six orders of the corners of all triangles."""
    x, y, z = triangles.T
    return [(x, y, z), (x, z, y), (y, x, z), (y, z, x), (z, x, y), (z, y, x)]


def _undefined_for_isolates(network: Network, values: Floats) -> Floats:
    return np.where(network.degree > 0, values, np.nan)
