"""A developer runs the bench: the table, the file beside it, and what is said when something is missing."""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from bench import extraction, peers, run
from bench.row import Measured, NotMeasured, Row, ratio
from bench.rows import extract_dense, extract_natural
from nlp.model import Document, Extraction
from nlp.reader import Reader


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
                     "ratio": None, "peak_mebibytes": None}
    Console(width=200).print(run.table([entry]))
    assert capsys.readouterr().out.count("not measured") == 3


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


@pytest.mark.parametrize("row", [extract_natural, extract_dense])
def test_the_extraction_rows_name_the_variable_when_there_are_no_texts(row: ModuleType, monkeypatch: pytest.MonkeyPatch,
                                                                       tmp_path: Path) -> None:
    monkeypatch.setenv(row.VARIABLE, str(tmp_path / "none.jsonl"))
    with pytest.raises(NotMeasured, match=row.VARIABLE):
        row.measure()


def _articles(file: Path, number: int) -> None:
    text = "架空市と株式会社架空は、2024年4月1日、包括連携協定を締結しました。"
    file.write_text("".join(json.dumps({"id": f"a{n}", "text": text}, ensure_ascii=False) + "\n" for n in range(number)),
                    encoding="utf-8")


def test_an_extraction_row_measures_both_and_the_peak_of_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    _articles(tmp_path / "bulletins.jsonl", 3)
    monkeypatch.setenv(extract_natural.VARIABLE, str(tmp_path / "bulletins.jsonl"))
    monkeypatch.setattr(extract_natural, "ARTICLES", 2)

    assert [d.id for d in extract_natural.bulletins()] == ["a0", "a1"]
    entry = run.figures(extract_natural.ROW, Console(width=200))
    assert entry["value"] > 0 and entry["peer_value"] > 0 and entry["ratio"] == entry["value"] / entry["peer_value"]
    assert 50 < entry["peak_mebibytes"] < 2048
    Console(width=200).print(run.table([entry]))
    assert "peak MiB" in capsys.readouterr().out


def test_the_dense_row_reads_every_release_of_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch,
                                                                     tmp_path: Path) -> None:
    _articles(tmp_path / "releases.jsonl", 4)
    monkeypatch.setenv(extract_dense.VARIABLE, str(tmp_path / "releases.jsonl"))
    assert len(extract_dense.releases()) == 4


def test_a_document_that_is_not_read_counts_for_nothing(monkeypatch: pytest.MonkeyPatch,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    documents = [Document(id=f"d{n}", text="架空市は広報を発行しました。") for n in range(4)]
    run_of_two = extraction.Run({d.id: None for d in documents[:2]}, 2.0, 2**30, "ValueError: no")
    monkeypatch.setattr(extraction, "_alone", lambda work, of: run_of_two if work is extraction.extract else 4.0)
    monkeypatch.setattr(extraction, "check", lambda documents, printed: None)

    measured = extraction.measure(documents)
    assert measured == Measured(14.0, 14.0, 2**30, 2, "ValueError: no")
    run.figures(Row("extract", "rows/s", "the other one", lambda: measured), Console(width=200))
    assert "2 documents were not read and count for nothing: ValueError: no" in capsys.readouterr().out


def test_a_reader_that_fails_leaves_the_rest_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(reader: Reader, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            if document.id == "bad":
                raise ValueError("no")
            yield reader.extract(document)

    monkeypatch.setattr(Reader, "extract_all", failing)
    done = extraction.extract([Document(id=id_, text="架空市です。") for id_ in ("good", "bad", "later")])
    assert list(done.printed) == ["good"] and done.failure == "ValueError: no"


def test_a_measured_run_that_says_something_else_is_refused() -> None:
    document = Document(id="d", text="架空市は広報を発行しました。")
    with pytest.raises(AssertionError, match="d: the measured run"):
        extraction.check([document], {"d": {"id": "something else"}})


def test_each_peer_says_where_it_is_or_that_it_cannot_be_had(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
                                                             tmp_path: Path) -> None:
    without_apt = peers.install_r
    monkeypatch.setattr(peers, "PEERS", {"igraph": ("igraph==1.0.0",)})
    monkeypatch.setattr(peers, "install", lambda name, requirements: tmp_path / name)
    monkeypatch.setattr("shutil.which", lambda program: None)
    monkeypatch.setattr(peers, "install_r", lambda: without_apt(tmp_path))
    peers.main()
    assert capsys.readouterr().out.splitlines() == [f"igraph: {tmp_path / 'igraph'}",
                                                    "r-sna: not had: there is no apt-get and dpkg here"]

