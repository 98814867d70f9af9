"""Whom a page is about where a sentence leaves out its subject: what was topic, subject or named before it."""
from __future__ import annotations

from nlp.ties.sentences import Sentences
from nlp.ties.sides import sides_of
from nlp.ties.topics import Topics
from tests.nlp.ties.pages import at, named, number, seen

A, B, C = "株式会社すずかけ通信", "みなも建設株式会社", "株式会社つゆくさ堂"


def features(text: str, word: str, name: str, publisher: str | None = None) -> tuple[set[str], set[str]]:
    page = seen(text, publisher=publisher)
    anchor = at(page, word)
    found, kinded = Topics(page.scene.sentences).features(anchor.block, number(page, name), sides_of(page.scene.sentences, anchor.block))
    return set(found), set(kinded)


def parts(text: str, word: str, name: str) -> str:
    found, _ = features(text, word, name)
    return next(f for f in found if f.startswith("parts=")).removeprefix("parts=").split("|")[0]


def test_a_topic_stays_in_mind_while_others_are_named() -> None:
    text = f"{A}は、諏訪市で生まれた。{B}の社長が訪ねた。茅野市と連携協定を結んだ。"
    page = seen(text)
    before = Topics(page.scene.sentences).before(at(page, "連携協定").block)
    assert page.names.entities[before.ranked[0]].name == A
    firm = number(page, A)
    assert (before.ago[firm], before.others[firm], before.parts["topic"]) == (2, 2, firm)


def test_what_is_said_again_is_nearer_than_what_was_said_once() -> None:
    page = seen(f"{A}は雨だった。{B}は晴れだった。茅野市と連携協定を結んだ。")
    before = Topics(page.scene.sentences).before(at(page, "連携協定").block)
    assert [page.names.entities[e].name for e in before.ranked] == [B, A]
    assert before.subjects[number(page, A)] == 1 and before.subjects[number(page, B)] == 0


def test_the_parts_that_an_organisation_plays_before_a_sentence() -> None:
    text = f"茅野市は雨だった。\n\n【{C}の歩み】\n{A}は、諏訪市で生まれた。{B}が手伝った。茅野市と連携協定を結んだ。"
    assert parts(text, "連携協定", A) == "topic+paragraph"
    assert parts(text, "連携協定", B) == "subject+before"
    assert parts(text, "連携協定", C) == "heading"
    assert parts(text, "連携協定", "諏訪市") == ""


def test_another_paragraph_has_no_subject_of_this_one() -> None:
    assert parts(f"{A}は、諏訪市で生まれた。\n茅野市と連携協定を結んだ。", "連携協定", A) == "topic+subject+before"


def test_the_rank_counts_only_whom_the_sentence_leaves_out() -> None:
    text = f"茅野市は雨だった。{A}も雨だった。茅野市と連携協定を結んだ。"
    found, kinded = features(text, "連携協定", A)
    assert {"mind=0|sub=False|n=1", "mindlike=0|False|10", "others=0|sub=False|n=1", "ago=1|sub=False|n=1"} <= found
    assert "mindlike=0|False|10" in kinded


def test_what_is_named_only_behind_is_not_in_mind() -> None:
    found, _ = features(f"茅野市は連携協定を結んだ。相手は{A}だ。", "連携協定", A)
    assert "notyet|sub=True|n=1" in found


def test_a_publisher_that_the_sentence_leaves_out_is_a_rival() -> None:
    text = f"{A}は晴れだった。\n{B}と連携協定を結んだ。"
    assert "pubaway=True|True|sub=False|n=1" in features(text, "連携協定", A, publisher="茅野市")[0]
    assert not any(f.startswith("pubaway") for f in features(text, "連携協定", "茅野市", publisher="茅野市")[0])


def test_who_is_asked_for_a_page_is_not_spoken_of_in_it() -> None:
    page = seen(f"{A}は連携協定を結んだ。\n\n【お問い合わせ先】\n茅野市役所 企画課 電話 0266-00-0000", publisher=None)
    assert isinstance(page.scene.sentences, Sentences)
    assert named(page, set(Topics(page.scene.sentences).before(0).ranked)) == set()
