"""Extraction from municipal bulletins: articles as they come, of which few hold a tie.

The texts are the first 300 lines of a JSONL file in the shape `kakehashi extract` reads. They are not part of this
project.
"""
from __future__ import annotations

from pathlib import Path

from bench import extraction
from bench.row import Measured, Row
from nlp.model import Document

ARTICLES = 300
VARIABLE = "KAKEHASHI_BENCH_BULLETINS"
DEFAULT = Path("../shared/data/bulletins-kurashiki.jsonl")


def bulletins() -> list[Document]:
    """The articles to read; raises NotMeasured where there is no file of them."""
    return extraction.documents_of(VARIABLE, DEFAULT, f"a city's bulletins, one article a line; the first {ARTICLES} are read",
                                   ARTICLES)


def measure() -> Measured:
    """Characters per CPU second of the extractor, beside the shipped pipeline."""
    return extraction.measure(bulletins())


ROW = Row("extract-natural", extraction.UNIT, extraction.PEER, measure)
