"""The parts of a page besides its own text, by the words that sites use for them."""
from __future__ import annotations

import pytest

from nlp.blocks import Layout
from nlp.model import Document
from nlp.text import Page
from nlp.zones import ZONES, zones_of

PAGE = """トップ > くらし > 協定
茅野市は株式会社すずかけ通信と協定を結びました。
▲協定書を手にする市長
■会社概要
名称：株式会社すずかけ通信
所在地：長野県茅野市
事業内容：通信
■今後の予定
すぐに始めます。
【お問い合わせ】
企画課　電話0266-00-0000
ページの先頭へ
関連記事
諏訪市と株式会社つゆくさ堂が協定
"""


def zones(text: str, title: str | None = None) -> list[str]:
    return [b.zone for b in Layout(Page(Document("d", text, title=title))).blocks]


def test_a_page_falls_into_its_parts() -> None:
    assert zones(PAGE) == ["navigation", "body", "caption", "profile", "profile", "profile", "profile", "body", "body",
                           "contact", "contact", "navigation", "related", "related"]


@pytest.mark.parametrize(("line", "zone"), [
    ("ホーム > お知らせ", "navigation"), ("- ホーム", "navigation"), ("1. トップ", "navigation"), ("▲ページの上へ", "navigation"),
    ("この記事をシェアする", "body"), ("記事をシェア", "navigation"), ("INDEX", "navigation"), ("News一覧へ", "navigation"),
    ("調印のようす", "caption"), ("写真：協定書を交わす市長", "caption"), ("(写真)左から市長、社長", "caption"),
    ("[クリックすると大きな画像が開きます]", "caption"), ("試せる範囲(出所:茅野市)", "body"),
    ("▼連携団体(会員)", "body"), ("茅野市", "body"), ("協定の様子を見て決めます。", "body"),
])
def test_a_line_alone(line: str, zone: str) -> None:
    assert zones(line) == [zone]


@pytest.mark.parametrize("head", ["■当社について", "【会社概要】", "<企業情報>", "About", "団体プロフィール"])
def test_a_profile_rules_up_to_the_next_heading(head: str) -> None:
    assert zones(f"{head}\n2011年に創業しました。\n■協定の概要\n見守りです。") == ["profile", "profile", "body", "body"]


def test_labels_in_a_row_are_a_profile_without_a_heading_one_alone_is_none() -> None:
    assert zones("設立：2016年4月\n資本金：3,000万円") == ["profile", "profile"]
    assert zones("設立：2016年4月\n会場：市役所") == ["body", "body"]


def test_where_to_ask_rules_its_lines_alone() -> None:
    assert zones("問い合わせ先\n担当：企画課\n市は協定を結びました。") == ["contact", "contact", "body"]
    assert zones("担当：企画課\n電話：0266-00-0000") == ["contact", "contact"]


@pytest.mark.parametrize("head", ["関連記事", "【あわせて読みたい】", "新着記事", "人気記事", "前の記事"])
def test_other_stories_last_to_the_end(head: str) -> None:
    assert zones(f"{head}\n■災害協定の一覧\n町も協定を結びました。") == ["related"] * 3


def test_a_title_is_the_page_s_own_and_every_zone_is_known() -> None:
    assert zones("本文です。", title="お問い合わせ窓口を開きました") == ["body", "body"]
    assert set(zones(PAGE)) == set(ZONES) and zones_of([]) == []
