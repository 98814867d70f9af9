"""A source's day is read off the ledger and the archive."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import sources
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, fetches
from pipelines.sources import Day, Source, intake

URL = "https://www.city.aoi.example.jp/feed.xml"
TODAY = dt.date(2026, 11, 26)
SOURCE = Source(name="aoi", file=Path("aoi.yaml"), kind="feed", url=(URL,), enabled=False,
                expect=sources.Expect(min=3, max=2, stale_days=10))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))


def _feed(*links: str) -> bytes:
    items = "".join(f"<item><title>協定</title><link>{link}</link></item>" for link in links)
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def _fetched(ledger: Ledger, url: str, at: str, kind: str = "page", outcome: str = "new", sha256: str | None = None,
             source: str = "aoi") -> None:
    with ledger.writing() as c:
        fetches.append(c, fetches.Entry(url, source, kind, outcome, at, at[:10], sha256=sha256, final_url=url,
                                        failure="server_error" if outcome == "failed" else None,
                                        headers={"content-type": "application/rss+xml"}))


def test_a_day_counts_what_was_asked_named_and_new(ledger: Ledger, archive: Archive) -> None:
    kept = archive.put(_feed("/1.html", "/2.html", "/2.html#x", "/3.html"))
    _fetched(ledger, "https://www.city.aoi.example.jp/0.html", "2026-11-20T09:00:00+09:00")
    _fetched(ledger, URL, "2026-11-26T07:30:00+09:00", "index", "new", kept)
    _fetched(ledger, URL, "2026-11-26T13:30:00+09:00", "index", "unchanged", kept)
    for number, outcome in ((1, "new"), (1, "new"), (2, "unchanged"), (3, "failed")):
        _fetched(ledger, f"https://www.city.aoi.example.jp/{number}.html", "2026-11-26T07:31:00+09:00", outcome=outcome)
    _fetched(ledger, "https://www.city.kaede.example.jp/1.html", "2026-11-26T07:31:00+09:00", source="kaede")
    assert intake.day(ledger, archive, SOURCE, TODAY) == (Day(TODAY, asked=1, found=3, new=1), dt.date(2026, 11, 20))


def test_a_day_on_which_only_failures_came_has_asked_nothing(ledger: Ledger, archive: Archive) -> None:
    _fetched(ledger, URL, "2026-11-26T07:30:00+09:00", "index", "failed")
    assert intake.day(ledger, archive, SOURCE, TODAY) == (Day(TODAY), None)


def test_an_index_whose_bytes_are_gone_or_unreadable_names_nothing(ledger: Ledger, archive: Archive) -> None:
    _fetched(ledger, URL, "2026-11-26T07:30:00+09:00", "index", "new", "0" * 64)
    _fetched(ledger, f"{URL}?page=2", "2026-11-26T07:30:00+09:00", "index", "new", archive.put(b"<html>moved</html>"))
    assert intake.named(ledger, archive, SOURCE) == 0
    day, last = intake.day(ledger, archive, SOURCE, TODAY)
    assert [problem.level for problem in sources.judge(SOURCE, day, last)] == ["fatal"]


def test_a_feed_that_stopped_three_months_ago_is_an_alarm(ledger: Ledger, archive: Archive) -> None:
    kept = archive.put(_feed("/1.html", "/2.html", "/3.html"))
    _fetched(ledger, "https://www.city.aoi.example.jp/1.html", "2026-08-28T07:30:00+09:00")
    _fetched(ledger, URL, "2026-11-26T07:30:00+09:00", "index", "unchanged", kept)
    (problem,) = sources.judge(SOURCE, *intake.day(ledger, archive, SOURCE, TODAY))
    assert problem.level == "alarm" and problem.line.startswith("nothing new for 90 days (since 2026-08-28)")
