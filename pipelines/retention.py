"""What is kept of sources whose terms do not allow keeping pages (`store: evidence`).

After extraction their bytes and texts go. The hash of the text, the spans and the words of the spans stay: the text is
as long as it was, with a line end for every character that no span holds, so that all positions still lead to the words.
Of a notice the addresses and headlines by which it says what it takes back are spans as well. What stands
for the whole text when reprints are looked for stays by its hash.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from pipelines import notices, reprints
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, locations, revision
from pipelines.ledger import reprints as stored
from pipelines.ledger.tables import blobs, documents, extractions, fetches, statements

#: Stands in the blob's row for the bytes.
REASON = "its source keeps evidence only (store: evidence)"
#: Documents a transaction.
_BATCH = 200


def let_go(ledger: Ledger, archive: Archive, sources: Collection[str],
           writing: Callable[[], AbstractContextManager[sa.Connection]] | None = None) -> tuple[list[str], int]:
    """Reduce what was extracted of these sources to its evidence; which documents, by id, and how many files of bytes.

    Documents that the extractor has not seen yet keep their text until it has. `writing` opens the transactions that
    change the ledger; left out: its own.
    """
    writing = writing or ledger.writing
    reduced: list[str] = []
    if not sources:
        return reduced, 0
    while batch := _whole(ledger, sources):
        # what is computed of a whole text to find its reprints cannot be computed any more
        signed = {reprints.name_of(row.text): reprints.signature(row.text) for row in batch
                  if not reprints.is_too_short(row.text)}
        with writing() as c:
            stored.keep_signatures(c, signed)
            for row in batch:
                spans = [*_spans(c, row.id, row.version), *notices.references(row.title, row.text)]
                c.execute(documents.update().where(documents.c.id == row.id, documents.c.version == row.version,
                                                   documents.c.text_sha256.is_(None))
                          .values(text=words_alone(row.text, spans), text_sha256=reprints.name_of(row.text)))
            revision.take_turn(c)
        reduced += [row.id for row in batch]
    with writing() as c:
        gone = _bytes_done_with(c, sources)
        for sha256 in gone:
            locations.remove_bytes(c, sha256, REASON)
    return reduced, sum(archive.delete(sha256) for sha256 in gone)


def words_alone(text: str, spans: Collection[tuple[int, int]]) -> str:
    """A text of the same length with the words of the spans [start, end) alone."""
    kept: set[int] = set()
    for start, end in spans:
        kept |= set(range(start, end))
    return "".join(sign if place in kept else "\n" for place, sign in enumerate(text))


def _of(sources: Collection[str]) -> sa.ScalarSelect[str]:
    return sa.select(fetches.c.location).where(fetches.c.source.in_(sorted(sources))).scalar_subquery()


def _whole(ledger: Ledger, sources: Collection[str]) -> list[Any]:
    """Documents of these sources that are whole though no extractor waits for them."""
    waiting = sa.and_(documents.c.status != "superseded", documents.c.extractor.is_(None))
    with ledger.reading() as c:
        return list(c.execute(sa.select(documents.c.id, documents.c.version, documents.c.title, documents.c.text)
                              .where(documents.c.location.in_(_of(sources)), documents.c.text_sha256.is_(None),
                                     sa.not_(waiting))
                              .order_by(documents.c.id, documents.c.version).limit(_BATCH)))


def _spans(c: sa.Connection, document: str, version: str) -> Iterator[tuple[int, int]]:
    """All spans of the text that an extraction points at."""
    for table in (extractions, statements):
        for body in c.scalars(sa.select(table.c.body).where(table.c.document == document, table.c.version == version)):
            if body:
                yield from _within(json.loads(body))


def _within(value: Any) -> Iterator[tuple[int, int]]:
    if isinstance(value, dict):
        if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
            if value.get("field", "text") == "text":
                yield value["start"], value["end"]
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _within(one)


def _bytes_done_with(c: sa.Connection, sources: Collection[str]) -> list[str]:
    """Bytes of these sources that are read, and of which no document is whole; bytes that others gave too stay."""
    of = fetches.c.source.in_(sorted(sources))
    elsewhere = sa.select(fetches.c.sha256).where(sa.not_(of) | fetches.c.reader.is_(None))
    whole = sa.select(documents.c.sha256).where(documents.c.text_sha256.is_(None))
    came = sa.select(fetches.c.sha256).where(of)
    before = sa.select(documents.c.sha256).where(documents.c.location.in_(_of(sources)))
    return list(c.scalars(sa.select(blobs.c.sha256).where(
        blobs.c.removed.is_(None), blobs.c.sha256.in_(came) | blobs.c.sha256.in_(before),
        blobs.c.sha256.not_in(elsewhere), blobs.c.sha256.not_in(whole)).order_by(blobs.c.sha256)))
