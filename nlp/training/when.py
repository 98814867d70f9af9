"""Fits how a tie's date and status are chosen (nlp.ties.when) on annotated documents.

    python -m nlp.training.when GOLD.jsonl ... [--folds 5] [--save]

Every annotated tie is looked for at the places that can tell it (the anchors whose sentence, or list, names its
parties); each such place is an example: the annotated date among the dates of the page, the annotated status. Names that
were not recognised are put in from the annotation, so that the dates are learnt from all ties.
"""
from __future__ import annotations

import argparse
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from nlp import reader
from nlp.blocks import Layout
from nlp.dates import find_dates
from nlp.linear import Linear, save, to_json
from nlp.masthead import completed
from nlp.model import ORGANIZATION_TYPES, read_document
from nlp.names.entities import Entity, Mention, Names
from nlp.names.formless import find_formless
from nlp.names.organizations import find_organizations
from nlp.text import Page
from nlp.patterns import pattern
from nlp.ties.anchors import Anchor, find_anchors, moods
from nlp.ties.candidates import Scene
from nlp.ties.when import When
from nlp.words import Word, Words

_MODEL = "when"
#: Strength of the pull towards small weights.
_DATE_PULL, _STATUS_C = 1.2, 0.5
#: A place that tells a tie so much less fully than the best does not count.
_CLOSE = 0.5
_KIND_TOPIC = {"comprehensive_partnership": "包括", "disaster_support": "災害"}
#: A feature seen less often than this in the examples is left out.
_RARE = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One tie at the places that tell it: what was annotated, and which dates of the page have the annotated value."""
    when: When
    document: str
    tie: int
    kind: str
    status: str
    date: str | None
    entities: frozenset[int]
    anchors: tuple[Anchor, ...]


def told(gold: Mapping[str, Any]) -> list[Told]:
    """The annotated ties of a document whose telling was found on its page."""
    document = completed(read_document({k: gold.get(k) for k in ("id", "url", "title", "published", "publisher", "text")}))
    page = Page(document)
    names = find_organizations(page, reader._words, find_formless(page, reader._words))
    names = with_annotated(page, names, gold["organizations"])
    layout = Layout(page)
    dates = [(page.place(d.span.start), page.place(d.span.end - 1) + 1, d) for d in find_dates(page.raw, document.published)]
    scene = Scene(layout, Words(page, _tokenized), names, [(a, b) for a, b, _ in dates])
    when = When(scene, dates)
    keys = {_key(e.name): n for n, e in enumerate(names.entities)}
    parties = [frozenset(keys[k] for p in r["parties"] if (k := _key(p["name"])) in keys) for r in gold["relations"]]
    places: dict[int, list[tuple[float, Anchor]]] = {}
    for anchor in find_anchors(layout):
        for tie, fit in _ties_at(scene, anchor, gold["relations"], parties):
            places.setdefault(tie, []).append((fit, anchor))
    return [Told(when, document.id, n, r["kind"], r["status"], r["date"], parties[n], _best(places[n]))
            for n, r in enumerate(gold["relations"]) if n in places]


def _best(places: Sequence[tuple[float, Anchor]]) -> tuple[Anchor, ...]:
    """The places that tell a tie about as fully as the fullest of them."""
    top = max(fit for fit, _ in places)
    return tuple(anchor for fit, anchor in places if fit >= top - _CLOSE)


def _tokenized(line: str) -> list[Word]:
    return [Word(start + w.idx, start + w.idx + len(w.text), w.lemma_, w.pos_, w.tag_)
            for start, piece in reader._pieces(line) for w in reader._language().make_doc(piece)]


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "")


def with_annotated(page: Page, names: Names, organizations: Iterable[Mapping[str, Any]]) -> Names:
    """The names with those that only the annotation knows, where they stand in the text as they are written."""
    known = {_key(e.name) for e in names.entities}
    entities, mentions = list(names.entities), list(names.mentions)
    for one in organizations:
        name = _key(one["name"])
        if name in known or one["type"] not in ORGANIZATION_TYPES:
            continue
        added: list[Mention] = []
        at = page.norm.find(name)
        while at >= 0:
            added.append(Mention(at, at + len(name), len(entities)))
            at = page.norm.find(name, at + len(name))
        if added:
            entities.append(Entity(one["name"], one["type"], name))
            mentions = [m for m in mentions if not any(m.start < a.end and a.start < m.end for a in added)] + added
    return Names(entities, sorted(mentions, key=lambda m: m.start), names.publisher, names.groups)


def topics(text: str) -> list[str]:
    """The topics of events.yaml that a text names."""
    return pattern("events", "topics").findall(text)


def _ties_at(scene: Scene, anchor: Anchor, relations: Sequence[Mapping[str, Any]],
             parties: Sequence[frozenset[int]]) -> list[tuple[int, float]]:
    """Which annotated ties an anchor tells and how fully: those of its kinds whose parties stand in its sentence or list."""
    here = {m.entity for m in scene.of_block[anchor.block]}
    scope = {m.entity for b in scene.scope(anchor) for m in scene.of_block[b]}
    prose = scene.layout.blocks[anchor.block].kind == "prose"
    said = set(moods(scene.layout.text(anchor.block))) | set(topics(scene.layout.text(anchor.block)))
    fits: list[tuple[float, int]] = []
    for n, relation in enumerate(relations):
        if relation["kind"] not in anchor.kinds:
            continue
        own = parties[n] - {scene.names.publisher}
        near = len(own & (here | scope))
        if len(parties[n] & here) >= 2 or (own & here and len(parties[n]) >= 2) or (near and not prose) or near >= 2:
            kind = 0.3 * (_KIND_TOPIC.get(relation["kind"], "") in said) + 0.2 * (anchor.kinds[0] == relation["kind"])
            title = 0.5 * bool(relation.get("title") and relation["title"] in scene.layout.text(anchor.block))
            ended = 0.4 * (("ended" in said or "cancelled" in said) == (relation["status"] in ("ended", "cancelled")))
            party = len(parties[n] & here) / len(parties[n]) + 0.5 * len(parties[n] & scope) / len(parties[n])
            fits.append((2 * party + kind + title + ended, n))
    if not fits:
        return []
    top, first = max(fits)
    like = [(n, fit) for fit, n in fits if fit >= top - 0.3 and parties[n] & parties[first]
            and all(relations[n][k] == relations[first][k] for k in ("kind", "status"))]
    return like if frozenset.intersection(*(parties[n] for n, _ in like)) else [(first, top)]


# -- fitting ------------------------------------------------------------------------------------------------------------


class _Index:
    """Features as columns."""

    def __init__(self, examples: Iterable[Sequence[str]]) -> None:
        count = Counter(f for x in examples for f in set(x))
        self.columns = {f: n for n, f in enumerate(sorted(f for f, c in count.items() if c >= _RARE))}

    def matrix(self, examples: Iterable[Sequence[str]]) -> scipy.sparse.csr_matrix:
        ends, cells = [0], []
        for x in examples:
            cells += sorted({self.columns[f] for f in x if f in self.columns})
            ends.append(len(cells))
        return scipy.sparse.csr_matrix((np.ones(len(cells)), cells, ends), shape=(len(ends) - 1, len(self.columns)))


def fit_dates(ties: Sequence[Told]) -> Linear:
    """A weight a feature such that the annotated date scores above all others of its page (conditional logit)."""
    rows: list[list[str]] = []
    right: list[bool] = []
    groups: list[int] = []
    weights: list[float] = []
    for tie in ties:
        w = tie.when
        for anchor in tie.anchors:
            near = w.candidates(anchor)
            fits = [w.dates[i][2].value == tie.date for i in near]
            if not near or (tie.date is not None and not any(fits)):
                continue
            rows.append(w.none_features(anchor, tie.kind, tie.status, near))
            rows += [[*w.own_features(i), *w.features(i, anchor, tie.kind, tie.status, tie.entities, near)] for i in near]
            right += [tie.date is None, *fits]
            groups += [len(weights)] * (len(near) + 1)
            weights.append(len(tie.anchors) ** -0.5)
    index = _Index(rows)
    x, good, group, weight = index.matrix(rows), np.array(right), np.array(groups), np.array(weights)

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        s = x @ v
        top = np.full(len(weight), -np.inf)
        np.maximum.at(top, group, s)
        e = np.exp(s - top[group])
        total = np.bincount(group, e)
        hit = np.bincount(group, e * good)
        value = float(weight @ (np.log(total) - np.log(hit + 1e-300)) + 0.5 * _DATE_PULL * (v @ v))
        slope = weight[group] * (e / total[group] - e * good / (hit[group] + 1e-300))
        return value, x.T @ slope + _DATE_PULL * v

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return Linear(("other", "own"), (0.0,), {f: (float(found.x[n]),) for f, n in index.columns.items()})


def fit_status(ties: Sequence[Told]) -> Linear:
    """Multinomial logistic regression from what stands around the places that tell a tie."""
    rows: list[list[str]] = []
    labels: list[str] = []
    weights: list[float] = []
    for tie in ties:
        dates = [d for _, _, d in tie.when.dates if d.value == tie.date]
        for anchor in tie.anchors:
            # the status is asked for twice: before the date is known, then with it
            for date in {None: None, tie.date: dates[0] if dates else None}.values():
                rows.append(tie.when.status_features(anchor, tie.kind, tie.entities, date))
                labels.append(tie.status)
                weights.append((2 * len(tie.anchors)) ** -0.5)
    index = _Index(rows)
    fitted = LogisticRegression(C=_STATUS_C, max_iter=500).fit(index.matrix(rows), labels, sample_weight=weights)
    return Linear(tuple(str(c) for c in fitted.classes_), tuple(float(b) for b in fitted.intercept_),
                  {f: tuple(float(c) for c in fitted.coef_[:, n]) for f, n in index.columns.items()})


# -- judging ------------------------------------------------------------------------------------------------------------


def judged(ties: Sequence[Told], dates: Linear, statuses: Linear) -> Counter[str]:
    """How many ties got the annotated date and status, by the given models."""
    count: Counter[str] = Counter()
    for tie in ties:
        tie.when.use({"date": dates, "status": statuses})
        date = tie.when.date(tie.anchors, tie.kind, None, tie.entities)
        p = tie.when.states(tie.anchors, tie.kind, tie.entities, date)
        count["ties"] += 1
        count["date"] += (date.value if date else None) == tie.date
        count["status"] += max(p, key=lambda s: (p[s], s)) == tie.status
        count["reachable"] += tie.date is None or any(d.value == tie.date for _, _, d in tie.when.dates)
    return count


def _read(paths: Iterable[Path]) -> list[list[Told]]:
    """The ties of each document of some files."""
    return [told(json.loads(line)) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Cross-validates and, where asked, saves the models."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("gold", nargs="+", type=Path)
    cli.add_argument("--folds", type=int, default=5)
    cli.add_argument("--save", action="store_true")
    asked = cli.parse_args()
    documents = _read(asked.gold)
    random.Random(1).shuffle(documents)
    total: Counter[str] = Counter()
    for fold in range(asked.folds if asked.folds > 1 else 0):
        rest = [t for n, d in enumerate(documents) if n % asked.folds != fold for t in d]
        total += judged([t for d in documents[fold::asked.folds] for t in d], fit_dates(rest), fit_status(rest))
    for key in ("date", "status", "reachable"):
        if total["ties"]:
            print(f"{key:10s} {total[key] / total['ties']:.3f} of {total['ties']}")
    if asked.save:
        every = [t for d in documents for t in d]
        print(save(_MODEL, {"date": to_json(fit_dates(every)), "status": to_json(fit_status(every))}))


if __name__ == "__main__":
    main()
