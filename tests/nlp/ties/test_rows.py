"""Ties that lists, tables and labelled lines tell. Firms are invented."""
from __future__ import annotations

import pytest

from nlp.ties.rows import kind_named, row_ties, rules
from tests.nlp.ties.pages import seen


def told(text: str, title: str | None = None, publisher: str | None = None) -> set[tuple[str, frozenset[str]]]:
    """The ties of a page: kind and names."""
    scene = seen(text, title, publisher).scene
    return {(t.kind, frozenset(scene.names.entities[e].name for e in t.entities)) for t in row_ties(scene.layout, scene.names)}


def pair(kind: str, *names: str) -> tuple[str, frozenset[str]]:
    return kind, frozenset(names)


def test_a_list_under_a_sentence_is_a_tie_with_each() -> None:
    text = "本市は、次の企業と災害時の物資供給に関する協定を締結しています。\n・株式会社つゆくさ堂\n・みなも建設株式会社\n"
    assert told(text, "災害時の協定", "茅野市") == {pair("disaster_support", "茅野市", "株式会社つゆくさ堂"),
                                              pair("disaster_support", "茅野市", "みなも建設株式会社")}


def test_rows_name_their_own_kind() -> None:
    text = "締結日|相手方|協定名\n2021年4月1日|株式会社つゆくさ堂|包括連携協定\n2022年5月2日|みなも建設株式会社|災害時の応急対策に関する協定\n"
    assert told(text, "協定締結先一覧", "茅野市") == {pair("comprehensive_partnership", "茅野市", "株式会社つゆくさ堂"),
                                                pair("disaster_support", "茅野市", "みなも建設株式会社")}


def test_several_in_one_dated_row_sign_together() -> None:
    text = "R4.9.30 株式会社つゆくさ堂、みなも建設株式会社 見守りに関する協定\nR5.2.20 株式会社すずかけ通信 災害時における放送に関する協定\n"
    assert told(text, "令和4年度 協定締結実績", "茅野市") == {pair("partnership", "茅野市", "株式会社つゆくさ堂", "みなも建設株式会社"),
                                                    pair("disaster_support", "茅野市", "株式会社すずかけ通信")}


def test_headings_between_rows_tell_the_kind() -> None:
    text = "【包括連携協定】\n株式会社つゆくさ堂\n【災害協定】\nみなも建設株式会社\n"
    assert told(text, "企業との協定一覧", "茅野市") == {pair("comprehensive_partnership", "茅野市", "株式会社つゆくさ堂"),
                                                pair("disaster_support", "茅野市", "みなも建設株式会社")}


def test_signers_are_one_tie() -> None:
    text = "締結日:令和4年11月22日\n締結者:茅野市、株式会社つゆくさ堂、みなも建設株式会社\n"
    assert told(text, "包括連携協定を締結しました", "茅野市") == {
        pair("comprehensive_partnership", "茅野市", "株式会社つゆくさ堂", "みなも建設株式会社")}


def test_members_are_one_tie_over_their_headings() -> None:
    text = "[正会員]\n株式会社つゆくさ堂\n茅野市\n[賛助会員]\nみなも建設株式会社\n会員になるには\n入会申込書をお送りください。\n"
    assert told(text, "諏訪湖まちづくり協議会 会員一覧", "諏訪湖まちづくり協議会") == {
        pair("membership", "諏訪湖まちづくり協議会", "株式会社つゆくさ堂", "茅野市", "みなも建設株式会社")}


def test_managers_of_places() -> None:
    text = "市の施設の指定管理者を次のとおり指定しました。\n・さくら公園 ... 株式会社つゆくさ堂\n・もみじ会館 ... みなも建設株式会社\n"
    assert told(text, "指定管理者の指定", "茅野市") == {pair("designated_manager", "茅野市", "株式会社つゆくさ堂"),
                                               pair("designated_manager", "茅野市", "みなも建設株式会社")}


def test_a_loser_is_no_contractor() -> None:
    text = "審査結果\n最優秀提案者:株式会社つゆくさ堂\n次点:みなも建設株式会社\n"
    assert told(text, "ウェブサイト再構築業務 プロポーザルの結果", "茅野市") == {pair("outsourcing", "茅野市", "株式会社つゆくさ堂")}


def test_firms_of_a_group_that_won_are_its_members() -> None:
    text = "指定管理者:諏訪スポーツ共同企業体\n代表団体 株式会社つゆくさ堂\n構成団体 みなも建設株式会社\n"
    assert told(text, "指定管理者を選定しました", "茅野市") == {
        pair("designated_manager", "茅野市", "諏訪スポーツ共同企業体"),
        pair("membership", "諏訪スポーツ共同企業体", "株式会社つゆくさ堂", "みなも建設株式会社")}


def test_givers_one_a_line() -> None:
    text = "次の企業から企業版ふるさと納税の寄附をいただきました。\n企業|寄附額\n株式会社つゆくさ堂|100万円\nみなも建設株式会社|非公表\n匿名 2社|-\n"
    assert told(text, "企業版ふるさと納税", "茅野市") == {pair("donation", "茅野市", "株式会社つゆくさ堂"),
                                                pair("donation", "茅野市", "みなも建設株式会社")}


def test_owners_of_a_firm() -> None:
    text = "株主:みなも建設株式会社、株式会社あけぼの飲料\n"
    assert told(text, "会社概要", "株式会社つゆくさ堂") == {
        pair("investment", "株式会社つゆくさ堂", "みなも建設株式会社", "株式会社あけぼの飲料")}


def test_the_story_of_a_firm() -> None:
    text = ("2018年3月 みなも建設株式会社と業務提携\n2020年1月 茅野市と見守りに関する協定を締結\n"
            "2021年4月 諏訪市より議事録作成業務を受託\n2022年2月 株式会社あけぼの飲料を吸収合併\n")
    assert told(text, "沿革", "株式会社つゆくさ堂") == {pair("business_alliance", "株式会社つゆくさ堂", "みなも建設株式会社"),
                                            pair("partnership", "株式会社つゆくさ堂", "茅野市"),
                                            pair("outsourcing", "株式会社つゆくさ堂", "諏訪市")}


def test_the_party_in_brackets_behind_its_agreement() -> None:
    text = "協定の見直し\n更新するもの\n・災害時における緊急輸送に関する協定(みなも建設株式会社)\n"
    assert told(text, "資料", "茅野市") == {pair("disaster_support", "茅野市", "みなも建設株式会社")}


def test_names_that_go_on_in_the_next_line() -> None:
    text = "H24.3.1 相互応援に関する協定 諏訪市、岡谷市、\n伊那市\nH25.4.1 災害時における放送に関する協定 株式会社すずかけ通信\n"
    assert told(text, "災害協定一覧", "茅野市") == {pair("disaster_support", "茅野市", "諏訪市", "岡谷市", "伊那市"),
                                           pair("disaster_support", "茅野市", "株式会社すずかけ通信")}


@pytest.mark.parametrize("text", [
    "お問い合わせ\n株式会社つゆくさ堂\n",
    "次の企業と協定の締結を検討しています。\n・株式会社つゆくさ堂 検討中\n",
    "関連リンク\n・株式会社つゆくさ堂\n・みなも建設株式会社\n",
    "後援:株式会社つゆくさ堂\n会場:みなも建設株式会社\n",
])
def test_lists_of_something_else_tell_nothing(text: str) -> None:
    assert told(text, "お知らせ", "茅野市") == set()


def test_kinds_by_name() -> None:
    assert kind_named("災害時における連携協定") == "disaster_support"
    assert kind_named("観光に関する連携協定") == "partnership"
    assert kind_named("緑地協定") == ""
    assert kind_named("お知らせ") is None


def test_every_rule_opens_with_something() -> None:
    assert all(rule.label or rule.head or rule.says for rule in rules())


VOICES = """株式会社つゆくさ堂、18市町と協定
株式会社つゆくさ堂との連携協定に、市長や村長から感想をもらいました。

長野県茅野市 東一郎市長

これからも共に歩みます。

長野県原村 西花子村長

心強い仲間です。
"""


def test_heads_who_speak_about_their_agreements_are_each_a_partner() -> None:
    assert told(VOICES) >= {pair("partnership", "茅野市", "株式会社つゆくさ堂"), pair("partnership", "原村", "株式会社つゆくさ堂")}


def test_heads_who_speak_of_something_else_are_no_partners() -> None:
    text = VOICES.replace("との連携協定に", "の新しい本に").replace("、18市町と協定", "の本")
    assert told(text) == set()
