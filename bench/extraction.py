"""How the extraction rows measure: characters per CPU second and peak memory, beside the shipped Japanese pipeline.

Extractor and peer each read the same texts in a fresh process of their own, so that neither is warmed by the other and
the peak of memory is the extractor's alone. Models are loaded before the clock starts; the clock is the CPU time of all
threads. What the extractor printed is compared with an unmeasured run, and a document that was not read counts for
nothing.
"""
from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import spacy

from bench.row import Measured, NotMeasured
from nlp.model import Document, read_document, to_json
from nlp.reader import Reader

#: The peer of both rows.
PEER = "ja_ginza as shipped, spacy.load(…).pipe"
UNIT = "characters per CPU second"
#: It tells a tie of a municipality that is known, so that every model and pattern is loaded before the clock starts.
_WARM_UP = Document(id="warm-up", text="茅野市と株式会社架空は、2024年4月1日、包括連携協定を締結しました。")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run: what was printed for each document that was read, CPU seconds, the process's peak in bytes."""

    printed: dict[str, Any]
    seconds: float
    peak: int
    failure: str | None = None


def documents_of(variable: str, default: Path, what: str, most: int | None = None) -> list[Document]:
    """The documents of the file that an environment variable names; NotMeasured where there is no such file."""
    file = Path(os.environ.get(variable) or default)
    if not file.is_file():
        raise NotMeasured(f"there is no {file}; set {variable} to a JSONL file of documents with `id` and `text` ({what})")
    with file.open(encoding="utf-8") as lines:
        return [read_document(json.loads(line)) for line in islice(filter(str.strip, lines), most)]


def measure(documents: Sequence[Document]) -> Measured:
    """Both speeds over the same texts; AssertionError where the measured run printed something else than another."""
    run = _alone(extract, documents)
    seconds = _alone(parse, [document.text for document in documents])
    check(documents, run.printed)
    every = sum(len(document.text) for document in documents)
    read = sum(len(document.text) for document in documents if document.id in run.printed)
    return Measured(read / run.seconds, every / seconds, run.peak, len(documents) - len(run.printed), run.failure)


def extract(documents: Sequence[Document]) -> Run:
    """Read documents as `kakehashi evaluate` does. What follows a document that fails counts as unread too."""
    reader = Reader()
    reader.extract(_WARM_UP)
    printed: dict[str, Any] = {}
    failure = None
    before = time.process_time()
    try:
        for extraction in reader.extract_all(documents):
            printed[extraction.document.id] = to_json(extraction)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    return Run(printed, time.process_time() - before, peak_memory(), failure)


def parse(texts: Sequence[str]) -> float:
    """The peer's CPU seconds for the same texts."""
    peer = spacy.load("ja_ginza")
    peer(_WARM_UP.text)
    before = time.process_time()
    for _ in peer.pipe(texts):
        pass
    return time.process_time() - before


def peak_memory() -> int:
    """The most bytes of memory this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage(2) would tell the peak of the process that started this one where that was larger: it outlives exec
        held = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(held.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def check(documents: Sequence[Document], printed: dict[str, Any]) -> None:
    """A new reader, one document at a time and unmeasured, must say the same of every document that was read."""
    for document, once_more in _one_by_one([d for d in documents if d.id in printed]):
        if once_more != printed[document.id]:
            raise AssertionError(f"{document.id}: the measured run says something else than an ordinary one")


def _one_by_one(documents: Sequence[Document]) -> Iterator[tuple[Document, Any]]:
    reader = Reader()
    for document in documents:
        yield document, to_json(reader.extract(document))


def _alone(work: Callable[[Sequence[Any]], _Result], of: Sequence[Any]) -> _Result:
    """What the work returns, done in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(work, of).result()
