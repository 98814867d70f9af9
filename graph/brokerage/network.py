"""The undirected network that every measure reads: sorted vertices, each pair once, neighbours in one flat array."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Network:
    """n vertices and m edges. `ids` are n names, sorted; `low` < `high` are the edges' m vertex numbers, sorted; `ties`
    are the m numbers of common ties."""

    ids: tuple[str, ...]
    low: Ints
    high: Ints
    weight: Floats
    ties: Ints

    @property
    def size(self) -> int:
        """The number of vertices, isolates among them."""
        return len(self.ids)

    @cached_property
    def _arcs(self) -> tuple[Ints, Ints, Ints]:
        source = np.concatenate([self.low, self.high])
        target = np.concatenate([self.high, self.low])
        order = np.lexsort((target, source))
        edge = np.concatenate([np.arange(len(self.low))] * 2)[order]
        return source[order], target[order], edge

    @property
    def sources(self) -> Ints:
        """(2m,) where each arc starts; arcs are sorted by source, then neighbour."""
        return self._arcs[0]

    @property
    def neighbours(self) -> Ints:
        """(2m,) where each arc ends."""
        return self._arcs[1]

    @property
    def arc_edge(self) -> Ints:
        """(2m,) the number of each arc's edge."""
        return self._arcs[2]

    @cached_property
    def arc_weight(self) -> Floats:
        """(2m,) the weight of each arc's edge."""
        return self.weight[self._arcs[2]]

    @cached_property
    def arc_ties(self) -> Ints:
        """(2m,) the number of common ties of each arc's edge."""
        return self.ties[self._arcs[2]]

    @cached_property
    def start(self) -> Ints:
        """(n+1,) arcs of vertex v are start[v]:start[v+1]."""
        return np.searchsorted(self.sources, np.arange(self.size + 1)).astype(np.int64)

    @cached_property
    def degree(self) -> Ints:
        """(n,) the number of neighbours."""
        return np.diff(self.start)

    @cached_property
    def keys(self) -> Ints:
        """(2m,) source * n + neighbour of each arc, ascending: what `positions` searches."""
        return self.sources * self.size + self.neighbours

    @cached_property
    def triangles(self) -> Ints:
        """(t, 3) the triangles, each once; read by several measures, so listed once."""
        from graph.brokerage.triangles import triangles

        return triangles(self)

    def arc(self, source: Ints, target: Ints) -> Ints:
        """Numbers of arcs that are known to exist."""
        return np.searchsorted(self.keys, source * self.size + target).astype(np.int64)


def network(edges: pd.DataFrame, vertices: Iterable[str] = ()) -> Network:
    """A network of the columns a, b and (if there) weight and ties of a frame, with further vertices that may have no
    edge; both are 1 where they are not given.

    Raises ValueError for an edge of a vertex with itself or one that is given twice.
    """
    first, second = edges["a"].to_numpy(dtype=object), edges["b"].to_numpy(dtype=object)
    ids = tuple(sorted({*first, *second, *vertices}))
    number = {name: i for i, name in enumerate(ids)}
    a = np.fromiter((number[x] for x in first), np.int64, len(first))
    b = np.fromiter((number[x] for x in second), np.int64, len(second))
    if (a == b).any():
        raise ValueError(f"«{ids[int(a[a == b][0])]}» is tied with itself: leave such edges out")
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    if ((np.diff(low) == 0) & (np.diff(high) == 0)).any():
        raise ValueError("an edge is given twice: add up the weights of parallel edges first")
    weight = edges["weight"].to_numpy(dtype=float)[order] if "weight" in edges else np.ones(len(low))
    ties = edges["ties"].to_numpy(dtype=np.int64)[order] if "ties" in edges else np.ones(len(low), dtype=np.int64)
    return Network(ids, low, high, weight, ties)


def group_numbers(groups: Sequence[object], size: int) -> Ints:
    """(size,) small numbers of groups, one a vertex; a missing group (None, NaN) is one group of its own.

    Raises ValueError where there is not one group for each vertex.
    """
    if len(groups) != size:
        raise ValueError(f"{len(groups)} groups for {size} organisations: give one for each of `network.ids`, in their order")
    codes, _ = pd.factorize(pd.Series(list(groups), dtype=object), use_na_sentinel=False)
    return np.asarray(codes, dtype=np.int64)


def contains(keys: Ints, wanted: Ints) -> npt.NDArray[np.bool_]:
    """Which of the wanted numbers are among ascending `keys`."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(keys[at] == wanted)


def add_up(at: Ints, values: npt.ArrayLike, size: int) -> Floats:
    """(size,) the sum of the values at each number; zeros where there is none."""
    # numpy counts in integers when there is nothing to add
    return np.asarray(np.bincount(at, weights=values, minlength=size), dtype=np.float64)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """For counts (c0, c1, …): which item each of Σc places belongs to, and its place 0, 1, … within the item."""
    item = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    place = np.arange(len(item)) - np.repeat(ends - counts, counts)
    return item, place


def blocks(counts: Ints, most: int) -> list[tuple[int, int]]:
    """Ranges of items whose counts add up to about `most` at a time; one item may exceed it alone."""
    total = np.cumsum(counts)
    ranges: list[tuple[int, int]] = []
    begin = 0
    while begin < len(counts):
        done = int(total[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + most, side="right")))
        ranges.append((begin, end))
        begin = end
    return ranges
