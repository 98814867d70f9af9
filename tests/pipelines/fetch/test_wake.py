"""A user lets a host be asked again that was left alone."""
from __future__ import annotations

import sys

import pytest

from pipelines import cli
from pipelines.fetch import health
from pipelines.ledger import Ledger, hosts

HOST = "www.city.kawanami.example"


def _wake(monkeypatch: pytest.MonkeyPatch, ledger: Ledger, host: str) -> None:
    monkeypatch.setenv("KAKEHASHI_LEDGER_URL", str(ledger.database.engine.url))
    monkeypatch.setattr(sys, "argv", ["kakehashi", "sources", "wake", host])
    cli.main()


def test_a_host_is_woken(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with ledger.writing() as c:
        hosts.take(c, HOST, "me", 0.0, 1.0, 1.0, lambda one: False)
        hosts.give_back(c, HOST, "me", 5000.0, 5, "timeout, 5 in a row")
    assert health.resting(ledger, 0.0) == [f"{HOST} is left alone until 1970-01-01T10:23:20+09:00: timeout, 5 in a row"]
    with pytest.raises(SystemExit) as left:
        _wake(monkeypatch, ledger, HOST.upper())

    assert not left.value.code and "asked again with the next run" in capsys.readouterr().out
    assert health.resting(ledger, 0.0) == []


def test_a_host_that_nobody_knows_is_said_so(ledger: Ledger, monkeypatch: pytest.MonkeyPatch,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        _wake(monkeypatch, ledger, "www.unknown.example")

    assert left.value.code == 2 and "was never asked" in capsys.readouterr().err
