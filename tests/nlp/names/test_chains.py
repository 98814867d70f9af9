"""Names that an enumeration of organisations gives away."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.chains import BY, with_listed
from nlp.names.entities import Proposal
from nlp.text import Page


def listed(text: str, *known: str) -> list[str]:
    """The names that the enumerations of a text hold besides those known."""
    page = Page(Document("d", text))
    taken = [Proposal(page.norm.index(name), page.norm.index(name) + len(name), name, "company") for name in known]
    return [p.name for p in with_listed(page, sorted(taken, key=lambda p: p.start)) if p.by == BY]


@pytest.mark.parametrize(("text", "known", "names"), [
    ("加わる工場は、水瀬堂、MINASE & SONS、東野ミシン、白浜金具の4社。", ("水瀬堂", "東野ミシン"), ["MINASE & SONS", "白浜金具"]),
    ("水瀬運輸(秩父市)、地図を作るチズヤドット(横瀬町)、家具の「東野木工」が組む。", ("水瀬運輸", "東野木工"), ["チズヤドット"]),
    ("加わるのは水瀬鉄工、東野精機、白浜ハーネス。窓口は別に置く。", ("水瀬鉄工", "東野精機"), ["白浜ハーネス"]),
    ("加わるのは水瀬鉄工、白浜ハーネス、東野精機、北浜バルブ。", ("水瀬鉄工", "東野精機"), ["白浜ハーネス", "北浜バルブ"]),
    ("水瀬運輸、白浜ゴムと3社で走らせる。", ("水瀬運輸",), ["白浜ゴム"]),
    ("水瀬運輸、白浜ゴムが出資した。", ("水瀬運輸",), ["白浜ゴム"]),
])
def test_an_item_between_two_names_is_a_name(text: str, known: tuple[str, ...], names: list[str]) -> None:
    assert listed(text, *known) == names


@pytest.mark.parametrize(("text", "known"), [
    ("水瀬運輸、関係者、東野木工が集まる。", ("水瀬運輸", "東野木工")),
    ("水瀬運輸、地元の管工事会社でつくる東野組合が組む。", ("水瀬運輸", "東野組合")),
    ("水瀬運輸は、白浜ゴムを使う。", ("水瀬運輸",)),
    ("水瀬運輸、千代田区、東野木工が組む。", ("水瀬運輸", "東野木工")), ("水瀬運輸、大阪府、東野木工が組む。", ("水瀬運輸", "東野木工")),
])
def test_people_places_and_sorts_of_firms_are_no_names(text: str, known: tuple[str, ...]) -> None:
    assert listed(text, *known) == []
