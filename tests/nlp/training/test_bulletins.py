"""Somebody who has the bulletins joins our labels with them; what is labelled is picked by words and a fixed seed."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlp import evaluation
from nlp.model import ORGANIZATION_TYPES, STATUSES, THEMES, TIE_KINDS
from nlp.training import bulletins

LABELS = Path(__file__).parents[1] / "gold" / "bulletins.jsonl"


def article(number: int, text: str = "図書館は月曜日に休みます。") -> dict[str, Any]:
    return {"id": f"a{number:03d}", "title": "お知らせ", "text": text, "publisher": "あおば市"}


def test_all_that_hold_a_trigger_and_a_fixed_hundred_of_the_others_are_labelled() -> None:
    articles = [article(n) for n in range(150)] + [article(900, "市は会社と協定を結びました。")]
    found = bulletins.candidates(articles)
    assert found["a900"] == ["協定", "結び"]
    assert sum(not held for held in found.values()) == 100
    assert found == bulletins.candidates(articles[::-1])


def test_labels_and_texts_come_together_by_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    label = {"id": "a001", "organizations": [{"name": "あおば市", "type": "municipality"}], "relations": [], "persons": []}
    files = tmp_path / "labels.jsonl", tmp_path / "bulletins.jsonl"
    for file, lines in zip(files, ([label], [article(0), article(1)]), strict=True):
        file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    bulletins.main(["join", *map(str, files)])
    assert json.loads(capsys.readouterr().out) == {**article(1), "url": None, "published": None, **label}


def test_a_copy_that_lacks_a_labelled_article_is_told() -> None:
    with pytest.raises(ValueError, match="1 labelled articles are not among the texts, the first is a001"):
        bulletins.joined([{"id": "a001"}], [article(0)])


def test_the_triggers_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bulletins.jsonl"
    file.write_text(json.dumps(article(0, "市に本を寄贈しました。"), ensure_ascii=False) + "\n", encoding="utf-8")
    bulletins.main(["find", str(file)])
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("triggers: 協定 ") and second == "a000\t寄贈"


def test_the_labels_are_sound_and_hold_no_text() -> None:
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert len(labels) == len({one["id"] for one in labels}) == 280
    for one in labels:
        assert one.keys() == {"id", "organizations", "relations", "persons"}
        names = [o["name"] for o in one["organizations"]]
        assert len(set(map(evaluation.comparable, names))) == len(names), one["id"]
        assert all(o["type"] in ORGANIZATION_TYPES for o in one["organizations"])
        for relation in one["relations"]:
            assert relation["status"] in STATUSES and set(relation["themes"]) <= set(THEMES)
            assert {p["name"] for p in relation["parties"]} <= set(names)
            assert {p["role"] for p in relation["parties"]} <= set(TIE_KINDS[relation["kind"]])
        assert {p["organization"] for p in one["persons"]} <= set(names)
