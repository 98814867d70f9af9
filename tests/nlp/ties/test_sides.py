"""Which sides of a tie a sentence names, and whether somebody else can have the side that is open."""
from __future__ import annotations

from nlp.ties.sides import open_features, sides_of
from tests.nlp.ties.pages import at, named, number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"


def test_what_a_sentence_names_of_a_tie() -> None:
    page = seen(f"{A}は、茅野市に絵本を寄贈した。")
    sides = sides_of(page.scene.sentences, at(page, "寄贈").block)
    assert named(page, sides.named) == {A, "茅野市"}
    assert (sides.public, sides.private, sides.sectors, sides.number, sides.subject) == (1, 1, "11", 2, True)
    assert (sides.cases, sides.types) == ("subject+to", "company+municipality")


def test_a_sentence_without_organisations_has_all_sides_open() -> None:
    page = seen(f"{A}は元気だ。\n絵本を寄贈した。\n茅野市は喜んだ。")
    sides = sides_of(page.scene.sentences, at(page, "寄贈").block)
    assert (sides.sectors, sides.subject, sides.cases, sides.types) == ("00", False, "", "")


def test_many_organisations_are_many() -> None:
    page = seen(f"茅野市、諏訪市、岡谷市、{A}は、連携協定を結んだ。")
    sides = sides_of(page.scene.sentences, at(page, "連携協定").block)
    assert (sides.number, sides.types, sides.sectors) == (3, "many", "21")


def test_an_organisation_fits_the_side_that_is_open() -> None:
    page = seen(f"{A}は元気だ。\n茅野市に絵本を寄贈した。\n{B}は休んだ。", publisher=B)
    sentences = page.scene.sentences
    sides = sides_of(sentences, at(page, "寄贈").block)
    found, kinded = open_features(sentences, sides, number(page, A), "prev1")
    assert found == ["open=to|prev|pub=False"]
    assert kinded == ["open=company|municipality", "open=False|10|prev", "open=10|pub=False|pr"]
    assert "open=to|next|pub=True" in open_features(sentences, sides, number(page, B), "next1")[0]
