"""One backlog, several workers: each document is done once, and what a killed worker had is done by another."""
from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from nlp.model import to_json
from pipelines import stages, worker
from pipelines.days import FIRST
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, Version
from tests.pipelines.ledger.readers import EXTRACTOR, Reader

ROOT = Path(__file__).parents[2]
#: Seconds that nothing here may take; how long it takes is not tested.
_PATIENCE = 240
NAMES = ("青葉市", "若草市", "株式会社かすみ", "みなと大学")


@dataclass(frozen=True, slots=True)
class Installation:
    """What a run and its workers share: an environment, and the folder of the broker."""
    home: Path
    ledger_url: str
    environment: dict[str, str]

    def start(self, *words: str, log: str) -> subprocess.Popen[bytes]:
        """A process of Kakehashi's, leader of a group of its own."""
        with (self.home / log).open("wb") as file:
            return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environment, stdout=file, stderr=file,
                                    start_new_session=True)

    def notes(self) -> list[tuple[str, str]]:
        """(document, process) as extractions began."""
        file = self.home / "notes"
        return [(a, b) for a, _, b in (line.partition(" ") for line in file.read_text().splitlines())] if file.exists() else []

    def logs(self) -> str:
        """What the processes said."""
        return "\n".join(f"--- {f.name}\n{f.read_text(errors='replace')[-3000:]}" for f in sorted(self.home.glob("*.log")))


def write_releases(folder: Path, number: int) -> None:
    """So many releases of a tie or none, in one file."""
    folder.mkdir(parents=True)
    lines = [{"id": str(n), "url": f"https://x.example/{n}", "title": "協定", "published": "2024-06-27",
              "publisher": NAMES[n % 2],
              "text": "\n".join(f"{NAMES[n % 4]}と{NAMES[(n + k) % 4]}は協定を締結した。" for k in range(1, 1 + n % 4))
              or "何もない。"} for n in range(number)]
    (folder / "all.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))


def installation(tmp_path: Path, ledger_url: str, documents: int, pause: float) -> Installation:
    """A home with releases that are read and wait to be extracted."""
    home = tmp_path / "home"
    (home / "dagster").mkdir(parents=True)
    (home / "dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    write_releases(home / "in", documents)
    environment = {**os.environ, "KAKEHASHI_HOME": str(home), "KAKEHASHI_CONFIG": str(home / "config"),
                   "KAKEHASHI_LEDGER_URL": ledger_url, "KAKEHASHI_EXECUTOR": "celery", "KAKEHASHI_WORKERS": "2",
                   "KAKEHASHI_BROKER_URL": f"filesystem://{home}/broker", "DAGSTER_HOME": str(home / "dagster"),
                   "KAKEHASHI_RESULTS_URL": f"file://{home}/results", "KAKEHASHI_TEST_NOTES": str(home / "notes"),
                   "KAKEHASHI_TEST_PAUSE": str(pause)}
    ledger = Ledger.open(ledger_url)
    stages.collect(ledger, Archive(str(home / "archive")), [home / "in"])
    stages.read(ledger, Archive(str(home / "archive")))
    ledger.close()
    return Installation(home, ledger_url, environment)


@contextmanager
def workers(here: Installation, *names: str) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Workers that end with the block, and all that they started with them."""
    started = {name: here.start("-m", "tests.pipelines.slow_worker", name, log=f"{name}.log") for name in names}
    try:
        yield started
    finally:
        for process in started.values():
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(_PATIENCE)


def run(here: Installation) -> subprocess.Popen[bytes]:
    """Materialise the statements as the daemon would."""
    return here.start("-m", "dagster", "asset", "materialize", "--select", "statements", "-m", "pipelines.definitions",
                      "--partition", FIRST.isoformat(), log="run.log")


def wait_for(here: Installation, what: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < end, here.logs()
        time.sleep(0.05)


def finish(here: Installation, process: subprocess.Popen[bytes]) -> None:
    try:
        code = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        _kill(process)
    assert code == 0, here.logs()


def said(ledger_url: str) -> list[object]:
    """All that the ledger's documents say."""
    ledger = Ledger.open(ledger_url)
    found = [to_json(e) for e in ledger.extractions()]
    ledger.close()
    return list(found)


def said_by_one_process(tmp_path: Path, documents: int) -> list[object]:
    """What they say when one process extracts them."""
    url = f"sqlite:///{tmp_path / 'one' / 'ledger.sqlite'}"
    write_releases(tmp_path / "one" / "in", documents)
    ledger, archive = Ledger.open(url), Archive(str(tmp_path / "one" / "archive"))
    stages.collect(ledger, archive, [tmp_path / "one" / "in"])
    stages.read(ledger, archive)
    stages.extract(ledger, Reader())
    ledger.close()
    return said(url)


def _the_broker_hands_out_again(here: Installation, dead: str) -> None:
    """What a broker with connections does when one is lost: a step that was taken and not acknowledged goes back.

    A folder has no connections, so a person does it, or this.
    """
    begun = re.findall(r"statements\.(\w+) - STEP_START", (here.home / f"{dead}.log").read_text(errors="replace"))
    for message in (here.home / "broker" / "taken").glob("*.msg"):
        if f'"statements.{begun[-1]}"'.encode() in base64.b64decode(json.loads(message.read_text())["body"]):
            message.rename(here.home / "broker" / "queue" / message.name)


def two_workers_and_one_killed(tmp_path: Path, postgres_url: str, documents: int, pause: float, kill_after: int) -> None:
    here = installation(tmp_path, postgres_url, documents, pause)
    expected = said_by_one_process(tmp_path, documents)
    with workers(here, "first", "second") as started:
        process = run(here)
        # both are at work before one dies
        wait_for(here, lambda: len(here.notes()) >= kill_after and len({p for _, p in here.notes()}) == 2)
        dead = {str(child.pid) for child in psutil.Process(started["first"].pid).children(recursive=True)}
        _kill(started["first"])
        _the_broker_hands_out_again(here, "first")
        finish(here, process)
    assert said(postgres_url) == expected
    # a document was begun a second time only where the dead worker had begun it and could not store it
    begun = Counter(document for document, _ in here.notes())
    twice = {document for document, times in begun.items() if times > 1}
    assert twice <= {document for document, pid in here.notes() if pid in dead}
    assert len(begun) == documents and max(begun.values()) <= 2
    assert len(twice) <= stages.BATCH


def test_two_workers_do_every_document_once_though_one_is_killed(tmp_path: Path, postgres_url: str) -> None:
    two_workers_and_one_killed(tmp_path, postgres_url, documents=80, pause=0.05, kill_after=30)


@pytest.mark.torture
@pytest.mark.parametrize("kill_after", [2, 40, 150, 300])
def test_a_worker_is_killed_early_and_late(tmp_path: Path, postgres_url: str, kill_after: int) -> None:
    two_workers_and_one_killed(tmp_path, postgres_url, documents=400, pause=0.05, kill_after=kill_after)


# --- leases ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def waiting(tmp_path: Path, ledger_url: str) -> Iterator[Ledger]:
    """A ledger in which twenty documents wait."""
    write_releases(tmp_path / "in", 20)
    ledger, archive = Ledger.open(ledger_url), Archive(str(tmp_path / "archive"))
    stages.collect(ledger, archive, [tmp_path / "in"])
    stages.read(ledger, archive)
    yield ledger
    ledger.close()


def _lease(ledger: Ledger, who: str, now: float, most: int = 8, alive: Callable[[str], bool] = lambda _: True,
           ) -> list[Version]:
    return ledger.lease(ledger.unextracted(EXTRACTOR), EXTRACTOR, who, most, now, now + 100, alive)


def test_a_lease_is_for_one_worker_until_it_is_over_given_back_or_its_worker_dead(waiting: Ledger) -> None:
    first, second = _lease(waiting, "one", 0), _lease(waiting, "two", 0)
    assert len(first) == len(second) == 8 and not set(first) & set(second)
    assert len(_lease(waiting, "three", 0)) == 4 and _lease(waiting, "three", 99) == []
    waiting.release("three")
    assert len(_lease(waiting, "four", 99)) == 4
    # «one» is dead, «two» was given time until the hundredth second
    assert _lease(waiting, "five", 99, 20, lambda who: who != "one") == sorted(first)
    assert _lease(waiting, "six", 150, 20) == sorted({*second})


def test_who_waits_for_others_goes_on_once_they_are_dead(waiting: Ledger) -> None:
    had = _lease(waiting, "elsewhere 1 1.00 1", -40, 20, worker.alive)
    assert len(had) == 20
    now = iter([0.0, 30.0, 59.0, 61.0, 62.0, 63.0, 64.0, 65.0])
    slept: list[float] = []
    counts = stages.extract(waiting, Reader(), clock=lambda: next(now), sleep=slept.append)
    assert counts.new == 20 and len(slept) == 3


def test_a_worker_that_fails_gives_back_what_it_had(waiting: Ledger) -> None:
    class Interrupted(Reader):
        def extract_all(self, documents: object) -> Iterator[object]:  # type: ignore[override]
            raise KeyboardInterrupt

    Interrupted.__module__ = Reader.__module__
    with pytest.raises(KeyboardInterrupt):
        stages.extract(waiting, Interrupted())  # type: ignore[arg-type]
    assert stages.extract(waiting, Reader()).new == 20


def test_a_late_result_of_a_slow_worker_changes_nothing(waiting: Ledger) -> None:
    [version] = _lease(waiting, "slow", 0, 1)
    [(_, document)] = waiting.versions([version])
    [extraction] = Reader().extract_all([document])
    assert stages.extract(waiting, Reader(), clock=lambda: 1000.0).new == 20
    before = waiting.version()
    assert waiting.store_extractions([(version, extraction, [])], [], EXTRACTOR, "slow") == 0
    assert waiting.version() == before


def test_a_process_knows_itself_and_the_dead() -> None:
    assert worker.alive(worker.name()) and worker.alive(worker.name(7))
    done = subprocess.run([sys.executable, "-c", "from pipelines import worker; print(worker.name(1))"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    assert not worker.alive(done.stdout.strip())
    machine, pid, _, part = worker.name().split(" ")
    assert not worker.alive(f"{machine} {pid} 1.00 {part}")  # the number was given to another process since
    assert worker.alive(f"elsewhere {pid} 1.00 {part}") and worker.alive("somebody")


def test_settings_of_workers_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.definitions import defs
    from pipelines.settings import Settings

    monkeypatch.setenv("KAKEHASHI_EXECUTOR", "celery")
    with pytest.raises(ValueError, match="KAKEHASHI_BROKER_URL"):
        defs()
    monkeypatch.setenv("KAKEHASHI_EXECUTOR", "magic")
    with pytest.raises(ValueError, match="in-process, multiprocess or celery"):
        defs()
    for wrong in ("0", "many", "-1", "1001"):
        monkeypatch.setenv("KAKEHASHI_WORKERS", wrong)
        with pytest.raises(ValueError, match="KAKEHASHI_WORKERS"):
            Settings.from_environment()
