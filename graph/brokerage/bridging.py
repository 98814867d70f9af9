"""Where a network would fall apart: bridging coefficient, articulation points and bridges."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.brokerage.network import Floats, Network, add_up


def bridging_coefficient(network: Network) -> Floats:
    """(n,) β = (1/d) / Σ over neighbours of 1/d (Hwang et al., 2006); NaN for isolates.

    Bridging centrality is betweenness times β; β alone is large on pendant neighbours of hubs.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        inverse = 1 / network.degree.astype(float)
        around = add_up(network.sources, inverse[network.neighbours], network.size)
        return np.asarray(np.where(network.degree > 0, inverse / around, np.nan))


@dataclass(frozen=True)
class Cuts:
    """Names of the vertices, and pairs of names of the edges, without which a component falls apart; both sorted."""

    articulation_points: tuple[str, ...]
    bridges: tuple[tuple[str, str], ...]


def cuts(network: Network) -> Cuts:
    """Articulation points and bridges by one depth-first search (Hopcroft and Tarjan, 1973), without recursion."""
    start, neighbours = network.start.tolist(), network.neighbours.tolist()
    found = [-1] * network.size
    lowest = [0] * network.size
    points: set[int] = set()
    bridges: list[tuple[int, int]] = []
    clock = 0
    for root in range(network.size):
        if found[root] >= 0:
            continue
        found[root] = lowest[root] = clock
        clock += 1
        branches = 0
        stack = [(root, -1, start[root])]
        while stack:
            v, parent, at = stack.pop()
            if at < start[v + 1]:
                stack.append((v, parent, at + 1))
                w = neighbours[at]
                if found[w] < 0:
                    found[w] = lowest[w] = clock
                    clock += 1
                    stack.append((w, v, start[w]))
                elif w != parent:
                    lowest[v] = min(lowest[v], found[w])
            elif parent >= 0:
                lowest[parent] = min(lowest[parent], lowest[v])
                if lowest[v] > found[parent]:
                    bridges.append((min(parent, v), max(parent, v)))
                if parent == root:
                    branches += 1
                elif lowest[v] >= found[parent]:
                    points.add(parent)
        if branches > 1:
            points.add(root)
    return Cuts(tuple(network.ids[v] for v in sorted(points)),
                tuple((network.ids[a], network.ids[b]) for a, b in sorted(bridges)))
