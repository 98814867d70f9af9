"""The pattern and word files of the reader: every entry has an example, and every list of examples a file."""
from __future__ import annotations

import pytest

from nlp.training.entries import DATA, Entry, entries
from nlp.training.examples import FOLDER, by_file, examples_for, without_example


@pytest.mark.parametrize(("data_file", "which"), by_file(entries()).items())
def test_every_entry_has_an_example(data_file: str, which: list[Entry]) -> None:
    # `python -m nlp.training.examples` finds examples in labelled texts; where these hold none, write one by hand
    assert [one.name for one in without_example(which, examples_for(data_file))] == []


def test_every_list_of_examples_belongs_to_a_file() -> None:
    assert [file.name for file in FOLDER.glob("*.txt") if not (DATA / file.stem).exists()] == []
