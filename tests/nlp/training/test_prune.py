"""Somebody who tends the word files asks which entries do nothing: each is found, taken out alone, and judged."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlp.ties.phrases import phrases
from nlp.ties.rows import rules
from nlp.training import prune
from nlp.training.entries import DATA, Entry, alternatives, entries, needed_words, without


def pieces(pattern: str) -> list[str]:
    return [pattern[a:b] for a, b in alternatives(pattern)]


@pytest.mark.parametrize(("pattern", "expected"), [
    ("協定|覚書", ["協定", "覚書"]),
    ("(?:協定|覚書)を", ["協定", "覚書"]),
    ("協定を", []),
    ("「『[(", []),
    ("[あ|い]と|(?:う|え)", ["[あ|い]と", "(?:う|え)"]),
    (r"\(|締結", [r"\(", "締結"]),
    ("(?P<what>市|町)(?=は|が|)", ["市", "町", "は", "が"]),
    # without the group another alternative refers to nothing
    (r"(?P<a>市)|町(?P=a)", [r"町(?P=a)"]),
])
def test_the_alternatives_of_a_pattern_are_its_entries(pattern: str, expected: list[str]) -> None:
    assert pieces(pattern) == expected


@pytest.mark.parametrize(("pattern", "words"), [
    ("締結(?:し|さ)た", {"締結"}), ("(?:協定|覚書)を?", {"協定", "覚書"}), ("[はが]", {"は", "が"}), (r"\d+", set()),
    ("(?<=と)連携", {"連携"}), ("(?:包括)?協定", {"協定"}),
])
def test_a_text_without_the_needed_words_cannot_hold_the_entry(pattern: str, words: set[str]) -> None:
    assert needed_words(Entry("x.yaml", ("x",), pattern, True)) == words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "words.txt").write_text("# A header. Written by us.\n地域\n各地\n", encoding="utf-8")
    (tmp_path / "table.csv").write_text("# A header.\nword,kinds\n協定,partnership\n\"寄付,寄附\",donation\n", encoding="utf-8")
    (tmp_path / "some.yaml").write_text("# A header.\ndone: '結んだ|締結した'\nsteps:\n  昨年: {step: -1}\n  来年: {step: 1}\n"
                                        "one: '協定を'\nlists:\n  open: [だれでも, '自由に(?:参加|加入)']\n", encoding="utf-8")
    return tmp_path


def test_every_line_row_key_and_alternative_is_an_entry(folder: Path) -> None:
    assert [e.name for e in entries(folder)] == [
        "some.yaml:done  結んだ", "some.yaml:done  締結した", "some.yaml:steps.昨年  昨年", "some.yaml:steps.来年  来年",
        "some.yaml:one  協定を", "some.yaml:lists.open  だれでも", "some.yaml:lists.open  参加", "some.yaml:lists.open  加入",
        "table.csv  協定", "table.csv  寄付,寄附", "words.txt  地域", "words.txt  各地"]


def test_a_file_without_an_entry_has_all_the_others(folder: Path) -> None:
    def read(number: int) -> Any:
        return yaml.safe_load(without(entries(folder)[number], folder))

    whole = {"done": "結んだ|締結した", "steps": {"昨年": {"step": -1}, "来年": {"step": 1}},
             "one": "協定を", "lists": {"open": ["だれでも", "自由に(?:参加|加入)"]}}
    assert read(0) == {**whole, "done": "締結した"}
    assert read(2) == {**whole, "steps": {"来年": {"step": 1}}}
    assert read(4) == {**whole, "one": "(?!)"}
    assert read(5) == {**whole, "lists": {"open": ["自由に(?:参加|加入)"]}}
    assert read(7) == {**whole, "lists": {"open": ["だれでも", "自由に(?:参加)"]}}
    assert without(entries(folder)[9], folder) == "# A header.\nword,kinds\n協定,partnership\n"
    assert without(entries(folder)[10], folder) == "# A header. Written by us.\n各地\n"


def test_the_readers_own_files_can_be_read_without_any_one_entry() -> None:
    # of every file the first, middle and last entry: all of them would take minutes
    by_file: dict[str, list[Entry]] = {}
    for entry in entries():
        by_file.setdefault(entry.file, []).append(entry)
    assert {"triggers.csv", "ties.yaml", "generic_words.txt"} <= by_file.keys()
    for file, found in by_file.items():
        for entry in (found[0], found[len(found) // 2], found[-1]):
            text = without(entry)
            if file.endswith(".yaml"):
                assert yaml.safe_load(text) != yaml.safe_load((DATA / file).read_text(encoding="utf-8")), entry
            else:
                assert len(text.splitlines()) == len((DATA / file).read_text(encoding="utf-8").splitlines()) - 1


LABELLED = {"id": "a", "text": "茅野市と株式会社みなもは、連携協定を締結した。", "publisher": "札幌市",
            "organizations": [{"name": "株式会社みなも", "type": "company"}], "relations": [], "persons": []}


def entry_of(file: str, text: str) -> Entry:
    return next(e for e in entries() if e.file == file and e.text == text)


def rule_of(rule: str) -> Entry:
    return next(e for e in entries() if e.rule == rule)


def test_an_entry_is_tried_only_where_its_words_stand() -> None:
    texts = [prune.Heard({"text": text}, True, prune.folded({"text": text})) for text in ("連 携協\n定", "寄附", "連携協定" * 9)]
    assert prune.chosen(Entry("triggers.csv", (3,), "連携協定", False), texts) == [0, 2]
    assert prune.chosen(Entry("x.yaml", ("x",), r"\d+", True), texts) == [0, 1, 2]


def test_a_rule_is_tried_only_where_it_speaks() -> None:
    texts = [prune.Heard({"text": "寄附"}, True, "寄附", frozenset(rules)) for rules in ([], ["x:3"], ["x:1", "x:2"])]
    assert prune.chosen(Entry("x.yaml", ("phrases", 0), "寄附", False, "市に寄附した。", "x:1"), texts) == [2]


def test_rules_that_tell_and_rules_that_open_a_list_speak() -> None:
    assert any(rule.startswith("phrases_agreements:") for rule in prune.speaking(LABELLED))
    listed = {"id": "b", "publisher": "茅野市", "title": "災害時の協定",
              "text": "本市は、次の企業と災害時の物資供給に関する協定を締結しています。\n・株式会社つゆくさ堂\n・みなも建設株式会社\n"}
    assert "rows:partners" in prune.speaking(listed)
    assert prune.speaking({"id": "c", "text": "株式会社みなもは新しい店を開いた。"}) == frozenset()


def test_what_is_silent_in_all_texts_is_told_apart() -> None:
    texts = list(prune.heard([LABELLED], ["株式会社ひだまり工房は市に寄附した。"]))
    assert [text.labelled for text in texts] == [False, True]
    spoken = next(rule for rule in sorted(texts[1].rules) if rule.startswith("phrases_agreements:"))
    which = [rule_of(spoken), rule_of("rows:donor"),
             entry_of("organization_forms.csv", "株式会社"), entry_of("organization_forms.csv", "税理士法人"),
             # what rules alone see, signs among them, can stand in any text
             Entry("x.yaml", ("x",), "§と[^。]*提携", True)]
    assert prune.silent(which, texts) == [which[1], which[3]]


def test_needed_and_unneeded_entries_are_told_apart() -> None:
    form = entry_of("organization_forms.csv", "株式会社")
    unused = entry_of("organization_forms.csv", "税理士法人")
    texts = list(prune.heard([LABELLED], ["株式会社ひだまり工房は市に寄附した。"]))
    assert list(prune.check(texts, [form, unused], processes=1)) == [(form, "example", 2), (unused, "nothing", 0)]
    [(_, change, number)] = prune.check(texts[1:], [form], processes=1)
    assert (change, number) == ("score", 1)


def test_the_command_lists_silent_entries_and_tries_the_others_only_when_asked(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps(LABELLED, ensure_ascii=False), encoding="utf-8")
    form, unused = entry_of("organization_forms.csv", "株式会社"), entry_of("organization_forms.csv", "税理士法人")
    monkeypatch.setattr(prune, "texts_of_tests", lambda: [])
    monkeypatch.setattr(prune, "entries", lambda: [form, unused])
    prune.main([str(file)])
    told = capsys.readouterr()
    assert told.out.splitlines() == ["2 entries, 1 labelled documents, 0 texts of tests", f"{unused.name}  -- in no text",
                                     "1 of 2 entries are silent"]
    assert told.err == "1 of 1 texts read\n"
    prune.main([str(file), "--each"])
    told = capsys.readouterr()
    assert told.out.splitlines()[-1].startswith("1 entries are needed (1 for a score, 0 for a test)")
    assert told.err.splitlines() == ["1 of 1 texts read", "1 of 1 entries tried"]


def test_the_rules_have_names_of_their_own_and_tell_by_them() -> None:
    named = [e.rule for e in entries() if e.rule]
    assert len(named) == len(set(named))
    assert set(named) == {phrase.name for phrase in phrases()} | {f"rows:{rule.name}" for rule in rules()}


def test_the_texts_of_the_readers_tests_are_examples(tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    for folder in (tmp_path, tmp_path / "training"):
        (folder / "test_x.py").write_text(f"""A = '{folder.name}では株式会社みなもが寄附した。'\nB = 'あ'\n""", encoding="utf-8")
    assert prune.texts_of_tests(tmp_path) == [f"{tmp_path.name}では株式会社みなもが寄附した。"]
