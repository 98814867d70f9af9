"""A release without a feed around it still tells its day and its publisher."""
from __future__ import annotations

from nlp.masthead import completed
from nlp.model import Document


def test_the_first_lines_give_day_and_publisher() -> None:
    for text in ("協定を結びました\n2021年7月16日　茅野市\n\n茅野市は、…", "協定を結びました\n令和3年7月16日\n茅野市\n本市は、…",
                 "協定を結びました\n更新日：2021年7月16日\n茅野市\n本市は、…"):
        found = completed(Document("d", text))
        assert (found.published, found.publisher) == ("2021-07-16", "茅野市"), text


def test_what_the_source_gave_stays() -> None:
    document = Document("d", "2021年7月16日　茅野市\n", published="2021-07-18", publisher="諏訪市")
    assert completed(document) == document


def test_a_day_of_an_event_is_no_masthead() -> None:
    found = completed(Document("d", "2021年7月16日、茅野市で式が行われた。"))
    assert (found.published, found.publisher) == (None, None)


def test_a_sites_name_stands_for_its_publisher_where_the_text_uses_it() -> None:
    text = "ヒバリ商会・マガジン\n\nヒバリ商会は町と組みました。ヒバリ商会が運営します。ヒバリ商会の強みです。"
    assert completed(Document("d", text)).publisher == "ヒバリ商会"
    assert completed(Document("d", "週刊・マガジン\n\n協定を結びました。")).publisher is None


def test_a_joint_release_has_no_one_publisher() -> None:
    found = completed(Document("d", "2021年7月16日\n茅野市\n株式会社すずかけ通信\n\n茅野市と株式会社すずかけ通信は、…"))
    assert (found.published, found.publisher) == ("2021-07-16", None)


def test_heads_and_feet_that_hold_a_day() -> None:
    for text in ("ニュースリリース　2021年7月16日\n\n茅野市は、…", "各位　　　　　2021年7月16日\n\n茅野市は、…",
                 "2021年7月16日　ページ番号：1021\n\n茅野市は、…",
                 "ページ番号：1021　更新日：2021年7月16日\n\n茅野市は、…", "[2021/7/16 長野版]\n\n茅野市は、…",
                 "2021.07.16 茅野市と協定\n\n茅野市は、…",
                 "茅野市は、…\n（2021年7月16日　株式会社すずかけ通信　広報室）", "茅野市は、…\n最終更新日　2021年7月16日"):
        assert completed(Document("d", text)).published == "2021-07-16", text


def test_a_list_of_dated_lines_and_a_day_within_the_text_are_no_heads() -> None:
    for text in ("2020.7.16 茅野市　包括連携協定\n2021.8.2 諏訪市　包括連携協定",
                 "実績\n2021年7月16日 茅野市\n2021年3月2日 諏訪市\n2020年1月8日 富士見町",
                 "締結日　相手方\n2021年7月16日　株式会社すずかけ通信\n2021年3月2日　諏訪市",
                 "協定を結びました。\n日時は2021年7月16日です。"):
        assert completed(Document("d", text)).published is None, text
