"""A researcher filters ties by theme: the list of items tells best, then the agreement's name, then the words around."""
from __future__ import annotations

from nlp.blocks import Layout
from nlp.model import THEMES, Document
from nlp.names.entities import Names
from nlp.reader import Reader
from nlp.text import Page
from nlp.themes import About, Topics

LISTED = """青葉市は株式会社みなもと「地域活性化に関する包括連携協定」を結びました。
【連携する事項】
①防災に関すること
②子育て支援に関すること
③ＳＤＧｓの推進に関すること
"""


def about(text: str, sentence: str, kind: str = "partnership", title: str | None = None) -> tuple[str, ...]:
    """The themes of a tie that a sentence of a text tells."""
    page = Page(Document("text", text))
    start = page.norm.index(sentence)
    return Topics(Layout(page), Names()).themes(About(kind, start, start + len(sentence), title))


def test_a_tie_is_about_the_list_that_follows_its_sentence() -> None:
    text = LISTED.replace("青葉市", "茅野市").replace("株式会社みなも", "株式会社すずかけ通信")
    found, = Reader().extract(Document("text", text, published="2024-06-27")).statements
    assert {"防災・災害", "子育て・こども"} <= set(found.themes)
    assert list(found.themes) == sorted(found.themes, key=THEMES.index)


def test_the_agreements_name_tells_more_than_the_words_around_it() -> None:
    text = "両者は「健康づくりに関する連携協定」を結んだ。会場は交通の便のよい青葉市のホテル。"
    assert about(text, text.split("会場")[0], title="健康づくりに関する連携協定") == ("健康・医療",)


def test_the_value_of_a_label_tells_the_theme_of_a_gift() -> None:
    text = "青葉市は株式会社みなもから寄附を受けました。\n寄附の使途：小学校の図書の購入\n"
    assert "教育・学び" in about(text, text.splitlines()[0], "donation")


def test_names_of_bodies_and_forms_of_ties_are_no_themes() -> None:
    text = "環境省と商工会議所、金融機関が企業版ふるさと納税で手を結んだ。"
    assert "自然・環境" not in about(text, text) and "金融・資金" not in about(text, text)


def test_some_kinds_bring_their_theme() -> None:
    text = "青葉市は市民プールの指定管理者に株式会社みなもを選んだ。"
    assert about(text, text, "designated_manager") == ("文化・スポーツ", "公共施設・インフラ")
    assert "防災・災害" in about("両市は応援の協定を結んだ。", "両市は応援の協定を結んだ。", "disaster_support")


def test_what_is_told_as_background_has_only_what_is_said_of_it() -> None:
    text = "防災のまちへ\n" + "青葉市の取組を紹介します。" * 40 + "若葉町とみなもは観光の振興で手を結んだ。"
    assert about(text, "若葉町とみなもは観光の振興で手を結んだ。") == ("観光・交流",)


def test_every_row_of_a_table_has_its_own_themes() -> None:
    text = "協定の一覧\n青葉市 防犯カメラの設置に関する協定\n若葉町 保育士の研修に関する協定\n"
    assert "安全・安心" in about(text, "青葉市 防犯カメラの設置に関する協定", title="防犯カメラの設置に関する協定")
    assert "子育て・こども" in about(text, "若葉町 保育士の研修に関する協定", title="保育士の研修に関する協定")
