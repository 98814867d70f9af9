"""Dates of other ties than the one that is asked about. Firms are invented."""
from __future__ import annotations

from nlp.ties.foreign_dates import foreign_dates
from tests.nlp.ties.pages import number, seen

FIRM = "株式会社すずかけ通信"


def foreign(text: str, *names: str) -> set[str]:
    """The dates of a page that are not those of the tie of some organisations."""
    page = seen(text)
    when = page.when
    found = foreign_dates(page.scene, when.dates, when.blocks, frozenset(number(page, name) for name in names))
    return {when.dates[n][2].value for n in found}


def test_a_day_by_which_there_was_a_count_of_partners_is_no_single_ones() -> None:
    text = f"{FIRM}は、2017年9月に茅野市と連携協定を結び、2022年2月までに34市町と協定を交わしました。"
    assert foreign(text, FIRM, "茅野市") == {"2022-02"}


def test_a_count_of_those_that_the_page_names_is_theirs() -> None:
    towns = "、".join(("茅野市", "諏訪市", "岡谷市", "伊那市", "塩尻市", "松本市", "長野市", "上田市", "佐久市", "飯田市"))
    assert foreign(f"{FIRM}は、2022年2月に10市と協定を交わしました。{towns}です。", FIRM, "茅野市") == set()


def test_a_day_told_of_another_town_is_not_that_of_one_that_its_sentence_leaves_out() -> None:
    text = f"以前、{FIRM}は諏訪市を訪れました。{FIRM}と茅野市は、2021年9月に連携協定を結びました。"
    assert foreign(text, FIRM, "諏訪市") == {"2021-09"}
    assert foreign(text, FIRM, "茅野市") == set()
