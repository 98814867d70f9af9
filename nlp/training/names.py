"""Fits what recognises names.

    python -m nlp.training.names [GOLD.jsonl …] [--contexts GOLD.jsonl …] [--save]

The tagger's field is fitted on annotated documents and copies with other names; the model that weighs candidates on
what fields fitted without a document read in it.
"""
from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import joblib
import pycrfsuite

from nlp import linear
from nlp.evaluation import comparable
from nlp.names.candidates import KEPT, best, candidates_of, evidence
from nlp.names.entities import Proposal, apart, cuts_of
from nlp.names.organizations import NameModels, proposed
from nlp.names.tagger import MODEL, Tagging, decode, lines_of_page
from nlp.reader import tokens
from nlp.text import Page
from nlp.training.field import Example, copies_of, fit, surnames_of, tags_of
from nlp.training.gold_names import Gold, Pools, spans_of
from nlp.training.texts import command, document_of, documents, files_of
from nlp.words import Words

T = TypeVar("T")

#: So many parts the documents are cut into; each is read by a field fitted on the others.
PARTS = 2
#: Parts, and how they are drawn, for what learns from names as they are read; other parts than the names' own.
_UNSEEN_PARTS, _UNSEEN_SEED = 2, 11
#: Copies with other names of each document.
COPIES = 1
#: Copies of each document that is seen with other names only.
CONTEXT_COPIES = 4


@dataclass(frozen=True, slots=True)
class Read:
    """An annotated document with all that the rules propose in it."""
    gold: Gold
    page: Page
    ruled: list[Proposal]
    example: Example


def read_document(gold: Gold, surname: Mapping[str, str]) -> Read:
    """An annotated document as the rules and the field see it."""
    page = Page(document_of(gold))
    words = Words(page, tokens)
    ruled = proposed(page, words)
    lines = list(lines_of_page(page, words, apart(ruled), cuts_of(ruled)))
    spans = spans_of(page, gold, surname, ruled)
    return Read(gold, page, ruled, Example(lines, [tags_of(found, spans) for found, _ in lines]))


def parts_of(number: int, parts: int = PARTS, seed: int = 3) -> Iterator[tuple[list[int], list[int]]]:
    """Cuts so many documents into parts: the rest, the part."""
    order = list(range(number))
    random.Random(seed).shuffle(order)
    for part in range(parts):
        tested = set(order[part::parts])
        yield [i for i in order if i not in tested], sorted(tested)


def taggings_of(documents: Sequence[Read], surname: Mapping[str, str], copies: int = COPIES) -> list[Tagging]:
    """What fields fitted without each document read in it."""
    parts = list(parts_of(len(documents)))
    read = _side_by_side(_tagged, [([documents[i] for i in others], [documents[i] for i in part], surname, copies) for others, part in parts])
    return _in_order(parts, read)


def _tagged(learnt: Sequence[Read], part: Sequence[Read], surname: Mapping[str, str], copies: int) -> list[Tagging]:
    with _field(_with_copies(learnt, surname, copies)) as tagger:
        return [decode(one.example.lines, tagger) for one in part]


@contextmanager
def _field(learnt: Sequence[Example]) -> Iterator[pycrfsuite.Tagger]:
    """A field that is used once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.crfsuite"
        fit(learnt, path)
        tagger = pycrfsuite.Tagger()
        tagger.open(str(path))
        try:
            yield tagger
        finally:
            tagger.close()


def _side_by_side(work: Callable[..., list[T]], given: Sequence[tuple[Any, ...]]) -> list[list[T]]:
    """What a function makes of each, on all cores: a field is fitted on one core, for minutes."""
    return list(joblib.Parallel(n_jobs=-1)(joblib.delayed(work)(*one) for one in given))


def _in_order(parts: Sequence[tuple[list[int], list[int]]], made: Sequence[Sequence[T]]) -> list[T]:
    """What was made of the parts, in the documents' order."""
    found = {index: one for (_, part), ones in zip(parts, made, strict=True) for index, one in zip(part, ones, strict=True)}
    return [found[i] for i in range(len(found))]


def _with_copies(documents: Sequence[Read], surname: Mapping[str, str], copies: int) -> list[Example]:
    golds = [d.gold for d in documents]
    return [*(d.example for d in documents), *copies_of(golds, copies, surname, Pools(golds))]


def weighed(documents: Sequence[Read], taggings: Sequence[Tagging]) -> Iterator[tuple[list[str], bool]]:
    """Every candidate's evidence, and whether the annotation has it."""
    for one, tagging in zip(documents, taggings, strict=True):
        named = {comparable(o["name"]) for o in one.gold["organizations"]}
        found = candidates_of(one.page, one.ruled, tagging)
        for candidate in found:
            yield evidence(one.page, tagging, candidate, found), comparable(best(candidate.proposals).name) in named


def fit_candidates(rows: Sequence[tuple[list[str], bool]], strength: float = 0.3) -> linear.Linear:
    """A logistic regression over the evidence."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer(sort=True)
    x = vectorizer.fit_transform([dict.fromkeys(features, 1.0) for features, _ in rows])
    x.indices, x.indptr = x.indices.astype("int32"), x.indptr.astype("int32")
    model = LogisticRegression(C=strength, max_iter=2000, solver="liblinear", random_state=0).fit(x, [right for _, right in rows])
    weights = {str(name): (float(w),) for name, w in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)}
    return linear.Linear(("no", "yes"), (float(model.intercept_[0]),), weights)


def unseen(golds: Sequence[Gold], read: Callable[[Gold, NameModels], T]) -> list[T]:
    """Each annotated document as `read` makes it of models that have not learnt from it, in the documents' order.

    What learns from names as they are read would else learn from nearly perfect ones, and trust them too much.
    """
    surname = surnames_of(golds)
    documents = [read_document(gold, surname) for gold in golds]
    parts = list(parts_of(len(documents), _UNSEEN_PARTS, _UNSEEN_SEED))
    made = _side_by_side(_unseen_part, [([documents[i] for i in sorted(others)], [golds[i] for i in part], surname, read) for others, part in parts])
    return _in_order(parts, made)


def _unseen_part(learnt: Sequence[Read], part: Sequence[Gold], surname: Mapping[str, str], read: Callable[[Gold, NameModels], T]) -> list[T]:
    # one after the other: all cores are at work on the parts, and the tokeniser is not for threads
    with joblib.parallel_config(backend="sequential"), _field(_with_copies(learnt, surname, COPIES)) as tagger:
        models = NameModels(tagger, fit_candidates(list(weighed(learnt, taggings_of(learnt, surname)))))
        return [read(gold, models) for gold in part]


def train(golds: Sequence[Gold], contexts: Sequence[Gold] = (), save: bool = True) -> str:
    """Fits and writes both models. Of `contexts` the field sees nothing but copies with other documents' names.

    Tells how many candidates there were and how many are judged as annotated; without `save` that is all.
    """
    surname = surnames_of([*golds, *contexts])
    documents = [read_document(gold, surname) for gold in [*golds, *contexts]]
    taggings = taggings_of(documents, surname)
    rows = list(weighed(documents, taggings))
    model = fit_candidates(rows)
    right = sum((model.probability(features) >= KEPT) == named for features, named in rows)
    if save:
        linear.save("names", {"candidates": linear.to_json(model)})
        MODEL.parent.mkdir(parents=True, exist_ok=True)
        fit(examples(golds, contexts, documents, surname), MODEL)
    return f"{len(rows)} candidates, {right / max(1, len(rows)):.3f} judged as annotated"


def examples(golds: Sequence[Gold], contexts: Sequence[Gold], documents: Sequence[Read], surname: Mapping[str, str]) -> list[Example]:
    """What the field is fitted on."""
    found = _with_copies(documents[:len(golds)], surname, COPIES)
    return found + copies_of(contexts, CONTEXT_COPIES, surname, Pools(golds), whole=True)


def main() -> None:
    """The command."""
    cli = command(__doc__)
    cli.add_argument("--contexts", nargs="*", type=Path, default=[], help="documents to learn from with other names in them only")
    asked = cli.parse_args()
    golds, contexts = documents(files_of(asked.gold)), documents(asked.contexts)
    print(f"{len(golds)} documents, {len(contexts)} as contexts: {train(golds, contexts, asked.save)}")
    if asked.save:
        print(MODEL)


if __name__ == "__main__":
    main()
