"""A researcher filters ties by theme: the list of items tells best, then the agreement's name, then the words."""
from __future__ import annotations

from nlp.model import THEMES, Span
from nlp.themes import items_of, themes_about, themes_of

LISTED = """青葉市は株式会社みなもと「地域活性化に関する包括連携協定」を結びました。
【連携する事項】
①防災に関すること
②子育て支援に関すること
③ＳＤＧｓの推進に関すること
"""


def test_items_decide_before_anything_else() -> None:
    assert items_of(LISTED) == ("防災に関すること", "子育て支援に関すること", "ＳＤＧｓの推進に関すること")
    assert themes_of(LISTED) == ("防災・災害", "子育て・こども", "SDGs全般・地方創生")


def test_the_agreements_name_decides_before_the_words_around_it() -> None:
    assert themes_of("観光の盛んな青葉市は「健康づくりに関する連携協定」を結んだ。") == ("健康・医療",)


def test_general_words_count_only_where_nothing_else_is_told() -> None:
    assert themes_of("地方創生に向けて手を結んだ。") == ("SDGs全般・地方創生",)
    assert themes_of("地方創生と農業の振興に向けて手を結んだ。") == ("農林水産・食",)


def test_names_of_bodies_and_forms_of_ties_are_no_themes() -> None:
    assert themes_of("環境省と商工会議所、金融機関が企業版ふるさと納税で青葉市を応援した。") == ()


def test_full_width_letters_are_read_and_the_order_is_fixed() -> None:
    found = themes_of("ＤＸの推進、観光の振興、防災の３分野で手を結んだ。")
    assert found == ("防災・災害", "観光・交流", "デジタル・DX")
    assert list(found) == sorted(found, key=THEMES.index)


def test_a_tie_is_about_the_list_that_follows_its_sentence() -> None:
    assert themes_about(LISTED, Span(0, LISTED.index("\n")), None, "comprehensive_partnership") == (
        "防災・災害", "子育て・こども", "SDGs全般・地方創生")


def test_some_kinds_bring_their_theme() -> None:
    text = "青葉市は市民プールの指定管理者に株式会社みなもを選んだ。"
    assert themes_about(text, Span(0, len(text)), None, "designated_manager") == (
        "文化・スポーツ", "公共施設・インフラ")


def test_the_head_of_a_text_does_not_speak_for_its_background() -> None:
    text = "防災のまちへ\n" + "青葉市の取組を紹介します。" * 40 + "若葉町とみなもは手を結んだ。"
    assert themes_about(text, Span(text.index("若葉町"), len(text)), None, "partnership") == ()
