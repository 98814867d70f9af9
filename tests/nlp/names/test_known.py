"""Organisations that every reader knows by name: where their names mean them, and where they mean something else."""
from __future__ import annotations

import pytest

from nlp.gazetteer import by_name
from nlp.gazetteer import rows as rows_of
from nlp.model import ORGANIZATION_TYPES, Document
from nlp.names.known import full_stems, known_names, known_organizations
from nlp.names.vocabulary import form_pattern, generic, public_bodies
from nlp.reader import Reader
from nlp.text import Page


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def proposed(text: str, title: str | None = None) -> list[tuple[str, str]]:
    return [(p.name, p.type) for p in known_names(Page(Document("d", text, title=title)))]


def named(reader: Reader, text: str, title: str | None = None) -> dict[str, str]:
    return {o.name: o.type for o in reader.extract(Document("d", text, title=title)).organizations}


# -- the list ------------------------------------------------------------------------------------------------------

def test_each_name_is_listed_once_with_a_type_and_no_legal_form() -> None:
    rows = list(rows_of("known_organizations.csv"))
    assert len(rows) > 2_500
    assert len({r["name"] for r in rows}) == len(rows)
    assert {r["type"] for r in rows} <= set(ORGANIZATION_TYPES)
    assert {r["also"] for r in rows} == {"", "place", "person", "product", "shop", "medium", "team", "word"}
    assert [r["name"] for r in rows if form_pattern().search(r["name"])] == []


def test_a_short_form_has_the_type_of_the_full_name() -> None:
    known = known_organizations()
    assert [name for name, one in known.items() if one.full in known and known[one.full].type != one.type] == []


def test_no_name_is_a_place_of_the_gazetteer_or_a_public_body_or_made_of_common_words() -> None:
    assert [n for n in known_organizations() if n in by_name() or n in public_bodies() or generic().fullmatch(n)] == []


def test_every_name_is_found_where_it_concludes_an_agreement() -> None:
    names = sorted(known_organizations())
    page = Page(Document("d", "\n".join(f"{name}は、みなせ市と連携協定を締結した。" for name in names)))
    found = {page.line_of(p.start): p.name for p in known_names(page)}
    assert [name for number, name in enumerate(names) if found.get(number) != name] == []


# -- the organisation ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "name", "type_"), [
    ("代表企業は東野設計、構成員は電通、大林組の3者。", "電通", "company"),
    ("構成員:戸田建設(東京都)、フジマック", "フジマック", "company"),
    ("契約の相手は、大林組です。", "大林組", "company"),
    ("代表事業者は日本工営でございます。", "日本工営", "company"),
    ("市は産総研と共同研究を始める。", "産総研", "agency"),
    ("当日はきんでん岡山支店も参加した。", "きんでん", "company"),
    ("大手大林組が受注した。", "大林組", "company"),
    ("講師は電通の社員です。市と協定を締結しています。", "電通", "company"),
    ("姉妹都市の大連市から代表団が訪れた。", "大連市", "municipality"),
    ("友好都市:中国大連市、米国ハワイ州ホノルル市", "ホノルル市", "municipality"),
    ("花蓮市の李市長が友好交流のため来町した。", "花蓮市", "municipality"),
    ("使節団は新竹市政府を訪問した。", "新竹市政府", "municipality"),
    ("松本山雅FCが本拠地とする競技場。", "松本山雅FC", "other"),
    ("市とローソンは、連携協定を締結した。", "ローソン", "company"),
    ("優先交渉権者は戸田建設グループで、提案額は3億円。", "戸田建設グループ", "consortium"),
])
def test_a_known_name_is_read_without_its_legal_form(reader: Reader, text: str, name: str, type_: str) -> None:
    assert named(reader, text).get(name) == type_


def test_a_branch_stands_behind_the_name() -> None:
    (one,) = known_names(Page(Document("d", "フジマック盛岡営業所と契約した。")))
    assert (one.name, one.via) == ("フジマック", "盛岡営業所")


def test_a_firm_s_branch_is_the_firm(reader: Reader) -> None:
    assert "イオンリテール" in named(reader, "市とイオンリテール中部カンパニーが連携協定を締結した。")


def test_known_names_in_a_row_are_several(reader: Reader) -> None:
    found = named(reader, "イオン・イトーヨーカ堂、三好市と包括協定を締結")
    assert {"イオン", "イトーヨーカ堂"} <= set(found)


def test_a_short_form_and_its_full_name_are_one_organisation(reader: Reader) -> None:
    assert full_stems()["産総研"] == "産業技術総合研究所"
    text = "市は、産業技術総合研究所と協定を結んだ。産総研は、市内に拠点を置く。"
    assert [name for name in named(reader, text) if "産" in name] == ["産業技術総合研究所"]


@pytest.mark.parametrize(("short", "full"), [
    ("大和ハウス", "大和ハウス工業株式会社"), ("JR東日本", "東日本旅客鉄道株式会社"), ("損保ジャパン", "損害保険ジャパン株式会社"),
    ("三菱重工", "三菱重工業株式会社"), ("紀伊国屋書店", "株式会社紀伊國屋書店"),
])
def test_a_firm_s_short_form_is_the_firm(reader: Reader, short: str, full: str) -> None:
    found = named(reader, f"三好市は、{full}と連携協定を締結した。市と{short}は、今後も連携する。")
    assert full in found and short not in found


def test_a_government_is_the_town_where_the_town_is_named_too(reader: Reader) -> None:
    found = named(reader, "台南市と覚書を結んだ。台南市政府は、留学生の交換で連携する。")
    assert "台南市" in found and "台南市政府" not in found


# -- something else ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "電通大学と協定を締結した。",                   # letters run on
    "新電通は協定を締結した。",
    "P&G大林組-1は協定を締結した。",
    "大林組ビルは、協定を締結した。",               # a thing's tail
    "会場:電通",                                    # where, who reports, who plays
    "電通によると、市は協定を締結した。",
    "日本旅行を利用して市に出かけた。",
    "京都サンガとの対戦で、市と協定を結ぶクラブが勝った。",
    "電通で開かれた催し。",
    "ソニーのカメラで撮影した。",                   # a product, no tie in the line
    "ローソンは、市内に3店ある。",                  # a shop, no tie in the line
    "ローソンで、協定を締結した。",
    "大連市で開かれた友好の集い。",                 # a place
    "大連市は、港の町です。",
    "愛称「電通」と名付けた。",
    "戸田建設グループは、全国に拠点を持つ。",       # a group, no bid in the line
    "会場は、電通と市役所です。",
    "朝日新聞(7月3日)によると、市は協定を締結した。",  # who reports
    "市は協定を締結した(日経、2025年7月3日付)。",
    "名大社と協定を締結した。",                     # another firm
    "成田空港は、市から30分です。",                 # a place
    "上組、中組、下組で祭りを行う。",               # parts of a village
    "田中組が優勝した。",                           # two players
    "月桂冠は、勝者のしるしです。",                 # words
    "百戦錬磨は、難しい。",
])
def test_a_known_name_is_no_organisation_where_it_is_something_else(text: str) -> None:
    assert proposed(text) == []


def test_the_longest_name_is_read() -> None:
    assert proposed("NTTデータ関西と契約した。") == [("NTTデータ関西", "company")]


def test_a_name_that_is_part_of_another_is_not_read_alone(reader: Reader) -> None:
    found = named(reader, "優先交渉権者は大成建設・清水建設特定建設工事共同企業体に決まった。")
    assert "大成建設・清水建設特定建設工事共同企業体" in found
    assert "電通" not in named(reader, "株式会社電通と市は、協定を締結した。")


@pytest.mark.parametrize("text", [
    "ヨシダ・ハナコさんは、協定の式典に参加した。", "スズキ・ジロウ選手と、協定を結んだ。", "藤崎さんが、協定の式典に参加した。",
])
def test_a_name_that_is_also_a_person_s_is_not_taken_from_him(reader: Reader, text: str) -> None:
    assert not {"ヨシダ", "スズキ", "藤崎"} & set(named(reader, text))
