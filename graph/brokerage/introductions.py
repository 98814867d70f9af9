"""What a possible intermediary's pairs of a public and a private partner are to each other, and in what order they met."""
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from graph.brokerage.contacts import Contacts
from graph.brokerage.network import Flags, Floats, Ints

PUBLIC, PRIVATE = 0, 1
#: What is counted of each vertex's pairs: their number, and the same shared among all that are tied to both. A pair is
#: open, tied only together with the vertex, tied later than the vertex was with both (or on the day on which it brought the
#: two together: a brokerage has the day of the tie it led to), before, or in an order that is not known; `dealing` is
#: Σ w_va w_vb over all pairs, `untied` over those open, tied with, or later, shared.
COLUMNS = ("pairs", "open", "with", "later", "before", "unknown",
           "open_share", "with_share", "later_share", "before_share", "unknown_share", "dealing", "untied")
#: Networks of fewer paths than this are counted without the compiler, which takes a second to load.
_INTERPRETED = 20_000

_Kernel = Callable[..., Any]


def introductions(found: Contacts, side: Ints, candidate: Flags) -> pd.DataFrame:
    """A row a vertex: COLUMNS, `public` and `private` (the strength of its ties to either side), `public_partners` and
    `private_partners` (their numbers).

    `side` is PUBLIC, PRIVATE or another number for each vertex. Only candidates have counts.
    """
    net = found.network
    n, start, neighbours, edge = net.size, net.start, net.neighbours, net.arc_edge
    day = found.edge_day[edge]
    paths = int((net.degree.astype(np.float64) ** 2).sum())
    count = _count if paths <= _INTERPRETED else _compiled()
    counts = count(start, neighbours, edge, net.arc_weight, day, side, candidate, found.edge_start,
                   found.edge_ties, found.tie_day, found.tie_brokered, found.tie_start, found.tie_parties, len(COLUMNS))
    frame = pd.DataFrame(counts, columns=list(COLUMNS))
    source, weight = net.sources, net.arc_weight
    for name, one in (("public", PUBLIC), ("private", PRIVATE)):
        there = side[neighbours] == one
        frame[name] = np.bincount(source[there], weight[there], n)
        frame[name + "_partners"] = np.bincount(source[there], minlength=n).astype(float)
    return frame


def _count(start: Ints, neighbours: Ints, edge: Ints, weight: Floats, day: Floats, side: Ints,
           candidate: Flags, edge_start: Ints, edge_ties: Ints, tie_day: Floats, tie_brokered: Flags, tie_start: Ints,
           tie_parties: Ints, columns: int) -> Floats:
    """(n, columns) the counts of every candidate, one public vertex after the other. Compiled for larger networks."""
    n = len(start) - 1
    counts = np.zeros((n, columns))
    # for the public vertex in hand: its arc to each neighbour, and how many paths lead to each private vertex
    arc_to, ways, touched = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for a in range(n):
        if side[a] != 0:
            continue
        number = 0
        for k in range(start[a], start[a + 1]):
            arc_to[neighbours[k]] = k
        for k in range(start[a], start[a + 1]):
            v = neighbours[k]
            for q in range(start[v], start[v + 1]):
                b = neighbours[q]
                if side[b] == 1:
                    if ways[b] == 0:
                        touched[number] = b
                        number += 1
                    ways[b] += 1
        for k in range(start[a], start[a + 1]):
            v = neighbours[k]
            if not candidate[v]:
                continue
            for q in range(start[v], start[v + 1]):
                b = neighbours[q]
                if side[b] != 1:
                    continue
                share = 1.0 / ways[b]
                both = weight[k] * weight[q]
                counts[v, 0] += 1
                counts[v, 11] += both
                direct = arc_to[b]
                if direct < 0:
                    which = 1
                else:
                    first = np.inf
                    apart, dated = False, True
                    e = edge[direct]
                    for z in range(edge_start[e], edge_start[e + 1]):
                        tie = edge_ties[z]
                        inside = False
                        for p in range(tie_start[tie], tie_start[tie + 1]):
                            if tie_parties[p] == v:
                                inside = True
                        if not inside:
                            apart = True
                            if np.isnan(tie_day[tie]):
                                dated = False
                            elif tie_day[tie] < first:
                                first = tie_day[tie]
                    met = max(day[k], day[q])
                    if not apart:
                        which = 2
                    elif np.isnan(day[k]) or np.isnan(day[q]) or (not dated and not first <= met):
                        which = 5
                    elif first > met:
                        which = 3
                    else:
                        which = 4
                        if first == met:
                            for z in range(edge_start[edge[k]], edge_start[edge[k] + 1]):
                                tie = edge_ties[z]
                                if tie_brokered[tie] and tie_day[tie] == first:
                                    for y in range(edge_start[edge[q]], edge_start[edge[q] + 1]):
                                        if edge_ties[y] == tie:
                                            which = 3
                counts[v, which] += 1
                counts[v, which + 5] += share
                if which <= 3:
                    counts[v, 12] += both * share
        for k in range(start[a], start[a + 1]):
            arc_to[neighbours[k]] = -1
        for i in range(number):
            ways[touched[i]] = 0
    return counts


@cache
def _compiled() -> _Kernel:
    # imported late: the compiler costs half a second, which small networks need not pay
    import numba

    try:
        compiled: _Kernel = numba.njit(nogil=True, cache=True)(_count)
    except RuntimeError:
        # nowhere to keep the compiled code (a read-only installation): compile in each process
        compiled = numba.njit(nogil=True)(_count)
    return compiled
