"""A researcher names a source once; from then on its releases arrive, each once."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import sources
from pipelines.fetch.archive import Archive
from pipelines.fetch.client import Client
from pipelines.fetch.clock import Clock
from pipelines.fetch.following import following
from pipelines.fetch.guard import Guard
from pipelines.fetch.ingest import Outcome, ingest
from pipelines.ledger import Ledger
from pipelines.sources import Day, Rights, Source, agenda, intake
from tests.pipelines.site import Site

#: 26 November 2026, 9 o'clock in Japan.
NOW = 1_795_651_200.0
TODAY = dt.date(2026, 11, 26)
READ = Rights(terms_url="https://city.test/policy", terms_checked_on=dt.date(2026, 11, 1), allowed=True)


def _feed(*links: str) -> str:
    items = "".join(f"<item><title>協定{n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def _source(site: Site, **more: object) -> Source:
    return Source(**{"name": "aoi", "file": Path("aoi.yaml"), "kind": "feed", "url": (site.url("/feed.xml"),),  # type: ignore[arg-type]
                     "rights": READ, "enabled": True, **more})


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        for number in range(5):
            site.page(f"/{number}.html", f"<html><body><p>葵市と第{number}の会社が協定を結びました。</p></body></html>")
        yield site


class Week:
    """A ledger and an archive, and a run a day whose waiting takes no time."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.archive = Archive(str(folder / "archive"))
        self._now = NOW
        clock = Clock(lambda: self._now, lambda: self._now, self._pass)
        self._client = Client(self.ledger, "tests@example.jp", guard=Guard(site.resolve, site.grants), clock=clock)

    def _pass(self, seconds: float) -> None:
        self._now += seconds

    def run(self, day: dt.date, *known: Source) -> Outcome:
        self._now = max(self._now, NOW + (day - TODAY).days * 86_400.0)
        return ingest(self.archive, self._client, agenda.indexes(known, day), run=day.isoformat(),
                      follow=following({one.name: one for one in known}), policies=agenda.policies(known))

    def close(self) -> None:
        self._client.close()
        self.ledger.close()


@pytest.fixture
def week(tmp_path: Path, site: Site) -> Iterator[Week]:
    week = Week(tmp_path, site)
    yield week
    week.close()


def test_new_releases_arrive_and_known_ones_are_not_asked_again(week: Week, site: Site) -> None:
    site.page("/feed.xml", _feed("/0.html", "/1.html"), _feed("/2.html", "/1.html", "/0.html"), type="text/xml")
    source = _source(site)
    assert week.run(TODAY, source).new == 3
    assert intake.day(week.ledger, week.archive, source, TODAY) == (Day(TODAY, 1, 2, 2), None)

    tomorrow = TODAY + dt.timedelta(days=1)
    second = week.run(tomorrow, source)
    assert (second.new, second.known) == (2, 2)  # the feed and the one new page
    assert len(site.asked("/0.html")) == len(site.asked("/2.html")) == 1
    assert intake.day(week.ledger, week.archive, source, tomorrow) == (Day(tomorrow, 1, 3, 1), TODAY)


def test_a_feed_that_became_a_page_is_a_failure_and_an_expectation(week: Week, site: Site) -> None:
    site.page("/feed.xml", "<!DOCTYPE html><html><body>お引っ越ししました</body></html>")
    source = _source(site)
    assert week.run(TODAY, source).failed == {"not_a_feed": 1}


def test_a_listing_is_read_page_by_page(week: Week, site: Site) -> None:
    def page(number: int) -> str:
        return (f'<html><body><ul class="n"><li>2026年11月{20 - number}日 <a href="/{number}.html">協定</a></li></ul>'
                f'<a class="next" href="/list{number + 1}.html">次</a></body></html>')

    for number in range(4):
        site.page(f"/list{number}.html", page(number))
    source = _source(site, kind="listing", url=(site.url("/list0.html"),),
                     listing=sources.Listing(item="ul.n li", next="a.next", pages=3))
    assert week.run(TODAY, source).new == 6
    assert site.asked("/list3.html") == [] and len(site.asked("/2.html")) == 1


def test_a_source_that_nobody_has_opened_is_not_asked(week: Week, site: Site) -> None:
    site.page("/feed.xml", _feed("/0.html"), type="text/xml")
    assert week.run(TODAY, _source(site, enabled=False)).total == 0
    assert site.asked() == []


@pytest.mark.parametrize(("after", "until", "due"), [
    ("2026-11-26T07:00:00+09:00", "2026-11-26T07:30:00+09:00", True),
    ("2026-11-26T07:30:00+09:00", "2026-11-26T08:30:00+09:00", False),
    ("2026-11-25T22:00:00+00:00", "2026-11-25T22:45:00+00:00", True),
    ("2026-11-26T18:00:00+09:00", "2026-11-27T07:29:59+09:00", False)])
def test_a_schedule_is_in_japans_time(after: str, until: str, due: bool) -> None:
    source = Source(name="aoi", file=Path("aoi.yaml"), kind="feed", url=("https://a.example.jp/",), enabled=False,
                    schedule="30 7 * * *")
    assert agenda.is_due(source, dt.datetime.fromisoformat(after), dt.datetime.fromisoformat(until)) is due
