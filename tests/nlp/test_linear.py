"""Weighing by named features: probabilities that add up, a file that gives back what went in, byte by byte the same."""
from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import linear
from nlp.linear import Linear, from_json, to_json

#: With or without rain, by what the sky looks like.
RAIN = Linear(("no", "yes"), (-1.0,), {"clouds": (2.0,), "wind": (0.5,), "stars": (-3.0,)})
#: The month, by what is in flower.
MONTH = Linear(("april", "june", "october"), (0.1, 0.0, -0.1),
               {"cherry": (3.0, -1.0, -2.0), "hydrangea": (-2.0, 3.0, -1.0), "cosmos": (-2.0, -1.0, 3.0)})

FEATURES = st.lists(st.sampled_from(["clouds", "wind", "stars", "cherry", "hydrangea", "cosmos", "never seen"]))


@given(FEATURES)
def test_the_probabilities_of_all_classes_add_up_to_one(features: list[str]) -> None:
    for model in (RAIN, MONTH):
        p = model.probabilities(features)
        assert tuple(p) == model.classes
        assert sum(p.values()) == pytest.approx(1)
        assert all(0 <= x <= 1 for x in p.values())


def test_the_likeliest_class_is_what_the_features_speak_for() -> None:
    for flower, month in (("cherry", "april"), ("hydrangea", "june"), ("cosmos", "october")):
        p = MONTH.probabilities([flower])
        assert max(p, key=lambda c: p[c]) == month


def test_of_two_classes_the_score_is_the_log_odds_of_the_second() -> None:
    assert RAIN.score(["clouds", "wind"]) == pytest.approx(1.5)
    assert RAIN.probability(["clouds", "wind"]) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert RAIN.probability(["stars"]) < RAIN.probability([]) < RAIN.probability(["clouds"])


def test_a_feature_never_seen_or_said_twice_changes_nothing() -> None:
    assert RAIN.probabilities(["clouds", "never seen", "clouds"]) == RAIN.probabilities(["clouds"])
    assert MONTH.probabilities(["never seen"]) == MONTH.probabilities([])
    assert RAIN.score(["clouds", "never seen", "clouds"]) == RAIN.score(["clouds"])


def test_sums_are_exact_whatever_the_order_of_features() -> None:
    # ten times 0.1, added one by one, is 0.9999999999999999
    tenth = Linear(("no", "yes"), (0.0,), {str(n): (0.1,) for n in range(10)})
    assert tenth.score(tenth.weights) == 1
    thirds = Linear(("x", "y", "z"), (0.0, 1.0, 1.0), {str(n): (0.1, 0.0, 0.0) for n in range(10)})
    assert len(set(thirds.probabilities(thirds.weights).values())) == 1


def test_scores_far_out_stay_probabilities() -> None:
    sure = Linear(("no", "yes"), (0.0,), {"a": (5000.0,), "b": (-5000.0,)})
    assert sure.probability(["a"]) == pytest.approx(1) and sure.probability(["b"]) == pytest.approx(0)
    wide = Linear(("x", "y", "z"), (0.0, 0.0, 0.0), {"a": (9000.0, 0.0, -9000.0)})
    assert wide.probabilities(["a"]) == pytest.approx({"x": 1, "y": 0, "z": 0})


@pytest.mark.parametrize("model", [RAIN, MONTH])
def test_a_model_comes_back_from_json_as_it_was(model: Linear) -> None:
    assert from_json(json.loads(json.dumps(to_json(model)))) == model


def test_weights_that_round_to_nothing_are_left_out() -> None:
    plain = to_json(Linear(("no", "yes"), (0.12345,), {"b": (0.0004,), "a": (-0.98765,)}))
    assert plain == {"classes": ["no", "yes"], "bias": [0.123], "weights": {"a": [-0.988]}}


def test_the_same_values_saved_twice_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_MODELS", tmp_path / "models")
    values = {"b": to_json(MONTH), "a": to_json(RAIN)}
    first = linear.save("weather", values).read_bytes()
    assert linear.save("weather", dict(reversed(values.items()))).read_bytes() == first
    # no time of writing
    assert first[4:8] == bytes(4)
    assert linear.load.__wrapped__("weather") == values


def test_the_stored_weights_of_ties_are_there_for_every_question() -> None:
    for part in ("asserted", "kind", "party", "role", "joint", "fit"):
        assert linear.linear("ties", part).weights
