"""From a source's index to its releases and their files, page after page and no further than the source says."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.fetch.following import following
from pipelines.fetch.ingest import ingest
from pipelines.fetch.wanted import Wanted
from pipelines.ledger import Ledger
from pipelines.sources.source import Listing, Publisher, Rights, Source
from tests.pipelines.fetch.web import Sleepless, client
from tests.pipelines.reading.paper import page as paper
from tests.pipelines.reading.paper import pdf
from tests.pipelines.site import Answer, Site

WORDS = "川波市と株式会社みなもは、令和8年3月31日に包括連携協定を締結しました。" * 4
RIGHTS = Rights(terms_checked_on=dt.date(2026, 3, 1), allowed=True)


def release(number: int, more: str = "") -> str:
    return (f"<html lang=ja><head><title>発表{number}｜川波市</title></head><body><main><h1>発表{number}</h1>"
            f"<p>{WORDS}</p>{more}</main></body></html>")


def listing(page: int, last: int) -> str:
    items = "".join(f'<li>2026年3月{n}日 <a href="/news/{n}.html">発表{n}</a></li>' for n in range(3 * page, 3 * page + 3) if n)
    older = f'<a class="next" href="/news/index{page + 1}.html">次へ</a>' if page < last else ""
    return f'<html><body><ul class="news">{items}</ul>{older}</body></html>'


def source(site: Site, **more: object) -> Source:
    given = {"name": "kawanami-city", "file": Path("kawanami-city.yaml"), "rights": RIGHTS, **more}
    return Source(**given)  # type: ignore[arg-type]


def take_in(ledger: Ledger, archive: Archive, site: Site, one: Source, url: str) -> dict[str, int]:
    wanted = [Wanted(url, one.name, kind="index")]
    with client(ledger, site, Sleepless()) as asking:
        outcome = ingest(archive, asking, wanted, run="2026-04-01", follow=following({one.name: one}))
    assert not outcome.failed, outcome
    return {"new": outcome.new, "requests": outcome.requests}


def test_a_listing_is_read_page_after_page_as_far_as_its_source_says(site: Site, ledger: Ledger, archive: Archive) -> None:
    for page in range(5):
        site.page(f"/news/index{page}.html", listing(page, 4))
    for number in range(1, 15):
        site.page(f"/news/{number}.html", release(number))
    url = site.url("/news/index0.html")
    one = source(site, kind="listing", url=(url,), listing=Listing(item="ul.news li", next="a.next", pages=2),
                 publisher=Publisher(name="川波市"))

    assert take_in(ledger, archive, site, one, url) == {"new": 2 + 5, "requests": 7}
    assert site.asked("/news/index2.html") == []
    stages.read(ledger, archive)
    documents = ledger.documents()
    assert sorted(d.published or "" for d in documents) == [f"2026-03-0{n}" for n in range(1, 6)]
    assert {d.publisher for d in documents} == {"川波市"}


def test_the_files_of_a_release_come_with_it_and_are_read(site: Site, ledger: Ledger, archive: Archive) -> None:
    feed = site.page("/news.rss", "<rss version='2.0'><channel><title>川波市</title><item><title>発表1</title>"
                                  "<link>/news/1.html</link><pubDate>Tue, 31 Mar 2026 10:00:00 +0900</pubDate></item>"
                                  "</channel></rss>", type="application/rss+xml")
    site.page("/news/1.html", release(1, '<p><a href="kyotei.pdf">協定書（PDF）</a></p>'))
    site.page("/news/kyotei.pdf", Answer(200, pdf([paper([WORDS[:36]])]), type="application/pdf"))

    assert take_in(ledger, archive, site, source(site, kind="feed", url=(feed,)), feed) == {"new": 3, "requests": 3}
    stages.read(ledger, archive)
    documents = {d.url: d for d in ledger.documents()}
    assert set(documents) == {site.url("/news/1.html"), site.url("/news/kyotei.pdf")}
    assert {d.published for d in documents.values()} == {"2026-03-31"}
    assert "包括連携協定" in documents[site.url("/news/kyotei.pdf")].text


def test_an_index_of_a_source_that_is_configured_no_more_is_said_so(site: Site, ledger: Ledger, archive: Archive) -> None:
    url = site.page("/news.rss", "<rss version='2.0'></rss>", type="application/rss+xml")
    with client(ledger, site, Sleepless()) as asking:
        outcome = ingest(archive, asking, [Wanted(url, "old", kind="index")], run="a", follow=following({}))

    assert outcome.failed == {"not_a_feed": 1}
    assert "no source 'old' any more" in ledger.rejects()[0].reason
