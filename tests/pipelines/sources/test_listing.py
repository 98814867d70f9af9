"""Listing pages of several shapes: where dates stand, what belongs to a title, how older items are reached."""
from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipelines import sources
from pipelines.fetch.wanted import Wanted
from pipelines.sources import Answer, Found, Listing, Source, UnreadableIndex

URL = "https://www.city.aoi.example.jp/press/index.html"
SERVED = {"Content-Type": "text/html", "Date": "Wed, 25 Nov 2026 22:10:05 GMT"}


def _source(how: dict[str, Any], **more: Any) -> Source:
    return Source(**{"name": "town", "file": Path("town.yaml"), "kind": "listing", "url": (URL,), "enabled": False,
                     "listing": Listing(**how), **more})


def _page(main: str) -> bytes:
    return (f'<html><head><meta charset="utf-8"></head><body><ul><li><a href="/kurashi/">くらし</a></li></ul>'
            f"<main>{main}</main></body></html>").encode()


def _found(main: str, headers: dict[str, str] | None = None, **how: Any) -> Found:
    return sources.find(_source(how), URL, _page(main), SERVED if headers is None else headers)


def _days(main: str, headers: dict[str, str] | None = None, **how: Any) -> list[str | None]:
    return [one.published for one in _found(main, headers, **how).releases]


def _line(text: str, link: str = "/press/1.html", title: str = "協定を締結") -> str:
    return f'<ul class="news"><li>{text} <a href="{link}">{title}</a></li></ul>'


@pytest.mark.parametrize(("written", "day"), [
    ("2026年11月5日", "2026-11-05"), ("令和8年11月5日（木曜日）", "2026-11-05"), ("令和８年１１月５日", "2026-11-05"),
    ("2026.11.5", "2026-11-05"), ("2026/11/05", "2026-11-05"), ("R8.11.5", "2026-11-05"), ("[2026年11月5日更新]", "2026-11-05"),
    ("11月5日", "2026-11-05"), ("12月28日", "2025-12-28"), ("11.5", "2026-11-05"), ("2月30日", None), ("近日", None)])
def test_the_date_of_a_line_is_read_as_people_write_it(written: str, day: str | None) -> None:
    assert _days(_line(written), item="ul.news li") == [day]


def test_a_day_without_a_year_stays_open_where_nothing_says_when_the_page_was_served() -> None:
    assert _days(_line("11月5日"), {}, item="ul.news li") == [None]
    assert _days(_line("2026年11月5日"), {}, item="ul.news li") == ["2026-11-05"]


def test_a_machine_readable_time_counts_before_its_words() -> None:
    line = '<ul class="news"><li><time datetime="2026-11-05">昨日</time><a href="/1.html">協定</a></li></ul>'
    assert _days(line, item="ul.news li", date="time") == ["2026-11-05"]


def test_headings_date_the_items_behind_them() -> None:
    main = """<h2>お知らせ</h2><h2>2026年11月</h2><h3>25日</h3><ul class="i"><li><a href="/1">a</a></li></ul>
    <h3>11月4日（水）</h3><ul class="i"><li><a href="/2">b</a></li><li><a href="/3">c</a></li></ul>
    <h2>令和8年10月</h2><h3>30日</h3><ul class="i"><li><a href="/4">d</a></li></ul><h2>関連</h2>"""
    assert _days(main, item="ul.i li", headings="h2, h3") == ["2026-11-25", "2026-11-04", "2026-11-04", "2026-10-30"]


def test_headings_without_any_year_are_of_the_last_such_day() -> None:
    main = '<h3>11月26日の報道発表</h3><p><a href="/1">a</a></p><h3>12月27日の報道発表</h3><p><a href="/2">b</a></p>'
    assert _days(main, item="p", headings="h3") == ["2026-11-26", "2025-12-27"]
    assert _days(main, {}, item="p", headings="h3") == [None, None]


def test_link_title_and_date_stand_where_the_selectors_say() -> None:
    main = """<table class="t"><tr><th>日付</th><th>件名</th></tr><tr><td class="d">2026年11月5日</td>
    <td><a href="/old">旧</a><a class="go" href="../press/1.html"><b>協定</b><span>企画課</span></a></td></tr></table>"""
    (one,) = _found(main, item="table.t tr", link="a.go", date="td.d", without="span").releases
    assert one == Wanted("https://www.city.aoi.example.jp/press/1.html", "town", "2026-11-05", "協定")


def test_an_item_may_be_the_link_itself_and_a_pdf() -> None:
    (one,) = _found('<h2>2026年11月5日</h2><p><a class="pdf" href="files/1.pdf">協定（PDF）</a></p>', item="a.pdf",
                    headings="h2").releases
    assert (one.url, one.published, one.kind) == ("https://www.city.aoi.example.jp/press/files/1.pdf", "2026-11-05", "page")


def test_lines_without_a_link_or_with_one_into_the_page_are_no_releases() -> None:
    found = _found('<ul class="news"><li>2026年11月5日 準備中</li><li><a href="#top">先頭へ</a></li><li><a href="">空</a></li>'
                   '<li><a href="/1.html">協定</a></li></ul>', item="ul.news li")
    assert [one.url for one in found.releases] == ["https://www.city.aoi.example.jp/1.html"]


@pytest.mark.parametrize(("body", "says"), [
    (_page("<p>新しいページに移りました</p>"), "the page has changed"), (b"\xef\xbb\xbf  ", "answered with nothing"),
    (b"", "answered with nothing"), (b"%PDF-1.7\x00\x01\x02\x03\x04\x05\x06" * 30, "something else than text")])
def test_a_page_that_has_changed_is_told(body: bytes, says: str) -> None:
    with pytest.raises(UnreadableIndex, match=says):
        sources.find(_source({"item": "ul.news li"}), URL, body, SERVED)


# --- older pages -----------------------------------------------------------------------------------------------------

def _book(number: int) -> bytes:
    after = f'<a class="next" href="index_{number + 1}.html">次へ</a>'
    return _page(_line("2026年11月5日", f"/press/{number}.html") + after)


def test_older_pages_are_asked_as_many_as_the_source_says_and_none_twice() -> None:
    asked: list[str] = []

    def ask(wanted: Wanted) -> Answer | None:
        asked.append(wanted.url)
        assert wanted.kind == "index" and wanted.source == "town"
        return Answer(wanted.url, _book(len(asked)), SERVED)

    source = _source({"item": "ul.news li", "next": "a.next", "pages": 3})
    walked = list(sources.walk(source, ask, dt.date(2026, 11, 26)))
    assert [url.rpartition("/")[2] for url in asked] == ["index.html", "index_2.html", "index_3.html"]
    assert [one.url.rpartition("/")[2] for _, found in walked for one in found.releases] == ["1.html", "2.html", "3.html"]


def test_a_next_link_in_a_circle_ends() -> None:
    asked: list[str] = []

    def ask(wanted: Wanted) -> Answer | None:
        asked.append(wanted.url)
        return Answer(wanted.url, _page(_line("") + f'<a class="next" href="{URL}">次</a>'), SERVED)

    list(sources.walk(_source({"item": "ul.news li", "next": "a.next", "pages": 9}), ask, dt.date(2026, 11, 26)))
    assert asked == [URL]


def test_a_page_that_gives_nothing_to_read_is_passed_over() -> None:
    source = _source({"item": "ul.news li"}, url=(URL, "https://www.city.aoi.example.jp/press/b.html"))
    walked = list(sources.walk(source, lambda w: None if w.url == URL else Answer(w.url, _book(1), SERVED),
                               dt.date(2026, 11, 26)))
    assert [wanted.url for wanted, _ in walked] == ["https://www.city.aoi.example.jp/press/b.html"]


def test_after_a_redirect_links_are_relative_to_where_it_led() -> None:
    moved = "https://press.city.aoi.example.jp/new/"
    (one,) = sources.find(_source({"item": "ul.news li"}), moved, _page(_line("", "1.html")), SERVED).releases
    assert one.url == "https://press.city.aoi.example.jp/new/1.html"
