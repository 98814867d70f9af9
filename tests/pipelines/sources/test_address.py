"""The address of a release as it is kept."""
from __future__ import annotations

import pytest

from pipelines.sources import address

BASE = "https://www.city.aoi.example.jp/press/index.html"


@pytest.mark.parametrize(("link", "kept"), [
    ("1.html", "https://www.city.aoi.example.jp/press/1.html"), ("../a/./1.html", "https://www.city.aoi.example.jp/a/1.html"),
    ("//cms.city.aoi.example.jp/1", "https://cms.city.aoi.example.jp/1"), ("?id=3", f"{BASE}?id=3"),
    ("HTTP://WWW.City.Aoi.example.JP:80/A.html", "http://www.city.aoi.example.jp/A.html"),
    ("https://www.city.aoi.example.jp", "https://www.city.aoi.example.jp/"),
    # what people put into file names
    ("協定 書.pdf", "https://www.city.aoi.example.jp/press/%E5%8D%94%E5%AE%9A%20%E6%9B%B8.pdf"),
    ("a%20b.pdf", "https://www.city.aoi.example.jp/press/a%20b.pdf"), ("/a\n/b", "https://www.city.aoi.example.jp/a/b"),
    # parameters that name the page stay as they are, in their order
    ("/p.php?page_id=12&lang=&a=1", "https://www.city.aoi.example.jp/p.php?page_id=12&lang=&a=1"),
    ("/index.cfm/13,79498,html", "https://www.city.aoi.example.jp/index.cfm/13,79498,html"),
    ("/a;jsessionid=AB", "https://www.city.aoi.example.jp/a;jsessionid=AB"),
    # those that tell who sent the reader leave, and the fragment with them
    ("/a?utm_source=rss&id=7&fbclid=x&utm_medium=y#top", "https://www.city.aoi.example.jp/a?id=7"),
    ("/a?utm_source=rss", "https://www.city.aoi.example.jp/a"),
])
def test_a_link_becomes_a_whole_address(link: str, kept: str) -> None:
    assert address.cleaned(link, BASE) == kept
    assert address.cleaned(kept, "https://elsewhere.example.jp/") == kept


@pytest.mark.parametrize("link", ["mailto:koho@example.jp", "javascript:void(0)", "tel:0312345678", "http://[broken",
                                  "http://a.example.jp:port/", "https://user:secret@a.example.jp/", "ftp://a/b",
                                  "/\ud800"])
def test_what_cannot_be_fetched_is_none(link: str) -> None:
    assert address.cleaned(link, BASE) is None


@pytest.mark.parametrize(("url", "inside"), [
    ("https://city.aoi.example.jp/", True), ("https://cms.city.aoi.example.jp/", True), ("https://www.city.aoi.example.jp/", True),
    ("https://evilcity.aoi.example.jp/", False), ("https://city.aoi.example.jp.evil.example/", False)])
def test_hosts_below_a_site_belong_to_it(url: str, inside: bool) -> None:
    assert address.within(url, (address.site(BASE),)) is inside
