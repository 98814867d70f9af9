"""Sitemaps: an index of them, packed ones, and only what changed of late."""
from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pytest

from pipelines import sources
from pipelines.sources import Answer, Sitemap, Source, UnreadableIndex, UnsafeIndex

URL = "https://www.city.aoi.example.jp/sitemap.xml"
SERVED = {"Date": "Wed, 25 Nov 2026 22:10:05 GMT"}
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _source(**more: Any) -> Source:
    return Source(**{"name": "town", "file": Path("town.yaml"), "kind": "sitemap", "url": (URL,), "enabled": False, **more})


def _urls(*entries: tuple[str, str | None], kind: str = "url", root: str = "urlset") -> bytes:
    rows = "".join(f"<{kind}><loc>{loc}</loc>" + (f"<lastmod>{mod}</lastmod>" if mod else "") + f"</{kind}>"
                   for loc, mod in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {NS}>{rows}</{root}>'.encode()


def _page(number: int) -> str:
    return f"https://www.city.aoi.example.jp/press/{number}.html"


def test_what_changed_of_late_or_does_not_say_is_taken_without_a_date_of_publication() -> None:
    body = _urls((_page(1), "2026-11-25T18:00:00+09:00"), (_page(2), None), (_page(3), "2026-09-01"), (_page(4), "2026-10-27"))
    found = sources.find(_source(), URL, body, SERVED)
    assert [(w.url, w.published) for w in found.releases] == [(_page(1), None), (_page(2), None), (_page(4), None)]


def test_the_age_that_counts_is_the_sources() -> None:
    body = _urls((_page(1), "2026-11-20"), (_page(2), "2026-11-10"))
    found = sources.find(_source(sitemap=Sitemap(newest_days=7)), URL, body, SERVED)
    assert [w.url for w in found.releases] == [_page(1)]


def test_an_index_names_sitemaps_to_ask_next() -> None:
    body = _urls(("https://www.city.aoi.example.jp/a.xml", "2026-11-20"), ("https://www.city.aoi.example.jp/b.xml", "2026-01-01"),
                 ("https://evil.example.com/c.xml", None), kind="sitemap", root="sitemapindex")
    found = sources.find(_source(), URL, body, SERVED)
    assert found.releases == () and [(w.url, w.kind) for w in found.further] == [("https://www.city.aoi.example.jp/a.xml", "index")]


def test_the_whole_tree_is_walked() -> None:
    site = {URL: _urls(("https://www.city.aoi.example.jp/a.xml.gz", None), ("https://www.city.aoi.example.jp/b.xml", None),
                       kind="sitemap", root="sitemapindex"),
            "https://www.city.aoi.example.jp/a.xml.gz": gzip.compress(_urls((_page(1), None)), mtime=0),
            "https://www.city.aoi.example.jp/b.xml": _urls((_page(2), None), (_page(3), None))}
    walked = list(sources.walk(_source(), lambda w: Answer(w.url, site[w.url], SERVED), dt.date(2026, 11, 26)))
    assert [w.url for _, found in walked for w in found.releases] == [_page(1), _page(2), _page(3)]


def test_a_sitemap_of_thousands_of_sitemaps_does_not_ask_without_end() -> None:
    asked = []

    def ask(wanted: Any) -> Answer:
        asked.append(wanted.url)
        here = len(asked)
        return Answer(wanted.url, _urls(*((f"https://www.city.aoi.example.jp/{here}-{n}.xml", None) for n in range(50)),
                                        kind="sitemap", root="sitemapindex"), SERVED)

    list(sources.walk(_source(), ask, dt.date(2026, 11, 26)))
    assert len(asked) == len(set(asked)) == 200


def test_a_sitemap_without_its_namespace_and_with_odd_entries_is_read() -> None:
    body = f"<urlset><url><loc> {_page(1)}\n</loc></url><url></url><url><loc></loc></url><!-- x --><other/></urlset>".encode()
    assert [w.url for w in sources.find(_source(), URL, body, SERVED).releases] == [_page(1)]


@pytest.mark.parametrize(("body", "says"), [
    (b"<html><body>404</body></html>", "a page of HTML instead of XML"), (b"<rss version='2.0'/>", "is no sitemap but <rss>"),
    (b"User-agent: *", "is no XML|is no sitemap"), (b"\x1f\x8b\x08broken", "damaged gzip")])
def test_what_is_no_sitemap_is_told(body: bytes, says: str) -> None:
    with pytest.raises(UnreadableIndex, match=says):
        sources.find(_source(), URL, body, SERVED)


def test_a_sitemap_that_unfolds_without_end_is_given_up() -> None:
    with pytest.raises(UnreadableIndex, match="unpacks to more than 52,428,800 bytes"):
        sources.find(_source(), URL, gzip.compress(b"<urlset>" + bytes(60_000_000)), SERVED)
    bomb = b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaa">]><urlset><url><loc>&a;</loc></url></urlset>'
    with pytest.raises(UnsafeIndex):
        sources.find(_source(), URL, bomb, SERVED)


def test_a_folder_has_no_index(tmp_path: Path) -> None:
    source = Source(name="inbox", file=tmp_path / "inbox.yaml", kind="folder", path=tmp_path)
    with pytest.raises(UnreadableIndex, match="has no index"):
        sources.find(source, URL, b"<urlset/>", SERVED)
