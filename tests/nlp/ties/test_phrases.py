"""Phrases: every one reads its own example, and pages are read as a reader would."""
from __future__ import annotations

import re

import pytest

from nlp.ties.phrases import Phrase, phrases, signed
from tests.nlp.ties.pages import named, seen

A, B, C = "株式会社すずかけ通信", "みなも建設株式会社", "つきみ大学"


def _signed(example: str) -> str:
    """An example with its organisations, which stand in «», as signs."""
    places: list[tuple[int, int]] = []
    text = ""
    for n, piece in enumerate(re.split("[«»]", example)):
        if n % 2:
            places.append((len(text), len(text) + len(piece)))
        text += piece
    return signed(text, places)


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.name)
def test_a_phrase_reads_its_example(phrase: Phrase) -> None:
    lines = phrase.example.split("\n")
    assert any(phrase.pattern.search(_signed(line)) for line in lines), _signed(phrase.example)


@pytest.mark.parametrize(("text", "ties"), [
    (f"{A}は、茅野市に絵本100冊を寄贈した。", [("donation", {A, "茅野市"})]),
    (f"茅野市は、{A}に交流施設の運営を委託した。", [("outsourcing", {A, "茅野市"})]),
    (f"茅野市と{A}は、{C}の立ち会いのもと、包括連携協定を締結した。", [("comprehensive_partnership", {A, "茅野市"})]),
    (f"{A}は、茅野市、諏訪市とそれぞれ見守りに関する協定を締結した。", [("partnership", {A, "茅野市"}), ("partnership", {A, "諏訪市"})]),
])
def test_what_a_sentence_tells_is_told_by_a_phrase(text: str, ties: list[tuple[str, set[str]]]) -> None:
    page = seen(text)
    told = {(t.kind, frozenset(named(page, t.entities))) for t in page.scene.ruled if t.phrase.startswith("phrases_")}
    assert told == {(kind, frozenset(parties)) for kind, parties in ties}


@pytest.mark.parametrize("text", [
    f"茅野市は、{A}に運営を委託する場合の費用を調べています。",
    f"{A}から茅野市への寄附を募集しています。",
    f"茅野市と{A}は、連携協定の締結を検討している。",
])
def test_what_is_only_thought_of_is_not_told(text: str) -> None:
    assert [t for t in seen(text).scene.ruled if t.phrase.startswith("phrases_")] == []
