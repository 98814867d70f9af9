"""What a tie fixes: a funder asks for sums, a clerk for terms that end or renew themselves."""
from __future__ import annotations

import pytest

from nlp.blocks import Layout
from nlp.dates import find_dates
from nlp.model import Document
from nlp.terms import Agreed, Term, amount_of, terms_of, yen
from nlp.text import Page


@pytest.mark.parametrize("text, value", [
    ("1億2,870万円", 128_700_000), ("１，５００万円を寄附", 15_000_000), ("三百万円", 3_000_000), ("500千円", 500_000),
    ("2千万円", 20_000_000), ("¥30,000", 30_000), ("1.5億円", 150_000_000), ("金 100,000円", 100_000), ("円滑な運営", None),
    ("百万円", 1_000_000),
])
def test_sums_in_all_writings(text: str, value: int | None) -> None:
    assert yen(Page(Document("sum", text)).norm) == value


def amount(text: str, sentence: str, kind: str = "donation") -> int | None:
    page = Page(Document("text", text))
    start = page.norm.index(sentence)
    return amount_of(Layout(page), Agreed(kind, start, start + len(sentence)))


@pytest.mark.parametrize("text, sentence, value", [
    ("みなもは青葉市に100万円を寄附した。", "みなもは青葉市に100万円を寄附した。", 1_000_000),
    ("資本金3,000万円のみなもは、青葉市に50万円を贈った。", "資本金3,000万円のみなもは、青葉市に50万円を贈った。", 500_000),
    ("青葉市はみなもから寄附を受けました。\n寄附金額：200万円\n", "青葉市はみなもから寄附を受けました。", 2_000_000),
    ("みなもは青葉市に1個につき5円を寄附する。", "みなもは青葉市に1個につき5円を寄附する。", None),
    ("みなもは青葉市に車を贈った。総事業費は2億円。", "みなもは青葉市に車を贈った。", None),
])
def test_the_sum_of_the_tie_itself(text: str, sentence: str, value: int | None) -> None:
    assert amount(text, sentence) == value


def test_kinds_without_a_sum_have_none() -> None:
    text = "両者は連携協定を結び、1,000万円の売上を目指す。"
    assert amount(text, text, "partnership") is None


def terms(text: str, *ties: tuple[str, str, str | None]) -> list[Term]:
    """The terms of ties given as (kind, sentence, day)."""
    page = Page(Document("text", text))
    asked = [Agreed(kind, page.norm.index(s), page.norm.index(s) + len(s), day) for kind, s, day in ties]
    return terms_of(Layout(page), find_dates(page.raw, "2024-06-10"), asked)


SIGNED = "青葉市とみなもは協定を結んだ。"


def test_a_term_with_both_days() -> None:
    text = SIGNED + "\n有効期間：令和6年4月1日から令和9年3月31日まで\n"
    assert terms(text, ("partnership", SIGNED, "2024-04-01")) == [Term("2024-04-01", "2027-03-31")]


def test_a_term_that_renews_itself_has_no_end() -> None:
    text = SIGNED + "\n協定期間　令和6年4月1日から令和7年3月31日まで\nただし、申出がないときは1年間更新する。\n"
    assert terms(text, ("partnership", SIGNED, "2024-04-01")) == [Term("2024-04-01", None, True)]


def test_a_term_counted_from_the_signing() -> None:
    text = SIGNED + "協定の有効期間は締結の日から3年間とする。"
    assert terms(text, ("partnership", SIGNED, "2024-06-10")) == [Term("2024-06-10", "2027-06-09")]
    assert terms(text, ("partnership", SIGNED, None)) == [Term()]


def test_months_that_end_in_a_shorter_month() -> None:
    text = SIGNED + "期間は契約日から6か月間。"
    assert terms(text, ("outsourcing", SIGNED, "2024-08-31")) == [Term("2024-08-31", "2025-02-28")]


def test_each_tie_of_a_page_has_its_own_term() -> None:
    first, second = "体育館の指定管理者にみなもを指定した。", "図書館の指定管理者にはやてを指定した。"
    text = (f"{first}\n指定期間：令和6年4月1日から令和9年3月31日まで\n"
            f"{second}\n指定期間：令和6年4月1日から令和11年3月31日まで\n")
    assert terms(text, ("designated_manager", first, "2024-03-01"), ("designated_manager", second, "2024-03-02")) == [
        Term("2024-04-01", "2027-03-31"), Term("2024-04-01", "2029-03-31")]


def test_periods_of_other_things_are_no_terms() -> None:
    text = SIGNED + "\n募集：令和6年4月1日から令和6年5月31日まで\n"
    assert terms(text, ("partnership", SIGNED, "2024-04-01")) == [Term()]


def test_what_is_no_agreement_has_no_term() -> None:
    text = "みなもは協議会の会員である。\n有効期間：令和6年4月1日から令和9年3月31日まで\n"
    assert terms(text, ("membership", "みなもは協議会の会員である。", None)) == [Term()]
