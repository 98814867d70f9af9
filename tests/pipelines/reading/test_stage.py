"""What is damaged or scanned is told by the stage that reads, and nothing of the rest is lost by it."""
from __future__ import annotations

import runpy
from pathlib import Path

from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger

_PAPER = runpy.run_path(str(Path(__file__).with_name("paper.py")))


def test_damage_scans_and_locks_are_rejects_and_the_rest_is_read(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    page, pdf, picture = _PAPER["page"], _PAPER["pdf"], _PAPER["picture"]
    (inbox / "damaged.txt").write_bytes("青葉市は協定を結びました。市民の健康を支えます。".encode()[:-1])
    (inbox / "half.pdf").write_bytes(pdf([page(["協定の締結", "本文です。"]), picture()]))
    (inbox / "locked.pdf").write_bytes(pdf([page(["見えない"])], encrypt=True))
    (inbox / "scan.pdf").write_bytes(pdf([picture()]))
    ledger, archive = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), Archive(str(tmp_path / "archive"))
    stages.collect(ledger, archive, [inbox])
    counts = stages.read(ledger, archive)
    assert (counts.new, counts.rejected) == (2, 4)
    told = {Path(one.source).name: one.reason for one in ledger.rejects()}
    assert "cannot be read as utf-8" in told["damaged.txt"] and "a picture without text" in told["half.pdf"]
    assert "locked by a password" in told["locked.pdf"] and "scanned" in told["scan.pdf"]
    again = stages.read(ledger, archive)
    assert (again.new, again.more["files"]) == (0, 0)
    ledger.close()
