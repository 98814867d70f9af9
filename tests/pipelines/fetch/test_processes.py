"""Several processes at once, and processes that are killed: sites do not notice, and nothing is lost."""
from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, fetches
from tests.pipelines.site import Site

ROOT = Path(__file__).parents[3]
DOCUMENTS = 200
#: Kills of the whole; `make test` draws a tenth.
KILLS = 20


def _start(ledger_url: str, folder: Path, site: Site, delay: float, kill_at: int, *urls: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "tests.pipelines.fetch.child", ledger_url, str(folder / "archive"),
                             str(site.port), str(delay), str(kill_at), *urls],
                            cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _ended(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=300)
    return said.split()


def _serve(site: Site, documents: int) -> str:
    for number in range(documents):
        site.page(f"/news/{number}.html", f"<html><title>発表{number}</title><p>川波市は第{number}号の協定を締結した。</p></html>")
    return site.page("/news.txt", "\n".join(f"/news/{n}.html" for n in range(documents)), type="text/plain")


# --- two processes at once ----------------------------------------------------------------------------------------------

def test_two_processes_never_ask_one_host_at_once_nor_sooner_than_it_wants(
        site: Site, ledger_url: str, tmp_path: Path) -> None:
    index = _serve(site, 8)
    both = [_start(ledger_url, tmp_path, site, 0.1, 0, index) for _ in range(2)]
    sent = sorted(float(line) for one in both for line in _ended(one)[:-1])

    assert [one.returncode for one in both] == [0, 0]
    assert site.at_once("city.test") == 1
    assert len(sent) == len(site.asked()) >= 10
    # free_at is a float of seconds since 1970: half a microsecond of it is lost
    assert min(after - before for before, after in pairwise(sent)) >= 0.1 - 1e-5


# --- kill -9 ------------------------------------------------------------------------------------------------------------

class Kept:
    """What a run leaves: the archive, the newest bytes of each location, the documents, and each address's fetches."""

    def __init__(self, folder: Path) -> None:
        archive, ledger = Archive(str(folder / "archive")), Ledger.open(_url(folder))
        stages.read(ledger, archive)
        self.bytes = list(archive.names())
        self.documents = [(d.id, d.text) for d in ledger.documents()]
        with ledger.reading() as c:
            self.fetches = sorted((e.url.rpartition(":")[2].partition("/")[2], e.sha256, e.outcome)
                                  for e in fetches.of_run(c, "2026-04-01"))
        ledger.close()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def _run(folder: Path, site: Site, index: str, kill_at: int = 0) -> int:
    """Run until the end or the kill; the number of points, 0 where it was killed."""
    process = _start(_url(folder), folder, site, 0.0, kill_at, index)
    said = _ended(process)
    assert process.returncode == (-9 if kill_at and process.returncode else 0)
    return int(said[-1]) if process.returncode == 0 else 0


def _repeated(site: Site) -> int:
    paths = [one.path for one in site.asked()]
    return len(paths) - len(set(paths))


@pytest.fixture
def undisturbed(site: Site, tmp_path: Path) -> tuple[str, int, Kept]:
    """The index, how many points a run has, and what it leaves."""
    index = _serve(site, DOCUMENTS)
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    points = _run(folder, site, index)
    kept = Kept(folder)
    assert len(kept.documents) == DOCUMENTS and len(kept.bytes) == DOCUMENTS + 1
    assert points > 10 * DOCUMENTS and _repeated(site) == 0
    site.forget_requests()
    return index, points, kept


def _killed_and_resumed(site: Site, folder: Path, index: str, kills: list[int]) -> tuple[Kept, int]:
    folder.mkdir()
    killed = sum(_run(folder, site, index, kill_at=one) == 0 for one in kills)
    assert _run(folder, site, index) > 0
    repeated = _repeated(site)
    assert repeated <= killed, f"{repeated} requests repeated after {killed} kills"
    site.forget_requests()
    return Kept(folder), killed


def _same(one: Kept, other: Kept) -> None:
    assert one.bytes == other.bytes
    assert one.documents == other.documents
    assert one.fetches == other.fetches


def test_a_run_that_is_killed_goes_on_where_it_was(site: Site, tmp_path: Path,
                                                   undisturbed: tuple[str, int, Kept]) -> None:
    index, points, kept = undisturbed
    for kill_at in random.Random(20_260_401).sample(range(1, points), KILLS // 10):
        again, killed = _killed_and_resumed(site, tmp_path / str(kill_at), index, [kill_at])
        assert killed == 1
        _same(again, kept)


@pytest.mark.torture
def test_a_run_that_is_killed_at_any_point_goes_on_where_it_was(site: Site, tmp_path: Path,
                                                                undisturbed: tuple[str, int, Kept]) -> None:
    index, points, kept = undisturbed
    for kill_at in random.Random(7).sample(range(1, points), KILLS):
        _same(_killed_and_resumed(site, tmp_path / str(kill_at), index, [kill_at])[0], kept)


@pytest.mark.torture
def test_a_run_that_is_killed_again_and_again_comes_to_its_end(site: Site, tmp_path: Path,
                                                               undisturbed: tuple[str, int, Kept]) -> None:
    index, points, kept = undisturbed
    draw = random.Random(7)
    kills = [draw.randrange(1, 2 * points // KILLS) for _ in range(KILLS)]
    again, killed = _killed_and_resumed(site, tmp_path / "chain", index, kills)
    assert killed >= KILLS // 2
    _same(again, kept)
