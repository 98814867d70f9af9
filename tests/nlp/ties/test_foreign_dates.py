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
    text = f"{FIRM}は、2019年4月に茅野市と連携協定を締結し、2024年6月には50自治体との協定締結に至りました。"
    assert foreign(text, FIRM, "茅野市") == {"2024-06"}


def test_a_count_of_those_that_the_page_names_is_theirs() -> None:
    towns = "、".join(("茅野市", "諏訪市", "岡谷市", "伊那市", "塩尻市", "松本市", "長野市", "上田市", "佐久市", "飯田市"))
    assert foreign(f"{FIRM}は、2024年6月に10市と協定を締結しました。{towns}です。", FIRM, "茅野市") == set()


def test_a_day_told_of_another_town_is_not_that_of_one_that_its_sentence_leaves_out() -> None:
    text = f"以前、{FIRM}は諏訪市を訪れました。{FIRM}と茅野市は、2022年5月に連携協定を締結しました。"
    assert foreign(text, FIRM, "諏訪市") == {"2022-05"}
    assert foreign(text, FIRM, "茅野市") == set()
