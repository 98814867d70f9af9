"""What a source's file says of keeping reaches the run."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines import definitions, stages
from pipelines.fetch.archive import Archive
from pipelines.follower import Follower
from pipelines.ledger import Ledger
from pipelines.ledger import reprints as stored
from pipelines.settings import Settings
from tests.pipelines.test_follower import Words, caught_up
from tests.pipelines.test_follower import ledger as ledger
from tests.pipelines.test_follower import settings as settings

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


def test_whoever_follows_and_whoever_runs_everything_agree_on_reprints_and_notices_of_evidence(
        settings: Settings, ledger: Ledger, neo4j: Any, tmp_path: Path) -> None:
    folder, archive = tmp_path / "evidence", Archive(settings.archive_url)
    folder.mkdir()
    (settings.config / "sources").mkdir(parents=True)
    (settings.config / "sources" / "ours.yaml").write_text(
        f"kind: folder\npath: {folder}\nrights: {{store: evidence, allowed: true, terms_checked_on: 2026-03-01}}\nenabled: true\n")
    text = "青葉市と株式会社かすみは協定を締結した。\n" + "".join(f"{n}番目の取組として、{REST}\n" for n in "一二三四")

    def comes(name: str, text: str, title: str, day: int) -> None:
        (folder / f"{name}.jsonl").write_text(json.dumps(
            {"id": name, "url": f"https://{name}.example/1", "title": title, "published": f"2026-03-{day:02}", "publisher": "青葉市",
             "text": text}, ensure_ascii=False), encoding="utf-8")

    def follows(extractor: stages.Extractor) -> tuple[list[Any], set[tuple[str, str]]]:
        """A follower comes, does what is due, and ends."""
        stages.collect(ledger, archive, [folder])
        with Follower(settings, ledger, extractor=extractor) as following:
            caught_up(following)
        return found()

    def found() -> tuple[list[Any], set[tuple[str, str]]]:
        with ledger.reading() as c:
            return stored.stored(c), set(ledger.withdrawals())

    comes("aoba", text, "協定の締結について", 1)
    comes("wire", text + "以上", "協定を締結", 2)
    comes("wrong", "青葉市と株式会社かすみは協定を締結した。", "誤った発表について", 3)
    comes("notice", "「誤った発表について」を取り消します。", "報道発表の取り消しについて", 4)
    first = follows(Words())
    assert len(first[0]) == 1 and len(first[1]) == 1 and all(REST not in one.text for one in ledger.documents())
    assert follows(Words()) == first, "one that begins anew finds the same"
    for stage in (stages.withdraw, stages.resolve, stages.reprints):
        stage(ledger)
    assert found() == first, "so does a run of everything"
