"""The annotated texts that the models are fitted on: those that are named, or all of corpus/train and the sample."""
from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.model import Document, read_document

_ROOT = Path(__file__).parents[2]
CORPUS = _ROOT / "corpus" / "train"
SAMPLE = _ROOT / "sample" / "gold.jsonl"
_INPUT = ("id", "url", "title", "published", "publisher", "text")
#: Files from which the rules that tell ties were written: from all their texts, or from those of odd number. There the rules
#: are right more often than elsewhere.
_RULES_FROM = ("gold", "t1", "e1", "f1", "g1")
_RULES_FROM_ODD = ("b4", "bl", "c4", "cl", "co", "dm", "ds", "m2", "m3", "ma", "mw", "n5", "n9", "np", "s6", "s7", "w2", "w3", "z8")
#: The same of the rules that came last: there they are right little more often than elsewhere.
_LAST_RULES_FROM_ODD = ("u1", "u2", "u3", "u4", "u5", "u6", "v1", "v2", "v3", "v4", "v5")


def command(about: str | None) -> ArgumentParser:
    """What the commands that fit have in common: the files to learn from, and whether the fitted model is kept."""
    parser = ArgumentParser(description=about)
    parser.add_argument("gold", nargs="*", type=Path, help="annotated documents, JSON lines; left out: those of corpus/train and the sample")
    parser.add_argument("--save", action="store_true", help="write the model to nlp/data/models; without it nothing is written")
    return parser


def files_of(given: Sequence[Path], corpus: Path = CORPUS) -> list[Path]:
    """The files that are given, or those of the corpus by name. Raises SystemExit where there is none.

    The corpus is part of a clone, not of the installed package.
    """
    found = list(given) or sorted(corpus.glob("*.jsonl"))
    if not given and corpus == CORPUS and found:
        found.append(SAMPLE)
    if not found:
        raise SystemExit(f"no annotated documents in {corpus}: name files, or run this in a clone of the project")
    return found


def documents(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The annotated documents of JSON lines files, in their order."""
    found: list[dict[str, Any]] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines if line.strip()]
    return found


def behind_rules(paths: Iterable[Path], last: bool = True) -> set[str]:
    """The ids of the documents of JSON lines files that the rules were written from; not `last`: but for the last rules."""
    odd = _RULES_FROM_ODD + (_LAST_RULES_FROM_ODD if last else ())
    return {str(gold["id"]) for path in paths for gold in documents([path])
            if path.stem in _RULES_FROM or (path.stem in odd and int(gold["id"][-3:]) % 2)}


def document_of(gold: Mapping[str, Any]) -> Document:
    """What the reader is given of an annotated document."""
    return read_document({key: gold.get(key) for key in _INPUT})
