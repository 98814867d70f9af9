"""Boosted trees as plain arrays give what the library that fitted them gives."""
from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from nlp import trees
from nlp.training import ties
from nlp.trees import Trees

RANDOM = np.random.default_rng(5)
ROWS = np.round(RANDOM.normal(size=(400, 6)), 2)
ANSWERS = (ROWS[:, 0] * ROWS[:, 1] > 0) ^ (ROWS[:, 2] > 1)
OTHERS = RANDOM.normal(scale=2, size=(300, 6))


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> tuple[Trees, HistGradientBoostingClassifier]:
    """Our trees, and the library's own model that they were taken from."""
    made: list[HistGradientBoostingClassifier] = []

    class Kept(HistGradientBoostingClassifier):
        def fit(self, *args: Any, **keys: Any) -> Any:
            made.append(self)
            return super().fit(*args, **keys)

    monkeypatch.setattr(ties, "HistGradientBoostingClassifier", Kept)
    with threadpool_limits(1):
        ours = ties.fit_trees(ROWS, ANSWERS)
    return ours, made[-1]


def test_probabilities_are_those_of_the_library(fitted: tuple[Trees, HistGradientBoostingClassifier]) -> None:
    ours, theirs = fitted
    # values at which a tree parts are among the rows it was fitted on: at most goes left
    for rows in (ROWS, OTHERS):
        with threadpool_limits(1):
            expected = theirs.predict_proba(rows)[:, 1]
        assert ours.probabilities(rows) == pytest.approx(expected, abs=1e-9)
    assert np.mean((ours.probabilities(ROWS) > 0.5) == ANSWERS) > 0.9


def test_trees_come_back_from_json_as_they_were_written(fitted: tuple[Trees, HistGradientBoostingClassifier]) -> None:
    ours, _ = fitted
    written = trees.to_json(ours)
    back = trees.from_json(json.loads(json.dumps(written)))
    assert trees.to_json(back) == written
    assert back.probabilities(OTHERS) == pytest.approx(ours.probabilities(OTHERS), abs=1e-4)


def test_trees_written_by_hand() -> None:
    # 0: over 1.5 in the first number, then over 0 in the second; 1: one leaf
    first = [(0, 1.5, 1, 2, 0.0), (-1, 0.0, 0, 0, -2.0), (1, 0.0, 3, 4, 0.0), (-1, 0.0, 0, 0, 0.0), (-1, 0.0, 0, 0, 2.0)]
    both = trees.joined(0.5, [first, [(-1, 0.0, 0, 0, -0.5)]])
    rows = np.array([[1.5, 9.0], [1.6, 0.0], [1.6, 0.1]])
    assert both.probabilities(rows) == pytest.approx(1 / (1 + np.exp(-np.array([-2.0, 0.0, 2.0]))))
    assert both.probabilities(np.empty((0, 2))).shape == (0,)
