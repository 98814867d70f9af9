"""What sites do to whoever reads them, all of it played: each a clear line, none a crash, none a lost document.

The table of faults is printed when the last of these tests is done.
"""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipelines import stages
from pipelines.fetch import health
from pipelines.fetch.archive import Archive
from pipelines.fetch.following import following
from pipelines.fetch.ingest import Outcome, ingest
from pipelines.fetch.wanted import Wanted
from pipelines.ledger import Ledger
from pipelines.sources.expectations import judge
from pipelines.sources.intake import day
from pipelines.sources.source import Expect, Rights, Source
from tests.pipelines.fetch.web import MORNING, QUICK, Sleepless, client
from tests.pipelines.reading.paper import page as paper
from tests.pipelines.reading.paper import pdf
from tests.pipelines.site import Answer, Site, endless, gzip_bomb, trickle

WORDS = "川波市と株式会社みなもは、令和8年3月31日に包括連携協定を締結しました。" * 4
#: Everything but the pauses is as in real life: a host that fails is given time.
PATIENT = dict(pause=QUICK.pause + 2, longest_pause=60.0, delay=2.0)


def html(words: str = WORDS, title: str = "協定のお知らせ", frame: str = "") -> str:
    return (f"<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><title>{title}</title></head><body><nav>{frame}</nav>"
            f"<main><h1>{title}</h1><p>{words}</p></main></body></html>")


def feed(*paths: str, entity: str = "") -> str:
    items = "".join(f"<item><title>発表{n}</title><link>{path}</link></item>" for n, path in enumerate(paths))
    return (f'<?xml version="1.0" encoding="utf-8"?>{entity}<rss version="2.0"><channel><title>川波市</title>'
            f"<link>/</link><description>新着</description>{items}</channel></rss>")


#: (fault, requests for the page, line) in the order of the tests.
Rows = list[tuple[str, int, str]]


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Rows]:
    """The fault table; it is shown at the end, whatever pytest does with output."""
    rows: Rows = []
    yield rows
    shown = Table(box=SIMPLE_HEAD, title="faults, as status shows them", title_justify="left")
    for column in ("fault", "requests", "line"):
        shown.add_column(column, justify="right" if column == "requests" else "left", overflow="fold")
    for fault, requests, line in rows:
        shown.add_row(fault, str(requests), re.sub(r"127\.0\.0\.1:\d+|(?<=test):\d+", "", line).replace("[", r"\["))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        Console(width=170, highlight=False).print("", shown)


@dataclass
class Play:
    """One ledger and archive, and the runs against them."""

    site: Site
    ledger: Ledger
    archive: Archive
    later: Sleepless
    sources: dict[str, Source]

    def run(self, *wanted: Wanted, name: str = "2026-04-01", **limits: float) -> Outcome:
        with client(self.ledger, self.site, self.later, **{**PATIENT, **limits}) as one:
            return ingest(self.archive, one, wanted, run=name, follow=following(self.sources))

    def page(self, path: str = "/news/1.html", host: str = "city.test") -> Wanted:
        return Wanted(self.site.url(path, host), "kawanami-city")

    def index(self, path: str = "/news.rss") -> Wanted:
        return Wanted(self.site.url(path), "kawanami-city", kind="index")

    def requests(self, path: str = "/news/1.html") -> int:
        return len(self.site.asked(path))

    def problem(self) -> str:
        """The one line that status shows of this source."""
        [found] = health.problems(self.ledger)
        return found.line


@pytest.fixture
def play(site: Site, ledger: Ledger, archive: Archive) -> Play:
    source = Source(name="kawanami-city", file=Path("kawanami-city.yaml"), kind="feed", url=(site.url("/news.rss"),),
                    rights=Rights(terms_checked_on=dt.date(2026, 3, 1), allowed=True), expect=Expect(stale_days=60))
    return Play(site, ledger, archive, Sleepless(), {"kawanami-city": source})


# --- a page that cannot be had ------------------------------------------------------------------------------------------

def _robots(play: Play) -> None:
    play.site.robots("User-agent: *\nDisallow: /news/")


def _robots_broken(play: Play) -> None:
    play.site.robots("", status=503)


def _always(answer: Callable[[], Answer]) -> Callable[[Play], None]:
    return lambda play: play.site.answer("/news/1.html", lambda _: answer()) and None


def _loop(play: Play) -> None:
    play.site.redirect("/news/1.html", "/news/2.html")
    play.site.redirect("/news/2.html", "/news/1.html")


def _to(address: str) -> Callable[[Play], None]:
    return lambda play: play.site.redirect("/news/1.html", address) and None


def _beside(play: Play) -> None:
    play.site.redirect("/news/1.html", f"http://127.0.0.1:{play.site.port + 1}/")


def _private(play: Play) -> None:
    play.site.names["city.test"] = ["10.20.30.40"]


def _rebound(play: Play) -> None:
    play.site.names["city.test"] = [["127.0.0.1"], ["192.168.0.1"]]
    # robots.txt closes the connection, so that the page needs a second one
    play.site.answer("/robots.txt", lambda _: Answer(200, iter([b"User-agent: *\nAllow: /"]), type="text/plain"))


def _unknown(play: Play) -> None:
    play.site.names["city.test"] = []


#: What happens, how it is played, requests for the page, and what the line must say.
FAULTS: list[tuple[str, Callable[[Play], None], int, str]] = [
    ("robots.txt denies", _robots, 0, "robots_denied: the site's robots.txt does not allow this page; nothing was asked"),
    ("robots.txt: 503", _robots_broken, 0, "robots_unreachable: .* counts as a no"),
    ("404", _always(lambda: Answer(404)), 1, "not_found: .*correct the address"),
    ("410", _always(lambda: Answer(410)), 1, "gone: .*what was read of it stays"),
    ("403", _always(lambda: Answer(403)), 1, "forbidden: the site refuses"),
    ("429, Retry-After: 3600", _always(lambda: Answer(429, headers={"Retry-After": "3600"})), 1,
     r"too_many_requests: .*\(429\); it rests"),
    ("429, Retry-After: a date", _always(lambda: Answer(429, headers={"Retry-After": formatdate(MORNING + 9 * 86_400, usegmt=True)})),
     1, "too_many_requests"),
    ("503 storm", _always(lambda: Answer(503)), 4, r"server_error: .*asked again later \(status 503\)"),
    ("slow-loris", _always(lambda: Answer(200, trickle(b"<html>" * 80, 0.05))), 1, "too_slow: the body came too slowly"),
    ("body of 1 GB", _always(lambda: Answer(200, endless(1 << 30))), 1, "too_large: .*more than 32,000,000 bytes"),
    ("announces 1 GB", _always(lambda: Answer(200, b"<html>", length=1 << 30)), 1, "too_large: .*announces 1,073,741,824"),
    ("gzip bomb, 1 GB", _always(lambda: Answer(200, BOMB, coding="gzip")), 1, "too_large: .*more than 32,000,000 bytes"),
    ("body cut off", _always(lambda: Answer(200, b"<html>", length=5000)), 1, "cut_off: the answer ended before"),
    ("not the gzip it claims", _always(lambda: Answer(200, b"<html>", coding="gzip")), 1, "damaged: .*not gzip"),
    ("redirect loop", _loop, 1, "too_many_redirects: .*in a circle"),
    ("redirect to 169.254.169.254", _to("http://169.254.169.254/latest/"), 1, r"blocked_address: .*169\.254\.169\.254"),
    ("redirect to localhost", _to("http://localhost/"), 1, r"blocked_address: .*localhost is 127\.0\.0\.1, port 80"),
    ("redirect to the port beside", _beside, 1, r"blocked_address: .*127\.0\.0\.1"),
    ("name of a private address", _private, 0, r"blocked_address: .*city\.test is 10\.20\.30\.40"),
    ("name that resolves anew", _rebound, 0, r"blocked_address: .*city\.test is 192\.168\.0\.1"),
    ("name that does not exist", _unknown, 0, "name_unknown: .*check the spelling"),
    ("a picture", _always(lambda: Answer(200, b"\x89PNG", type="image/png")), 1, "wrong_type: .*image/png"),
    ("an empty page", _always(lambda: Answer(200, b"")), 1, "empty: the site answered with nothing"),
]
BOMB = gzip_bomb(1 << 30)


@pytest.mark.parametrize(("fault", "prepare", "requests", "says"), FAULTS, ids=[one[0] for one in FAULTS])
def test_a_page_that_cannot_be_had_is_a_line_and_what_was_had_before_stays(
        play: Play, table: Rows, fault: str, prepare: Callable[[Play], None], requests: int, says: str) -> None:
    play.site.page("/news/1.html", html())
    play.site.page("/other", html(), host="other.test")
    play.run(play.page(), name="yesterday")
    stages.read(play.ledger, play.archive)
    before = play.ledger.documents()
    play.later.now += 8 * 86_400
    play.site.forget_requests()
    prepare(play)
    slow = {"total": 1.5, "attempts": 1} if fault == "slow-loris" else {}
    outcome = play.run(play.page(), play.page("/other", "other.test"), **slow)
    stages.read(play.ledger, play.archive)

    assert outcome.new == 1, "the other page came"
    assert sum(outcome.failed.values()) == 1
    assert re.search(says, play.problem()), play.problem()
    assert play.requests() == requests
    assert [d for d in play.ledger.documents() if d.url == before[0].url] == before, "no document is lost"
    assert play.archive.verify(list(play.archive.names())).whole
    table.append((fault, requests, play.problem()))


# --- an index that is none ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("fault", "body", "kind", "says"), [
    ("HTML served as feed", html(), "application/rss+xml", "not_a_feed: .*page of HTML instead of XML"),
    ("XXE in a feed", feed("/news/1.html", entity='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
     "application/rss+xml", "unsafe_xml: XML that declares entities"),
    ("entities without end", feed("/", entity='<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'),
     "text/html", "unsafe_xml"),
    ("nothing a feed could be", "新着情報", "text/plain", "not_a_feed: .*correct"),
])
def test_a_feed_that_is_none_is_a_line_and_its_pages_come_when_it_is_one_again(
        play: Play, table: Rows, fault: str, body: str, kind: str, says: str) -> None:
    play.site.page("/news/1.html", html())
    play.site.page("/news.rss", body, feed("/news/1.html"), type=kind)
    broken = play.run(play.index(), name="today")
    table.append((fault, play.requests("/news.rss"), play.problem()))

    assert (broken.new, sum(broken.failed.values())) == (0, 1)
    assert re.search(says, play.problem()), play.problem()
    play.later.now += 86_400
    assert play.run(play.index(), name="tomorrow").new == 2
    assert health.problems(play.ledger) == []


def test_a_feed_that_brings_nothing_for_ninety_days_is_a_line(play: Play, table: Rows) -> None:
    play.site.page("/news/1.html", html())
    play.site.page("/news.rss", feed("/news/1.html"), type="application/rss+xml", etag='"always"')
    for number in range(0, 91, 30):
        play.run(play.index(), name=f"day {number}")
        on = dt.date(2026, 4, 1) + dt.timedelta(days=number)
        found = judge(play.sources["kawanami-city"], *day(play.ledger, play.archive, play.sources["kawanami-city"], on))
        assert bool(found) == (number > 60)
        play.later.now += 30 * 86_400
    table.append(("feed dead for 90 days", play.requests("/news.rss"), f"{found[0].source}: {found[0].line}"))

    assert "nothing new for 90 days" in found[0].line
    assert play.site.asked("/news.rss")[-1].headers["if-none-match"] == '"always"'


# --- no false news ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("fault", "validators"), [
    ("304 by ETag", {"etag": '"v1"'}), ("304, Last-Modified only", {"last_modified": "Wed, 01 Apr 2026 00:00:00 GMT"}),
    ("no validators, same bytes", {})])
def test_what_did_not_change_is_no_news(play: Play, table: Rows, fault: str, validators: dict[str, str]) -> None:
    play.site.page("/news/1.html", html(), **validators)  # type: ignore[arg-type]
    play.run(play.page(), name="a")
    stages.read(play.ledger, play.archive)
    version = play.ledger.version()
    play.later.now += 8 * 86_400
    outcome = play.run(play.page(), name="b")
    read = stages.read(play.ledger, play.archive)

    assert (outcome.new, outcome.unchanged, read.new, play.ledger.version()) == (0, 1, 0, version)
    table.append((fault, play.requests(), "unchanged; nothing is read again"))


def test_another_frame_around_the_same_words_is_no_news(play: Play, table: Rows) -> None:
    play.site.page("/news/1.html", html(frame="本日の天気 晴"), html(frame="本日の天気 雨　アクセス数 10293"))
    play.run(play.page(), name="a")
    stages.read(play.ledger, play.archive)
    version = play.ledger.version()
    play.later.now += 8 * 86_400
    outcome = play.run(play.page(), name="b")
    read = stages.read(play.ledger, play.archive)

    assert outcome.new == 1, "other bytes, which are kept"
    assert (read.new, play.ledger.version()) == (0, version), "but the release says what it said"
    table.append(("other template, same text", play.requests(), "bytes new, document unchanged"))


# --- bytes that cannot be read ------------------------------------------------------------------------------------------

def test_a_page_whose_charset_is_not_what_it_says_is_read_all_the_same(play: Play, table: Rows) -> None:
    page = html(WORDS.replace("川波市", "髙㈱①川波市")).replace("utf-8", "iso-8859-1")
    play.site.page("/news/1.html", Answer(200, page.encode("cp932"), type="text/html; charset=UTF-8"))
    play.run(play.page())
    stages.read(play.ledger, play.archive)

    [document] = play.ledger.documents()
    assert "髙㈱①川波市" in document.text and "�" not in document.text
    table.append(("mislabelled charset", play.requests(), "read as what it is; no word is damaged"))


@pytest.mark.parametrize(("fault", "data", "says"), [
    ("truncated PDF", pdf([paper([WORDS[:30]])])[:200], "PDF"),
    ("encrypted PDF", pdf([paper([WORDS[:30]])], encrypt=True), "password|encrypt|locked")])
def test_a_pdf_that_cannot_be_read_is_kept_and_a_line(play: Play, table: Rows, fault: str, data: bytes,
                                                      says: str) -> None:
    play.site.page("/news/1.pdf", Answer(200, data, type="application/pdf"))
    outcome = play.run(play.page("/news/1.pdf"))
    stages.read(play.ledger, play.archive)

    [reject] = play.ledger.rejects()
    assert outcome.new == 1 and play.archive.get(reject.sha256) == data
    assert re.search(says, reject.reason), reject.reason
    table.append((fault, 1, f"{reject.item}: {reject.reason}"))


# --- a host that rests --------------------------------------------------------------------------------------------------

def test_a_host_that_fails_again_and_again_is_a_line_and_the_rest_of_its_pages_are_not_asked(
        play: Play, table: Rows) -> None:
    for number in range(30):
        play.site.page(f"/news/{number}.html", Answer(503))
    outcome = play.run(*(play.page(f"/news/{n}.html") for n in range(30)))
    [line] = health.resting(play.ledger, play.later.now)

    assert outcome.failed == {"host_rests": 28, "server_error": 2}
    assert len(play.site.asked()) == 6
    assert re.search(r"city\.test is left alone until 2026-04-01T05:\d\d:\d\d\+09:00: server_error, 5 in a row", line)
    table.append(("30 pages of a dead host", 5, line))
