"""How many parties a sentence counts, and whether as many stand together elsewhere."""
from __future__ import annotations

import pytest

from nlp.ties.counted import company_features, counted_features
from nlp.ties.sides import counts_of, sides_of
from tests.nlp.ties.pages import at, number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"
PAGE = f"{A}は、4か所と連携協定を結んだ。\n協定を結んだ市\n・茅野市\n・諏訪市\n・岡谷市\n・伊那市\n\n{B}は休んだ。"


@pytest.mark.parametrize(("text", "counts"), [
    ("4者で結んだ", [4]), ("三つの大学と両市が集まった", [3, 2]), ("第3者委員会", []), ("10町村、25団体", [10, 25]), ("15自治体が署名した", [15]),
    ("1社だけが残った", []), ("450企業が並ぶ", []), ("3市町村道", [3]), ("2町目", []), ("2市場と3区間", []), ("3社長が話した", []),
    ("12か所の事業所", [12]),
])
def test_how_many_a_sentence_counts(text: str, counts: list[int]) -> None:
    assert counts_of(text) == counts


def test_a_list_as_long_as_the_count_fits() -> None:
    page = seen(PAGE)
    sentences, anchor = page.scene.sentences, at(page, "連携協定")
    city = number(page, "茅野市")
    found = counted_features(sentences, city, "next2", page.scene.blocks_of[city][0], sides_of(sentences, anchor.block))
    assert {"count=3|next", "count=3|next|n=1", "count=3|next|True", "fits=True|False|next|n=1", "fit=list|next|n=1"} == set(found)


def test_who_stands_alone_fits_no_count() -> None:
    page = seen(PAGE)
    sentences, anchor = page.scene.sentences, at(page, "連携協定")
    firm = number(page, B)
    found = counted_features(sentences, firm, "next3", page.scene.blocks_of[firm][0], sides_of(sentences, anchor.block))
    assert "fits=False|False|next|n=1" in found and not any(f.startswith("fit=") for f in found)


def test_a_sentence_that_counts_nobody_says_so() -> None:
    page = seen(f"{A}は、茅野市と連携協定を結んだ。")
    sides = sides_of(page.scene.sentences, at(page, "連携協定").block)
    assert counted_features(page.scene.sentences, 0, "here", None, sides) == ["count=none|here"]


def test_the_company_that_an_organisation_keeps() -> None:
    page = seen(f"茅野市と{A}は、諏訪市で会った。\n茅野市は連携協定を結んだ。\n{B}は休んだ。")
    sentences, anchor = page.scene.sentences, at(page, "連携協定")
    sides = sides_of(sentences, anchor.block)
    firm, other = number(page, A), number(page, B)
    assert {"mates=2|3|prev", "met=1|prev|n=1", "metall=True|n=1|prev", "metany=True|n=1|prev"} <= set(
        company_features(sentences, anchor.block, firm, "prev1", page.scene.blocks_of[firm], 0, sides))
    assert {"mates=1|1|next", "met=0|next|n=1", "metall=False|n=1|next", "metany=False|n=1|next"} <= set(
        company_features(sentences, anchor.block, other, "next1", page.scene.blocks_of[other], 2, sides))
