"""The commands of an operator: verify the archive, forget, back up, restore."""
from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import cli, stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger
from pipelines.settings import Settings

Kakehashi = Callable[..., tuple[int, str, str]]
TEXT = "協定の話\n\n青葉市長の山田太郎は喜んだ。"


@pytest.fixture
def kakehashi(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kakehashi:
    """The command, in a home with one release."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "release.txt").write_text(TEXT)
    ledger = Ledger.open(Settings.from_environment().ledger_url)
    archive = Archive(Settings.from_environment().archive_url)
    stages.collect(ledger, archive, [tmp_path / "in"])
    stages.read(ledger, archive)
    ledger.close()

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        return int(left.value.code or 0), *capsys.readouterr()

    return run


def test_verify_tells_each_fault_and_sweep_removes_leftovers(kakehashi: Kakehashi, tmp_path: Path) -> None:
    assert kakehashi("archive", "verify")[:2] == (0, "1 sound\n")
    archive = Archive(str(tmp_path / "home" / "archive"))
    [file] = (tmp_path / "home" / "archive").rglob("*.zst")
    file.with_name("x.1.part").write_bytes(b"half")
    orphan = archive.put(b"nobody asked for it")
    code, said, _ = kakehashi("archive", "verify")
    assert code == 0 and orphan in said and "not in the ledger" in said and "unfinished" in said
    assert "0 files of bytes and 1 unfinished" in kakehashi("archive", "sweep")[1]
    file.write_bytes(b"broken")
    code, said, _ = kakehashi("archive", "verify")
    assert code == 1 and "1 damaged" in said and "1 sound" in said
    file.unlink()
    code, said, _ = kakehashi("archive", "verify")
    assert code == 1 and "1 missing" in said


def test_a_store_that_is_away_is_told_as_away_and_not_as_damage(kakehashi: Kakehashi, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "home" / "archive", tmp_path / "elsewhere"
    place.rename(elsewhere)
    code, said, wrong = kakehashi("archive", "verify")
    assert code == 2 and said == "" and "nothing in the archive" in wrong and "mounted" in wrong
    place.write_text("a file where the folder was")
    code, said, wrong = kakehashi("archive", "verify")
    assert code == 2 and said == "" and "archive" in wrong
    place.unlink()
    elsewhere.rename(place)
    assert kakehashi("archive", "verify")[:2] == (0, "1 sound\n")
    with Ledger.open(Settings.from_environment().ledger_url) as ledger:
        assert not ledger.rejects()


def test_bytes_that_a_killed_forget_left_are_found_and_removed(kakehashi: Kakehashi, tmp_path: Path) -> None:
    ledger = Ledger.open(Settings.from_environment().ledger_url)
    ledger.remove_bytes(ledger.kept_bytes()[0], "held what was to be forgotten")
    ledger.close()
    code, said, _ = kakehashi("archive", "verify")
    assert code == 1 and "should have been removed" in said
    assert "1 files of bytes" in kakehashi("archive", "sweep")[1]
    assert kakehashi("archive", "verify")[0] == 0


def test_forget_says_what_went_and_what_only_people_can_change(kakehashi: Kakehashi, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "notes.csv").write_text("who,why\n山田　太郎,asked\n")
    code, said, _ = kakehashi("forget", "山田太郎", "--reason", "asked for it", "--yes")
    assert code == 0 and "1 releases, 1 files" in said and "notes.csv:2" in said
    code, _, wrong = kakehashi("forget", "山田太郎", "--reason", "", "--yes")
    assert code == 2 and "a reason is needed" in wrong


def test_forget_refuses_while_files_are_missing_and_goes_on_where_they_are_lost_for_good(
        kakehashi: Kakehashi, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "home" / "archive", tmp_path / "elsewhere"
    place.rename(elsewhere)
    Archive(str(place)).put(b"fetched meanwhile")
    asked = ("forget", "山田太郎", "--reason", "asked for it", "--yes")
    code, said, wrong = kakehashi(*asked)
    assert code == 2 and said == "" and "nothing was forgotten: 1 files" in wrong and "--missing-are-lost" in wrong
    code, said, _ = kakehashi(*asked, "--missing-are-lost")
    assert code == 0 and "1 releases, 0 files" in said and "1 files of the archive could be neither searched" in said
    # the disk is back
    [file] = elsewhere.rglob("*.zst")
    (place / file.parent.name).mkdir(exist_ok=True)
    file.rename(place / file.parent.name / file.name)
    code, said, _ = kakehashi("archive", "verify")
    assert code == 1 and "1 should have been removed" in said
    assert "removed 1 files of bytes" in kakehashi("archive", "sweep")[1] and kakehashi("archive", "verify")[0] == 0


def test_a_backup_is_restored_into_another_home(kakehashi: Kakehashi, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    code, said, _ = kakehashi("backup", str(tmp_path / "copy"))
    assert code == 0 and "1 documents, 1 files" in said
    code, _, wrong = kakehashi("restore", str(tmp_path / "copy"))
    assert code == 2 and "not empty" in wrong
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "other"))
    code, said, _ = kakehashi("restore", str(tmp_path / "copy"))
    assert code == 0 and "1 documents, 1 files" in said
    assert kakehashi("archive", "verify")[:2] == (0, "1 sound\n")
