"""Burt's constraint of 50,000 organisations, beside networkx."""
from __future__ import annotations

import networkx as nx
import numpy as np

from bench.networks import Run, alone, projected, same, timed
from bench.row import Measured, Row
from graph.brokerage import constraint

ORGANIZATIONS = 50_000


def run() -> Run:
    """Ours; the faster of two calls, the list of triangles made in each."""
    return min((timed(constraint, projected(ORGANIZATIONS)[0]) for _ in range(2)), key=lambda one: one[0])


def peer() -> Run:
    """networkx, once, without weights."""
    net, _ = projected(ORGANIZATIONS)
    graph = nx.Graph()
    graph.add_nodes_from(range(net.size))
    graph.add_edges_from(zip(net.low.tolist(), net.high.tolist(), strict=True))
    return timed(nx.constraint, graph)


def measure() -> Measured:
    """CPU seconds of both."""
    seconds, values, peak = alone(run)
    theirs, expected, _ = alone(peer)
    same(values, np.array([expected[v] for v in range(len(values))]))
    return Measured(seconds, theirs, peak)


ROW = Row("constraint", "seconds", "networkx, 50,000 organisations", measure)
