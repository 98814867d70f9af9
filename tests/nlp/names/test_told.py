"""Names whose borders or kind the signs and words around them tell: cells, quotes, bodies without their place, elided lists."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.candidates import candidates_of
from nlp.names.headed import closed, of_people, with_acting
from nlp.names.homes import Home
from nlp.names.joint import parts_of
from nlp.names.organizations import find_organizations, proposed
from nlp.names.tagger import Tagged, Tagging
from nlp.names.widths import leads
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def page_of(text: str, title: str | None = None, publisher: str | None = None) -> Page:
    return Page(Document("d", text, title=title, publisher=publisher))


def found(text: str, by: str, publisher: str | None = None) -> list[str]:
    page = page_of(text, publisher=publisher)
    return [p.name for p in proposed(page, Words(page, tokens)) if p.by == by]


@pytest.mark.parametrize(("text", "name"), [
    ("次点 株式会社みなせの里山(77点)", "株式会社みなせの里山"),
    ("4月18日|しらはま花き市場株式会社|苗 500鉢", "しらはま花き市場株式会社"),
    ("▼なみと旅ナビ(株) 2024年10月10日", "なみと旅ナビ(株)"),
    ("構成団体\n(株)オークみなの/平成18年", "(株)オークみなの"),
    ("昨年設立した「みなせそらの便り合同会社」が運ぶ。", "みなせそらの便り合同会社"),
    ("《会費で回す 一般社団法人みなせの庭》", "一般社団法人みなせの庭"),
])
def test_a_name_with_a_form_fills_its_cell(text: str, name: str) -> None:
    assert name in found(text, "form")


@pytest.mark.parametrize("text", ["市内の株式会社に改組", "技術を持つみなせ有限会社", "市内のみなせ株式会社"])
def test_words_that_show_that_a_cell_holds_more_than_a_name(text: str) -> None:
    assert text not in found(text, "form")


def test_a_name_that_a_cell_tells_is_as_long_in_running_text() -> None:
    text = "1位 株式会社みなせの里山\n市は、株式会社みなせの里山を指定管理者に選んだ。"
    assert found(text, "form") == ["株式会社みなせの里山"] * 2


def test_a_name_begins_behind_another_one_with_its_form() -> None:
    assert found("水瀬ガス株式会社こうか配食有限会社", "form") == ["水瀬ガス株式会社", "こうか配食有限会社"]


@pytest.mark.parametrize(("text", "publisher", "names"), [
    ("市は20日、県司法書士会と協定を結んだ。", "秩父市", ["埼玉県司法書士会"]),
    ("県社協と町社協が覚書を交わした。", "小鹿野町", ["埼玉県社会福祉協議会", "小鹿野町社会福祉協議会"]),
    ("塾は、町の商工会から任されている。", "小鹿野町", ["小鹿野町商工会"]),
    ("【茂木】町は、町農業公社に委託する。", None, ["茂木町農業公社"]),
    ("市川商工会と町田商工会議所が組む。", "秩父市", []), ("県議会で議決した。", "秩父市", []),
])
def test_bodies_without_their_place(text: str, publisher: str | None, names: list[str]) -> None:
    assert found(text, "own", publisher) == names


def test_the_prefecture_most_spoken_of_is_meant() -> None:
    page = page_of("秩父市と小鹿野町は、県の医師会と協定を結んだ。真庭市も続く。")
    assert Home(page).of("県", 20) == "埼玉県"
    assert Home(page_of("ある町の話。")).of("県", 3) is None


@pytest.mark.parametrize(("text", "names"), [
    ("秩父、諏訪、茅野の3商工会議所が結んだ。", {"秩父商工会議所", "諏訪商工会議所", "茅野商工会議所"}),
    ("市は、市内の郵便局(甲野、乙野)と協定を結んだ。", {"甲野郵便局", "乙野郵便局"}),
    ("市内、甲野と乙野の両高校が組む。", {"甲野高校", "乙野高校"}),
    ("甲野、乙野両署が見守る。", set()),
])
def test_an_ending_that_a_list_shares(text: str, names: set[str]) -> None:
    assert set(found(text, "context elided")) == names


@pytest.mark.parametrize(("text", "names"), [
    ("造園業「緑みなせ」が贈った。", ["緑みなせ"]), ("「みなせの蔵」(大分県由布市)は組む。", ["みなせの蔵"]),
    ("学生団体「うみの縁」が開く。", ["うみの縁"]), ("道の駅「みなせの里」(由布市)で売る。", []),
    ("ケーブルテレビ局「みなせビジョン」が流す。", ["みなせビジョン"]), ("相談窓口「みなせサロン」は開く。", ["みなせサロン"]),
    ("ケーブルテレビ局「みなせビジョン」?", []), ("まちづくり会社「水瀬ゆかたプロジェクト」の藤田さん", ["水瀬ゆかたプロジェクト"]),
    ("引き続き「みなせ交通」に委託する。", ["みなせ交通"]), ("「みなせ舞台照明」の社員が手伝う。", ["みなせ舞台照明"]),
    ("離島航路「みなせライン」を走らせる。", []),
    ("水瀬高の生徒が描いた。", ["水瀬高校"]), ("過去最高の売上高の伸び。", []), ("ミナセ社は応じた。", ["ミナセ"]),
])
def test_what_tells_a_name(text: str, names: list[str]) -> None:
    assert found(text, "told") == names


@pytest.mark.parametrize(("text", "names"), [
    ("11日、ちとせみなせ信金が始めた。", ["ちとせみなせ信用金庫"]), ("主催した水瀬信金の担当者が語る。", ["水瀬信用金庫"]),
    ("みなせ信組(秩父市)が続く。", ["みなせ信用組合"]), ("いしのまき港信金は、秩父市と組む。", ["いしのまき港信用金庫"]),
    ("東京の水瀬信金を訪ねた。", ["水瀬信用金庫"]), ("間を取り持ったのは、意外にも信金だった。", []), ("県内の信金が集まる。", []),
])
def test_a_credit_union_as_the_press_shortens_it(text: str, names: list[str]) -> None:
    assert [name for name in found(text, "told") if "信用" in name] == names


@pytest.mark.parametrize(("text", "names"), [
    ("手がけるのは運営会社ミナセルオで、市が助ける。", ["ミナセルオ"]), ("通信販売のミナセルオが更新した。", ["ミナセルオ"]),
    ("市内のコンサルタント、ミナセルオ総研に委託した。", ["ミナセルオ総研"]), ("大手のホテルが並ぶ。", []), ("地元の企業、商店が集まる。", []),
    ("落札者 「こもれび」グループ(2者)", ["「こもれび」グループ"]), ("次点は「チームみなせ未来」だった。", ["チームみなせ未来"]),
    ("事業者は「地域の力」を掲げた。", []),
])
def test_firms_by_what_they_do_and_groups_of_bidders(text: str, names: list[str]) -> None:
    assert found(text, "told") == names


def test_a_name_with_an_age_is_a_person_s() -> None:
    page = page_of("元の船長の水瀬義之さん(67)は、船を見た。")
    tag = Tagged(page.norm.index("水瀬"), page.norm.index("さん"), "FIRM", 0.9)
    assert candidates_of(page, [], Tagging([tag], [tag], {})) == []


@pytest.mark.parametrize("text", ["団体名 株式会社〇〇商事", "甲 △△株式会社"])
def test_a_name_left_open_is_none(text: str) -> None:
    assert found(text, "form") == []


@pytest.mark.parametrize(("text", "left"), [
    ("観光局(岐阜県中津川市、恵那市)が開いた。", {"中津川市"}), ("所在地 埼玉県秩父市", set()), ("秩父市は協定を結んだ。", {"秩父市"}),
])
def test_a_place_that_only_tells_where(text: str, left: set[str]) -> None:
    page = page_of(text)
    candidates = candidates_of(page, proposed(page, Words(page, tokens)), Tagging([], [], {}))
    assert {p.name for c in candidates for p in c.proposals if p.type == "municipality"} == left


@pytest.mark.parametrize("text", ["地域拠点「みなせコンソーシアム」が開いた。", "高校生が「みなせコンソーシアム」の商品開発を進める。"])
def test_a_name_that_is_called_a_thing_is_none(text: str) -> None:
    page = page_of(text)
    assert candidates_of(page, [p for p in proposed(page, Words(page, tokens)) if p.by != "wide"], Tagging([], [], {})) == []


@pytest.mark.parametrize(("text", "word", "is_candidate"), [
    ("講演「How small towns keep rivers」を聞いた。", "towns", False), ("仕掛けは minato labs がつくる。", "minato labs", True),
])
def test_small_latin_words_amid_others_are_no_name(text: str, word: str, is_candidate: bool) -> None:
    page = page_of(text)
    tag = Tagged(page.norm.index(word), page.norm.index(word) + len(word), "FIRM", 0.9)
    assert [c.proposals[0].name for c in candidates_of(page, [], Tagging([tag], [tag], {}))] == ([word] if is_candidate else [])


def test_the_dateline_s_town_comes_before_others() -> None:
    page = page_of("【茂木】町は4月、益子町や那珂川町と協定を結んだ。")
    names = find_organizations(page, Words(page, tokens))
    assert "茂木町" in {e.name for e in names.entities}


def test_the_firms_of_a_joint_venture() -> None:
    page = page_of("市は、水瀬建設・アトリエ白浜・東野電工JVと契約した。水瀬建設は市内の会社である。")
    names = find_organizations(page, Words(page, tokens))
    venture = next(k for k, e in enumerate(names.entities) if e.type == "consortium")
    assert [names.entities[k].name for k in names.firms[venture]] == ["水瀬建設", "アトリエ白浜", "東野電工"]


@pytest.mark.parametrize(("name", "parts"), [
    ("水瀬㈱・白浜㈱共同企業体", ["水瀬㈱", "白浜㈱"]), ("せとのしま共同企業体", []), ("津南町・栄村共同体", []), ("水瀬建設グループ", []),
])
def test_a_joint_venture_s_name_in_parts(name: str, parts: list[str]) -> None:
    assert parts_of(name) == parts


@pytest.mark.parametrize(("text", "names"), [
    ("JAはが野、農協連も加わる。", [("JAはが野", None)]), ("JAしまね雲南地区本部の本部長", [("JAしまね", "雲南地区本部")]),
    ("JAの垣根をこえる。", []), ("JAから補助を受ける。", []),
])
def test_a_farmers_cooperative_with_hiragana(text: str, names: list[tuple[str, str | None]]) -> None:
    page = page_of(text)
    assert [(p.name, p.via) for p in proposed(page, Words(page, tokens)) if p.name.startswith("JA")] == names


def test_whom_a_person_belongs_to() -> None:
    text = "前理事長の水瀬一郎さん(水瀬木材)と白浜花子(旅館あおば荘 女将)、東野清(45歳)、原一郎(県議員)"
    ends = [text.index(name) + len(name) for name in ("水瀬一郎", "白浜花子", "東野清", "原一郎")]
    assert [p.name for p in of_people(text, ends)] == ["水瀬木材", "旅館あおば荘"]


@pytest.mark.parametrize(("before", "is_lead"), [("仙台の", True), ("オフィス家具の", True), ("技術を持つ", True), ("こもれびの", False)])
def test_words_that_lead_to_a_name(before: str, is_lead: bool) -> None:
    assert leads(before) is is_lead


def test_a_former_school_is_a_building() -> None:
    assert closed("旧水瀬小学校", 1, 6)
    assert not closed("県立水瀬高校", 2, 6)


def test_the_town_of_the_title_is_meant_before_one_named_last() -> None:
    page = page_of("秩父市の例にならう。\n市医師会も加わる。", title="真庭市が協定")
    assert Home(page).of("市", page.norm.index("市医師会")) == "真庭市"
    assert Home(page_of("秩父市の例にならい、市医師会も加わる。")).of("市", 10) == "秩父市"


def acting(text: str, likely: float = 0.0) -> list[str]:
    """The names of those that act in a text; `likely`: what the tagger says of every letter."""
    page = page_of(text)
    return [p.name for p in with_acting(page, [], Tagging([], [], dict.fromkeys(range(len(page.norm)), 1 - likely)))]


@pytest.mark.parametrize(("text", "name"), [
    ("飼料は秩父市の「みなせ飼糧」が納める契約だ。", "みなせ飼糧"),
    ("箱は隣町の「水瀬印刷」。同社の客が増えた。", "水瀬印刷"),
    ("命名権は焼酎の「霧みなせ」と契約した。", "霧みなせ"),
    ("市は指定管理者である「みなせアクア」に委託する。", "みなせアクア"),
    ("連合を率いるのは「白浜商船」である。協定は3月に結んだ。", "白浜商船"),
    ("市は秩父市の「水瀬企画」を選び、協定を結ぶ。", "水瀬企画"),
    ("フィンランドの「ミナセン・クール」が株を買い取った。", "ミナセン・クール"),
    ("建設コンサルタント、水瀬測技と協定を結んだ。", "水瀬測技"),
])
def test_whoever_is_somewhere_or_deals_in_something_and_acts_is_an_organization(text: str, name: str) -> None:
    assert acting(text, likely=0.02) == [name]


def test_a_name_in_quotes_that_acts_is_one_where_the_tagger_reads_one() -> None:
    assert acting("きのうは「みなせ若獅子会」が加わった。", likely=0.2) == ["みなせ若獅子会"]
    assert acting("きのうは「みなせ若獅子会」が加わった。", likely=0.05) == []


@pytest.mark.parametrize("text", [
    "会場は秩父市の「みなせホール」で、協定の式がある。", "契約は市の「みなせ補助金」を使った。", "本市の「みなせ電気」が協定の柱だ。",
    "秩父市の「みなせ号」が走り、協定が進む。", "設計の業務に提携が要る。", "雑貨店「MINAGI」を手がける会社と協定を結ぶ。",
])
def test_things_and_words_act_for_nobody(text: str) -> None:
    assert acting(text, likely=0.02) == []


def test_parts_of_a_joint_ventures_name_mean_the_firms_that_begin_with_them() -> None:
    page = page_of("施工は大野・水瀬土建共同企業体(大野建設、水瀬土建)が担い、設計は北浜・小沢JVが担う。")
    names = find_organizations(page, Words(page, tokens))
    firms = {names.entities[number].name for members in names.firms.values() for number in members}
    assert firms == {"大野建設", "水瀬土建"}
    assert not {"北浜", "小沢", "大野"} & {e.name for e in names.entities}
