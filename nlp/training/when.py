"""Fits how a tie's date and status are chosen (nlp.ties.when) on annotated documents.

    python -m nlp.training.when [GOLD.jsonl …] [--folds 5] [--save]

Every annotated tie is looked for at the places that can tell it (the anchors whose sentence, or list, names its
parties); each such place is an example: the annotated date among the dates of the page, the annotated status. Names that
were not recognised are put in from the annotation, so that the dates are learnt from all ties.
"""
from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from nlp import reader
from nlp.evaluation import lenient, match
from nlp.linear import Linear, save, to_json
from nlp.masthead import completed
from nlp.model import ORGANIZATION_TYPES
from nlp.names.entities import Entity, Mention, Names
from nlp.patterns import pattern
from nlp.text import Page
from nlp.ties.anchors import Anchor, moods
from nlp.ties.candidates import Scene
from nlp.ties.choice import Chosen, choose
from nlp.ties.when import When
from nlp.training.texts import command, document_of, documents, files_of

_MODEL = "when"
#: Strength of the pull towards small weights.
_DATE_PULL, _STATUS_C = 1.2, 0.5
#: A place that tells a tie so much less fully than the best does not count.
_CLOSE, _MOST = 0.5, 4
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
    #: whether the reader itself finds the tie; what it does not find is learnt from, but nothing is judged by it
    found: bool


def told(gold: Mapping[str, Any]) -> list[Told]:
    """The annotated ties of a document whose telling was found on its page."""
    seen = reader.see(completed(document_of(gold)))
    names = with_annotated(seen.page, seen.names, gold["organizations"])
    layout = seen.scene.layout
    scene = Scene(layout, seen.words, names, [(a, b) for a, b, _ in seen.when.dates], seen.anchors)
    when = When(scene, seen.when.dates)
    ties = gold["relations"]
    found = _found(seen, ties)
    keys = {_key(e.name): n for n, e in enumerate(names.entities)}
    parties = [frozenset(keys[k] for p in r["parties"] if (k := _key(p["name"])) in keys) for r in ties]
    places: dict[int, list[tuple[float, Anchor]]] = {}
    for anchor in seen.anchors:
        for tie, fit in _ties_at(scene, anchor, ties, parties):
            places.setdefault(tie, []).append((fit, anchor))
    made = [Told(seen.when, gold["id"], n, one.kind, ties[n]["status"], ties[n]["date"], frozenset(one.roles), one.anchors, True)
            for n, one in sorted(found.items())]
    return made + [Told(when, gold["id"], n, r["kind"], r["status"], r["date"], parties[n], _best(places[n]), False)
                   for n, r in enumerate(ties) if n in places and n not in found]


def _found(seen: reader.Seen, ties: Sequence[Mapping[str, Any]]) -> dict[int, Chosen]:
    """Which ties the reader finds by itself, as it finds them."""
    chosen = choose(seen.scene, seen.anchors)
    plain = [{"kind": c.kind, "parties": [{"name": seen.names.entities[e].name, "role": r} for e, r in c.roles.items()]} for c in chosen]
    return {n: chosen[k] for n, k in match(ties, plain, lenient)}


def _best(places: Sequence[tuple[float, Anchor]]) -> tuple[Anchor, ...]:
    """The places that tell a tie about as fully as the fullest of them."""
    ordered = sorted(places, key=lambda p: (-p[0], p[1].start))
    return tuple(anchor for fit, anchor in ordered if fit >= ordered[0][0] - _CLOSE)[:_MOST]


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
            near, made = w.rows(anchor, tie.kind, tie.status, tie.entities)
            fits = [w.dates[i][2].value == tie.date for i in near]
            if not near or (tie.date is not None and not any(fits)):
                continue
            rows += made
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
    # rare states would drown in «concluded»
    count = Counter(labels)
    most = max(count.values())
    weights = [w * (most / count[state]) ** 0.5 for w, state in zip(weights, labels, strict=True)]
    index = _Index(rows)
    fitted = LogisticRegression(C=_STATUS_C, max_iter=500).fit(index.matrix(rows), labels, sample_weight=weights)
    return Linear(tuple(str(c) for c in fitted.classes_), tuple(float(b) for b in fitted.intercept_),
                  {f: tuple(float(c) for c in fitted.coef_[:, n]) for f, n in index.columns.items()})


# -- judging ------------------------------------------------------------------------------------------------------------


def judged(ties: Iterable[Told], models: Mapping[str, Linear]) -> Counter[str]:
    """How many of the ties that the reader finds got the annotated date and status, by models that have not seen them."""
    count: Counter[str] = Counter()
    for tie in ties:
        if not tie.found:
            continue
        when = tie.when
        when.use(models)
        date = when.date(tie.anchors, tie.kind, None, tie.entities)
        p = when.states(tie.anchors, tie.kind, tie.entities, date)
        count["ties"] += 1
        count["date"] += (date.value if date else None) == tie.date
        count["status"] += max(p, key=lambda s: (p[s], s)) == tie.status
        count["date among those of the page"] += tie.date is None or any(d.value == tie.date for _, _, d in when.dates)
    return count


def main() -> None:
    """Cross-validates and, where asked, saves the models."""
    cli = command(__doc__)
    cli.add_argument("--folds", type=int, default=5)
    asked = cli.parse_args()
    pages = [told(gold) for gold in documents(files_of(asked.gold))]
    random.Random(1).shuffle(pages)
    parts = [[t for d in pages[n::asked.folds] for t in d] for n in range(asked.folds)]
    total: Counter[str] = Counter()
    for part in parts if asked.folds > 1 else []:
        rest = [t for other in parts if other is not part for t in other]
        total += judged(part, {"date": fit_dates(rest), "status": fit_status(rest)})
    for key in sorted(total):
        print(f"{key:28s} {total[key] / total['ties']:.3f} of {total['ties']}")
    if asked.save:
        every = [t for part in parts for t in part]
        print(save(_MODEL, {"date": to_json(fit_dates(every)), "status": to_json(fit_status(every))}))


if __name__ == "__main__":
    main()
