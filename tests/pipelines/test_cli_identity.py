"""`kakehashi reference`, `review` and `organization`, as somebody who keeps the graph true uses them."""
from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import registry
from nlp.model import Document, Extraction
from pipelines import cli, stages
from pipelines.ledger import Draft, Fetch, Ledger
from tests.graph.releases import agreement, release
from tests.pipelines.reference.test_index import FIRST, row

CITY = "四條畷市"


class Told:
    """An extractor that says what it was given, whatever a document holds."""

    def __init__(self, *said: Extraction) -> None:
        self._said = {e.document.text: e for e in said}

    def extract_all(self, documents: list[Document]) -> list[Extraction]:
        """What was given for each document's text."""
        return [replace(self._said[d.text], document=d, extractor=EXTRACTOR) for d in documents]


EXTRACTOR = "told 1"


def text(company: str) -> str:
    return f"{CITY}と{company}は協定を締結しました。"


def told(name: str, company: str, published: str = "2025-04-01") -> Extraction:
    return release(name, text(company), {CITY: "municipality", company: "company"},
                   (agreement(f"s-{name}", text(company), (CITY, company), title=f"{company}との協定"),), published=published,
                   codes={CITY: "272299"})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a configuration of the test's own."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    return tmp_path


def resolved(home: Path, *said: Extraction) -> None:
    """A ledger in which these extractions are resolved."""
    ledger = Ledger.open(f"sqlite:///{home / 'home' / 'ledger.sqlite'}")
    try:
        for one in said:
            fetch = Fetch(f"file:{one.document.id}", "file:", one.document.id.encode().hex())
            ledger.record_fetch(fetch, 1)
            ledger.store_drafts(fetch, [Draft(item="1", text=one.document.text, url=None, title=one.document.title,
                                              published=one.document.published, publisher=None)])
            ledger.finish_read(fetch, "test", [])
        stages.extract(ledger, Told(*said))  # type: ignore[arg-type]
        stages.resolve(ledger)
    finally:
        ledger.close()


def again(home: Path) -> stages.Counts:
    ledger = Ledger.open(f"sqlite:///{home / 'home' / 'ledger.sqlite'}")
    try:
        return stages.resolve(ledger)
    finally:
        ledger.close()


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, typed: str = "") -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0), *capsys.readouterr()


class Kakehashi:
    """The command line of one home."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str, typed: str = "", code: int = 0) -> str:
        """What the command says; of a failing one, what it says to standard error."""
        found, out, err = run(self._monkeypatch, self._capsys, *words, typed=typed)
        assert found == code, out + err
        return err if code else out


@pytest.fixture
def kakehashi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kakehashi:
    return Kakehashi(monkeypatch, capsys)


def test_a_question_is_asked_answered_and_settled(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"), told("b", "ひばり商会株式会社"), told("c", "ひばり商会株式会社", "2025-05-01"))
    listed = kakehashi("review", "list", "--csv").splitlines()
    assert len(listed) == 2 and "one stem, other form" in listed[1]
    said = kakehashi("review", "--who", "佐藤", "--on", "2026-04-01", typed="s\n登記を見た\n")
    assert "is «株式会社ひばり商会» the organisation «ひばり商会株式会社»?" in said and "decisions.csv" in said
    header, line = (home / "config" / "decisions.csv").read_text(encoding="utf-8").splitlines()
    assert header == "decision,subject,object,who,when,why,subject_name,object_name"
    assert line.startswith("merge,org:name:") and line.endswith("佐藤,2026-04-01,登記を見た,株式会社ひばり商会,ひばり商会株式会社")
    assert "There is no open question." in kakehashi("review")
    again(home)
    story = kakehashi("organization", "ひばり商会")
    assert story.count("former id    org:name:") == 1
    assert "name         ひばり商会株式会社  (2 releases)" in story and "name         株式会社ひばり商会  (1 release)" in story
    assert "decision     line 2: merge" in story and "佐藤, 2026-04-01: 登記を見た" in story
    assert story.count("tie          tie:") == 2


def test_answers_are_recorded_without_a_terminal_and_contradictions_refused(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"), told("b", "ひばり商会株式会社"))
    words = ("--who", "佐藤", "--on", "2026-04-01", "--why", "別の会社")
    kakehashi("review", "keep-apart", "株式会社ひばり商会", "ひばり商会株式会社", *words)
    before = (home / "config" / "decisions.csv").read_bytes()
    refused = kakehashi("review", "merge", "株式会社ひばり商会", "ひばり商会株式会社", *words, code=2)
    assert "contradict" in refused and "decisions.csv, line 2" in refused
    assert (home / "config" / "decisions.csv").read_bytes() == before
    assert "already" in kakehashi("review", "keep-apart", "株式会社ひばり商会", "ひばり商会株式会社", *words)
    assert kakehashi("review", "list", "--csv").splitlines()[1:] == []
    kakehashi("review", "type", "株式会社ひばり商会", "bank", *words)
    kakehashi("review", "alias", "株式会社ひばり商会", "HIBARI", *words)
    kakehashi("review", "drop", "s-b", *words)
    assert "there is no statement or document «s-z»" in kakehashi("review", "drop", "s-z", *words, code=2)
    assert "castle" in kakehashi("review", "type", "株式会社ひばり商会", "castle", *words, code=2)
    assert kakehashi("review", "decisions", "--csv").count("holds from the next run on") == 4
    again(home)
    decided = kakehashi("review", "decisions", "--csv").splitlines()
    assert not any("next run" in line for line in decided)
    assert [line.split(",")[1] for line in decided] == ["decision", "keep_apart", "type", "alias", "drop"]
    one = json.loads(kakehashi("organization", "株式会社ひばり商会", "--json"))
    assert one["organization"]["type"] == "bank" and len(one["ties"]) == 1
    assert "ties" not in kakehashi("organization", "ひばり商会株式会社")


def test_former_ids_are_accepted_and_unknown_ones_refused(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"))
    old = json.loads(kakehashi("organization", "ひばり商会", "--json"))["organization"]["id"]
    registry.write(home / "nta.csv", 2_500)
    with (home / "nta.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(row(FIRST, "株式会社ひばり商会"))
    assert "corporations" in kakehashi("reference", "update", "--nta", str(home / "nta.csv"))
    again(home)
    story = kakehashi("organization", old)
    assert f"id           org:number:{FIRST}" in story and f"former id    {old}" in story
    assert f"法人番号         {FIRST}" in story and "大阪府" in story
    kakehashi("review", "type", old, "bank", "--why", "銀行", "--who", "佐藤")
    assert f"type,org:number:{FIRST},bank" in (home / "config" / "decisions.csv").read_text(encoding="utf-8")
    assert "no id of an organisation" in kakehashi("organization", "org:name:" + "0" * 20, code=2)


def test_a_merge_across_two_numbers_is_kept_aside_with_its_line(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"))
    (home / "config").mkdir()
    (home / "config" / "decisions.csv").write_text(
        "decision,subject,object,who,when,why\nmerge,四條畷市,東京都,佐藤,2026-04-01,同じ\n", encoding="utf-8")
    assert again(home).rejected == 1
    assert "two 法人番号" in kakehashi("review", "decisions", "--csv")
    ledger = Ledger.open(f"sqlite:///{home / 'home' / 'ledger.sqlite'}")
    assert [(r.stage, r.item) for r in ledger.rejects()] == [("decisions", "decisions.csv, line 2")]
    ledger.close()


def test_faulty_decisions_stop_the_stage_by_file_and_line(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"))
    (home / "config").mkdir()
    (home / "config" / "decisions.csv").write_text("decision,subject,object,who,when,why\nmarry,a,b,c,d,e\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"decisions\.csv, line 2: «marry» is no decision"):
        again(home)


def test_several_of_a_name_are_listed_by_their_ids(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"), told("b", "ひばり商会株式会社"))
    said = kakehashi("organization", "ひばり商会", code=2)
    assert "may be one of 2" in said and said.count("org:name:") == 2
    assert "no release names" in kakehashi("organization", "つばめ", code=2)
    assert "name an organisation" in kakehashi("organization", " ", code=2)


def test_a_long_list_of_those_that_may_be_meant_says_that_it_is_cut(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, *(told(f"n{n}", f"株式会社ひばり{n}") for n in range(23)))
    said = kakehashi("organization", "ひばり", code=2)
    assert "may be one of 23" in said and said.count("org:name:") == 20 and "… and 3 more" in said


def test_no_open_question_is_said_in_words_and_as_an_empty_csv(home: Path, kakehashi: Kakehashi) -> None:
    resolved(home, told("a", "株式会社ひばり商会"))
    assert kakehashi("review", "list") == "There is no open question.\n"
    assert len(kakehashi("review", "list", "--csv").splitlines()) == 1
    assert "`kakehashi organization NAME` lists those" in kakehashi("tie", "四條畷市", code=2)


def test_the_index_is_asked_by_name_number_and_code(home: Path, kakehashi: Kakehashi) -> None:
    assert "reference update" in kakehashi("reference", "lookup", "東京都", code=2)
    registry.write(home / "nta.csv", 1_800)
    kakehashi("reference", "update", "--nta", str(home / "nta.csv"))
    for what in ("四條畷市", "6000020272299"):
        answer = kakehashi("reference", "lookup", what, "--csv").splitlines()
        assert answer[1].startswith("6000020272299,四條畷市,大阪府")
    assert len(kakehashi("reference", "lookup", "7203", "--csv").splitlines()) == 1
    said = kakehashi("reference", "status")
    assert "1,800" in said and "the whole country is in it" in said
    assert kakehashi("reference", "unusable", "--csv").split() == ["registry,file,line,reason"]
    assert "there is no" in kakehashi("reference", "update", "--nta", "nowhere.csv", code=2)
    assert "give at least one file" in kakehashi("reference", "update", code=2)
