"""Boosted regression trees as plain arrays: probabilities for rows of numbers. Fitted by nlp.training."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of trees under a logistic link. All trees' nodes stand in one row of arrays; `roots` are their first nodes.

    At a node a row goes to `left` where its value of `feature` is at most `threshold`, else to `right`; a leaf has
    feature -1 and adds `value` to `base`.
    """
    base: float
    roots: Ints
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats

    def probabilities(self, rows: Floats) -> Floats:
        """The probability of each row, shape (rows,)."""
        at = np.repeat(self.roots[np.newaxis, :], len(rows), axis=0)
        row = np.arange(len(rows))[:, np.newaxis]
        while True:
            feature = self.feature[at]
            inner = feature >= 0
            if not inner.any():
                break
            goes_left = rows[row, np.maximum(feature, 0)] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        score = self.base + self.value[at].sum(axis=1)
        result: Floats = 1 / (1 + np.exp(-score))
        return result


def from_json(values: Mapping[str, Any]) -> Trees:
    """What `to_json` gave."""
    return Trees(float(values["base"]), np.array(values["roots"], np.int64), np.array(values["feature"], np.int64),
                 np.array(values["threshold"], np.float64), np.array(values["left"], np.int64), np.array(values["right"], np.int64),
                 np.array(values["value"], np.float64))


def to_json(trees: Trees) -> dict[str, Any]:
    """Trees as JSON values."""
    return {"base": trees.base, "roots": trees.roots.tolist(), "feature": trees.feature.tolist(),
            "threshold": [_short(t) for t in trees.threshold], "left": trees.left.tolist(), "right": trees.right.tolist(),
            "value": [_short(v) for v in trees.value]}


def joined(base: float, trees: Sequence[Sequence[tuple[int, float, int, int, float]]]) -> Trees:
    """Trees from their nodes as (feature or -1, threshold, left, right, value), children counted within a tree."""
    roots: list[int] = []
    nodes: list[tuple[int, float, int, int, float]] = []
    for tree in trees:
        first = len(nodes)
        roots.append(first)
        nodes += [(f, t, left + first, right + first, v) for f, t, left, right, v in tree]
    columns = list(zip(*nodes, strict=True))
    return Trees(base, np.array(roots, np.int64), np.array(columns[0], np.int64), np.array(columns[1], np.float64),
                 np.array(columns[2], np.int64), np.array(columns[3], np.int64), np.array(columns[4], np.float64))


def _short(value: float) -> float:
    return float(f"{value:.6g}")
