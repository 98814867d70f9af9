"""Names that an enumeration of organisations gives away."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.chains import BY, with_listed
from nlp.names.entities import Proposal
from nlp.names.tagger import Tagging
from nlp.text import Page


def listed(text: str, *known: str, likely: float = 0.0) -> list[str]:
    """The names that the enumerations of a text hold besides those known; `likely`: what the tagger says of every letter."""
    page = Page(Document("d", text))
    tagging = Tagging([], [], dict.fromkeys(range(len(page.norm)), 1 - likely))
    taken = [Proposal(page.norm.index(name), page.norm.index(name) + len(name), name, "company") for name in known]
    return [p.name for p in with_listed(page, sorted(taken, key=lambda p: p.start), tagging) if p.by == BY]


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


@pytest.mark.parametrize(("text", "known", "names"), [
    ("メンバーは、水瀬工務店、㈱白浜建匠、せきの工房。", ("㈱白浜建匠",), ["水瀬工務店", "せきの工房"]),
    ("株主 水瀬組(代表企業)/Fune & Bay/白浜警備", ("白浜警備",), ["水瀬組", "Fune & Bay"]),
    ("6軒は▽宿みなせや▽旅館白浜▽つるや別荘。", (), ["宿みなせや", "旅館白浜", "つるや別荘"]),
    ("顔ぶれは水瀬ハウス、太陽光発電の ridgesun、不動産管理の白浜リビング。", ("水瀬ハウス", "白浜リビング"), ["ridgesun"]),
    ("構成員はほかに、造園の水瀬緑化、白浜湯守社。", ("白浜湯守社",), ["水瀬緑化"]),
])
def test_an_item_of_an_enumeration_that_tells_who_takes_part_is_a_name(text: str, known: tuple[str, ...], names: list[str]) -> None:
    assert listed(text, *known, likely=0.01) == names
    # nor is one where the tagger rules it out: fees and rooms stand behind such words, too
    assert listed(text, *known, likely=0.0) == []


def test_an_enumeration_of_which_nothing_is_known_tells_nothing() -> None:
    assert listed("構成は、前文、三つの章、附則。") == []


_LINES = "参画団体\n・水瀬測器\n・ジオノオト\n・白浜計装\n・MINASE Labs\n・事務局員\n"
_TABLE = "統括  水瀬不動産\n商業  フレッシュ白浜\n設計  みなせ設計室\n"


@pytest.mark.parametrize(("text", "known", "names"), [
    (_LINES, ("水瀬測器", "白浜計装"), ["ジオノオト", "MINASE Labs"]),
    (_TABLE, ("水瀬不動産", "みなせ設計室"), ["フレッシュ白浜"]),
])
def test_a_cell_between_cells_with_names_is_a_name_where_the_tagger_leans_to_one(text: str, known: tuple[str, ...], names: list[str]) -> None:
    assert listed(text, *known, likely=0.01) == names
    assert listed(text, *known, likely=0.0) == []
