"""Small pages, each with one trait that real ones have, and all that must be read of them."""
from __future__ import annotations

import pytest

from pipelines.ledger import Draft
from pipelines.reading import Told, Unreadable, kind_of, links_to_attachments, read

URL = "https://www.hikari.example/news/1.html"
TITLE = "ほしぞら電力と協定を締結"
FIRST = "ひかり市は、令和6年6月25日、株式会社ほしぞら電力と「再生可能エネルギーの活用に関する連携協定」を締結しました。"
SECOND = "協定により、市の施設の電力を地域で作られたものに切り替えます。"
P = f"<p>{FIRST}</p><p>{SECOND}</p>"
H1 = f"<h1>{TITLE}</h1>"
MENU = "<ul>" + "".join(f'<li><a href="/{n}.html">{words}</a></li>'
                        for n, words in enumerate(["くらし", "健康", "観光", "産業", "市政"])) + "</ul>"
NEWS = "".join(f'<li><a href="/n/{n}.html">{words}</a></li>'
               for n, words in enumerate(["水道工事のお知らせ", "窓口の混雑", "夏祭りの開催"]))
WHOLE = [TITLE, FIRST, SECOND]


def html(body: str, head: str = "") -> bytes:
    return (f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{TITLE} | 株式会社ひかり</title>{head}</head>'
            f"<body>{body}</body></html>").encode()


def draft(body: str, head: str = "", url: str | None = URL, told: Told | None = None) -> Draft:
    [found] = read("", html(body, head), {"Content-Type": "text/html"}, url, told)
    assert isinstance(found, Draft), found
    return found


SHAPES = {
    "a menu within the part": (f'<div id="contents"><div id="sub">{MENU}</div><div><h2>{TITLE}</h2>{P}</div></div>', WHOLE),
    "names of a newer kind": (f'<div class="c-head">{MENU}</div><section class="l-content__main">{H1}{P}</section>', WHOLE),
    "a side column within the main part": (f'<main>{H1}{P}<div class="l-sub"><h2>新着情報</h2><ul>{NEWS}</ul></div></main>', WHOLE),
    "a headline in a plain block": (f'<main>{H1}{P}<p class="ttl">関連記事</p><ul>{NEWS}</ul></main>', WHOLE),
    "a form around the page": (f'<form id="aspnetForm">{MENU}<div id="ctl">{H1}{P}</div><div class="footer">{MENU}</div></form>', WHOLE),
    "plain text": (f"<pre>{TITLE}\n\n{FIRST}\n{SECOND}\n</pre>", WHOLE),
    "line breaks alone": (f'{MENU}<div class="news-detail">{TITLE}<br><br>{FIRST}<br>{SECOND}</div>', WHOLE),
    "an empty frame for a program": (f'<main id="app"></main><noscript>JavaScriptを有効に</noscript><div>{H1}{P}</div>', WHOLE),
    "two parts of one name": (f'<main><div class="wysiwyg_wp">{H1}<p>{FIRST}</p></div><div class="wysiwyg_wp"><p>{SECOND}</p></div></main>',
                              WHOLE),
    "cards of other articles": (f'<main><article>{H1}{P}</article><article><a href="/1">別の記事の題</a></article></main>', WHOLE),
    "a printable area": (f'<div class="print-area">{H1}{P}</div>{MENU}', WHOLE),
    "hidden words": (f'<main>{H1}{P}<p hidden>見えない</p><div style="display: none">見えない</div></main>', WHOLE),
    "source lines cut within a word": (f"<main>{H1}<p>{FIRST[:20]}\n   {FIRST[20:]}</p><p>{SECOND}</p></main>", WHOLE),
    "comments and controls": (f"<main><!-- 例 -->{H1}{P}<select><option>選択</option></select><button>開く</button></main>", WHOLE),
    "partners with links of their own": ("<main><h1>構成団体</h1><ul>" + "".join(
        f'<li><a href="https://{n}.example/">株式会社{stem}</a></li>' for n, stem in enumerate(("あかね", "みどり"))) + "</ul></main>",
        ["構成団体", "株式会社あかね", "株式会社みどり"]),
    "a cell that spans rows": ("<main><h1>会員の一覧</h1><table><tr><th rowspan=2>会員</th><td>株式会社あかね</td></tr><tr><td>株式会社みどり"
                               "</td></tr><tr><th>顧問</th><td>ひかり市</td></tr></table></main>",
                               ["会員の一覧", "会員\t株式会社あかね", "会員\t株式会社みどり", "顧問\tひかり市"]),
    "a spanning cell in the middle": ("<main><h1>会員の一覧です</h1><table><tr><td>一</td><td rowspan=2>理事</td><td>あかね</td></tr>"
                                      "<tr><td>二</td><td>みどり</td></tr></table></main>",
                                      ["会員の一覧です", "一\t理事\tあかね", "二\t理事\tみどり"]),
    "a list in a cell": ("<main><h1>協定の概要について</h1><table><tr><th>締結先</th><td><ul><li>株式会社あかね</li><li>株式会社みどり、</li></ul>"
                         "</td></tr></table></main>", ["協定の概要について", "締結先\t株式会社あかね、株式会社みどり"]),
    "terms and their meanings": ("<main><h1>協定の概要について</h1><dl><dt>締結日</dt><dd>令和6年6月25日</dd><dt>締結先</dt><dd>株式会社あかね</dd>"
                                 "<dd>株式会社みどり</dd></dl></main>",
                                 ["協定の概要について", "締結日\t令和6年6月25日", "締結先", "株式会社あかね", "株式会社みどり"]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_release_and_nothing_else(shape: str) -> None:
    body, expected = SHAPES[shape]
    assert draft(body).text.split("\n") == expected


@pytest.mark.parametrize("body", [
    f"<main><h1>報道発表資料</h1><h2>{TITLE}</h2>{P}</main>", f"<header><h1>株式会社ひかり</h1></header><main><h2>{TITLE}</h2>{P}</main>",
    f"<main><h3>{TITLE}</h3>{P}</main>", f"<main>{P}</main>", f"<h1><img alt='ひかり'></h1><div>{P}</div>",
    f"<main><h1>{TITLE}</h1>{P}<h2>会社概要</h2></main>"])
def test_the_headline_under_whatever_heading(body: str) -> None:
    assert draft(body).title == TITLE


@pytest.mark.parametrize(("written", "expected"), [
    ("<p>公開日：2023年5月31日</p><p>更新日：2024年1月1日</p>", "2023-05-31"), ("<p>更新日：令和5年5月31日</p>", "2023-05-31"),
    ("<p>2023年5月31日更新</p>", "2023-05-31"), ("<p>（令和5年5月31日 公開）</p>", "2023-05-31"), ("<div>2023.5.31</div>", "2023-05-31"),
    ("<dl><dt>掲載日</dt><dd>２０２３年５月３１日</dd></dl>", "2023-05-31"), ("<p>令和5年5月31日(水曜日)</p>", "2023-05-31"),
    ("<table><tr><th>発表日</th><td>R5.5.31</td></tr></table>", "2023-05-31"), ("<p>公開日：2023年5月</p>", "2023-05"),
    ("<time datetime='2023-05-30T16:00:00Z'>5月31日</time>", "2023-05-31"), ("<p>開催日：2023年5月31日</p>", None),
    ("<p>締切は2023年5月31日です。</p>", None), ("<p>更新日：1970年1月1日</p>", None)])
def test_the_day_as_pages_write_it(written: str, expected: str | None) -> None:
    assert draft(f"<main>{H1}{written}{P}</main>").published == expected


def test_days_of_other_news_are_not_the_releases() -> None:
    other = '<ul class="news-list"><li>2024年7月1日公開 <a href="/1">別の記事</a></li></ul>'
    assert draft(f"<nav>{other}</nav><aside>{other}</aside><div id='side'>{other}</div><main>{H1}{P}</main>").published is None


@pytest.mark.parametrize(("head", "expected"), [
    ('<meta property="article:published_time" content="2023-05-30T16:00:00Z">', "2023-05-31"),
    ('<meta name="dcterms.issued" content="令和5年5月31日">', "2023-05-31"),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-05-31"}</script>', "2023-05-31"),
    ('<script type="application/ld+json">[{"@type": "Event", "datePublished": "2020-01-01"}, {"@graph": [{"@type": '
     '"PressRelease", "datePublished": "2023-05-31"}]}]</script>', "2023-05-31"),
    ('<script type="application/ld+json">{broken</script><meta name="date" content="2023-05">', "2023-05"),
    ('<meta property="article:modified_time" content="2023-05-31">', "2023-05-31")])
def test_the_day_as_machines_have_it(head: str, expected: str) -> None:
    assert draft(f"<main>{H1}{P}</main>", head).published == expected


def test_what_a_feed_said_comes_first_for_the_day_and_last_for_the_title() -> None:
    told = Told("2023-06-01", "別の題", "株式会社ひかり")
    found = draft(f"<main>{H1}<p>更新日：2024年1月1日</p>{P}</main>", told=told)
    assert (found.published, found.title, found.publisher) == ("2023-06-01", TITLE, "株式会社ひかり")


@pytest.mark.parametrize(("stated", "expected"), [
    ("https://www.hikari.example/news/2.html", "https://www.hikari.example/news/2.html"), ("/news/2.html#a", "https://www.hikari.example/news/2.html"),
    ("https://hikari.example/news/1.html", "https://hikari.example/news/1.html"), ("https://www.hikari.example/", URL),
    ("https://www.other.example/news/2.html", URL), ("javascript:void(0)", URL), ("http://[broken", URL), ("", URL)])
def test_a_lasting_address_is_on_the_site_and_no_home_page(stated: str, expected: str) -> None:
    assert draft(f"<main>{H1}{P}</main>", f'<link rel="canonical" href="{stated}">').url == expected


@pytest.mark.parametrize(("url", "publisher"), [
    ("https://www.city.kobe.lg.jp/a/1.html", "神戸市"), ("https://www.city.kobe.lg.jp/kuyakusho/nadaku/1.html", "神戸市灘区"),
    ("https://www.city.fuchu.hiroshima.jp/1.html", "広島県府中市"), ("https://www.pref.aichi.jp/press/1.html", "愛知県"),
    ("https://web.pref.hyogo.lg.jp/1.html", "兵庫県"), ("https://www.kanto.meti.go.jp/1.html", "関東経済産業局"),
    ("https://www.digital.go.jp/news/1", "デジタル庁"), ("https://www.hikari.example/1", "株式会社ひかり")])
def test_the_publisher_by_the_site(url: str, publisher: str) -> None:
    assert draft(f"<main>{H1}{P}</main>", url=url).publisher == publisher


def test_a_wire_is_nobodys_publisher() -> None:
    found = draft(f"<main>{H1}{P}</main>", '<meta property="og:site_name" content="PR TIMES">', "https://prtimes.jp/main/1.html")
    assert found.publisher is None


@pytest.mark.parametrize(("headers", "url", "location", "data", "kind"), [
    ({"content-type": "text/html; charset=x"}, "https://a.example/x.pdf", "x", b"<html>", "page"), ({}, None, "a.html", b"", "page"),
    ({"Content-Type": "text/html"}, None, "", b"%PDF-1.7", "pdf"), ({"Content-Type": "application/octet-stream"}, None, "a.pdf", b"", "pdf"),
    ({"Content-Type": "application/xml"}, None, "", b"<?xml version='1.0'?><!DOCTYPE html><html>", "page"),
    ({"Content-Type": "application/xml"}, None, "", b"<rdf:RDF>", "feed"), ({}, "https://a.example/news/?id=3", "x", b" <!doctype HTML>", "page"),
    ({"Content-Type": "image/png"}, "https://a.example/b", "b", b"\x89PNG", None), ({}, None, "a.doc", b"<html>", None)])
def test_how_bytes_are_read(headers: dict[str, str], url: str | None, location: str, data: bytes, kind: str | None) -> None:
    assert kind_of(location, data, headers, url) == kind


def test_files_of_a_release() -> None:
    body = (f'<nav><a href="/all.pdf">全庁の資料</a></nav><main>{H1}{P}<a href="a.pdf">協定書</a><a href="a.pdf#page=2">同じもの</a>'
            '<a href="/form/b.pdf">様式</a><a href="c.pdf">参加申込書</a><a href="https://cdn.other.example/d.pdf">国の資料</a>'
            '<a href="e.PDF?v=1">報道資料</a><a href="f.html">次のページ</a><a href="http://[x">壊れた</a></main>')
    found = links_to_attachments(html(body), {"Content-Type": "text/html"}, URL)
    assert [(one.url, one.words) for one in found] == [
        ("https://www.hikari.example/news/a.pdf", "協定書"), ("https://www.hikari.example/news/e.PDF?v=1", "報道資料")]
    on_wire = links_to_attachments(html(body), {}, "https://prtimes.jp/main/1.html")
    assert "https://cdn.other.example/d.pdf" in [one.url for one in on_wire]
    based = html(body, '<base href="https://www.hikari.example/docs/">')
    assert links_to_attachments(based, {}, URL)[0].url == "https://www.hikari.example/docs/a.pdf"
    assert links_to_attachments(b"%PDF-1.7", {}, URL) == [] == links_to_attachments(b"\xff\xfe\x00", {"Content-Type": "text/html"}, URL)


def test_a_feed_that_is_a_page_and_a_page_without_words() -> None:
    [feed] = read("x.xml", b"<html><body>moved</body></html>")
    assert isinstance(feed, Unreadable) and "not a feed" in feed.reason
    [frames] = read("", html("<frameset><frame src='a.html'></frameset>"), {"Content-Type": "text/html"}, URL)
    assert isinstance(frames, Unreadable) and "no text" in frames.reason
