"""Where a page may tell a tie: the words of triggers.csv, the longest at a place, with what stands around them."""
from __future__ import annotations

import pytest

from nlp import gazetteer
from nlp.blocks import Layout
from nlp.model import TIE_KINDS, Document
from nlp.text import Page
from nlp.ties.anchors import anchor_features, find_anchors, moods
from tests.nlp.ties.pages import at, seen

TRIGGERS = list(gazetteer.rows("triggers.csv"))


def words_of(text: str, title: str | None = None) -> list[str]:
    return [a.word for a in seen(text, title).anchors]


def features(text: str, word: str, title: str | None = None) -> set[str]:
    page = seen(text, title)
    return set(anchor_features(page.scene.layout, page.words, at(page, word), ["municipality", "company"], 0, False))


@pytest.mark.parametrize("row", TRIGGERS, ids=[r["word"] for r in TRIGGERS])
def test_a_trigger_tells_known_kinds_and_its_example_holds_it(row: dict[str, str]) -> None:
    kinds = row["kinds"].split()
    assert kinds and len(set(kinds)) == len(kinds) and set(kinds) <= set(TIE_KINDS)
    assert row["word"] in row["example"]


def test_no_word_stands_twice_and_every_kind_has_one() -> None:
    assert len({r["word"] for r in TRIGGERS}) == len(TRIGGERS)
    assert {k for r in TRIGGERS for k in r["kinds"].split()} == set(TIE_KINDS)


@pytest.mark.parametrize(("text", "found"), [
    ("茅野市は連携協定を結んだ。", ["連携協定", "結ん"]),
    ("茅野市は資本業務提携をした。", ["資本業務提携"]),
    ("茅野市は協定のほかに連携もした。", ["協定", "連携"]),
    ("茅野市は指定管理者を決めた。", ["指定管理者"]),
    ("茅野市は雨だった。", []),
])
def test_the_longest_word_at_a_place_wins(text: str, found: list[str]) -> None:
    assert words_of(text) == found


def test_an_anchor_knows_its_place_its_sentence_and_its_kinds() -> None:
    page = seen("茅野市は雨だった。諏訪市で絵本の寄贈があった。\n覚書を交わした。", title="連携協定")
    told = {a.word: a for a in page.anchors}
    for word, anchor in told.items():
        assert page.page.norm[anchor.start:anchor.end] == word
        assert word in page.scene.layout.text(anchor.block)
    assert (told["連携協定"].block, told["寄贈"].block, told["覚書"].block) == (0, 2, 3)
    assert told["寄贈"].kinds == ("donation",) and told["連携協定"].kinds[0] == "partnership"
    assert [a.start for a in page.anchors] == sorted(a.start for a in page.anchors)


def test_wide_and_narrow_letters_are_one_word() -> None:
    assert words_of("茅野市はＭＯＵを、諏訪市はMOUを作った。") == ["MOU", "MOU"]


@pytest.mark.parametrize(("text", "mood"), [
    ("協定を締結しました。", "done"), ("協定を締結する予定です。", "coming"), ("協定は終了した。", "ended"), ("協定は中止になった。", "cancelled"),
    ("協定を更新した。", "renewed"), ("優先交渉権者とした。", "preliminary"), ("提案を募集します。", "call"), ("協定とは何か。", "definition"),
    ("協定を結ばない。", "negated"),
])
def test_the_mood_of_a_sentence(text: str, mood: str) -> None:
    assert mood in moods(text)
    assert mood not in moods("茅野市は雨だった。")


def test_what_stands_around_an_anchor_is_seen() -> None:
    plain = features("茅野市は連携協定を締結しました。", "連携協定")
    assert {"w=連携協定", "b=prose", "m=done", "tail=done", "n=2", "t=municipality", "dated=False"} <= plain
    assert not {"quoted", "bracketed"} & plain
    assert "quoted" in features("茅野市は「見守りの連携協定」を締結しました。", "連携協定")
    assert "bracketed" in features("茅野市(連携協定の相手)は雨だった。", "連携協定")
    assert "label=協定名" in features("協定名：見守りの連携協定", "連携協定")
    assert "hm=ended" in features("■ 終了した協定\n見守りの連携協定", "連携協定")
    assert "intitle=True|n=2" in features("茅野市は連携協定を締結しました。", "締結", title="連携協定を締結")


def test_a_mood_before_the_anchor_is_not_behind_it() -> None:
    found = features("昨年に締結した相手と、連携協定の話をする。", "連携協定")
    assert "m=done" in found and "tail=done" not in found


@pytest.mark.parametrize("text", [
    "政治家が寄附をすることは禁止されています。", "■禁止されている寄附の例\n・祭りへの寄附", "入賞者には、観戦チケットの贈呈があります。",
    "優秀指導者に贈る市民章を受けました。",
])
def test_prizes_and_what_is_forbidden_are_no_gifts(text: str) -> None:
    assert not [a for a in find_anchors(Layout(Page(Document("d", text)))) if a.kinds[0] == "donation"]


def test_a_gift_beside_a_prize_is_one() -> None:
    anchors = find_anchors(Layout(Page(Document("d", "株式会社すずかけ通信から茅野市へ車いすの寄贈がありました。"))))
    assert [a.kinds[0] for a in anchors] == ["donation"]


@pytest.mark.parametrize("text", ["茅野市は、協定の締結に向けた協議を進めています。", "覚書の締結に向けて、準備をしています。"])
def test_talks_about_a_tie_are_none(text: str) -> None:
    assert not [a for a in find_anchors(Layout(Page(Document("d", text)))) if a.word in ("協定", "覚書")]
