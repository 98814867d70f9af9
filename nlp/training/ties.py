"""Fits which ties a page asserts (nlp.ties.readings, nlp.ties.choice) on annotated documents.

    python -m nlp.training.ties [GOLD.jsonl …] [--folds 4] [--save] [--score HELD.jsonl …]

The first stage learns from every anchor and organisation; the second from the proposals that a first stage makes for
documents it has not seen.
"""
from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from nlp import trees
from nlp.evaluation import lenient, score, strict
from nlp.linear import Linear, save, to_json
from nlp.ties.choice import (
    UNKNOWN_WORTH,
    Judges,
    Proposals,
    best,
    choose,
    numbers,
    patterns,
    picked,
    trusted,
    weighed,
    with_more,
)
from nlp.ties.contest import Key
from nlp.ties.kinds import SYMMETRIC
from nlp.ties.readings import (
    Models,
    features_of,
    joint_features,
    kind_features,
    party_features,
    proposals,
    read,
    role_features,
)
from nlp.training.alignment import Annotated, Label, annotated, labels
from nlp.training.names import unseen
from nlp.training.texts import behind_rules, command, documents, files_of
from nlp.trees import Trees

#: Strength of the classifiers (inverse of the pull towards small weights), chosen by cross-validation.
_STRENGTH = {"asserted": 0.1, "kind": 0.5, "party": 0.03, "role": 0.5, "joint": 0.2}
#: Features seen less often are left out.
_RARE = 2
#: The share of the exact judge in a proposal's weight, and the weight below which none is kept.
_SHARE, _LEAST = 0.6, 0.45
_SEED = 1
#: Strength of the weigher of parties together.
_FIT = 0.05
#: How many tellings of a rule the usual share of right ones stands for.
_PULL = 3


@dataclass(slots=True)
class Examples:
    """Features and answers of each classifier."""
    rows: dict[str, list[list[str]]] = field(default_factory=lambda: {part: [] for part in _STRENGTH})
    answers: dict[str, list[str]] = field(default_factory=lambda: {part: [] for part in _STRENGTH})

    def add(self, part: str, features: list[str], answer: str) -> None:
        """One example for a classifier."""
        self.rows[part].append(features)
        self.answers[part].append(answer)


def examples(ones: Iterable[tuple[Annotated, Sequence[Label | None]]]) -> Examples:
    """What the first stage learns from."""
    found = Examples()
    for one, told in ones:
        for anchor, label in zip(one.seen.anchors, told, strict=True):
            if label is None:
                continue
            features = features_of(one.seen.scene, anchor)
            found.add("asserted", features, str(label.kind is not None))
            if label.kind is not None and label.roles is not None:
                found.add("kind", kind_features(anchor, features), label.kind)
                _party_examples(found, one, anchor, label.kind, label.roles)
                if len(label.roles) > 2:
                    found.add("joint", [*features, *joint_features(one.seen.scene, anchor, label.kind, frozenset(label.roles))], str(label.joint))
    return found


def _party_examples(found: Examples, one: Annotated, anchor: Any, kind: str, roles: Mapping[int, str]) -> None:
    for candidate in one.seen.scene.candidates(anchor):
        features = party_features(one.seen.scene, candidate, kind)
        found.add("party", features, str(candidate.entity in roles))
        role = roles.get(candidate.entity, "party")
        if role != "party" and kind not in SYMMETRIC:
            found.add("role", role_features(features, candidate, kind), f"{kind}:{role}")


def fit_linear(rows: Sequence[Sequence[str]], answers: Sequence[str], strength: float) -> Linear:
    """A logistic regression over named features."""
    count = Counter(f for row in rows for f in set(row))
    names = sorted(f for f, n in count.items() if n >= _RARE)
    index = {f: n for n, f in enumerate(names)}
    places: list[int] = []
    ends = [0]
    for row in rows:
        places += sorted({index[f] for f in row if f in index})
        ends.append(len(places))
    matrix = scipy.sparse.csr_matrix((np.ones(len(places)), places, ends), shape=(len(rows), len(names)))
    model = LogisticRegression(C=strength, max_iter=300).fit(matrix, answers)
    return Linear(tuple(str(c) for c in model.classes_), tuple(float(b) for b in model.intercept_),
                  {f: tuple(float(w) for w in model.coef_[:, n]) for f, n in index.items()})


def fit_models(ones: Iterable[tuple[Annotated, Sequence[Label | None]]]) -> Models:
    """The classifiers of the first stage."""
    found = examples(ones)
    return Models(**{part: fit_linear(found.rows[part], found.answers[part], strength) for part, strength in _STRENGTH.items()})


@dataclass(frozen=True, slots=True)
class Judged:
    """The proposals for one document that the first stage had not seen, and whether each is right."""
    one: Annotated
    keys: tuple[Key, ...]
    proposed: Proposals
    rows: npt.NDArray[np.float64]
    patterns: list[list[str]]
    exact: npt.NDArray[np.bool_]
    rough: npt.NDArray[np.bool_]


def judged(one: Annotated, models: Models) -> Judged | None:
    """The proposals for a document with the annotation's verdict."""
    seen = one.seen
    proposed = proposals(seen.scene, read(seen.scene, seen.anchors, models), models.joint)
    if not proposed:
        return None
    keys = tuple(proposed)
    plain = [_plain(one, kind, best(proposed[kind, parties]).roles) for kind, parties in keys]
    ties = one.gold["relations"]
    return Judged(one, keys, proposed, numbers(seen.scene, proposed), patterns(seen.scene, proposed),
                  np.array([any(strict(t, p) for t in ties) for p in plain]),
                  np.array([any(lenient(t, p) for t in ties) for p in plain]))


def _plain(one: Annotated, kind: str, roles: Mapping[int, str]) -> dict[str, Any]:
    return {"kind": kind, "parties": [{"name": one.seen.names.entities[e].name, "role": r} for e, r in roles.items()]}


def fit_trees(rows: npt.NDArray[np.float64], answers: npt.NDArray[np.bool_]) -> Trees:
    """Boosted trees over the numbers of proposals."""
    model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=12, l2_regularization=2.0,
                                           early_stopping=False, random_state=0).fit(rows, answers)
    nodes = [[(-1 if n["is_leaf"] else int(n["feature_idx"]), float(n["num_threshold"]), int(n["left"]), int(n["right"]), float(n["value"]))
              for n in stage[0].nodes] for stage in model._predictors]
    return trees.joined(float(model._baseline_prediction[0, 0]), nodes)


def fit(ones: Sequence[tuple[Annotated, Sequence[Label | None]]], folds: int,
        known: Container[str] = frozenset(), passed: Container[str] = frozenset()) -> tuple[Models, Judges, list[Judged]]:
    """Both stages, and the proposals of all documents by first stages that had not seen them.

    `known` are ids of documents that the rules were written from. There the rules are right more often than elsewhere, so
    how far they are to be trusted, and what a weight means, is not learnt from them; those of `passed`, where that is so by
    far, the judges pass over altogether.
    """
    found: list[Judged] = []
    for fold in range(folds):
        models = fit_models([o for n, o in enumerate(ones) if n % folds != fold])
        found += [j for n, (one, _) in enumerate(ones)
                  if n % folds == fold and one.gold["id"] not in passed and (j := judged(one, models))]
    fitted = _fitted(found, folds, known)
    exact, rough = (fit_trees(_rows(fitted), _answers(fitted, name)) for name in ("exact", "rough"))
    worth, weights = worth_of(_unknown(found, known)), _measured(fitted, folds, known)
    return fit_models(ones), Judges(_weigher(found), worth, exact, rough, _SHARE, _LEAST, weights), found


def _unknown(found: Iterable[Judged], known: Container[str]) -> list[Judged]:
    return [j for j in found if j.one.gold["id"] not in known]


def _weigher(found: Iterable[Judged]) -> Linear:
    """What weighs how well parties fit together."""
    found = list(found)
    return fit_linear([p for j in found for p in j.patterns], [str(bool(x)) for j in found for x in j.exact], _FIT)


def worth_of(found: Iterable[Judged]) -> dict[str, float]:
    """How often each rule is right where it tells a proposal; what was seen seldom is pulled towards the usual."""
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for j in found:
        verdict = dict(zip(j.keys, j.exact, strict=True))
        for rule, key in {(t.phrase, (t.kind, t.entities)) for t in j.one.seen.scene.ruled}:
            if key in verdict:
                told[rule] += 1
                right[rule] += bool(verdict[key])
    return {rule: round((right[rule] + _PULL * UNKNOWN_WORTH) / (told[rule] + _PULL), 3) for rule in sorted(told)}


def _rows(found: Iterable[Judged]) -> npt.NDArray[np.float64]:
    return np.vstack([j.rows for j in found])


def _answers(found: Iterable[Judged], name: str) -> npt.NDArray[np.bool_]:
    return np.concatenate([getattr(j, name) for j in found])


def _fitted(found: Sequence[Judged], folds: int, known: Container[str]) -> list[Judged]:
    """Proposals with how well their parties fit together and how far their rules are to be trusted, by what had not seen
    their documents."""
    made: list[Judged] = []
    for fold in range(folds):
        train = [j for n, j in enumerate(found) if n % folds != fold]
        weigher, worth = _weigher(train), worth_of(_unknown(train, known))
        made += [replace(j, rows=with_more(j.rows, [weigher.probability(p) for p in j.patterns], trusted(j.one.seen.scene, j.proposed, worth)))
                 for j in found[fold::folds]]
    return made


def _measured(found: Sequence[Judged], folds: int, known: Container[str]) -> tuple[tuple[float, float], ...]:
    """What a weight means: the share of kept proposals that are exactly right, by judges that had not seen them."""
    xs: list[float] = []
    ys: list[bool] = []
    for fold in range(folds):
        train = [j for n, j in enumerate(found) if n % folds != fold]
        exact, rough = (fit_trees(_rows(train), _answers(train, name)) for name in ("exact", "rough"))
        for j in _unknown(found[fold::folds], known):
            weight = weighed(j.proposed, exact.probabilities(j.rows), rough.probabilities(j.rows), _SHARE)
            for n in picked(j.keys, j.proposed, weight, _LEAST):
                xs.append(float(weight[n]))
                ys.append(bool(j.exact[n]))
    line = IsotonicRegression(y_min=0.02, y_max=0.99, out_of_bounds="clip").fit(xs, ys)
    points = np.quantile(xs, np.linspace(0.02, 0.98, 13))
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in zip(points, line.predict(points), strict=True))


def to_values(models: Models, judges: Judges) -> dict[str, Any]:
    """What the model file holds."""
    return {**{part: to_json(getattr(models, part)) for part in _STRENGTH}, "fit": to_json(judges.fit), "worth": dict(judges.worth),
            "exact": trees.to_json(judges.exact), "rough": trees.to_json(judges.rough),
            "choice": {"share": judges.share, "least": judges.least, "measured": [list(m) for m in judges.measured]}}


def measured(ones: Sequence[Annotated], models: Models, judges: Judges) -> dict[str, Any]:
    """The scores of annotated documents, kinds and parties only."""
    gold = {o.gold["id"]: dict(o.gold) for o in ones}
    found = {o.gold["id"]: {"relations": [_plain(o, c.kind, c.roles) for c in choose(o.seen.scene, o.seen.anchors, models, judges)]} for o in ones}
    return score(gold, found)[0]


def _line(name: str, result: Mapping[str, Any]) -> str:
    parts = (f"{part} {result[key]['precision']:.2f}/{result[key]['recall']:.2f}/{result[key]['f1']:.3f}"
             for part, key in (("pairs", "pairs"), ("strict", "relations_strict"), ("lenient", "relations_lenient")))
    alarms = result["false_alarms"]
    return f"{name:24s} {'  '.join(parts)}  kind {result['accuracy']['kind'] or 0:.3f}  role {result['accuracy']['role'] or 0:.3f}  " \
           f"alarms {alarms['with_relation']}/{alarms['documents']}"


def main() -> None:
    """Fits, prints scores of files that were not learnt from, saves."""
    cli = command(__doc__)
    cli.add_argument("--folds", type=int, default=4)
    cli.add_argument("--score", nargs="*", type=Path, default=[])
    args = cli.parse_args()
    files = files_of(args.gold)
    ones = unseen(documents(files), annotated)
    known, passed = behind_rules(files), behind_rules(files, last=False)
    random.Random(_SEED).shuffle(ones)
    models, judges, found = fit([(o, labels(o)) for o in ones], args.folds, known, passed)
    print(f"{len(ones)} documents, {sum(len(j.keys) for j in found)} proposals, {sum(int(j.exact.sum()) for j in found)} right, "
          f"{sum(len(o.gold['relations']) for o in ones)} ties")
    held = [(path.stem, [annotated(g) for g in documents([path])]) for path in args.score]
    for share, least in ((judges.share, judges.least), (judges.share, 0.3)):
        for name, ones_ in held:
            print(f"{least:.2f} " + _line(name, measured(ones_, models, replace(judges, share=share, least=least))), flush=True)
    if args.save:
        print(save("ties", to_values(models, judges)))


if __name__ == "__main__":
    main()
