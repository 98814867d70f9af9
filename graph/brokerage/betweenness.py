"""Betweenness over unordered pairs: Brandes (J. Math. Sociol. 25, 2001) on a reduced network, exact or from pivots."""
from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graph.brokerage.network import Floats, Ints, Network
from graph.brokerage.triangles import triangles_per_vertex

#: Parts that the sources are split into. Fixed, so that sums are the same on every machine.
_PARTS = 8
#: Vertices times arcs up to which interpreting is faster than loading the compiler.
_INTERPRETED = 300_000
#: Sources of the estimate: overlap with the exact first 100 of 50,000 organisations is 94 %.
PIVOTS = 5_000

_Kernel = Callable[..., Floats]


def betweenness(network: Network) -> Floats:
    """(n,) B(v) = Σ_{s<t} σ_st(v)/σ_st, unnormalised, edges unweighted; 0 for vertices on no shortest path.

    A vertex whose neighbours form a clique lies inside no shortest path; such vertices with the same neighbourhood are
    one source with a weight. Runs on all cores; the result does not depend on their number. All values are NaN where two
    vertices are joined by more shortest paths than a float holds (10³⁰⁸).
    """
    reduced = _reduce(network, counted=False)
    return np.asarray(reduced.inside[:, 0] + _sum(reduced, reduced.weight, 1)[:, 0] / 2)


def two_mode_betweenness(network: Network) -> Floats:
    """(n,) betweenness over pairs of organisations on the paths organisation–tie–organisation of the two-mode network.

    As many paths join two neighbours as they have common ties (`network.ties`), so a pair that meets often is likelier
    on the way. Ties are no ends of paths: that other number is `betweenness` of `projections.two_mode`.
    """
    return both_betweennesses(network)[1]


def both_betweennesses(network: Network) -> tuple[Floats, Floats]:
    """`betweenness` and `two_mode_betweenness` by one search from each source that carries both numbers of paths."""
    reduced = _reduce(network, counted=True)
    found = reduced.inside + _sum(reduced, reduced.weight, 2) / 2
    return np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1])


def sampled_betweenness(network: Network, pivots: int = PIVOTS, seed: int = 0) -> Floats:
    """(n,) an unbiased estimate of `betweenness` from `pivots` sources drawn without replacement (Brandes and Pich,
    Int. J. Bifurcation and Chaos 17, 2007); exact where there are no more vertices than pivots.

    The same seed gives the same estimate. Raises ValueError for fewer than one pivot.
    """
    if pivots < 1:
        raise ValueError("an estimate needs at least one pivot")
    if pivots >= network.size:
        return betweenness(network)
    reduced = _reduce(network, counted=False)
    drawn = np.random.default_rng(seed).choice(network.size, size=pivots, replace=False)
    # a class of like vertices is searched once, for as many of them as were drawn
    times = np.bincount(reduced.first_of[drawn], minlength=network.size).astype(np.float64) * (network.size / pivots)
    return np.asarray(reduced.inside[:, 0] + _sum(reduced, times, 1)[:, 0] / 2)


@dataclass(frozen=True)
class _Reduced:
    """A network whose like vertices are one: for each vertex the first of its class, the weight of each class, what
    the pairs within classes add up to, (n, 2) for both path counts, and the arcs between the first vertices, `kept`, those
    of most arcs first: what is read most lies together."""

    first_of: Ints
    weight: Floats
    inside: Floats
    kept: Ints
    start: Ints
    neighbours: Ints
    times: Floats


def _sum(reduced: _Reduced, source_weight: Floats, columns: int) -> Floats:
    """(n, columns) of the accumulation over all sources whose weight is not 0."""
    kept = reduced.kept
    small = len(kept) * len(reduced.neighbours) <= _INTERPRETED
    run = _accumulation(columns) if small else _compiled(columns)
    sources = np.flatnonzero(source_weight[kept] > 0).astype(np.int64)
    given = (reduced.start, reduced.neighbours, reduced.times, reduced.weight[kept], source_weight[kept])
    with ThreadPoolExecutor(min(_PARTS, os.cpu_count() or 1)) as pool:
        sums = list(pool.map(lambda part: run(*given, sources[part::_PARTS]), range(_PARTS)))
    total = np.sum(sums, axis=0)
    total[:, np.isnan(total).any(axis=0)] = np.nan
    result = np.zeros((len(reduced.first_of), total.shape[1]))
    result[kept] = total
    return result


def _reduce(network: Network, counted: bool) -> _Reduced:
    """Join like vertices; where paths are `counted`, only those with as many common ties with each neighbour."""
    degree, n = network.degree, network.size
    times = network.arc_ties.astype(np.float64) if counted else np.ones(len(network.neighbours))
    simplicial = triangles_per_vertex(network) == degree * (degree - 1) // 2
    opened = _neighbourhoods(network, times)
    closed = opened + _marks(n)
    first_of = np.arange(n)
    inside = np.zeros((n, 2))
    for marks, is_open in ((closed, False), (opened, True)):
        members = np.flatnonzero(simplicial & (degree > 0) & (first_of == np.arange(n)))
        _, first, which, number = np.unique(marks[members], axis=0, return_index=True, return_inverse=True,
                                            return_counts=True)
        which = which.ravel()
        # members of a closed class are no candidates for an open one: their neighbourhoods differ by one another
        first_of[members] = members[first][which]
        if is_open:
            for rep, size in zip(members[first][number > 1], number[number > 1], strict=True):
                arcs = slice(network.start[rep], network.start[rep + 1])
                # paths through a common neighbour: one for each tie there and each tie back
                paths = times[arcs] ** 2
                pairs = size * (size - 1) / 2
                inside[network.neighbours[arcs], 0] += pairs / len(paths)
                inside[network.neighbours[arcs], 1] += pairs * paths / paths.sum()
    weight = np.bincount(first_of, minlength=n).astype(float)
    kept = np.flatnonzero(first_of == np.arange(n))
    kept = kept[np.argsort(-degree[kept], kind="stable")]
    start, neighbours, taken = _subnetwork(network, kept)
    return _Reduced(first_of, weight, inside, kept, start, neighbours, times[taken])


def _marks(n: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """(n, 2) fixed pseudo-random words, whose sums name sets of vertices."""
    return np.random.Generator(np.random.PCG64(20_010)).integers(0, 2**64, size=(n, 2), dtype=np.uint64)


def _neighbourhoods(network: Network, times: Floats) -> np.ndarray[Any, np.dtype[np.uint64]]:
    marks = _marks(network.size)
    running = np.zeros((len(network.neighbours) + 1, 2), dtype=np.uint64)
    np.cumsum(marks[network.neighbours] * times.astype(np.uint64)[:, None], axis=0, out=running[1:])
    return running[network.start[1:]] - running[network.start[:-1]]


def _subnetwork(network: Network, kept: Ints) -> tuple[Ints, Ints, Ints]:
    """Where the arcs of each kept vertex start, their ends, and which of the network's arcs they are."""
    number = np.full(network.size, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    source, target = number[network.sources], number[network.neighbours]
    both = np.flatnonzero((source >= 0) & (target >= 0))
    taken = both[np.lexsort((target[both], source[both]))]
    start = np.searchsorted(source[taken], np.arange(len(kept) + 1)).astype(np.int64)
    return start, target[taken], taken


@cache
def _accumulation(columns: int) -> _Kernel:
    """The accumulation of one number of paths, or of two: also that over ties, with `times` on each arc."""

    def accumulate(start: Ints, neighbours: Ints, times: Floats, weight: Floats, source_weight: Floats,
                   sources: Ints) -> Floats:
        """(n, columns) Σ over the sources s of source_weight_s Σ_t weight_t σ_st(v)/σ_st, for each v.

        Between two levels of the search the arcs are read from the side that has fewer of them: most vertices stand on
        one middle level, whose many arcs are then never read. No arc is asked which levels it joins, for a wrong guess
        costs more than the sum: what flows along arcs within a level or backwards is added where nobody reads it again,
        and vertices not yet reached hold 0.
        """
        n = len(start) - 1
        total, paths = np.zeros((n, columns)), np.zeros((n, columns))
        # what has arrived at a vertex from the source's side, and from the far side: (1 + dependency) / paths of each
        reached, owed, part = np.zeros((n, columns)), np.zeros((n, columns)), np.zeros((n, columns))
        queue = np.empty(n, dtype=np.int64)
        # level l holds queue[bounds[l]:bounds[l + 1]], whose vertices have arcs[l] arcs
        bounds, arcs = np.zeros(n + 2, dtype=np.int64), np.zeros(n + 2, dtype=np.int64)
        for s in sources:
            for c in range(columns):
                reached[s, c] = paths[s, c] = 1.0
            queue[0], bounds[1] = s, 1
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
                            if reached[w, 0] == 0:
                                queue[found] = w
                                found += 1
                            reached[w, 0] += paths[v, 0]
                            if columns == 2:
                                reached[w, 1] += paths[v, 1] * times[k]
                else:
                    for w in range(n):
                        if reached[w, 0] == 0:
                            plain = counted = 0.0
                            for k in range(start[w], start[w + 1]):
                                plain += paths[neighbours[k], 0]
                                if columns == 2:
                                    counted += paths[neighbours[k], 1] * times[k]
                            if plain > 0:
                                reached[w, 0] = plain
                                if columns == 2:
                                    reached[w, 1] = counted
                                queue[found] = w
                                found += 1
                level += 1
                bounds[level + 1] = found
                arcs[level] = 0
                for i in range(bounds[level], found):
                    w = queue[i]
                    arcs[level] += start[w + 1] - start[w]
                    for c in range(columns):
                        paths[w, c] = reached[w, c]
                unread -= arcs[level]
            for far in range(level - 1, 0, -1):
                for i in range(bounds[far], bounds[far + 1]):
                    w = queue[i]
                    for c in range(columns):
                        dependency = owed[w, c] * paths[w, c]
                        # more paths than a float holds would pass for none at all
                        total[w, c] += source_weight[s] * dependency + 0.0 * paths[w, c]
                        part[w, c] = (weight[w] + dependency) / paths[w, c]
                if far == 1:
                    continue
                if arcs[far] <= arcs[far - 1]:
                    for i in range(bounds[far], bounds[far + 1]):
                        w = queue[i]
                        for k in range(start[w], start[w + 1]):
                            owed[neighbours[k], 0] += part[w, 0]
                            if columns == 2:
                                owed[neighbours[k], 1] += part[w, 1] * times[k]
                else:
                    for i in range(bounds[far - 1], bounds[far]):
                        v = queue[i]
                        plain = counted = 0.0
                        for k in range(start[v], start[v + 1]):
                            plain += part[neighbours[k], 0]
                            if columns == 2:
                                counted += part[neighbours[k], 1] * times[k]
                        owed[v, 0] = plain
                        if columns == 2:
                            owed[v, 1] = counted
            for i in range(bounds[level]):
                w = queue[i]
                for c in range(columns):
                    reached[w, c] = paths[w, c] = part[w, c] = owed[w, c] = 0.0
        return total

    return accumulate


@cache
def _compiled(columns: int) -> _Kernel:
    # imported late: the compiler costs half a second, which small networks need not pay
    import numba

    kernel = _accumulation(columns)
    try:
        compiled: _Kernel = numba.njit(nogil=True, cache=True)(kernel)
    except RuntimeError:
        # nowhere to keep the compiled code (a read-only installation): compile in each process
        compiled = numba.njit(nogil=True)(kernel)
    return compiled
