"""Extraction from municipal bulletins: articles as they come, of which few hold a tie.

The texts are the first 300 lines of a JSONL file in the shape `kakehashi extract` reads. They are not part of this
project. The peer parses the same texts with the Japanese pipeline as it is shipped; both models are loaded before
the clock starts.
"""
from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import spacy

from bench.row import Measured, NotMeasured, Row
from nlp.model import Document, read_document, to_json
from nlp.reader import Reader

ARTICLES = 300
VARIABLE = "KAKEHASHI_BENCH_BULLETINS"
DEFAULT = Path("../shared/data/bulletins-kurashiki.jsonl")
_WARM_UP = Document(id="warm-up", text="架空市と株式会社架空は、2024年4月1日、包括連携協定を締結しました。")


def bulletins() -> list[Document]:
    """The articles to read; raises NotMeasured where there is no file of them."""
    file = Path(os.environ.get(VARIABLE) or DEFAULT)
    if not file.is_file():
        raise NotMeasured(f"there is no {file}; set {VARIABLE} to a JSONL file of articles with `id` and `text` "
                          f"(a city's bulletins, one article a line; the first {ARTICLES} are read)")
    with file.open(encoding="utf-8") as lines:
        return [read_document(json.loads(line)) for line in islice(filter(str.strip, lines), ARTICLES)]


def measure() -> Measured:
    """Characters per CPU second of the extractor, beside the shipped pipeline; the output is checked afterwards."""
    documents = bulletins()
    characters = sum(len(document.text) for document in documents)
    reader = Reader()
    reader.extract(_WARM_UP)
    extractions, seconds = _timed(lambda: [to_json(e) for e in reader.extract_all(documents)])
    peer = spacy.load("ja_ginza")
    peer(_WARM_UP.text)
    _, peer_seconds = _timed(lambda: [len(parsed) for parsed in peer.pipe(d.text for d in documents)])
    _check(documents, extractions)
    return Measured(characters / seconds, characters / peer_seconds)


def _timed(work: Callable[[], list[Any]]) -> tuple[list[Any], float]:
    """What the work returns and its CPU seconds, those of all threads of this process."""
    before = time.process_time()
    result = work()
    return result, time.process_time() - before


def _check(documents: Sequence[Document], extractions: Sequence[Any]) -> None:
    """A new reader, one document at a time and unmeasured, must say the same."""
    reader = Reader()
    for document, measured in zip(documents, extractions, strict=True):
        if to_json(reader.extract(document)) != measured:
            raise AssertionError(f"{document.id}: the measured run says something else than an ordinary one")


ROW = Row("extract-natural", "characters per CPU second", "ja_ginza as shipped, spacy.load(…).pipe", measure)
