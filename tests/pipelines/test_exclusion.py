"""A run that has lost its lock unseen writes nothing more, says why, and is made good by the next."""
from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from graph import loader
from pipelines import cli, identity, notices, projection, reprints, retention, stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, revision, tables
from pipelines.ledger.exclusion import Lost
from pipelines.retries import is_transient
from pipelines.settings import Settings
from tests.graph.test_incremental import snapshot
from tests.pipelines.test_follower import _TITLE, a_notice, lose_locks, page, publish

_EVIDENCE = ["/releases"]


def lose(ledger: Ledger) -> None:
    """As when PostgreSQL restarts, or somebody clears away what looks like a stale lock file."""
    if ledger.database.kind == "postgresql":
        lose_locks(ledger)
        return
    file = Path(str(ledger.database.engine.url.database))
    locks = list(file.parent.glob(f"{file.name}.*.lock"))
    assert locks
    for lock in locks:
        lock.unlink()


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A ledger with two pages that say the same, a third that a notice takes back, and a file that nobody has read."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    with Ledger.open(ledger_url) as one:
        publish(one, 1, page(1, "青葉市", "株式会社かすみ"))
        publish(one, 2, page(2, "青葉市", "株式会社かすみ", days=2))
        publish(one, 3, page(3, "青葉市", "株式会社つばめ", title=_TITLE))
        publish(one, 4, a_notice(4, f"報道発表「{_TITLE}」の取り下げについて"))
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "1.jsonl").write_text(json.dumps({"id": "1", "title": "協定", "text": "青葉市は協定を結んだ。"}))
        stages.collect(one, Archive(Settings.from_environment().archive_url), [tmp_path / "in"])
        yield one


def rows(ledger: Ledger) -> dict[str, list[Any]]:
    """Everything that the ledger holds."""
    with ledger.reading() as c:
        return {t.name: sorted(map(tuple, c.execute(sa.select(t))), key=repr) for t in tables.metadata.sorted_tables}


def run(stage: str, ledger: Ledger) -> stages.Counts:
    """Run a stage as the commands do."""
    archive = Archive(Settings.from_environment().archive_url)
    done: stages.Counts = {"read": lambda: stages.read(ledger, archive), "withdraw": lambda: stages.withdraw(ledger),
                           "resolve": lambda: stages.resolve(ledger), "reprints": lambda: stages.reprints(ledger),
                           "let_go": lambda: stages.let_go(ledger, archive, _EVIDENCE)}[stage]()
    return done


def meanwhile(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, happens: Callable[[], None], *, after: bool = False) -> None:
    """Let something happen once, before or after a call of what a stage does."""
    call = getattr(holder, name)

    def once(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(holder, name, call)
        if not after:
            happens()
        found = call(*given, **named)
        if after:
            happens()
        return found

    monkeypatch.setattr(holder, name, once)


#: What each stage does before it writes.
_MOMENTS = {"read": (stages, "_read"), "withdraw": (notices, "withdrawals"), "resolve": (identity.Known, "resolve"),
            "reprints": (reprints, "find"), "let_go": (retention, "_whole")}


@pytest.mark.parametrize("stage", _MOMENTS)
def test_a_stage_that_has_lost_its_lock_writes_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    if stage == "reprints":
        stages.resolve(ledger)
        run(stage, ledger)  # signatures and overlaps of the texts are kept whoever computes them
        with ledger.writing() as c:
            c.execute(tables.reprints.delete())
    before = rows(ledger)
    meanwhile(monkeypatch, *_MOMENTS[stage], lambda: lose(ledger))
    with pytest.raises(Lost, match=r"kept other processes from the ledger's (graph|reading) was lost .* run it again"):
        run(stage, ledger)
    assert rows(ledger) == before
    assert run(stage, ledger).new > 0
    assert rows(ledger) != before
    assert run(stage, ledger).new == 0


def test_whoever_took_over_is_not_written_over(ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[dict[str, list[Any]]] = []

    def taken_over() -> None:
        lose(ledger)
        with Ledger.open(ledger_url) as other:
            publish(other, 5, page(5, "川波市", "株式会社ひばり"))
            assert stages.resolve(other).new
            left.append(rows(other))

    meanwhile(monkeypatch, identity.Known, "resolve", taken_over)
    with pytest.raises(Lost):
        stages.resolve(ledger)
    assert rows(ledger) == left[0]
    assert any("川波市" in one.name for one in ledger.organizations())


def test_a_load_that_has_lost_its_lock_does_not_begin_or_is_not_noted(ledger: Ledger, neo4j: Any,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    stages.resolve(ledger)
    meanwhile(monkeypatch, projection, "rows", lambda: lose(ledger))
    with pytest.raises(Lost):
        stages.load(ledger, neo4j.driver, neo4j.database)
    assert snapshot(neo4j) == ([], [])
    meanwhile(monkeypatch, loader, "load", lambda: lose(ledger), after=True)
    with pytest.raises(Lost):
        stages.load(ledger, neo4j.driver, neo4j.database)
    with ledger.reading() as c:
        assert revision.loaded(c) is None
    assert stages.load(ledger, neo4j.driver, neo4j.database).new == 0
    with ledger.reading() as c:
        assert revision.loaded(c) == revision.current(c)


def test_a_command_says_what_was_lost_and_what_to_do(neo4j_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    with Ledger.open(Settings.from_environment().ledger_url) as ledger:
        publish(ledger, 1, page(1, "青葉市", "株式会社かすみ"))
        for code in (2, 0):
            if code:
                meanwhile(monkeypatch, projection, "rows", lambda: lose(ledger))
            monkeypatch.setattr(sys, "argv", ["kakehashi", "graph", "rebuild"])
            with pytest.raises(SystemExit) as left:
                cli.main()
            assert int(left.value.code or 0) == code
            said = capsys.readouterr().err
            assert ("was lost" in said and "run it again" in said) == bool(code)


def test_what_was_lost_is_tried_again_by_schedules() -> None:
    assert is_transient(Lost("the lock was lost"))
