"""Exact betweenness over unordered pairs: Brandes (J. Math. Sociol. 25, 2001) on a reduced network."""
from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from graph.brokerage.network import Floats, Ints, Network
from graph.brokerage.triangles import triangles_per_vertex

#: Parts that the sources are split into. Fixed, so that sums are the same on every machine.
_PARTS = 8
#: Vertices times arcs up to which interpreting is faster than loading the compiler.
_INTERPRETED = 300_000


def betweenness(network: Network) -> Floats:
    """(n,) B(v) = Σ_{s<t} σ_st(v)/σ_st, unnormalised, edges unweighted; 0 for vertices on no shortest path.

    A vertex whose neighbours form a clique lies inside no shortest path; such vertices with the same neighbourhood are
    one source with a weight. Runs on all cores; the result does not depend on their number.
    """
    first_of, weight, result = _reduce(network)
    kept = np.flatnonzero(first_of == np.arange(network.size))
    start, neighbours = _subnetwork(network, kept)
    run = _accumulate if len(kept) * len(neighbours) <= _INTERPRETED else _compiled()
    parts = [np.arange(len(kept), dtype=np.int64)[k::_PARTS] for k in range(_PARTS)]
    with ThreadPoolExecutor(min(_PARTS, os.cpu_count() or 1)) as pool:
        sums = list(pool.map(lambda sources: run(start, neighbours, weight[kept], sources), parts))
    result[kept] += np.sum(sums, axis=0) / 2
    return result


def _reduce(network: Network) -> tuple[Ints, Floats, Floats]:
    """For each vertex the first of its class and that class's weight, and what pairs within the classes add up to."""
    degree, n = network.degree, network.size
    simplicial = triangles_per_vertex(network) == degree * (degree - 1) // 2
    opened = _neighbourhoods(network)
    closed = opened + _marks(n)
    first_of = np.arange(n)
    inside = np.zeros(n)
    for marks, is_open in ((closed, False), (opened, True)):
        members = np.flatnonzero(simplicial & (degree > 0) & (first_of == np.arange(n)))
        _, first, which, number = np.unique(marks[members], axis=0, return_index=True, return_inverse=True,
                                            return_counts=True)
        which = which.ravel()
        # members of a closed class are no candidates for an open one: their neighbourhoods differ by one another
        first_of[members] = members[first][which]
        if is_open:
            for rep, size in zip(members[first][number > 1], number[number > 1], strict=True):
                common = network.neighbours[network.start[rep]:network.start[rep + 1]]
                inside[common] += size * (size - 1) / 2 / len(common)
    weight = np.bincount(first_of, minlength=n).astype(float)
    return first_of, weight, inside


def _marks(n: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """(n, 2) fixed pseudo-random words, whose sums name sets of vertices."""
    return np.random.Generator(np.random.PCG64(20_010)).integers(0, 2**64, size=(n, 2), dtype=np.uint64)


def _neighbourhoods(network: Network) -> np.ndarray[Any, np.dtype[np.uint64]]:
    marks = _marks(network.size)
    running = np.zeros((len(network.neighbours) + 1, 2), dtype=np.uint64)
    np.cumsum(marks[network.neighbours], axis=0, out=running[1:])
    return running[network.start[1:]] - running[network.start[:-1]]


def _subnetwork(network: Network, kept: Ints) -> tuple[Ints, Ints]:
    number = np.full(network.size, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    source, target = number[network.sources], number[network.neighbours]
    both = (source >= 0) & (target >= 0)
    start = np.searchsorted(source[both], np.arange(len(kept) + 1)).astype(np.int64)
    return start, target[both]


def _accumulate(start: Ints, neighbours: Ints, weight: Floats, sources: Ints) -> Floats:
    """Σ over the sources s of weight_s Σ_t weight_t σ_st(v)/σ_st, for each v. Compiled for larger networks.

    Between two levels of the search the arcs are read from the side that has fewer of them: most vertices stand on one
    middle level, whose many arcs are then never read.
    """
    n = len(start) - 1
    total, paths, dependency, part = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    distance = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    # level l holds queue[bounds[l]:bounds[l + 1]], whose vertices have arcs[l] arcs
    bounds, arcs = np.zeros(n + 2, dtype=np.int64), np.zeros(n + 2, dtype=np.int64)
    for s in sources:
        distance[s], paths[s], queue[0], bounds[1] = 0, 1.0, s, 1
        arcs[0] = start[s + 1] - start[s]
        unread = len(neighbours) - arcs[0]
        level = 0
        while bounds[level] < bounds[level + 1]:
            found = bounds[level + 1]
            if arcs[level] <= unread:
                for i in range(bounds[level], bounds[level + 1]):
                    v = queue[i]
                    for k in range(start[v], start[v + 1]):
                        w = neighbours[k]
                        if distance[w] < 0:
                            distance[w] = level + 1
                            queue[found] = w
                            found += 1
                        if distance[w] == level + 1:
                            paths[w] += paths[v]
            else:
                for w in range(n):
                    if distance[w] < 0:
                        for k in range(start[w], start[w + 1]):
                            v = neighbours[k]
                            if distance[v] == level:
                                paths[w] += paths[v]
                        if paths[w] > 0:
                            distance[w] = level + 1
                            queue[found] = w
                            found += 1
            level += 1
            bounds[level + 1] = found
            arcs[level] = 0
            for i in range(bounds[level], found):
                arcs[level] += start[queue[i] + 1] - start[queue[i]]
            unread -= arcs[level]
        for far in range(level - 1, 0, -1):
            for i in range(bounds[far], bounds[far + 1]):
                w = queue[i]
                part[w] = (weight[w] + dependency[w]) / paths[w]
                total[w] += weight[s] * dependency[w]
            if far == 1:
                continue
            if arcs[far] <= arcs[far - 1]:
                for i in range(bounds[far], bounds[far + 1]):
                    w = queue[i]
                    for k in range(start[w], start[w + 1]):
                        v = neighbours[k]
                        if distance[v] == far - 1:
                            dependency[v] += paths[v] * part[w]
            else:
                for i in range(bounds[far - 1], bounds[far]):
                    v = queue[i]
                    for k in range(start[v], start[v + 1]):
                        w = neighbours[k]
                        if distance[w] == far:
                            dependency[v] += paths[v] * part[w]
        for i in range(bounds[level]):
            w = queue[i]
            distance[w], paths[w], dependency[w] = -1, 0.0, 0.0
    return total


@cache
def _compiled() -> Callable[[Ints, Ints, Floats, Ints], Floats]:
    # imported late: the compiler costs half a second, which small networks need not pay
    import numba

    try:
        return numba.njit(nogil=True, cache=True)(_accumulate)
    except RuntimeError:
        # nowhere to keep the compiled code (a read-only installation): compile in each process
        return numba.njit(nogil=True)(_accumulate)
