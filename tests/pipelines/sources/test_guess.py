"""Somebody gives an address: what it is, who speaks there, what to call it."""
from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sources import UnreadableIndex, guess

PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize(("file", "kind"), [
    ("gov-soumu.xml", "feed"), ("city-shobara.xml", "feed"), ("ward-sumida.xml", "feed"), ("city-hanno.xml", "sitemap"),
    ("city-hanno-2.xml", "sitemap"), ("city-yokohama.html", "listing"), ("ward-arakawa.html", "listing")])
def test_the_kind_is_told_by_the_bytes(file: str, kind: str) -> None:
    assert guess.of_body("https://www.city.aoi.example.jp/x", (PAGES / file).read_bytes()).kind == kind


@pytest.mark.parametrize(("file", "item"), [
    ("city-yokohama.html", "ul.info-list > li"), ("ward-arakawa.html", "table.list_table > tr"),
    ("ward-shibuya.html", "ul.m-list-links > li"), ("pref-nagasaki.html", "ol.news-list > li"),
    ("city-kitakyushu.html", "ul.news > li")])
def test_the_list_of_dated_links_in_a_page_is_found(file: str, item: str) -> None:
    assert guess.of_body("https://www.city.aoi.example.jp/x", (PAGES / file).read_bytes()).item == item


def test_a_feed_has_its_title_and_a_page_the_feeds_it_names() -> None:
    assert guess.of_body("https://a.example.jp/", (PAGES / "gov-soumu.xml").read_bytes()).title == "総務省 新着情報"
    page = b'<html><head><title>A</title><link rel="alternate" type="application/rss+xml" href="/news.rss"></head></html>'
    found = guess.of_body("https://a.example.jp/x/", page)
    assert (found.kind, found.feeds, found.item) == ("listing", ("https://a.example.jp/news.rss",), None)


def test_what_is_nothing_of_the_kind_is_told() -> None:
    with pytest.raises(UnreadableIndex, match="something else than text"):
        guess.of_body("https://a.example.jp/", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01" * 20)


@pytest.mark.parametrize(("url", "name", "code"), [
    ("https://www.city.yokohama.lg.jp/city-info/press/", "横浜市", "141003"),
    ("https://www.pref.osaka.lg.jp/shinchaku/shinchaku.xml", "大阪府", "270008"),
    ("https://www.city.sapporo.jp/somu/houdou.xml", "札幌市", "011002")])
def test_a_public_bodys_site_tells_who_speaks(url: str, name: str, code: str) -> None:
    found = guess.publisher(url)
    assert found is not None and (found.name, found.code) == (name, code)


def test_another_site_tells_nothing() -> None:
    assert guess.publisher("https://prtimes.jp/index.rdf") is None


@pytest.mark.parametrize(("url", "name"), [
    ("https://www.city.yokohama.lg.jp/press/", "city-yokohama"), ("https://www.soumu.go.jp/news.rdf", "soumu"),
    ("https://www.pref.aichi.jp/rss/10/list1.xml", "pref-aichi"), ("https://prtimes.jp/index.rdf", "prtimes"),
    ("http://press.example.co.jp:8080/", "press-example")])
def test_a_name_comes_from_the_host(url: str, name: str) -> None:
    assert guess.name(url) == name
