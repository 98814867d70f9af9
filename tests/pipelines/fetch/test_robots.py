"""What a site's robots.txt says is done, whoever asks and whenever."""
from __future__ import annotations

import logging
from dataclasses import replace
from itertools import pairwise

import pytest

from pipelines.fetch.failures import Failure
from pipelines.fetch.robots import verdict_of
from pipelines.ledger import Ledger, hosts
from tests.pipelines.fetch.web import QUICK, Sleepless, client
from tests.pipelines.site import Answer, Site

DAY = 86_400


def _pages(site: Site) -> list[str]:
    return [one.path for one in site.asked() if one.path != "/robots.txt"]


@pytest.mark.parametrize(("text", "allowed"), [
    ("User-agent: *\nDisallow: /", False),
    ("User-agent: Kakehashi\nDisallow: /news/\n\nUser-agent: *\nDisallow:", False),
    ("User-agent: kakehashi\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
    ("User-agent: other\nDisallow: /", True),
    ("User-agent: *\nDisallow: /news/\nAllow: /news/2026/", True),
    ("User-agent: *\nDisallow: /*.html$", False),
    ("\ufeffUser-agent: *\r\nDisallow: /news/\r\n", False),
    ("<html>sorry, no robots.txt here</html>", True),
    ("", True),
])
def test_the_rules_for_this_program_or_for_all_decide(site: Site, ledger: Ledger, text: str, allowed: bool) -> None:
    site.page("/news/2026/1.html", "<html>協定</html>")
    site.robots(text)
    with client(ledger, site) as one:
        answer = one.fetch(site.url("/news/2026/1.html"))

    assert answer.failure is (None if allowed else Failure.ROBOTS_DENIED)
    assert len(_pages(site)) == allowed, "a denial means that the page is not asked for at all"


@pytest.mark.parametrize(("status", "failure"), [
    (404, None), (410, None), (400, None), (401, Failure.ROBOTS_DENIED), (403, Failure.ROBOTS_DENIED),
    (500, Failure.ROBOTS_UNREACHABLE), (503, Failure.ROBOTS_UNREACHABLE), (429, Failure.ROBOTS_UNREACHABLE)])
def test_what_it_means_that_there_is_none(site: Site, ledger: Ledger, status: int, failure: Failure | None) -> None:
    site.page("/news", "<html>協定</html>")
    site.robots("User-agent: *\nAllow: /", status=status)
    with client(ledger, site, failures=99) as one:
        assert one.fetch(site.url("/news")).failure is failure

    assert bool(_pages(site)) == (failure is None)


def test_a_robots_file_that_never_comes_is_a_no(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.redirect("/robots.txt", "/robots.txt")
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_UNREACHABLE

    assert _pages(site) == []


def test_a_robots_file_may_live_elsewhere_but_not_in_a_private_network(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.page("/news", "<html>協定</html>", host="other.test")
    site.page("/of-all", "User-agent: *\nDisallow: /", type="text/plain")
    site.redirect("/robots.txt", site.url("/of-all"), host="other.test")
    site.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news", "other.test")).failure is Failure.ROBOTS_DENIED
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_UNREACHABLE


def test_it_is_asked_for_once_a_day_across_runs_and_not_less(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.robots("User-agent: *\nAllow: /")
    later = Sleepless()
    for hours in (0, 10, 13, 1.5):
        later.now += hours * 3600
        with client(ledger, site, later) as one:
            assert one.fetch(site.url("/news")).failure is None

    assert len(site.asked("/robots.txt")) == 2, "at the beginning, and when it was a day old"


def test_who_waited_while_another_asked_for_it_does_not_ask_again(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.robots("User-agent: *\nAllow: /")
    later = Sleepless()
    with client(ledger, site, later) as first, client(ledger, site, later) as second:
        with first.desk.writing() as c:
            hosts.take(c, "city.test", "another", later.now, 10.0, 5.0, lambda one: True)
            hosts.give_back(c, "city.test", "another", later.now + 5.0, 0, None)

        def slept(seconds: float) -> None:
            later.sleep(seconds)
            if not site.asked("/robots.txt"):
                second.fetch(site.url("/news"))

        first._turns._clock = replace(first.clock, sleep=slept)
        assert first.fetch(site.url("/news")).failure is None

    assert len(site.asked("/robots.txt")) == 1


def test_a_no_for_want_of_an_answer_is_looked_at_again_after_an_hour(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.page("/robots.txt", Answer(500), Answer(500), Answer(500), Answer(500), Answer(404))
    later = Sleepless()
    with client(ledger, site, later, failures=99) as one:
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_UNREACHABLE
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_UNREACHABLE
        assert _pages(site) == []
        later.now += 3601
        assert one.fetch(site.url("/news")).failure is None


@pytest.mark.parametrize(("text", "pause"), [
    ("User-agent: *\nCrawl-delay: 7", 7), ("User-agent: *\nRequest-rate: 1/5", 5),
    ("User-agent: *\nRequest-rate: 2/1m", 30), ("User-agent: *\nCrawl-delay: 3\nRequest-rate: 1/9", 9),
    ("User-agent: *\nCrawl-delay: 3600", 60), ("User-agent: *\nCrawl-delay: x", 2), ("User-agent: *\nCrawl-delay: 0.5", 2)])
def test_the_pause_that_a_site_wants_is_kept_within_reason(site: Site, ledger: Ledger, text: str, pause: float,
                                                           caplog: pytest.LogCaptureFixture) -> None:
    site.robots(text)
    later, times = Sleepless(), []
    site.answer("/news", lambda _: (times.append(later.now), Answer(200, b"<html>"))[1])
    with client(ledger, site, later, delay=2.0) as one, caplog.at_level(logging.WARNING):
        for _ in range(3):
            one.fetch(site.url("/news"))

    assert [round(b - a, 3) for a, b in pairwise(times)] == [pause, pause]
    assert ("asks for 3600 seconds between requests; 60 are kept" in caplog.text) == ("3600" in text)


def test_a_robots_file_of_any_size_is_read_from_its_beginning(site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    site.page("/robots.txt", "User-agent: *\nDisallow: /news\n" + "# と言う\n" * 100_000, type="text/plain")
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_DENIED


def test_each_origin_has_its_own(site: Site, ledger: Ledger) -> None:
    site.robots("User-agent: *\nDisallow: /", host="a.test")
    for host in ("a.test", "b.test"):
        site.page("/news", "<html>協定</html>", host=host)
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news", "a.test")).failure is Failure.ROBOTS_DENIED
        assert one.fetch(site.url("/news", "b.test")).failure is None


def test_a_redirect_to_a_site_that_denies_is_not_followed(site: Site, ledger: Ledger) -> None:
    site.robots("User-agent: *\nDisallow: /", host="closed.test")
    site.page("/news", "<html>協定</html>", host="closed.test")
    site.redirect("/news", site.url("/news", "closed.test"))
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news")).failure is Failure.ROBOTS_DENIED

    assert site.asked("/news", "closed.test") == []


def test_stricter_than_the_standard_where_a_site_seems_to_refuse() -> None:
    assert verdict_of(Failure.FORBIDDEN, 403) == "deny"
    assert verdict_of(Failure.FORBIDDEN, 451) == "allow"
    assert verdict_of(Failure.TIMEOUT, 408) == "unreachable"
    assert QUICK.robots <= DAY
