"""Linear classifiers over named features: weights from a file, probabilities out. Fitted by nlp.training."""
from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_MODELS = Path(__file__).parent / "data" / "models"


@dataclass(frozen=True, slots=True)
class Linear:
    """Multinomial (or, with two classes, binary) logistic regression; `weights` gives a feature's weight per class.

    With two classes only the second has weights; its score is the log odds against the first.
    """
    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Class → probability; features without a weight count nothing, one given twice counts once.

        Sums are exact: a set's order, and so a plain sum's last digit, differs from process to process.
        """
        told = [known for f in set(features) if (known := self.weights.get(f)) is not None]
        scores = [math.fsum(ws) for ws in zip(self.bias, *told, strict=True)]
        if len(self.classes) == 2:
            p = _logistic(scores[0])
            return {self.classes[0]: 1 - p, self.classes[1]: p}
        top = max(scores)
        parts = [math.exp(s - top) for s in scores]
        total = sum(parts)
        return {c: part / total for c, part in zip(self.classes, parts, strict=True)}

    def score(self, features: Iterable[str]) -> float:
        """The log odds of the second of two classes."""
        weight = self.weights.get
        return math.fsum([self.bias[0], *[known[0] for f in set(features) if (known := weight(f)) is not None]])

    def probability(self, features: Iterable[str]) -> float:
        """The probability of the second of two classes."""
        return _logistic(self.score(features))


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


def to_json(model: Linear, digits: int = 3) -> dict[str, Any]:
    """A model as JSON values; weights that round to nothing are left out."""
    kept = {f: [round(w, digits) for w in ws] for f, ws in sorted(model.weights.items()) if any(round(w, digits) for w in ws)}
    return {"classes": list(model.classes), "bias": [round(b, digits) for b in model.bias], "weights": kept}


def from_json(values: Mapping[str, Any]) -> Linear:
    """What `to_json` gave."""
    return Linear(tuple(values["classes"]), tuple(values["bias"]), {f: tuple(ws) for f, ws in values["weights"].items()})


@cache
def load(name: str) -> Mapping[str, Any]:
    """All that `nlp/data/models/<name>.json.gz` holds."""
    with gzip.open(_MODELS / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        values: Mapping[str, Any] = json.load(file)
    return values


@cache
def linear(name: str, part: str) -> Linear:
    """One classifier of a model file."""
    return from_json(load(name)[part])


def save(name: str, values: Mapping[str, Any]) -> Path:
    """Writes a model file, the same bytes for the same values."""
    _MODELS.mkdir(parents=True, exist_ok=True)
    path = _MODELS / f"{name}.json.gz"
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
        packed.write(json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
    return path
