"""A worker whose extractor is the tests' own: it notes each document before it, and takes its time.

    python -m tests.pipelines.slow_worker NAME
"""
from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import nlp.reader
from nlp.model import Document, Extraction
from tests.pipelines.ledger import readers

EXTRACTOR = readers.EXTRACTOR


class SlowReader(readers.Reader):
    """Appends «document process» to the file KAKEHASHI_TEST_NOTES and waits KAKEHASHI_TEST_PAUSE seconds.

    Before the first document it waits for another process to begin too: a slow start must not leave one all the work.
    """

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            with Path(os.environ["KAKEHASHI_TEST_NOTES"]).open("a") as notes:
                notes.write(f"{document.id} {os.getpid()}\n")
            while len({line.split()[1] for line in Path(os.environ["KAKEHASHI_TEST_NOTES"]).read_text().splitlines()}) < 2:
                time.sleep(0.05)
            time.sleep(float(os.environ["KAKEHASHI_TEST_PAUSE"]))
            yield from super().extract_all([document])


nlp.reader.Reader = SlowReader  # type: ignore[misc,assignment]

if __name__ == "__main__":
    from pipelines.defs.workers import work
    from pipelines.settings import Settings

    work(Settings.from_environment(), sys.argv[1])
