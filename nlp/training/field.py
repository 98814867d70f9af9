"""Fits the field of nlp.names.tagger on annotated documents and on copies of them with other names."""
from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite

from nlp.names.entities import apart, cuts_of
from nlp.names.organizations import proposed
from nlp.names.tagger import OUTSIDE, Line, Token, lines_of_page
from nlp.reader import tokens
from nlp.text import Page
from nlp.training.gold_names import Gold, Pools, Span, folded, spans_of, swapped
from nlp.training.texts import document_of
from nlp.words import Words

#: Settings of the fit, chosen by cross-validation.
SETTINGS = {"c1": 0.1, "c2": 0.05, "max_iterations": 90, "feature.possible_transitions": True, "feature.minfreq": 2}
#: So much of what the rules propose is left out in copies, for the field to learn words as well.
DROPPED = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """The lines of one document with their tags."""
    lines: list[Line]
    tags: list[list[str]]


def example_of(gold: Mapping[str, object], surname: Mapping[str, str], chance: random.Random) -> Example:
    """An annotated document as the field sees it where rules fail: some of what they propose is left out."""
    page = Page(document_of(gold))
    words = Words(page, tokens)
    ruled = proposed(page, words)
    kept = [one for one in apart(ruled) if chance.random() >= DROPPED]
    lines = list(lines_of_page(page, words, kept, cuts_of(ruled)))
    spans = spans_of(page, gold, surname, ruled)
    return Example(lines, [tags_of(found, spans) for found, _ in lines])


def tags_of(tokens_: Sequence[Token], spans: Sequence[Span]) -> list[str]:
    """B-LABEL and I-LABEL for the words of names, O for all others."""
    found = []
    at = 0
    for token in tokens_:
        while at < len(spans) and spans[at].end <= token.start:
            at += 1
        inside = at < len(spans) and spans[at].start < token.end
        found.append(f"{'B' if token.start <= spans[at].start else 'I'}-{spans[at].label}" if inside else OUTSIDE)
    return found


def surnames_of(documents: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Full name → family name: by the space between, by the dictionary, else two signs of three or four."""
    found: dict[str, str] = {}
    for gold in documents:
        for person in gold["persons"]:  # type: ignore[attr-defined]
            parts = folded(person["name"]).split(" ")
            name = "".join(parts)
            first = tokens(name)[:1]
            if len(parts) == 2:
                found[name] = parts[0]
            elif first and first[0].end < len(name) and "人名" in first[0].tag:
                found[name] = name[:first[0].end]
            elif 3 <= len(name) <= 4:
                found[name] = name[:2]
    return found


def copies_of(documents: Sequence[Gold], number: int, surname: Mapping[str, str], pools: Pools, whole: bool = False) -> list[Example]:
    """Documents with other names, `number` of each; `whole` leaves out those of which a name stays."""
    chance = random.Random(7)
    copies = (swapped(gold, pools, chance, surname) for _ in range(number) for gold in documents)
    return [example_of(copy, surname, chance) for copy in copies if not (whole and copy["kept"])]


def fit(examples: Iterable[Example], path: Path, settings: Mapping[str, object] = SETTINGS) -> None:
    """Fits a field and writes it to `path`."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(dict(settings))
    for one in examples:
        for (_, features), tags in zip(one.lines, one.tags, strict=True):
            trainer.append(features, tags)
    trainer.train(str(path))
