"""Heads of organisations, with the title as written and whose title it is."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.persons.titles import find_titles
from nlp.reader import Reader

READER = Reader()


def persons(text: str, publisher: str | None = None) -> set[tuple[str, str, str]]:
    found = READER.extract(Document("d", text, publisher=publisher))
    for person in found.persons:
        written = {found.document.words(s).replace("　", "").replace(" ", "") for s in person.mentions}
        assert all(w == person.name or person.name.startswith(w) for w in written)
    return {(p.name, p.title, p.organization) for p in found.persons}


@pytest.mark.parametrize(("text", "found"), [
    ("茅野市（市長：原　一郎）は、", ("原一郎", "市長", "茅野市")),
    ("株式会社すずかけ通信（代表取締役社長 岡田 花子）は、", ("岡田花子", "代表取締役社長", "株式会社すずかけ通信")),
    ("茅野市の原田一郎市長は語った。", ("原田一郎", "市長", "茅野市")),
    ("つゆくさ商工会議所の北村次郎会頭が、", ("北村次郎", "会頭", "つゆくさ商工会議所")),
    ("長野県茅野市 原田一郎市長\n", ("原田一郎", "市長", "茅野市")),
])
def test_a_person_with_title_and_organisation(text: str, found: tuple[str, str, str]) -> None:
    assert persons(text) == {found}


@pytest.mark.parametrize(("text", "found"), [
    ("茅野市長　　原田　一郎\n", {("原田一郎", "市長", "茅野市")}),
    ("株式会社すずかけ通信（東京都港区、岡田花子社長）は、", {("岡田花子", "社長", "株式会社すずかけ通信")}),
    ("式には茅野市の原田一郎市長と、つゆくさ商工会議所の髙野豊会頭が出席した。",
     {("原田一郎", "市長", "茅野市"), ("髙野豊", "会頭", "つゆくさ商工会議所")}),
    ("株式会社すずかけ通信の営業本部長、森由香里さんが話した。", {("森由香里", "営業本部長", "株式会社すずかけ通信")}),
    ("つゆくさ商工会議所の佐々木次郎会頭が挨拶した。佐々木会頭は「続けたい」と話した。", {("佐々木次郎", "会頭", "つゆくさ商工会議所")}),
    ("みどり野大学の遠藤真由美教授（環境学）は、", {("遠藤真由美", "教授", "みどり野大学")}),
    ("茅野市と高原電機株式会社は協定を結んだ。式には高原電機株式会社のジョン・スミス社長が出席した。",
     {("ジョン・スミス", "社長", "高原電機株式会社")}),
    ("松本健一茅野市長は「続けたい」と話した。", {("松本健一", "市長", "茅野市")}),
])
def test_forms_in_which_people_stand(text: str, found: set[tuple[str, str, str]]) -> None:
    assert persons(text) == found


@pytest.mark.parametrize("title", ["調査役", "主任技師", "職務執行者", "代表世話人", "国際交流員", "消防長", "裁判長"])
def test_titles_of_one_word(title: str) -> None:
    text = f"みなせ組合の{title}、乾拓也さん"
    assert [text[t.start:t.end] for t in find_titles(text)] == [title]


@pytest.mark.parametrize("text", [
    "市長は「続けたい」と話した。茅野市の市長と町長が集まった。",
    "茅野市の担当者と、市内に住む会社員の女性が参加した。",
    "茅野市の会長会議と社長室で、営業部長が決めた。",
])
def test_titles_without_a_name_are_no_people(text: str) -> None:
    assert persons(text) == set()


def test_two_posts_are_two_entries() -> None:
    text = "つゆくさ協議会の役員\n会長　山本 花子（株式会社すずかけ通信 代表取締役）\n"
    assert ("山本花子", "代表取締役", "株式会社すずかけ通信") in persons(text)


def test_an_officer_gives_an_organisation_away() -> None:
    found = READER.extract(Document("d", "薪を売るマルヨシ屋（飯能市、原田一郎社長）は、茅野市と協定を結んだ。"))
    assert "マルヨシ屋" in {o.name for o in found.organizations}
    assert ("原田一郎", "マルヨシ屋") in {(p.name, p.organization) for p in found.persons}


def test_who_speaks_of_himself_holds_the_posts_that_he_names() -> None:
    text = "私、きたの一郎は、株式会社すずかけ通信の専務として店を守ってきました。「環境省参与」としても月に一度、講座を開きます。"
    found = Reader().extract(Document("d", text)).persons
    assert {(p.name, p.title, p.organization) for p in found} == {("きたの一郎", "専務", "株式会社すずかけ通信"), ("きたの一郎", "参与", "環境省")}


@pytest.mark.parametrize(("text", "found"), [
    ("茅野市と高原電機株式会社は「つゆくさ振興協議会」を設立した。会長には、みずほの商工会議所の北村次郎会頭が就いた。",
     {("北村次郎", "会頭", "みずほの商工会議所"), ("北村次郎", "会長", "つゆくさ振興協議会")}),
    ("つゆくさ振興協議会の西田三郎会長（茅野市長）があいさつした。",
     {("西田三郎", "会長", "つゆくさ振興協議会"), ("西田三郎", "市長", "茅野市")}),
])
def test_who_takes_a_post_besides_his_own_has_two(text: str, found: set[tuple[str, str, str]]) -> None:
    assert persons(text) == found


def test_a_post_that_somebody_had_is_no_second_one() -> None:
    text = "つゆくさ振興協議会の西田三郎会長（みどり野大学の元学長）があいさつした。"
    assert persons(text) == {("西田三郎", "会長", "つゆくさ振興協議会")}


@pytest.mark.parametrize(("text", "found"), [
    ("高原電機株式会社の専務だった森健吾さんは振り返る。", ("森健吾", "専務", "高原電機株式会社")),
    ("茅野市と高原電機株式会社は協定を結びました。\n市長コメント（原田 一郎）\n「続けたい」", ("原田一郎", "市長", "茅野市")),
    ("▽高原電機株式会社　営業部長（総務部長）原田一郎", ("原田一郎", "営業部長", "高原電機株式会社")),
    ("高原電機株式会社（東京都港区、代表取締役CEO：Tobias Weber、以下「高原」）は、茅野市と協定を結んだ。",
     ("TobiasWeber", "代表取締役CEO", "高原電機株式会社")),
    ("みどり野大学　工学部　講師　遠藤 真由美", ("遠藤真由美", "講師", "みどり野大学")),
    ("茅野市　町民課　課長補佐　原田 一郎さん", ("原田一郎", "課長補佐", "茅野市")),
])
def test_what_stands_between_a_title_and_a_name(text: str, found: tuple[str, str, str]) -> None:
    assert {(name, title, of) for name, title, of in persons(text)} == {found}


def test_a_name_in_latin_letters_is_not_cut() -> None:
    names = {name for name, _, _ in persons("高原電機株式会社（東京都港区、代表取締役 Anna Lindqvist）は、茅野市と協定を結んだ。")}
    assert names <= {"AnnaLindqvist"}


def test_a_mayor_gives_away_the_town_in_brackets_before_him() -> None:
    text = "【茅野】原田市長は21日、保育料の無料化を4月から広げると述べた。\n【飯田】鈴木市長は同日、橋を直すと話した。"
    assert persons(text) == {("原田", "市長", "茅野市"), ("鈴木", "市長", "飯田市")}


@pytest.mark.parametrize(("text", "found"), [
    ("みどり野大学と茅野市、飯田市は協定を結んだ。式にはみどり野大学から遠藤真由美学長が、茅野市からは原田一郎市長が出席した。",
     {("遠藤真由美", "学長", "みどり野大学"), ("原田一郎", "市長", "茅野市")}),
    ("茅野市は1日、空き家の窓口を開いた。茅野市は20軒の活用をめざす。総合政策課の原田一郎課長は「続けたい」と話した。",
     {("原田一郎", "課長", "茅野市")}),
])
def test_the_words_before_an_officer_tell_whose_he_is(text: str, found: set[tuple[str, str, str]]) -> None:
    assert persons(text) == found
