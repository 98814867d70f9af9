"""A developer runs the bench: the table, the file beside it, and what is said when something is missing."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from bench import peers, run
from bench.row import Measured, NotMeasured, Row, ratio
from bench.rows import extract_natural
from nlp.model import Document


def _row(name: str, measured: Measured, unit: str = "rows/s") -> Row:
    return Row(name, unit, "the other one", lambda: measured)


def _missing() -> Measured:
    raise NotMeasured("there are no bulletins; set A_VARIABLE")


def test_above_one_is_better_for_rates_and_for_times_alike() -> None:
    assert ratio("rows/s", Measured(300.0, 100.0)) == 3
    assert ratio("seconds", Measured(2.0, 6.0)) == 3


def test_a_missing_peer_never_gives_a_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    entry = run.figures(_row("load", Measured(300.0, None)), Console())

    assert entry == {"name": "load", "value": 300.0, "unit": "rows/s", "peer": "the other one", "peer_value": None,
                     "ratio": None}
    Console(width=200).print(run.table([entry]))
    assert capsys.readouterr().out.count("not measured") == 2


def test_a_row_whose_data_is_missing_says_how_to_get_them(capsys: pytest.CaptureFixture[str]) -> None:
    entry = run.figures(Row("extract", "seconds", "the other one", _missing), Console(width=200))

    assert entry["value"] is None and entry["ratio"] is None
    assert "set A_VARIABLE" in capsys.readouterr().out


def test_one_row_can_be_run_alone_and_the_file_lists_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "rows", lambda: [_row("first", Measured(1.0, 1.0)), _row("second", Measured(8.0, 2.0))])

    run.main(["--only", "second"])

    assert [(e["name"], e["ratio"]) for e in json.loads(Path("build/bench.json").read_text("utf-8"))] == [("second", 4)]
    assert "second" in capsys.readouterr().out


def test_an_unknown_row_is_answered_with_the_rows_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--only", "no-such-row"])
    assert "extract-natural" in capsys.readouterr().err


def test_the_extraction_row_names_the_variable_when_there_are_no_bulletins(monkeypatch: pytest.MonkeyPatch,
                                                                           tmp_path: Path) -> None:
    monkeypatch.setenv(extract_natural.VARIABLE, str(tmp_path / "none.jsonl"))
    with pytest.raises(NotMeasured, match=extract_natural.VARIABLE):
        extract_natural.measure()


def test_the_extraction_row_reads_the_first_articles_and_measures_both(monkeypatch: pytest.MonkeyPatch,
                                                                       tmp_path: Path) -> None:
    text = "架空市と株式会社架空は、2024年4月1日、包括連携協定を締結しました。"
    articles = [{"id": f"a{n}", "text": text} for n in range(3)]
    file = tmp_path / "bulletins.jsonl"
    file.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), encoding="utf-8")
    monkeypatch.setenv(extract_natural.VARIABLE, str(file))
    monkeypatch.setattr(extract_natural, "ARTICLES", 2)

    assert [d.id for d in extract_natural.bulletins()] == ["a0", "a1"]
    measured = extract_natural.measure()
    assert measured.value > 0 and measured.peer_value is not None and measured.peer_value > 0


def test_a_measured_run_that_says_something_else_is_refused() -> None:
    document = Document(id="d", text="架空市は広報を発行しました。")
    with pytest.raises(AssertionError, match="d: the measured run"):
        extract_natural._check([document], [{"id": "something else"}])


def test_peers_say_that_none_is_needed_yet(capsys: pytest.CaptureFixture[str]) -> None:
    peers.main()
    assert "extract-natural" in capsys.readouterr().out
