"""Files as people have them become documents."""
from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.ledger import Draft
from pipelines.reading import Unreadable, read
from pipelines.reading.days import day
from pipelines.reading.pdf import despaced
from pipelines.settings import Settings

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>協定 | 青葉市</title>
<link rel="canonical" href="https://city.example/1"><meta property="og:site_name" content="青葉市">
<script type="application/ld+json">{{"headline": "㈱かすみと協定", "datePublished": "2024-06-26T20:00:00Z"}}</script>
</head><body><nav><a href="/">ホーム</a></nav><main><h1>㈱かすみと協定</h1>
<p>青葉市は、株式会社かすみ、髙木商店と、健康づくりに関する連携協定を締結しました。市民の健康を支えます。</p>
<ul><li>健康診査の受診を勧めること</li><li>運動の機会を作ること</li></ul>
<table><tr><th>相手</th><th>日付</th></tr><tr><td>株式会社かすみ</td><td>令和6年6月25日</td></tr></table>
</main></body></html>"""
RDF = """<?xml version="1.0" encoding="Shift_JIS"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://f.example/"><title>青葉市</title></channel>
<item rdf:about="https://f.example/1"><title>㈱かすみと協定</title><link>https://f.example/1</link>
<description>&lt;p&gt;髙木商店と&lt;/p&gt;&lt;p&gt;協定&lt;/p&gt;</description><dc:date>2024-06-27T23:30:00+09:00</dc:date></item>
</rdf:RDF>"""


def only(name: str, data: bytes) -> Draft:
    [found] = read(name, data)
    assert isinstance(found, Draft), found
    return found


@pytest.mark.parametrize(("label", "codec"), [("utf-8", "utf-8"), ("Shift_JIS", "cp932"), ("x-sjis", "cp932")])
def test_a_page_in_its_own_charset(label: str, codec: str) -> None:
    found = only("a.html", PAGE.format(charset=label).encode(codec))
    assert found.title == "㈱かすみと協定" and found.publisher == "青葉市" and found.url == "https://city.example/1"
    assert found.published == "2024-06-27"  # eight in the evening in Greenwich is the next morning in Japan
    lines = found.text.split("\n")
    assert "株式会社かすみ\t令和6年6月25日" in lines and "運動の機会を作ること" in lines
    assert "髙木商店" in found.text and "ホーム" not in found.text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"])
def test_plain_text_in_any_usual_encoding(codec: str) -> None:
    text = "協定を結びました\n2024年6月27日　青葉市\n\n青葉市とカスミは協定を結びました。\n"
    found = only("a.txt", text.encode(codec))
    assert found.text == text and found.title == "協定を結びました"


def test_a_feed_in_code_page_932() -> None:
    found = only("feed.rdf", RDF.encode("cp932"))
    assert found == Draft("髙木商店と\n協定", "https://f.example/1", "https://f.example/1", "㈱かすみと協定",
                          "2024-06-27", "青葉市")


def test_rss_2_and_atom() -> None:
    rss = ("<rss version='2.0'><channel><title>青葉市</title><item><guid>g</guid><title>題</title><description>文。"
           "</description><pubDate>Wed, 26 Jun 2024 20:00:00 GMT</pubDate></item></channel></rss>")
    assert only("a.xml", rss.encode()).published == "2024-06-27"
    atom = ("<feed xmlns='http://www.w3.org/2005/Atom'><title>青葉市</title><entry><id>e</id><title>題</title>"
            "<content type='html'>&lt;p&gt;文。&lt;/p&gt;</content><updated>2024-06-27</updated></entry></feed>")
    assert only("a.xml", atom.encode()).text == "文。"


def test_characters_that_do_not_exist_spoil_no_feed() -> None:
    rss = "<rss version='2.0'><channel><title>青葉市</title><item><guid>g</guid><title>題&#xD800;</title><description>文&#0;。"
    found = only("a.xml", (rss + "</description></item></channel></rss>").encode())
    assert (found.title, found.text) == ("題�", "文�。")


def test_a_broken_feed_gives_what_came_before_the_break() -> None:
    found = read("feed.rdf", RDF.encode("cp932").replace(b"</rdf:RDF>", b"<item"))
    assert [type(one) for one in found] == [Draft, Unreadable]


@pytest.mark.parametrize(("name", "data", "reason"), [
    ("a.txt", b"", "empty"), ("a.txt", b"\xff\xfe\x00", "no text"), ("a.html", b"<html></html>", "no text"),
    ("a.pdf", b"not a pdf", "cannot be read"), ("a.xml", b"<html/>", "not a feed"), ("a.doc", b"x", "not a kind"),
    ("a.jsonl", b'{"id": "x"}', "«text»"), ("a.jsonl", b'{"id": "x", "text": "\x83"}', "not UTF-8"),
    ("a.jsonl", b"[" * 100_000, "JSON")])
def test_the_reason_is_told(name: str, data: bytes, reason: str) -> None:
    [found] = read(name, data)
    assert isinstance(found, Unreadable) and reason in found.reason


def test_words_spread_for_show_are_closed_up() -> None:
    assert despaced("株 式 会 社 かすみ と A B") == "株式会社 かすみ と A B"


@pytest.mark.parametrize(("written", "expected"), [("2024-6-7", "2024-06-07"), ("2024-13-01", None), ("きのう", None),
                                                  ("2024-06-27T20:00:00", "2024-06-27"), (None, None)])
def test_days(written: str | None, expected: str | None) -> None:
    assert day(written) == expected


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_environment({"KAKEHASHI_HOME": str(tmp_path), "KAKEHASHI_LEDGER_URL": ""})
    assert settings.home == tmp_path and settings.ledger_url == f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    assert settings.executor == "in-process" and settings.contact is None


WIRE = """<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://prtimes.jp/">
<title>PR TIMES</title></channel><item rdf:about="https://prtimes.jp/1"><title>協定を締結</title><link>/main/1.html</link>
<description>青葉市と協定を締結しました。</description><dc:corp>株式会社かすみ</dc:corp><dc:date>2024-06-27T23:30:00Z</dc:date></item></rdf:RDF>"""


def test_a_wires_feed_names_the_firm_that_speaks() -> None:
    [found] = read("x", WIRE.encode(), {"Content-Type": "application/xml"}, "https://prtimes.jp/index.rdf")
    assert isinstance(found, Draft)
    assert (found.publisher, found.url, found.published) == ("株式会社かすみ", "https://prtimes.jp/main/1.html", "2024-06-28")


def test_a_citys_feed_is_the_citys_whatever_section_wrote_it() -> None:
    rss = ("<rss version='2.0'><channel><title>新着情報</title><item><guid>g</guid><title>題</title><description>文。</description>"
           "<link>https://www.city.kobe.lg.jp/a/1.html</link><author>環境局</author></item></channel></rss>")
    assert only("a.xml", rss.encode()).publisher == "神戸市"
