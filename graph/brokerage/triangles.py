"""Every triangle of a network once: the list that Gould–Fernandez, constraint and effective size share."""
from __future__ import annotations

import numpy as np

from graph.brokerage.network import Ints, Network, blocks, contains, spread

#: Pairs of arcs looked at in one go: bounds memory at some 100 MB.
_BLOCK = 2_000_000


def triangles(network: Network) -> Ints:
    """(t, 3) vertex numbers of each triangle.

    Edges point from the vertex of lower (degree, number) to the higher, so that no vertex has many out-arcs; each pair
    of out-arcs is closed or not by one binary search (the forward algorithm: Schank and Wagner, WEA 2005).
    """
    n = network.size
    rank = np.empty(n, dtype=np.int64)
    by_rank = np.lexsort((np.arange(n), network.degree))
    rank[by_rank] = np.arange(n)
    ends = np.sort(np.stack([rank[network.low], rank[network.high]]), axis=0)
    order = np.lexsort((ends[1], ends[0]))
    tail, head = ends[0][order], ends[1][order]
    keys = tail * n + head
    # arc k is paired with the later arcs of the same tail
    later = np.searchsorted(tail, tail, side="right") - np.arange(len(tail)) - 1
    found: list[Ints] = [np.empty((0, 3), dtype=np.int64)]
    for begin, end in blocks(later, _BLOCK):
        item, place = spread(later[begin:end])
        first = item + begin
        second = first + 1 + place
        closed = contains(keys, head[first] * n + head[second])
        first, second = first[closed], second[closed]
        found.append(by_rank[np.stack([tail[first], head[first], head[second]], axis=1)])
    return np.concatenate(found)


def triangles_per_vertex(network: Network) -> Ints:
    """(n,) the number of triangles at each vertex."""
    return np.bincount(network.triangles.ravel(), minlength=network.size).astype(np.int64)
