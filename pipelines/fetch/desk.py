"""The ledger as the threads of one process use it: one at a time.

Databases let writers wait for each other too, but by asking again and again; here the next one goes on at once.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import sqlalchemy as sa

from pipelines.ledger import Ledger


class Desk:
    """Short transactions, each alone at the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment."""
        with self._lock, self._ledger.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that may change things."""
        with self._lock, self._ledger.writing() as connection:
            yield connection
