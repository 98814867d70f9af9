"""Extraction from releases about ties: texts of which almost every paragraph matters.

The texts are the project's own sample unless a JSONL file in the shape `kakehashi extract` reads is named.
"""
from __future__ import annotations

from pathlib import Path

from bench import extraction
from bench.row import Measured, Row
from nlp.model import Document

VARIABLE = "KAKEHASHI_BENCH_RELEASES"
DEFAULT = Path("sample/gold.jsonl")


def releases() -> list[Document]:
    """The releases to read; raises NotMeasured where there is no file of them."""
    return extraction.documents_of(VARIABLE, DEFAULT, "releases about agreements, one a line")


def measure() -> Measured:
    """Characters per CPU second of the extractor, beside the shipped pipeline."""
    return extraction.measure(releases())


ROW = Row("extract-dense", extraction.UNIT, extraction.PEER, measure)
