"""Places that only tell where an organisation is."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.entities import apart
from nlp.names.organizations import names_of, proposed
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def names(text: str, publisher: str | None = None) -> set[str]:
    page = Page(Document("d", text, publisher=publisher))
    return {e.name for e in names_of(page, apart(proposed(page, Words(page, tokens)))).entities}


@pytest.mark.parametrize("text", [
    "秩父市の水瀬漁業協同組合が加わる。", "箱を刷ったのは秩父市の「水瀬紙器株式会社」である。", "秩父市の製麺会社、水瀬製麺株式会社に頼む。",
    "秩父市の製紙工場で紙になる。水瀬紙器株式会社が運ぶ。",
])
def test_who_is_named_behind_a_place_acts_there(text: str) -> None:
    assert "秩父市" not in names(text)


@pytest.mark.parametrize("text", [
    "秩父市の水瀬漁業協同組合が加わる。秩父市は20日に発表した。", "秩父市の水瀬漁業協同組合が加わる。同市は20日に発表した。",
    "秩父市の担当者が、水瀬漁業協同組合を訪れた。",
])
def test_a_place_that_acts_as_well_stays(text: str) -> None:
    assert "秩父市" in names(text)


def test_the_publisher_stays() -> None:
    assert "秩父市" in names("秩父市の水瀬漁業協同組合が加わる。", publisher="秩父市")


def test_those_who_are_counted_stay_who_they_are_when_a_place_before_them_goes() -> None:
    page = Page(Document("d", "秩父市の水瀬漁業協同組合が加わる。茅野市と諏訪市は協定を結んだ。両市は続ける。"))
    found = names_of(page, apart(proposed(page, Words(page, tokens))))
    assert "秩父市" not in {e.name for e in found.entities}
    assert [{found.entities[m].name for m in members} for members in found.groups.values()] == [{"茅野市", "諏訪市"}]
