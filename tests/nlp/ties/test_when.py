"""A reader of ties wants each with its own day, none where the page gives none, and in the state it is in."""
from __future__ import annotations

from functools import cache

import pytest

from nlp.model import Document
from nlp.reader import Seen, see
from nlp.ties.anchors import Anchor


@cache
def seen(text: str, published: str | None = None) -> Seen:
    return see(Document("d", text, published=published))


def at(page: Seen, word: str) -> Anchor:
    """The first place of a word that can tell a tie."""
    return next(a for a in page.anchors if a.word == word)


def parties(page: Seen) -> frozenset[int]:
    return frozenset(range(len(page.names.entities)))


def date_of(text: str, word: str, kind: str, published: str | None = None) -> str | None:
    page = seen(text, published)
    date = page.when.date([at(page, word)], kind, None, parties(page))
    return date.value if date else None


def status_of(text: str, word: str, kind: str, published: str | None = None) -> str:
    page = seen(text, published)
    anchor = at(page, word)
    date = page.when.date([anchor], kind, None, parties(page))
    states = page.when.states([anchor], kind, parties(page), date)
    return max(states, key=lambda s: states[s])


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    ("熊本市は令和5年6月1日、株式会社みなも商事と災害時の物資供給に関する協定を結んだ。窓口は7月に開く。", "協定", "disaster_support", "2023-06-01"),
    ("株式会社みなも商事は、2021年4月に熊本市と連携協定を締結しています。", "連携協定", "partnership", "2021-04"),
    ("更新日：令和6年3月5日\n熊本市と株式会社みなも商事は、連携協定を締結しました。\n締結日：令和6年3月1日", "連携協定", "partnership", "2024-03-01"),
])
def test_a_tie_takes_the_date_of_its_own_telling(text: str, word: str, kind: str, expected: str) -> None:
    assert date_of(text, word, kind) == expected


def test_the_day_of_publication_is_no_date_of_a_tie() -> None:
    assert date_of("令和6年3月5日\n熊本市\n本市は株式会社みなも商事と連携協定を締結しています。", "連携協定", "partnership", "2024-03-05") is None


def test_a_page_without_dates_dates_nothing() -> None:
    assert date_of("熊本市は株式会社みなも商事と連携協定を締結した。", "連携協定", "partnership") is None


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    ("熊本市は6月1日、株式会社みなも商事と連携協定を締結した。", "連携協定", "partnership", "concluded"),
    ("熊本市は7月1日に株式会社みなも商事と連携協定を締結する予定です。", "連携協定", "partnership", "planned"),
    ("熊本市は6月1日、株式会社みなも商事を優先交渉権者に選定した。", "優先交渉権者", "outsourcing", "preliminary"),
])
def test_the_words_around_a_tie_tell_its_state(text: str, word: str, kind: str, expected: str) -> None:
    assert status_of(text, word, kind, "2024-06-15") == expected


def test_a_plan_whose_day_has_come_is_concluded() -> None:
    text = "熊本市は、株式会社みなも商事と連携協定を6月1日に締結します。"
    assert status_of(text, "連携協定", "partnership", "2024-06-01") == "concluded"
    assert status_of(text, "連携協定", "partnership", "2024-05-20") == "planned"
