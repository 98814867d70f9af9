"""Gould and Fernandez's five brokerage roles (Sociological Methodology 19, 1989), for any grouping.

A vertex v brokers a pair (a, b) where a–v and v–b are tied and a–b is not. By the groups of a, v, b the role is
coordinator (w_I, AAA), itinerant broker (w_O, ABA), representative (b_IO, AAB), gatekeeper (b_OI, ABB) or liaison
(b_O, ABC). In an undirected network every open pair counts in both orders, as R's sna does; `pairs` halves that.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.brokerage.network import Floats, Ints, Network, add_up, blocks, contains, group_numbers, spread

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
Count = Literal["ordered", "pairs"]

_BLOCK = 2_000_000


def gould_fernandez(network: Network, groups: Sequence[object], count: Count = "ordered") -> pd.DataFrame:
    """The five roles and `brokerage`, their sum: a row a vertex of `network.ids`; `groups` in the same order.

    Counted from group sizes around each vertex, less the closed pairs of the triangle list: time O(m + triangles).
    """
    n, group = network.size, group_numbers(groups, network.size)
    own = add_up(network.sources, group[network.sources] == group[network.neighbours], n)
    ext = network.degree - own
    squares = _squares_of_other_groups(network, group)
    roles = np.stack([own * (own - 1), squares - ext, own * ext, own * ext, ext * ext - squares], axis=1)
    roles -= _closed(network.triangles, group, n)
    return _frame(network.ids, roles if count == "ordered" else roles / 2)


def partial_credit(network: Network, groups: Sequence[object], count: Count = "ordered") -> pd.DataFrame:
    """Like `gould_fernandez`, each open pair shared equally among all that broker it (UCINET's partial credit)."""
    group = group_numbers(groups, network.size)
    roles = np.zeros((network.size, len(ROLES)))
    for a, v, b in open_paths(network.start, network.neighbours, np.arange(network.size)):
        roles += by_role(a, v, b, group, shares(a, b, network.size))
    return _frame(network.ids, roles if count == "ordered" else roles / 2)


def directed_gould_fernandez(arcs: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """The roles in a directed network: open paths a→v→b without a→b.

    `arcs` has the columns a, b (each arc once, none of a vertex to itself), `groups` a group for each vertex name. Raises
    ValueError for an arc to itself, one given twice, and a vertex without a group.
    """
    ids = tuple(groups.index)
    if strangers := sorted({*map(str, arcs["a"]), *map(str, arcs["b"])} - set(map(str, ids))):
        raise ValueError(f"«{strangers[0]}» has no group: `groups` has one for each vertex, by name")
    if (arcs["a"] == arcs["b"]).any() or arcs.duplicated(["a", "b"]).any():
        raise ValueError("an arc leads from a vertex to itself or is given twice: leave such arcs out")
    number = {name: i for i, name in enumerate(ids)}
    tail = np.fromiter((number[x] for x in arcs["a"]), np.int64, len(arcs))
    head = np.fromiter((number[x] for x in arcs["b"]), np.int64, len(arcs))
    order = np.lexsort((head, tail))
    start = np.searchsorted(tail[order], np.arange(len(ids) + 1)).astype(np.int64)
    group = group_numbers(groups.tolist(), len(ids))
    roles = np.zeros((len(ids), len(ROLES)))
    for a, v, b in open_paths(start, head[order], np.arange(len(ids))):
        roles += by_role(a, v, b, group, np.ones(len(v)))
    return _frame(ids, roles)


def open_paths(start: Ints, neighbours: Ints, ends: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """All open paths a→v→b from the ascending vertices `ends`, in blocks; all paths of one a come in one block."""
    n = len(start) - 1
    sources = np.repeat(np.arange(n), np.diff(start))
    keys = sources * n + neighbours
    arcs_of = np.diff(start)
    # paths from a: the sum of its neighbours' numbers of arcs
    reach = np.concatenate([[0], np.cumsum(arcs_of[neighbours])])
    per_end = (reach[start[ends + 1]] - reach[start[ends]]).astype(np.int64)
    for begin, end in blocks(per_end, _BLOCK):
        chosen = ends[begin:end]
        item, place = spread(arcs_of[chosen])
        first = start[chosen][item] + place
        path, step = spread(arcs_of[neighbours[first]])
        a, v = chosen[item][path], neighbours[first][path]
        b = neighbours[start[v] + step]
        is_open = (a != b) & ~contains(keys, a * n + b)
        yield a[is_open], v[is_open], b[is_open]


def shares(a: Ints, b: Ints, n: int) -> Floats:
    """One over the number of paths between the same two ends, a value a path."""
    _, which, number = np.unique(a * n + b, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / number[which], dtype=np.float64)


def _squares_of_other_groups(network: Network, group: Ints) -> Floats:
    foreign = group[network.sources] != group[network.neighbours]
    width = int(group.max()) + 1 if len(group) else 1
    keys, number = np.unique((network.sources * width + group[network.neighbours])[foreign], return_counts=True)
    return add_up(keys // width, number.astype(float) ** 2, network.size)


def _closed(triangles: Ints, group: Ints, n: int) -> Floats:
    """(n, 5) what each corner of each triangle would have brokered, were its other two corners not tied."""
    closed = np.zeros((n, len(ROLES)))
    for x, y, z in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
        corner, one, other = triangles[:, x], triangles[:, y], triangles[:, z]
        closed += by_role(one, corner, other, group, np.ones(len(corner)))
        closed += by_role(other, corner, one, group, np.ones(len(corner)))
    return closed


def by_role(a: Ints, v: Ints, b: Ints, group: Ints, credit: Floats) -> Floats:
    """(n, 5) the credit of paths a→v→b added up by v and role."""
    ga, gv, gb = group[a], group[v], group[b]
    role = np.select([(ga == gv) & (gv == gb), ga == gb, ga == gv, gv == gb], [0, 1, 2, 3], default=4)
    flat = add_up(v * len(ROLES) + role, credit, len(group) * len(ROLES))
    return np.asarray(flat.reshape(len(group), len(ROLES)))


def _frame(ids: Sequence[str], roles: npt.NDArray[np.float64]) -> pd.DataFrame:
    frame = pd.DataFrame(roles, columns=list(ROLES), index=pd.Index(ids, name="id"))
    return frame.assign(brokerage=frame.sum(axis=1))
