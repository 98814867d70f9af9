"""The annotated texts that the models are fitted on: those that are named, or all of corpus/train and the sample."""
from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]
CORPUS = _ROOT / "corpus" / "train"
SAMPLE = _ROOT / "sample" / "gold.jsonl"
#: Texts that the frames of nlp.ties.frames were written from.
FRAMED = (SAMPLE, CORPUS / "t1.jsonl")


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
