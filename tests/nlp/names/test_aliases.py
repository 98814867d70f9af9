"""Short forms lead to the organisation they shorten, and never make a second one."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.entities import Names
from nlp.names.organizations import apart, names_of, proposed
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def read(text: str, publisher: str | None = None, title: str | None = None) -> tuple[Page, Names]:
    page = Page(Document("d", text, title=title, publisher=publisher))
    return page, names_of(page, apart(proposed(page, Words(page, tokens))))


def said(text: str, publisher: str | None = None) -> dict[str, list[str]]:
    """Organisation → the words that mean it, in order."""
    page, names = read(text, publisher)
    found: dict[str, list[str]] = {e.name: [] for e in names.entities}
    for m in names.mentions:
        found[names.entities[m.entity].name].append(page.norm[m.start:m.end])
    return found


@pytest.mark.parametrize("announced", [
    "（以下「つゆ商」という。）",
    "（以下「つゆ商」といいます）", "（以下、つゆ商）", "（以下つゆ商）", "（以下、「つゆ商」）", "（以下「つゆ商」）",
    "（以下『つゆ商』）", "（略称：つゆ商）", "（略称つゆ商）", "（通称：つゆ商）", "（本社：東京都港区、以下「つゆ商」）",
    "（本社：東京都港区、代表取締役：原一郎、以下つゆ商）", "（代表：原 一郎（はら いちろう）、以下「つゆ商」）",
    "（本社：東京都港区）（以下、つゆ商）",
    "、以下「つゆ商」",
])
def test_an_announced_short_form_in_all_its_writings(announced: str) -> None:
    found = said(f"つゆくさ商会株式会社{announced}は語った。つゆ商は続ける。")
    assert list(found) == ["つゆくさ商会株式会社"]
    assert found["つゆくさ商会株式会社"][-1] == "つゆ商"


def test_several_short_forms_of_one() -> None:
    found = said("株式会社すずかけ通信（以下「すずかけ」または「SZK」という。）は語った。SZKが始め、すずかけが続ける。")
    assert list(found) == ["株式会社すずかけ通信"]
    assert found["株式会社すずかけ通信"][-2:] == ["SZK", "すずかけ"]


def test_nested_brackets_announce_for_the_inner_name() -> None:
    found = said("株式会社すずかけ通信（親会社：つゆくさ商会株式会社（以下「つゆ商」））は語った。つゆ商も続ける。")
    assert found["つゆくさ商会株式会社"][-1] == "つゆ商"


def test_the_parties_of_a_contract() -> None:
    found = said("茅野市（以下「甲」という。）と株式会社すずかけ通信（以下「乙」という。）は協定を結ぶ。\n第1条 甲は乙に要請する。")
    assert found["茅野市"] == ["茅野市", "甲"] and found["株式会社すずかけ通信"] == ["株式会社すずかけ通信", "乙"]


def test_announced_things_that_are_no_organisations_are_left_out() -> None:
    found = said("株式会社すずかけ通信は包括連携協定（以下「本協定」という。）と配送の制度（以下「新制度」）を示した。本協定と新制度は続く。")
    assert found["株式会社すずかけ通信"] == ["株式会社すずかけ通信"]


@pytest.mark.parametrize(("full", "short"), [
    ("すわこ信用金庫", "すわこ信金"), ("水無瀬大学", "水無瀬大"), ("水無瀬銀行", "水無瀬銀"), ("茅野市社会福祉協議会", "茅野市社協"),
    ("水無瀬農業協同組合", "水無瀬農協"), ("水無瀬商工会議所", "水無瀬商議所"), ("株式会社ミナセホールディングス", "ミナセHD"),
    ("国立大学法人水無瀬大学", "水無瀬大学"), ("水無瀬トレーディング株式会社", "水無瀬トレーディング"),
])
def test_the_press_shortens_without_announcing(full: str, short: str) -> None:
    found = said(f"{full}は、支援を始めると語った。{short}が全額を出す。")
    assert list(found) == [full]
    assert found[full][-1] == short


def test_the_first_piece_of_a_firms_name_where_it_acts() -> None:
    found = said("水無瀬トレーディング株式会社は茅野市と提携した。水無瀬は倉庫を建て、市に貸す。")
    assert found["水無瀬トレーディング株式会社"][-1] == "水無瀬"


def test_a_word_of_the_language_or_a_place_is_no_short_form() -> None:
    found = said("中央トレーディング株式会社と岡山トレーディング株式会社は提携した。中央の道は狭い。岡山は雨だ。")
    assert found == {"中央トレーディング株式会社": ["中央トレーディング株式会社"], "岡山トレーディング株式会社": ["岡山トレーディング株式会社"]}


def test_a_facility_that_bears_a_name_is_not_its_giver() -> None:
    found = said("すわこ信用金庫は命名権を得た。愛称は「すわこ信金アリーナ」である。")
    assert found["すわこ信用金庫"] == ["すわこ信用金庫"]


def test_two_names_side_by_side_stay_two() -> None:
    assert len(said("長野県立水無瀬大学、水無瀬大学の2大学が参加した。")) == 2


@pytest.mark.parametrize(("short", "full"), [
    ("すわこ信金", "すわこ信用金庫"), ("水無瀬信組", "水無瀬信用組合"), ("茅野市社協", "茅野市社会福祉協議会"),
])
def test_a_name_that_only_stands_in_its_short_form_is_written_in_full(short: str, full: str) -> None:
    assert said(f"{short}は支援を始めると語った。") == {full: [short]}


def test_short_and_full_form_are_one_whichever_comes_first() -> None:
    assert said("すわこ信金が支援　窓口を開設\n\nすわこ信用金庫は窓口を開いた。") == {"すわこ信用金庫": ["すわこ信金", "すわこ信用金庫"]}
