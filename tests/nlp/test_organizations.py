"""Organisations as documents name them: with forms at either end, short, alias, «同社», in lists, without a form."""
from __future__ import annotations

import pytest

from nlp.model import Document, NamedOrganization
from nlp.reader import Reader

READER = Reader()


def names(text: str, publisher: str | None = None, title: str | None = None) -> dict[str, NamedOrganization]:
    return {o.name: o for o in READER.extract(Document("d", text, publisher=publisher, title=title)).organizations}


@pytest.mark.parametrize(("text", "name", "type_", "form"), [
    ("株式会社すずかけ通信は語った。", "株式会社すずかけ通信", "company", "株式会社"),
    ("すずかけ通信株式会社は語った。", "すずかけ通信株式会社", "company", "株式会社"),
    ("㈱すずかけ通信と、", "㈱すずかけ通信", "company", "株式会社"),
    ("すずかけ（株）が来た。", "すずかけ(株)", "company", "株式会社"),
    ("NPO法人きずな畑は、", "NPO法人きずな畑", "nonprofit", "特定非営利活動法人"),
    ("国立大学法人北のはずれ大学の学長", "国立大学法人北のはずれ大学", "university", "国立大学法人"),
    ("社会福祉法人すずかけ会は、", "社会福祉法人すずかけ会", "welfare", "社会福祉法人"),
    ("株式会社つゆくさ銀行が、", "株式会社つゆくさ銀行", "bank", "株式会社"),
    ("すわこ信用金庫は、", "すわこ信用金庫", "bank", None),
    ("つゆくさ商工会議所と、", "つゆくさ商工会議所", "chamber", None),
    ("茅野市社会福祉協議会は、", "茅野市社会福祉協議会", "welfare", None),
    ("八ヶ岳観光推進協議会を、", "八ヶ岳観光推進協議会", "council", None),
    ("「すずかけ共創プラットフォーム」に、", "すずかけ共創プラットフォーム", "platform", None),
    ("つゆくさ広域連合は、", "つゆくさ広域連合", "joint_authority", None),
    ("関東経済産業局が、", "関東経済産業局", "regional_bureau", None),
    ("内閣府は、", "内閣府", "national_government", None),
])
def test_a_name_with_its_type_and_legal_form(text: str, name: str, type_: str, form: str | None) -> None:
    found = names(text)
    assert list(found) == [name]
    assert (found[name].type, found[name].legal_form) == (type_, form)


def test_one_entry_an_organisation_under_its_fullest_form_with_every_mention() -> None:
    text = "株式会社すずかけ通信（以下「SZK」）は本社を移した。すずかけ通信は新しい。同社は続ける。SZKも続ける。"
    found = names(text)
    assert list(found) == ["株式会社すずかけ通信"]
    assert [text[s.start:s.end] for s in found["株式会社すずかけ通信"].mentions] == [
        "株式会社すずかけ通信", "SZK", "すずかけ通信", "同社", "SZK"]


def test_a_city_stands_without_its_prefecture_and_has_its_code() -> None:
    found = names("大阪府四条畷市と札幌市中央区は、防災に関する連携協定を締結した。")
    assert {n: (o.type, o.code) for n, o in found.items()} == {
        "四条畷市": ("municipality", "272299"), "札幌市中央区": ("ward", "011011")}


def test_a_name_that_two_prefectures_have_is_told_by_the_prefecture_or_not_at_all() -> None:
    assert names("広島県府中市は、")["府中市"].code == "342084"
    assert names("府中市は、")["府中市"].code is None


def test_addresses_and_parts_of_longer_names_are_no_organisations() -> None:
    assert list(names("株式会社すずかけ通信（本社：東京都渋谷区、代表取締役：原一郎）は、")) == ["株式会社すずかけ通信"]
    assert names("大津市と話した。").keys() == {"大津市"}
    assert names("所在地　長野県茅野市塚原2丁目").keys() == set()


def test_we_and_our_city_mean_the_publisher() -> None:
    found = names("本市は、当日の様子をお知らせします。", publisher="茅野市")
    assert len(found["茅野市"].mentions) == 1


def test_a_sales_branch_is_the_company() -> None:
    assert list(names("株式会社すずかけ通信北海道支社は、")) == ["株式会社すずかけ通信"]


def test_generic_words_with_an_ending_are_no_names() -> None:
    assert names("各地の商工会議所と地域金融機関、官民連携プラットフォームが集まった。") == {}


def test_firms_without_a_form_are_named_by_what_stands_around_them() -> None:
    assert "すずかけ旅行" in names("すずかけ旅行（原一郎社長）は、茅野市と協定を結んだ。")
    assert {"青葉大学", "若葉大学"} <= names("茅野市と協定を結んだのは、青葉、若葉の計2大学。").keys()


def test_what_stands_in_a_tag_of_html_that_was_left_in_a_text_names_nobody() -> None:
    text = ('茅野市は寄附を募ります。\n<img class="alignright size-medium" src="kifu.png" alt="株式会社すずかけ通信">\n'
            '<みなも建設株式会社>も寄附しました。')
    assert set(names(text)) == {"茅野市", "みなも建設株式会社"}


def test_a_site_of_former_buildings_is_no_organisation() -> None:
    assert set(names("茅野市はみなもハイツ跡地を、防災の拠点として整えます。")) == {"茅野市"}


def test_a_part_that_somebody_plays_is_no_organisation() -> None:
    assert set(names("茅野市は町と企業の「橋渡し役」として、人材の紹介を続けます。")) == {"茅野市"}


@pytest.mark.parametrize(("text", "wanted"), [
    # common words joined are nobody's name, in quotes neither
    ("プラットフォーム産学連携コンソーシアムという呼び方は紛らわしい。", []),
    ("近ごろ「公民連携・産学連携のコンソーシアム」がはやる。", []),
    # a name that goes on behind a middle dot
    ("ほかにDMミナセ・アンド・ホシノ株式会社さんもいる。", ["DMミナセ・アンド・ホシノ株式会社"]),
    # prefectures that follow each other at once
    ("春には、東北農政局と山形県秋田県青森県が催しを開いた。", ["東北農政局", "山形県", "秋田県", "青森県"]),
    # the author of a report
    ("町の数字は、Touno20研究会報告書『川と町』による。", ["Touno20研究会"]),
])
def test_what_words_around_tell_of_a_name(text: str, wanted: list[str]) -> None:
    assert list(names(text)) == wanted


def test_a_collective_called_by_whose_it_is_is_the_one_with_common_words_there() -> None:
    text = "環境省は「地域共創デジタル人材育成プラットフォーム」を開いた。環境省デジタル人材育成プラットフォームには誰でも入れる。"
    assert list(names(text)) == ["環境省", "地域共創デジタル人材育成プラットフォーム"]
