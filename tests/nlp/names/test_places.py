"""Municipalities with their codes: elided lists, names that several have, glyphs set apart."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.organizations import find_organizations, proposed
from nlp.names.places import with_place
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def places(text: str, publisher: str | None = None) -> dict[str, str | None]:
    return {p.name: p.code for p in with_place(Page(Document("d", text, publisher=publisher)))}


@pytest.mark.parametrize(("text", "names"), [
    ("協定は恵庭、千歳市が結んだ。", {"恵庭市", "千歳市"}),
    ("厚木・秦野・伊勢原市は集まった。", {"厚木市", "秦野市", "伊勢原市"}),
    ("町は、山形県の小国、高畠両町と結ぶ。", {"山形県", "小国町", "高畠町"}),
    ("長崎県の東彼杵、川棚、波佐見の3町が結ぶ。", {"長崎県", "東彼杵町", "川棚町", "波佐見町"}),
    ("組合側も大田原、那須塩原の両市と結ぶ。", {"大田原市", "那須塩原市"}),
    ("長瀞、皆野の2町が加わった。", {"長瀞町", "皆野町"}),
    ("秩父、横瀬の2市町と組む。", {"秩父市", "横瀬町"}),
    ("大館と鹿角の両市が結ぶ。", {"大館市", "鹿角市"}),
    ("大館、鹿角、北秋田の各市と小坂町", {"大館市", "鹿角市", "北秋田市", "小坂町"}),
    ("県内の3市（大館、鹿角、北秋田）で始める。", {"大館市", "鹿角市", "北秋田市"}),
])
def test_an_ending_that_a_list_shares_is_completed(text: str, names: set[str]) -> None:
    assert set(places(text)) == names


@pytest.mark.parametrize(("text", "code"), [
    ("広島県府中市は、", "342084"),
    ("東京都府中市は、", "132063"),
    ("府中市は、福山市と尾道市と組む。", "342084"),
    ("府中市は、調布市と組む。", "132063"),
    ("府中市役所 〒726-8601", "342084"),
    ("府中市は、", None),
])
def test_which_place_a_shared_name_means(text: str, code: str | None) -> None:
    assert places(text)["府中市"] == code


def test_the_publisher_tells_which_place_is_meant() -> None:
    assert places("府中市は、", publisher="広島県")["府中市"] == "342084"


@pytest.mark.parametrize(("publisher", "name", "code"), [
    ("札幌市", "札幌市北区", "011029"), ("大阪市北区", "大阪市北区", "271276"), ("東京都", "北区", "131172"), (None, "北区", "131172"),
    ("茅野市", "北区", "131172"),
])
def test_a_ward_named_without_its_city_is_the_publisher_s_own(publisher: str | None, name: str, code: str) -> None:
    assert places("北区は、協定を結んだ。", publisher) == {name: code}


def test_a_ward_of_another_prefecture_is_not_the_publisher_s() -> None:
    assert places("東京都北区は、協定を結んだ。", "札幌市")["北区"] == "131172"


def test_a_publisher_with_its_prefecture_in_brackets() -> None:
    page = Page(Document("d", "本町は式を開いた。", publisher="南部町（青森県三戸郡）"))
    names = find_organizations(page, Words(page, tokens))
    assert names.publisher is not None
    assert (names.entities[names.publisher].name, names.entities[names.publisher].code) == ("南部町", "024457")


def test_glyphs_set_apart_are_one_name() -> None:
    page = Page(Document("d", "　　甲　　大 館 市 長　　原 一 郎\n　　乙　　株 式 会 社 す ず か け 通 信"))
    found = {p.name: p.by for p in proposed(page, Words(page, tokens))}
    assert found["大館市"] == found["株式会社すずかけ通信"] == "spaced"
    names = find_organizations(page, Words(page, tokens))
    assert {"大館市", "株式会社すずかけ通信"} <= {e.name for e in names.entities}


def test_a_particle_set_apart_too_ends_a_name() -> None:
    page = Page(Document("d", "大 館 市 と 株 式 会 社 す ず か け 通 信 は、協定を結びました。"))
    assert {p.name for p in proposed(page, Words(page, tokens)) if p.by == "spaced"} == {"大館市", "株式会社すずかけ通信"}
