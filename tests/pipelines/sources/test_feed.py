"""Feeds as sites serve them: every flavour, every encoding, and what is called a feed and is none."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines import sources
from pipelines.fetch.wanted import Wanted
from pipelines.sources import Source, UnreadableIndex, UnsafeIndex

URL = "https://www.city.aoi.example.jp/rss/10/list1.xml"
SERVED = {"Date": "Wed, 25 Nov 2026 22:10:05 GMT"}


def _source(**more: Any) -> Source:
    return Source(**{"name": "town", "file": Path("town.yaml"), "kind": "feed", "url": (URL,), "enabled": False, **more})


def _items(text: str | bytes, source: Source | None = None, **headers: str) -> list[Wanted]:
    body = text if isinstance(text, bytes) else text.encode()
    return sources.discover(source or _source(), URL, body, {**SERVED, **headers})


def _rdf(*items: str, encoding: str = "utf-8") -> str:
    return (f'<?xml version="1.0" encoding="{encoding}"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f'<channel rdf:about="{URL}"><title>葵市</title><link>https://www.city.aoi.example.jp/</link></channel>'
            + "".join(items) + "</rdf:RDF>")


def _item(link: str = "/kyotei/1.html", title: str = "㈱みなとデザインと①包括連携協定を締結（髙橋市長）",
          date: str = "<dc:date>2026-11-25T10:00:00+09:00</dc:date>", more: str = "") -> str:
    return f'<item rdf:about="{link}"><title>{title}</title><link>{link}</link>{date}{more}</item>'


FLAVOURS = {
    "RSS 0.90": '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>t</title><link>https://x.example.jp/</link>'
                "<description>d</description></channel><item><title>協定</title><link>/a.html</link></item></rdf:RDF>",
    "RSS 0.91": '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
                '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>t</title>'
                "<link>https://x.example.jp/</link><description>d</description><language>ja</language>"
                "<item><title>協定</title><link>/a.html</link></item></channel></rss>",
    "RSS 1.0": _rdf(_item("/a.html", "協定", "")),
    "RSS 2.0": '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://x.example.jp/</link>'
               "<description>d</description><item><title>協定</title><link>/a.html</link></item></channel></rss>",
    "Atom": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>t</id>'
            '<entry><id>tag:1</id><title>協定</title><link rel="alternate" href="/a.html"/></entry></feed>',
}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_flavour_gives_its_items_with_whole_links(flavour: str) -> None:
    (one,) = _items(FLAVOURS[flavour])
    assert one == Wanted("https://www.city.aoi.example.jp/a.html", "town", None, "協定")


@pytest.mark.parametrize(("encoding", "declared", "header"), [
    ("cp932", "Shift_JIS", "application/rdf+xml"), ("cp932", "Shift_JIS", "text/xml; charset=utf-8"),
    ("cp932", "utf-8", "text/xml; charset=Shift_JIS"), ("utf-8", "Shift_JIS", "text/xml"),
    ("utf-8-sig", "utf-8", "text/xml"), ("utf-16", "UTF-16", "text/xml")])
def test_a_feed_in_any_encoding_keeps_its_company_marks(encoding: str, declared: str, header: str) -> None:
    body = _rdf(_item(), encoding=declared).encode(encoding)
    (one,) = _items(body, **{"Content-Type": header})
    assert one.title == "㈱みなとデザインと①包括連携協定を締結（髙橋市長）"


def test_the_hint_of_the_source_counts_where_nothing_is_declared_right() -> None:
    body = _rdf(_item(title="㈱協定"), encoding="iso-8859-1").encode("cp932")
    (one,) = _items(body, _source(charset="shift_jis"), **{"Content-Type": "text/xml; charset=iso-8859-1"})
    assert one.title == "㈱協定"


@pytest.mark.parametrize(("written", "day"), [
    ("2026-11-25T23:30:00Z", "2026-11-26"), ("2026-11-25T10:00:00+09:00", "2026-11-25"), ("2026-11-25", "2026-11-25"),
    ("Wed, 25 Nov 2026 15:30:00 GMT", "2026-11-26"), ("2026/11/05 10:00", "2026-11-05"), ("令和8年11月3日", "2026-11-03"),
    ("soon", None), ("2026-12-24T10:00:00+09:00", None)])
def test_dates_are_days_in_japan_and_none_lies_ahead(written: str, day: str | None) -> None:
    (one,) = _items(_rdf(_item(date=f"<dc:date>{written}</dc:date>")))
    assert one.published == day


def test_without_the_day_it_was_served_a_date_is_taken_as_it_is() -> None:
    body = _rdf(_item(date="<dc:date>2026-12-24T10:00:00+09:00</dc:date>")).encode()
    assert sources.discover(_source(), URL, body)[0].published == "2026-12-24"


def test_tracking_and_fragments_leave_and_one_page_is_one_item() -> None:
    links = ["/a.html?utm_source=rss#top", "https://www.city.aoi.example.jp/a.html", "http://www.city.aoi.example.jp/a.html/",
             "/cgi-bin/page.php?id=7&amp;fbclid=x"]
    found = sources.find(_source(), URL, _rdf(*map(_item, links)).encode(), SERVED)
    assert [one.url for one in found.releases] == ["https://www.city.aoi.example.jp/a.html",
                                                   "https://www.city.aoi.example.jp/cgi-bin/page.php?id=7"]
    assert found.left_out == {"named twice": 2}


def test_what_is_elsewhere_or_cannot_be_fetched_is_left_out_and_counted() -> None:
    links = ["https://shop.example.com/x", "mailto:a@example.jp", "javascript:void(0)", "https://renkei.city.aoi.example.jp/b",
             "http://[broken", "https://partner.example.jp/c"]
    found = sources.find(_source(sites=["partner.example.jp"]), URL, _rdf(*map(_item, links)).encode(), SERVED)
    assert [one.url for one in found.releases] == ["https://renkei.city.aoi.example.jp/b", "https://partner.example.jp/c"]
    assert found.left_out == {"on another site": 1, "no address that can be fetched": 3}


def test_patterns_choose_what_is_taken() -> None:
    links = ["/press/1.html", "/press/old/2.html", "/kurashi/3.html"]
    found = sources.find(_source(include=["/press/"], exclude=["/old/"]), URL, _rdf(*map(_item, links)).encode(), SERVED)
    assert [one.url.rpartition("/")[2] for one in found.releases] == ["1.html"]
    assert found.left_out == {"excluded": 1, "not included": 1}


def test_the_speaker_is_the_sources_publisher_else_the_one_the_item_names() -> None:
    wire = _rdf(_item(more="<dc:corp>ひばり商会株式会社</dc:corp><dc:creator>広報</dc:creator>"))
    assert _items(wire)[0].publisher == "ひばり商会株式会社"
    assert _items(_rdf(_item(more="<dc:creator>桐運輸株式会社</dc:creator>")))[0].publisher == "桐運輸株式会社"
    assert _items(wire, _source(publisher=sources.Publisher(name="葵市")))[0].publisher == "葵市"


def test_marks_in_a_title_are_text() -> None:
    (one,) = _items(_rdf(_item(title="<![CDATA[<b>協定</b> A&amp;B]]>")))
    assert one.title == "協定 A&B"


def test_an_item_without_a_link_has_its_permanent_id_or_its_enclosure() -> None:
    rss = ('<rss version="2.0"><channel><title>t</title><item><title>a</title>'
           '<guid isPermaLink="false">https://www.city.aoi.example.jp/id.html</guid></item><item><title>b</title>'
           '<enclosure url="/b.pdf" type="application/pdf" length="1"/></item><item><title>c</title></item></channel></rss>')
    assert [one.url.rpartition("/")[2] for one in _items(rss)] == ["id.html", "b.pdf"]


def test_a_feed_that_is_cut_short_gives_what_came_and_says_so() -> None:
    whole = _rdf(_item("/1.html"), _item("/2.html"), _item("/3.html"))
    found = sources.find(_source(), URL, whole[:whole.index("/3.html")].encode(), SERVED)
    assert [one.url.rpartition("/")[2] for one in found.releases][:2] == ["1.html", "2.html"]
    assert found.problem and "not well-formed" in found.problem


def test_an_empty_feed_is_no_failure_but_less_than_is_expected() -> None:
    found = sources.find(_source(), URL, _rdf().encode(), SERVED)
    assert found.releases == () and found.problem is None


@pytest.mark.parametrize(("body", "says"), [
    ("<!DOCTYPE html><html><body>メンテナンス中</body></html>", "a page of HTML instead of XML"),
    ("<!-- 葵市 -->\n<html lang='ja'><head></head></html>", "a page of HTML instead of XML"),
    ('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>',
     "a page of HTML instead of XML"),
    ("", "answered with nothing"), ("  \n ", "answered with nothing"), ("葵市の新着情報", "is no feed"),
    ('{"items": []}', "is no feed"), ('<?xml version="1.0"?><data><row/></data>', "is no feed"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01" * 20, "something else than text")])
def test_what_is_no_feed_is_a_clear_failure(body: str | bytes, says: str) -> None:
    with pytest.raises(UnreadableIndex, match=says):
        _items(body)


@pytest.mark.parametrize("document", [
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
    '<!DOCTYPE rss [\n<!ELEMENT rss ANY>\n<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>'])
def test_a_feed_that_declares_entities_is_not_parsed(document: str) -> None:
    feed = f'<?xml version="1.0"?>{document}<rss version="2.0"><channel><title>&x;</title></channel></rss>'
    with pytest.raises(UnsafeIndex, match="declares entities"):
        _items(feed)


def test_the_same_bytes_give_the_same_items() -> None:
    body = _rdf(*(_item(f"/{n}.html") for n in range(20))).encode()
    assert sources.discover(_source(), URL, body, SERVED) == sources.discover(_source(), URL, body, SERVED)
