"""The field over words: what it sees of a line, what it reads, how its reading becomes proposals."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.candidates import of_tag
from nlp.names.entities import apart, cuts_of
from nlp.names.organizations import find_organizations, proposed
from nlp.names.tagger import Tagged, lines_of_page, shape, tag
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def page_of(text: str) -> tuple[Page, Words]:
    page = Page(Document("d", text))
    return page, Words(page, tokens)


def tagged(text: str) -> dict[str, str]:
    page, words = page_of(text)
    ruled = proposed(page, words)
    return {page.norm[t.start:t.end]: t.label for t in tag(page, words, apart(ruled), cuts_of(ruled)).chosen}


def named(text: str, publisher: str | None = None) -> set[str]:
    page = Page(Document("d", text, publisher=publisher))
    names = find_organizations(page, Words(page, tokens))
    return {names.entities[m.entity].name for m in names.mentions if m.how == "name"}


def test_classes_of_letters() -> None:
    assert [shape(word) for word in ("みどり物産", "ＡＢＣ", "コープ", "2024年")] == ["HK", "ＡＢＣ", "T", "9K"]


def test_words_are_cut_where_a_known_place_ends() -> None:
    page, words = page_of("長野県茅野市は、協定を結びました。")
    [(found, features)] = lines_of_page(page, words, (), cuts=(3,))
    assert [t.text for t in found][:3] == ["長野県", "茅野市", "は"]
    assert len(found) == len(features)


def test_places_firms_bodies_and_people_are_told_apart() -> None:
    found = tagged("茅野市の原一郎市長は10日、株式会社すずかけ通信、水無瀬大学と包括連携協定を結んだ。")
    assert found["茅野市"] == "PLACE"
    assert found["株式会社すずかけ通信"] == "FIRM"
    assert found["水無瀬大学"] == "BODY"
    assert found["原一郎"] == "PERSON"


def test_a_page_is_tagged_once() -> None:
    page, words = page_of("茅野市は協定を結んだ。")
    assert tag(page, words) is tag(page, words)


def test_every_tag_lies_in_a_line_and_has_a_probability() -> None:
    page, words = page_of("茅野市と株式会社すずかけ通信\nは、協定を結びました。")
    for one in tag(page, words).held:
        assert 0 <= one.probability <= 1
        assert "\n" not in page.norm[one.start:one.end]


@pytest.mark.parametrize(("text", "label", "names"), [
    ("水無瀬大学・若葉大学", "BODY", ["水無瀬大学", "若葉大学"]),
    ("水無瀬青年会議所 ②若葉医師会", "BODY", ["水無瀬青年会議所", "若葉医師会"]),
    ("株式会社すずかけ通信茅野支店", "FIRM", ["株式会社すずかけ通信"]),
    ("水無瀬信金", "FIRM", ["水無瀬信用金庫"]),
    ("スズカケ社", "FIRM", ["スズカケ"]),
    ("株式会社", "FIRM", []),
    ("茅野市", "PLACE", ["茅野市"]),
])
def test_what_is_read_as_a_name(text: str, label: str, names: list[str]) -> None:
    page = Page(Document("d", text))
    assert [p.name for p in of_tag(page, Tagged(0, len(page.norm), label, 0.9))] == names


@pytest.mark.parametrize(("text", "name"), [
    ("市は12日、住宅設備のすずかけ工業（茅野市、原一郎社長）と災害時の協定を結んだ。", "すずかけ工業"),
    ("菓子店「つゆくさ堂」の原社長が目録を市長に手渡した。", "つゆくさ堂"),
    ("協定を結んだのは、すずかけ建設、はまなす電設、若葉造園の3社。", "はまなす電設"),
    ("市は㈱Ａ＆Ｂ製作所と協定を締結した。", "㈱A&B製作所"),
])
def test_firms_without_a_legal_form(text: str, name: str) -> None:
    assert name in named(text, publisher="茅野市")


@pytest.mark.parametrize("text", [
    "会場は茅野市民館です。お申し込みは電話で。", "各地の商工会議所と地域金融機関が集まった。", "対象は市内に本店のある企業です。",
])
def test_no_names_where_there_are_none(text: str) -> None:
    assert named(text) == set()
