"""Every entry of the word files has an example; what has none yet gets one from the texts there are."""
from __future__ import annotations

import pytest

from nlp.training import examples
from nlp.training.entries import Entry


def entry(text: str, is_pattern: bool = True, example: str | None = None) -> Entry:
    return Entry("x.yaml", ("x",), text, is_pattern, example)


def test_phrases_are_lines_sentences_and_clauses() -> None:
    assert examples.phrases_of(["市は、会社と「連携協定」を結んだ。次の日。\n一覧です"]) == [
        "を結んだ", "一覧です", "次の日。", "連携協定",
        "市は、会社と「連携協定」を結んだ。", "市は、会社と「連携協定」を結んだ。次の日。"]


@pytest.mark.parametrize(("one", "found"), [
    (entry("締結(?:し|さ)"), "協定を締結した"), (entry("^協定の"), "協定の名前"), (entry("場$"), "市民会場"), (entry("寄附"), None),
    (entry("(", is_pattern=False), "名前(仮)"), (entry("(?P=what)"), ""), (entry("寄附", example="寄附を受けた"), "寄附を受けた"),
    (entry("協定を[^。]*の名前"), None),
])
def test_the_first_line_that_an_entry_matches_is_its_example(one: Entry, found: str | None) -> None:
    assert examples.first_match(one, "協定を締結した\n協定の名前\n市民会場\n名前(仮)") == found


def test_missing_examples_are_added_and_those_written_by_hand_stay() -> None:
    which = [entry("締結"), entry("提携"), entry("合意"), entry("覚書"), entry("市と[^、]+社")]
    lines = examples.completed(which, ["覚書の例"], "市は提携した。\n市と会社が、協定を締結した。")
    assert lines == ["覚書の例", "市と会社が、協定を締結した。", "市は提携した。"]
    assert examples.without_example(which, lines) == [entry("合意")]
