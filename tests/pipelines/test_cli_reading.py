"""The command as it reads: extract, evaluate, run."""
from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from graph import connection
from nlp import evaluation
from pipelines import cli

GOLD = Path(__file__).parents[2] / "sample" / "gold.jsonl"
INPUT_KEYS = ("id", "url", "title", "published", "publisher", "text")


def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        cli.main()
    return (left.value.code if isinstance(left.value.code, int) else int(left.value.code is not None),
            *capsys.readouterr())


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Six labelled documents."""
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(GOLD.read_text(encoding="utf-8").splitlines(keepends=True)[:6]), encoding="utf-8")
    return file


def test_labels_in_the_input_change_nothing(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    blank = tmp_path / "blank.jsonl"
    lines = [json.loads(line) for line in few.read_text(encoding="utf-8").splitlines()]
    blank.write_text("".join(json.dumps({k: d.get(k) for k in INPUT_KEYS}, ensure_ascii=False) + "\n" for d in lines),
                     encoding="utf-8")
    labelled = typed(capsys, monkeypatch, "extract", str(few))
    assert labelled == typed(capsys, monkeypatch, "extract", str(blank))
    assert labelled[0] == 0
    printed = [json.loads(line) for line in labelled[1].splitlines()]
    assert [d["id"] for d in printed] == [d["id"] for d in lines]
    assert any(d["relations"] for d in printed)


def test_standard_input_is_read_like_a_file(few: Path, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    expected = typed(capsys, monkeypatch, "extract", str(few))[1]
    done = subprocess.run([sys.executable, "-c", "from pipelines.cli import main; main()", "extract", "-"],
                          input=few.read_bytes(), capture_output=True, check=True)
    assert done.stdout.decode() == expected


def test_a_broken_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"id": "a", "text": "本文"}\n{"id": "b"}\n', encoding="utf-8")
    code, _, said = typed(capsys, monkeypatch, "extract", str(file))
    assert code == 2
    assert "line 2" in said and "«text»" in said


def test_figures_come_first_and_as_json_they_are_the_same(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text(typed(capsys, monkeypatch, "extract", str(few))[1], encoding="utf-8")
    result, _ = evaluation.score(*({d["id"]: d for d in map(json.loads, f.read_text(encoding="utf-8").splitlines())}
                                   for f in (few, predicted)))
    given = typed(capsys, monkeypatch, "evaluate", str(few), "--predicted", str(predicted))[1]
    assert given.splitlines()[:len(evaluation.summary_lines(result))] == evaluation.summary_lines(result)
    assert given == typed(capsys, monkeypatch, "evaluate", str(few))[1]
    as_json = typed(capsys, monkeypatch, "evaluate", str(few), "--json")[1]
    assert json.loads(as_json) == json.loads(json.dumps(result))


def test_a_run_keeps_aside_what_it_cannot_read_and_loads_the_rest(
        neo4j_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("協定\n\n茅野市と株式会社すずかけ通信は、連携協定を締結しました。", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"no pdf")
    code, out, _ = typed(capsys, monkeypatch, "run", str(folder))
    assert code == 0
    assert "broken.pdf" in out
    asked = typed(capsys, monkeypatch, "cypher", "MATCH (t:Tie) RETURN t.kind AS kind", "--csv")
    assert asked[:2] == (0, "kind\npartnership\n")


def test_a_path_that_is_not_there_stops_before_anything_is_taken_in(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    code, _, said = typed(capsys, monkeypatch, "run", str(tmp_path / "nowhere"))
    assert code == 2
    assert "nowhere" in said and not (tmp_path / "home").exists()


def test_a_ledger_that_lost_its_words_is_not_loaded(
        neo4j_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    release = tmp_path / "release.txt"
    release.write_text("協定\n\n茅野市と株式会社すずかけ通信は、連携協定を締結しました。", encoding="utf-8")
    assert typed(capsys, monkeypatch, "run", str(release))[0] == 0
    with sqlite3.connect(neo4j_home / "ledger.sqlite") as ledger:
        (body,) = ledger.execute("SELECT body FROM statements").fetchone()
        broken = {**json.loads(body), "evidence": [{"start": 900, "end": 950}]}
        ledger.execute("UPDATE statements SET body = ?", (json.dumps(broken),))
    with connection.driver(connection.target(neo4j_home)) as driver:
        driver.execute_query("MATCH (t:Tie) SET t.untouched = true")
        code, out, _ = typed(capsys, monkeypatch, "run", str(release))
        records, _, _ = driver.execute_query("MATCH (t:Tie) RETURN t.untouched AS untouched")
    assert code == 1 and "stopped" in out
    assert [r["untouched"] for r in records] == [True]


def test_two_labelled_documents_of_one_id_are_refused(few: Path, capsys: pytest.CaptureFixture[str],
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    first = few.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    few.write_text(first + "\n" + first, encoding="utf-8")
    code, out, err = typed(capsys, monkeypatch, "evaluate", str(few))
    assert (code, out) == (2, "")
    assert f"line 3: the id «{json.loads(first)['id']}» stands on line 1 too" in err


def test_classes_of_errors_and_calibration_are_printed(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("", encoding="utf-8")
    words = ("evaluate", str(few), "--predicted", str(nothing))
    out = typed(capsys, monkeypatch, *words, "--errors", "2")[1].splitlines()
    table = out[out.index("errors  class"):]
    assert "a party is not recognised" in "".join(table[1:5])
    assert table[5].endswith("other classes")
    assert table[6].startswith("confidence") and table[-1] == "expected calibration error –"
    assert "errors  class" not in typed(capsys, monkeypatch, *words, "--errors", "0")[1]


def test_figures_alone_tell_nothing_of_the_texts(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("", encoding="utf-8")
    out = typed(capsys, monkeypatch, "evaluate", str(few), "--predicted", str(nothing), "--figures")[1]
    assert not any("\u3040" <= sign <= "\u9fff" for sign in out)
    assert "organizations" in out and "expected calibration error" in out and "errors  class" not in out


def test_an_organisation_without_a_name_is_told(few: Path, capsys: pytest.CaptureFixture[str],
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    few.write_text('{"id": "a", "text": "市です。", "organizations": [{"type": "municipality"}]}\n', encoding="utf-8")
    code, _, err = typed(capsys, monkeypatch, "evaluate", str(few), "--predicted", str(few))
    assert code == 2 and "has no 'name'" in err
