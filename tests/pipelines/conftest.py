"""A ledger in each database and an archive in a folder, for the tests of what lies before the graph."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    one = Ledger.open(ledger_url)
    yield one
    one.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))
