"""Other places of a page that may tell the same tie: titles, the sentences under them, lists."""
from __future__ import annotations

from nlp.ties.echoes import Echoes
from nlp.ties.sides import sides_of
from tests.nlp.ties.pages import at, number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"
PAGE = f"茅野市が連携協定\n\n茅野市と{A}は、連携協定を結んだ。\n\n式には{B}の社長も来た。\n{A}は、諏訪市に絵本を寄贈した。"


def features(text: str, word: str, name: str, place: str, nth: int = 0) -> tuple[set[str], set[str]]:
    page = seen(text)
    anchor = at(page, word, nth)
    found, kinded = Echoes(page.scene.sentences).features(anchor, number(page, name), place, sides_of(page.scene.sentences, anchor.block))
    return set(found), set(kinded)


def test_the_sentence_under_a_heading_names_the_party_that_it_leaves_out() -> None:
    found, kinded = features(PAGE, "連携協定", A, "next1")
    assert {"echo=1|next", "echoed=1|next|n=1", "nextecho=True|ov=1|n=1|gap=1"} <= found
    assert kinded == {"echoes=1|False"}


def test_who_only_comes_to_the_ceremony_stands_at_no_such_place() -> None:
    found, kinded = features(PAGE, "連携協定", B, "next2")
    assert {"echo=0|next", "echoed=0|next|n=1"} <= found and any(f.startswith("nextecho=False|ov=1") for f in found)
    assert kinded == {"echoes=0|False"}


def test_a_word_of_another_kind_is_no_echo() -> None:
    found, _ = features(PAGE, "寄贈", "茅野市", "prev1")
    assert {"echo=0|prev", "echoed=0|prev|n=2"} <= found
    assert any(f.startswith("lastecho=none") for f in found) and any(f.startswith("nextecho=none") for f in found)


def test_an_organisation_of_the_sentence_has_its_other_places() -> None:
    found, kinded = features(PAGE, "連携協定", "茅野市", "here", 1)
    assert "echo=1|here" in found and kinded == {"echoes=1|True"}
    assert not any(f.startswith(("nextecho", "lastecho")) for f in found)
