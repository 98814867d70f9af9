"""A fake web, an empty ledger and an empty archive for each test."""
from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger
from tests.pipelines.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as one:
        yield one


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated ledger to copy: the migrations take longer than most of these tests."""
    file = tmp_path_factory.mktemp("empty") / "ledger.sqlite"
    Ledger.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def ledger(empty_ledger: Path, tmp_path: Path) -> Iterator[Ledger]:
    one = Ledger.open(f"sqlite:///{shutil.copy(empty_ledger, tmp_path)}")
    yield one
    one.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))
