"""What a source's file says of keeping reaches the run."""
from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import definitions
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger
from pipelines.settings import Settings

WORDS = "茅野市と株式会社すずかけ通信は、連携協定を締結しました。"
REST = "この段落には、協定と関わりのない長い説明が書かれています。"


def test_a_folder_that_keeps_evidence_alone_and_is_edited_in_place(
        neo4j_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "inbox.yaml").write_text(
        "kind: folder\npath: ../../inbox\nliving: true\nrights: {store: evidence}\n")
    (tmp_path / "config" / "sources" / "broken.yaml").write_text("kind: nothing\n")
    (inbox / "list.txt").write_text(f"協定先\n\n{WORDS}\n\n{REST}", encoding="utf-8")
    settings = Settings.from_environment()

    def run() -> Ledger:
        counts = definitions.run([inbox], lambda stage, done, total: None)
        assert counts.failed is None, counts.error
        return Ledger.open(settings.ledger_url)

    ledger = run()
    [found] = ledger.extractions()
    assert [found.document.words(s.evidence[0]) for s in found.statements] == [WORDS]
    assert REST not in found.document.text and found.text_sha256
    assert list(Archive(settings.archive_url).names()) == []
    ledger.close()
    ledger = run()  # the file is there still, and is not taken in a second time
    assert ledger.extractions() == [found] and list(Archive(settings.archive_url).names()) == []
    ledger.close()
    (inbox / "list.txt").write_text(f"協定先\n\n{REST}", encoding="utf-8")
    ledger = run()
    assert {(e.status, len(e.statements)) for e in ledger.extractions()} == {("kept", 1), (None, 0)}
    ledger.close()
