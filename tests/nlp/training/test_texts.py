"""Which texts the models are fitted on."""
from __future__ import annotations

from pathlib import Path

import pytest

from nlp.training.texts import CORPUS, SAMPLE, command, files_of


def test_named_files_stand_for_the_corpus(tmp_path: Path) -> None:
    asked = command("about").parse_args([str(tmp_path / "own.jsonl"), "--save"])
    assert asked.save
    assert files_of(asked.gold) == [tmp_path / "own.jsonl"]


def test_without_a_name_all_of_the_corpus_is_taken_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "notes.txt"):
        (tmp_path / name).touch()
    assert [f.name for f in files_of([], tmp_path)] == ["a.jsonl", "b.jsonl"]
    assert not command("about").parse_args([]).save


def test_the_corpus_of_the_clone_has_texts_and_none_that_are_only_scored() -> None:
    assert files_of([])
    *corpus, sample = files_of([])
    assert all(f.parent == CORPUS for f in corpus) and sample == SAMPLE


def test_where_there_is_no_corpus_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="name files"):
        files_of([], tmp_path)
