"""A page without a publisher has one where it speaks of itself, signs, or gives a contact; news and contracts have none."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.organizations import apart, names_of, proposed
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def speaker(text: str, title: str | None = None) -> str | None:
    page = Page(Document("d", text, title=title))
    names = names_of(page, apart(proposed(page, Words(page, tokens))))
    return names.entities[names.publisher].name if names.publisher is not None else None


A = "株式会社すずかけ通信"


@pytest.mark.parametrize(("text", "name"), [
    (f"{A}（以下「当社」）は、茅野市と協定を結びました。", A),
    (f"{A}は、茅野市と協定を結びました。当社は倉庫を貸します。", A),
    ("雪の季節になりました。茅野市役所で式を開き、協定を結びました。\n\n　　　茅野市長　原　一郎", "茅野市"),
    (f"協定を結びました。\n{A}と市が組みます。\n発行　茅野市社会福祉協議会", "茅野市社会福祉協議会"),
    (f"茅野市は、{A}と協定を結びました。市長が署名しました。", "茅野市"),
    ("みなせ会会則\n第1条 本会は「みなせまつり実行委員会」といい、茅野市に置く。", "みなせまつり実行委員会"),
    (f"茅野市公告第8号\n下記の業務を{A}に委託した。", "茅野市"),
])
def test_a_page_that_tells_who_speaks(text: str, name: str) -> None:
    assert speaker(text) == name


def test_a_site_in_the_title() -> None:
    assert speaker(f"{A}と協定を結んだ。", title="協定の締結 | 茅野市") == "茅野市"


@pytest.mark.parametrize("text", [
    f"茅野市は20日、{A}と協定を結んだ。市によると初めて。市長は「うれしい」と話した。",
    f"茅野市（以下「甲」という。）と{A}（以下「乙」という。）は、協定を締結します。甲は乙に要請します。\n　　　茅野市長　原　一郎",
    f"{A}と茅野市は提携した。社長は「当社の力を生かす。町に学ぶ」と語った。",
])
def test_news_and_contracts_have_no_speaker(text: str) -> None:
    assert speaker(text) is None
