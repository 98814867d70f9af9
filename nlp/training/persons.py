"""Fits who holds a title and whose officer he is (nlp.persons) on annotated documents.

    python -m nlp.training.persons GOLD.jsonl ... [--folds 5] [--save]

Every candidate of a page is an example: right where it spells an annotated person (or his family name) with his title. Each
page is seen as the rules alone and as rules and recogniser name its organisations, since on unread pages more are found than
by the rules and fewer than here; for who holds a title, organisations of the annotation that were not found are put in, too.
"""
from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize

from nlp import reader
from nlp.evaluation import comparable
from nlp.linear import Linear, save, to_json
from nlp.masthead import completed
from nlp.names.entities import Entity, Mention, Names, apart
from nlp.names.organizations import find_organizations, names_of, proposed
from nlp.persons import find_persons, short_of
from nlp.persons.candidates import Candidate, Candidates
from nlp.persons.owners import Owners
from nlp.text import Page
from nlp.training.texts import command, document_of, documents, files_of
from nlp.words import Words

_MODEL = "persons"
#: How strong weights may get in the one classifier, and the pull towards none in the other.
_WHO_PULL, _WHOSE_PULL = 1.0, 2.0
#: A feature seen less often than this in the examples is left out.
_RARE = 2


@dataclass(frozen=True, slots=True)
class Example:
    """What speaks for a candidate, and whether it is right."""
    features: tuple[str, ...]
    right: bool


#: Examples of which one, or several, are right.
Options = tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document: its page as read, its annotated persons, its examples."""
    page: Page
    names: Names
    given: Words
    persons: tuple[tuple[str, str, str], ...]
    who: tuple[Options, ...]
    whose: tuple[Options, ...]


def sheet(gold: Mapping[str, Any]) -> Sheet:
    """A document with its examples."""
    document = completed(document_of(gold))
    page = Page(document)
    given = Words(page, reader.tokens)
    names = find_organizations(page, given)
    persons = tuple((_bare(p["name"]), _bare(p["title"]), comparable(p["organization"])) for p in gold.get("persons") or ())
    ruled = by_rules(page, given)
    who, whose = examples(page, ruled, given, persons)
    who += examples(page, with_annotated(page, ruled, gold["organizations"]), given, persons)[0]
    more_who, more_whose = examples(page, names, given, persons)
    who += more_who
    whose += more_whose
    return Sheet(page, names, given, persons, tuple(who), tuple(whose))


def examples(page: Page, names: Names, given: Words, persons: Sequence[tuple[str, str, str]]) -> tuple[list[Options], list[Options]]:
    """The examples of one page: for who holds a title, and, in sets of which one is right, for whose officer he is."""
    candidates = Candidates(page, names, given)
    owners = Owners(page, names, candidates.titles)
    who: list[Options] = []
    whose: list[Options] = []
    for title in candidates.titles:
        holders: list[Example] = []
        candidates_of = candidates.of(title)
        for one in candidates_of:
            meant = [p for p in persons if _spelt(page.norm, one, p)]
            holders.append(Example(one.features, bool(meant)))
            organizations = {p[2] for p in meant}
            if organizations and owners.sure(one) is None and (one.form == "before:place" or candidates.over(title) is None):
                options = owners.of(one)
                right = [o.entity >= 0 and comparable(names.entities[o.entity].name) in organizations for o in options]
                whose.append(tuple(Example(o.features, r or (o.entity < 0 and not any(right))) for o, r in zip(options, right, strict=True)))
        if holders:
            who.append((Example(candidates.nobody(title, len(holders)), not any(h.right for h in holders)), *holders))
    return who, whose


def _spelt(norm: str, one: Candidate, person: tuple[str, str, str]) -> bool:
    """Whether a candidate is a person as annotated, or his family name alone."""
    name, title, _ = person
    written, core = _bare(norm[one.start:one.end]), one.title.core
    if not (title.endswith(core) or core.endswith(title) or core in title):
        return False
    if written == name:
        return True
    rest = re.sub(r"\s", "", norm[one.end:one.end + 8])
    return short_of(written, name) and not rest.startswith(name[len(written):])


def with_annotated(page: Page, names: Names, organizations: Iterable[Mapping[str, Any]]) -> Names:
    """The organisations of a page, those that were not recognised put in where they stand."""
    known = {comparable(e.name) for e in names.entities}
    entities, mentions = list(names.entities), list(names.mentions)
    for organization in organizations:
        name = unicodedata.normalize("NFKC", organization["name"])
        if comparable(name) in known:
            continue
        places = [m.start() for m in re.finditer(re.escape(name), page.norm)]
        free = [p for p in places if not any(m.start < p + len(name) and p < m.end for m in mentions)]
        if free:
            entities.append(Entity(organization["name"], organization["type"], name))
            mentions += [Mention(p, p + len(name), len(entities) - 1) for p in free]
    return replace(names, entities=entities, mentions=sorted(mentions, key=lambda m: m.start))


def by_rules(page: Page, given: Words) -> Names:
    """The organisations of a page by the rules alone: the field learnt these texts by heart and hides what it misses elsewhere."""
    return names_of(page, apart(proposed(page, given)))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


# -- fitting ------------------------------------------------------------------------------------------------------------


def fit(found: Sequence[Sequence[Example]], pull: float) -> Linear:
    """A weight a feature such that the right one of each set scores best (conditional logit)."""
    every = [e for options in found for e in options]
    seen = Counter(f for e in every for f in set(e.features))
    columns = {f: n for n, f in enumerate(sorted(f for f, times in seen.items() if times >= _RARE))}
    cells = [(n, columns[f]) for n, e in enumerate(every) for f in sorted(set(e.features)) if f in columns]
    x = scipy.sparse.csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape=(len(every), len(columns)))
    group = np.repeat(np.arange(len(found)), [len(options) for options in found])
    right = np.array([e.right for e in every], dtype=float)

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        scores = x @ v
        top = np.full(len(found), -np.inf)
        np.maximum.at(top, group, scores)
        parts = np.exp(scores - top[group])
        total, hit = np.bincount(group, parts), np.bincount(group, parts * right) + 1e-300
        slope = parts / total[group] - parts * right / hit[group]
        return float(np.sum(np.log(total) - np.log(hit)) + 0.5 * pull * (v @ v)), x.T @ slope + pull * v

    fitted = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return Linear(("other", "own"), (0.0,), {f: (float(fitted.x[n]),) for f, n in columns.items()})


def models(sheets: Sequence[Sheet]) -> tuple[Linear, Linear]:
    """The two classifiers of some documents."""
    return (fit([options for s in sheets for options in s.who], _WHO_PULL),
            fit([options for s in sheets for options in s.whose], _WHOSE_PULL))


# -- judging ------------------------------------------------------------------------------------------------------------


def judged(sheets: Sequence[Sheet], fitted: tuple[Linear, Linear]) -> Counter[str]:
    """How many persons were found, and how many rightly, with and without their organisation."""
    count: Counter[str] = Counter()
    for one in sheets:
        found = {(p.name, comparable(p.organization)) for p in find_persons(one.page, one.names, one.given, fitted)}
        gold = {(n, o) for n, _, o in one.persons}
        count += Counter(right=len(found & gold), found=len(found), gold=len(gold), names=len({n for n, _ in found} & {n for n, _ in gold}),
                         found_names=len({n for n, _ in found}), gold_names=len({n for n, _ in gold}))
    return count


def told(count: Counter[str]) -> str:
    """A count as precision, recall and F1."""
    def line(right: int, found: int, gold: int) -> str:
        return f"P {right / max(1, found):.3f}  R {right / max(1, gold):.3f}  F1 {2 * right / max(1, found + gold):.3f}  (of {gold})"
    return f"persons {line(count['right'], count['found'], count['gold'])}   names {line(count['names'], count['found_names'], count['gold_names'])}"


def main() -> None:
    """Cross-validates and, where asked, saves the models."""
    cli = command(__doc__)
    cli.add_argument("--folds", type=int, default=5)
    asked = cli.parse_args()
    sheets = [sheet(gold) for gold in documents(files_of(asked.gold))]
    random.Random(1).shuffle(sheets)
    total: Counter[str] = Counter()
    for fold in range(asked.folds if asked.folds > 1 else 0):
        total += judged(sheets[fold::asked.folds], models([s for n, s in enumerate(sheets) if n % asked.folds != fold]))
    if total:
        print(told(total))
    if asked.save:
        who, whose = models(sheets)
        print(save(_MODEL, {"who": to_json(who), "whose": to_json(whose)}))


if __name__ == "__main__":
    main()
