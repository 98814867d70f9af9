"""The sentences of a page with the organisations that they name."""
from __future__ import annotations

from nlp.ties.sentences import particle
from tests.nlp.ties.pages import number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"


def test_subjects_and_which_of_them_is_the_topic() -> None:
    page = seen(f"茅野市は、{A}が来た日に連携協定を結んだ。\n{A}と会った。\n・{B}は")
    sentences = page.scene.sentences
    assert sentences.subjects(0) == ((number(page, "茅野市"), True), (number(page, A), False))
    assert sentences.subjects(1) == () == sentences.subjects(2)


def test_how_many_stand_together_in_group_sentence_and_list() -> None:
    page = seen(f"茅野市、諏訪市は{A}と組んだ。\n・岡谷市\n・伊那市\n")
    sentences = page.scene.sentences
    assert sentences.together(0, number(page, "茅野市")) == (2, 3, 3)
    assert sentences.together(0, number(page, A)) == (1, 3, 3)
    assert sentences.together(1, number(page, "岡谷市")) == (1, 1, 2)


def test_the_particle_behind_a_group() -> None:
    page = seen(f"茅野市、諏訪市は{A}と組んだ。")
    sentences = page.scene.sentences
    assert [particle(g) for g in sentences.groups(0)] == ["は", "と"]


def test_the_anchors_of_a_page_are_those_that_the_reader_sees() -> None:
    page = seen(f"茅野市は{A}と連携協定を結んだ。\n{B}は絵本を寄贈した。")
    assert tuple(page.scene.sentences.anchors) == page.anchors
