"""Fits the model by which nlp.themes tells what a tie is about.

    python -m nlp.training.themes [GOLD.jsonl …] [--save]

Each gold tie is looked for in its text: the sentence that names most of its parties, its agreement, its date and a word
of its kind. Then one logistic regression over all (tie, theme) pairs weighs what is told where. Deterministic.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp import linear
from nlp.blocks import Layout
from nlp.evaluation import comparable
from nlp.masthead import completed
from nlp.model import THEMES, read_document
from nlp.names.entities import Names
from nlp.names.organizations import find_organizations
from nlp.reader import tokens
from nlp.text import Page
from nlp.themes import MODEL, About, Topics
from nlp.ties.anchors import Anchor, find_anchors
from nlp.training.texts import command, documents, files_of
from nlp.words import Words

#: Strength of the weights' penalty, the least count of a feature, and the probability from which a theme is told.
C, LEAST_COUNT, LEAST = 0.25, 2, 0.32


@dataclass(frozen=True, slots=True)
class Example:
    """One gold tie with the features of every theme; `document` groups what belongs together."""
    document: str
    features: Mapping[str, Sequence[str]]
    themes: frozenset[str]
    weight: float


def examples(document: Mapping[str, Any]) -> list[Example]:
    """The gold ties of a document as examples."""
    layout, names, anchors = _page(document)
    topics = Topics(layout, names)
    keys = [comparable(e.name) for e in names.entities]
    found: list[tuple[Mapping[str, Sequence[str]], frozenset[str]]] = []
    for tie in document["relations"]:
        parties = tuple((keys.index(comparable(p["name"])), p["role"]) for p in tie["parties"] if comparable(p["name"]) in keys)
        block = layout.blocks[told_in(layout, names, anchors, tie, {e for e, _ in parties})].sentence
        features = topics.features(About(tie["kind"], block.start, block.end, tie["title"], parties))
        found.append((features, frozenset(tie["themes"])))
    seen: dict[tuple[str, ...], int] = {}
    keyed = [tuple(sorted(f"{t}:{x}" for t, fs in features.items() for x in fs)) for features, _ in found]
    for key in keyed:
        seen[key] = seen.get(key, 0) + 1
    # Ten rows of one list say little more than one row.
    return [Example(document["id"], features, themes, seen[key] ** -0.5) for (features, themes), key in zip(found, keyed, strict=True)]


def _page(document: Mapping[str, Any]) -> tuple[Layout, Names, list[Anchor]]:
    plain = {k: document.get(k) for k in ("id", "url", "title", "published", "publisher", "text")}
    page = Page(completed(read_document(plain)))
    names = find_organizations(page, Words(page, tokens))
    layout = Layout(page)
    return layout, names, find_anchors(layout)


def told_in(layout: Layout, names: Names, anchors: Iterable[Anchor], tie: Mapping[str, Any], parties: set[int]) -> int:
    """The number of the block that most likely tells a gold tie."""
    wording: dict[int, float] = {}
    for anchor in anchors:
        if tie["kind"] in anchor.kinds:
            wording[anchor.block] = max(wording.get(anchor.block, 0.0), 1.1 if anchor.kinds[0] == tie["kind"] else 0.8)
    title = comparable(tie["title"]) if tie["title"] else None
    best, top = 0, float("-inf")
    for index, block in enumerate(layout.blocks):
        here = {m.entity for m in names.between(block.sentence.start, block.sentence.end)}
        score = len(parties & here) + wording.get(index, 0.0)
        score += 0.5 * (names.publisher in parties and names.publisher not in here)
        score += bool(title and title in comparable(layout.text(index)))
        score += {"prose": 0.2, "title": -0.6}.get(block.kind, 0.0)
        if score > top + 1e-9:
            best, top = index, score
    return best


def fit(given: Sequence[Example]) -> linear.Linear:
    """The model of some examples."""
    counts: dict[str, int] = {}
    for one in given:
        for features in one.features.values():
            for f in set(features):
                counts[f] = counts.get(f, 0) + 1
    kept = sorted(f for f, n in counts.items() if n >= LEAST_COUNT)
    index = {f: n for n, f in enumerate(kept)}
    columns: list[int] = []
    ends = [0]
    truth: list[int] = []
    weights: list[float] = []
    for one in given:
        for theme in THEMES:
            columns += sorted({index[f] for f in one.features[theme] if f in index})
            ends.append(len(columns))
            truth.append(int(theme in one.themes))
            weights.append(one.weight)
    matrix = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(truth), len(kept)))
    model = LogisticRegression(C=C, solver="liblinear", max_iter=300, random_state=0)
    model.fit(matrix, truth, sample_weight=weights)
    values = {f: (float(model.coef_[0][n]),) for f, n in index.items()}
    return linear.Linear(("no", "yes"), (float(model.intercept_[0]),), values)


def score(model: linear.Linear, given: Iterable[Example], least: float = LEAST) -> tuple[int, int, int]:
    """(right, gold, found) themes over examples."""
    right = gold = found = 0
    for one in given:
        told = {t for t, features in one.features.items() if model.probability(features) >= least}
        right, gold, found = right + len(told & one.themes), gold + len(one.themes), found + len(told)
    return right, gold, found


def main() -> None:
    """Fits and, where asked, saves the model."""
    asked = command(__doc__).parse_args()
    given = [one for document in documents(files_of(asked.gold)) for one in examples(document)]
    model = fit(given)
    right, gold, found = score(model, given)
    print(f"{len(given)} ties, {len(model.weights)} weights (F1 on the same ties {2 * right / max(1, gold + found):.3f})")
    if asked.save:
        print(linear.save(MODEL, {"theme": linear.to_json(model, 2), "least": LEAST}))


if __name__ == "__main__":
    main()
