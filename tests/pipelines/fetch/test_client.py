"""One address after the other: what is sent, what is kept, and what is tried again."""
from __future__ import annotations

import gzip
import logging
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from socket import create_server
from threading import Thread
from time import sleep

import pytest

from pipelines.fetch.client import Client
from pipelines.fetch.connection import WHOLE
from pipelines.fetch.failures import Failure, of_status
from pipelines.fetch.guard import Guard
from pipelines.ledger import Ledger
from tests.pipelines.fetch.web import CONTACT, MORNING, QUICK, Sleepless, client
from tests.pipelines.site import Answer, Asked, Site, endless, gzip_bomb, trickle

PAGE = "<html><title>協定</title><p>川波市は株式会社みなもと協定を締結した。</p></html>"
CHANGED = "Wed, 01 Apr 2026 00:00:00 GMT"


# --- who asks -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("contact", [None, "", "me", "example.jp", "desk@", "https://", "desk@example.jp\r\nX: y", "市@例.jp"])
def test_nobody_is_asked_without_a_contact(ledger: Ledger, contact: str | None) -> None:
    with pytest.raises(ValueError, match="KAKEHASHI_CONTACT"):
        Client(ledger, contact, guard=Guard())


def test_every_request_says_who_asks_and_what_can_be_read(site: Site, ledger: Ledger) -> None:
    site.page("/news", PAGE)
    with client(ledger, site) as one:
        one.fetch(site.url("/news"))

    assert len(site.asked()) == 2
    for asked in site.asked():
        assert asked.headers["user-agent"].startswith("Kakehashi/")
        assert f"mailto:{CONTACT}" in asked.headers["user-agent"]
        assert asked.headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert asked.headers["accept-language"].startswith("ja")
        assert "cookie" not in asked.headers


def test_cookies_are_not_kept(site: Site, ledger: Ledger) -> None:
    site.page("/news", Answer(200, PAGE.encode(), {"Set-Cookie": "visitor=1"}))
    with client(ledger, site) as one:
        one.fetch(site.url("/news"))
        one.fetch(site.url("/news"))

    assert all("cookie" not in asked.headers for asked in site.asked())


# --- what comes ---------------------------------------------------------------------------------------------------------

def test_the_bytes_come_with_where_they_are_from(site: Site, ledger: Ledger) -> None:
    site.page("/news", Answer(200, gzip.compress(PAGE.encode()), coding="gzip"), etag='"v1"', last_modified=CHANGED)
    site.redirect("/old", "/news", status=301)
    with client(ledger, site) as one:
        answer = one.fetch(site.url("/old") + "#top")

    assert (answer.data, answer.status, answer.url) == (PAGE.encode(), 200, site.url("/news"))
    assert answer.headers["etag"] == '"v1"' and answer.headers["last-modified"] == CHANGED
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(("etag", "modified"), [('"v1"', None), (None, CHANGED), ('W/"v1"', CHANGED)])
def test_a_page_that_did_not_change_is_not_sent_again(site: Site, ledger: Ledger, etag: str | None,
                                                      modified: str | None) -> None:
    site.page("/news", PAGE, etag=etag, last_modified=modified)
    with client(ledger, site) as one:
        first = one.fetch(site.url("/news"))
        second = one.fetch(site.url("/news"), first.validators)

    assert (second.status, second.data, second.failure) == (304, None, None)
    sent = site.asked("/news")[1].headers
    assert (sent.get("if-none-match"), sent.get("if-modified-since")) == (etag, modified)


def test_what_a_page_is_compared_by_is_sent_to_where_it_came_from(site: Site, ledger: Ledger) -> None:
    site.page("/news", PAGE, etag='"v1"')
    site.redirect("/old", "/news")
    with client(ledger, site) as one:
        first = one.fetch(site.url("/old"))
        second = one.fetch(site.url("/old"), first.validators)

    assert second.status == 304
    assert "if-none-match" not in site.asked("/old")[1].headers


def test_nothing_new_from_a_site_that_was_not_asked_whether_anything_is_new_is_damage(
        site: Site, ledger: Ledger) -> None:
    site.page("/news", Answer(304, type=None))
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news")).failure is Failure.DAMAGED


# --- what fails ---------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, Answer, Failure, int]] = [
    ("not found", Answer(404), Failure.NOT_FOUND, 1), ("gone", Answer(410), Failure.GONE, 1),
    ("forbidden", Answer(403), Failure.FORBIDDEN, 1), ("for legal reasons", Answer(451), Failure.FORBIDDEN, 1),
    ("teapot", Answer(418), Failure.REFUSED, 1), ("a part", Answer(206, b"<html>"), Failure.DAMAGED, 1),
    ("server error", Answer(500), Failure.SERVER_ERROR, 4), ("storm", Answer(503), Failure.SERVER_ERROR, 4),
    ("request timeout", Answer(408), Failure.TIMEOUT, 4), ("too many", Answer(429), Failure.TOO_MANY_REQUESTS, 4),
    ("image", Answer(200, b"x", type="image/png"), Failure.WRONG_TYPE, 1),
    ("empty", Answer(200, b""), Failure.EMPTY, 1),
    ("announced gigabyte", Answer(200, b"<html>", length=1 << 30), Failure.TOO_LARGE, 1),
    ("cut off", Answer(200, b"<html>", length=1000), Failure.CUT_OFF, 1),
    ("not gzip", Answer(200, b"<html>", coding="gzip"), Failure.DAMAGED, 1),
    ("bomb", Answer(200, gzip_bomb(1 << 27), coding="gzip"), Failure.TOO_LARGE, 1),
]


@pytest.mark.parametrize(("answer", "failure", "attempts"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_failure_has_its_class_and_only_passing_ones_are_tried_again(
        site: Site, ledger: Ledger, answer: Answer, failure: Failure, attempts: int) -> None:
    site.page("/news", answer)
    with client(ledger, site, failures=99) as one:
        got = one.fetch(site.url("/news"))

    assert (got.failure, got.data) == (failure, None)
    assert (got.attempts, len(site.asked("/news"))) == (attempts, attempts)
    assert failure.repeated == (attempts > 1)
    assert not (failure.repeated and failure.lasting == "permanent")


def test_a_gigabyte_that_was_not_announced_is_hung_up_on(site: Site, ledger: Ledger) -> None:
    site.answer("/news", lambda _: Answer(200, endless(1 << 30)))
    with client(ledger, site, size=5_000_000) as one:
        assert one.fetch(site.url("/news")).failure is Failure.TOO_LARGE


@pytest.mark.parametrize("pause", [0.05, 4.0])
def test_a_body_that_comes_a_byte_at_a_time_is_given_up(site: Site, ledger: Ledger, pause: float) -> None:
    site.answer("/news", lambda _: Answer(200, trickle(b"x" * 400, pause)))
    with client(ledger, site, total=1.5, attempts=1) as one:
        assert one.fetch(site.url("/news")).failure in (Failure.TOO_SLOW, Failure.TIMEOUT)


def test_headers_that_come_a_byte_at_a_time_are_given_up(site: Site, ledger: Ledger) -> None:
    server = create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            for byte in b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 200:
                try:
                    connection.send(bytes([byte]))
                except OSError:
                    return
                sleep(0.05)

    Thread(target=drip, daemon=True).start()
    port = server.getsockname()[1]
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
    with server, Client(ledger, CONTACT, guard=guard, limits=replace(QUICK, total=0.5, attempts=1)) as one:
        answer = one.fetch(f"http://drip.test:{port}/news")

    assert answer.failure is Failure.ROBOTS_UNREACHABLE and answer.detail == f"robots.txt: {WHOLE}"


def test_a_host_that_is_not_there_is_said_so(site: Site, ledger: Ledger) -> None:
    def nobody(name: str) -> list[str]:
        raise OSError("Name or service not known")

    with create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Client(ledger, CONTACT, guard=Guard(nobody)) as one:
        assert one.fetch("https://www.nowhere.example/").failure is Failure.NAME_UNKNOWN
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
    with Client(ledger, CONTACT, guard=guard) as one:
        assert one.fetch(f"http://down.test:{port}/").failure is Failure.CONNECTION_FAILED


def test_a_host_without_a_valid_certificate_is_said_so(site: Site, ledger: Ledger) -> None:
    with client(ledger, site) as one:
        answer = one.fetch(f"https://city.test:{site.port}/news")  # answers in plain HTTP

    assert answer.failure is Failure.TLS_FAILED


@pytest.mark.parametrize(("last", "failure"), [("/1", Failure.TOO_MANY_REDIRECTS), ("/6", Failure.TOO_MANY_REDIRECTS),
                                               ("/end", None)])
def test_redirects_are_followed_five_times_and_never_in_a_circle(site: Site, ledger: Ledger, last: str,
                                                                 failure: Failure | None) -> None:
    for number in range(1, 8):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.redirect("/5", last)
    site.page("/end", PAGE)
    with client(ledger, site) as one:
        assert one.fetch(site.url("/1")).failure is failure


@pytest.mark.parametrize("target", ["", "http://", "http://[", "javascript:alert(1)", "file:///etc/passwd", "http://a b/"])
def test_a_redirect_to_nowhere_is_a_failure_of_its_own(site: Site, ledger: Ledger, target: str) -> None:
    site.redirect("/news", target)
    with client(ledger, site) as one:
        assert one.fetch(site.url("/news")).failure in (Failure.BAD_ADDRESS, Failure.TOO_MANY_REDIRECTS, Failure.DAMAGED)


def test_every_status_code_means_something() -> None:
    for status in range(200, 600):
        failure = of_status(status)
        assert (failure is None) == (status in (200, 203, 304))
        assert failure is None or not failure.repeated or status in (408, 429) or status >= 500


# --- when it is asked again ---------------------------------------------------------------------------------------------

def _times(site: Site, later: Sleepless, *answers: Answer) -> list[float]:
    """Serve these one after the other, the last one for ever; the seconds after MORNING at which each was given."""
    rest, times = list(answers), []

    def respond(asked: Asked) -> Answer:
        times.append(round(later.now - MORNING, 3))
        return rest.pop(0) if len(rest) > 1 else rest[0]

    site.answer("/news", respond)
    return times


OK = Answer(200, PAGE.encode())


@pytest.mark.parametrize("header", ["40", formatdate(MORNING + 40, usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_says_when_to_come_back_is_asked_then(site: Site, ledger: Ledger, status: int, header: str) -> None:
    later = Sleepless()
    times = _times(site, later, Answer(status, headers={"Retry-After": header}), OK)
    with client(ledger, site, later) as one:
        assert one.fetch(site.url("/news")).failure is None

    assert times == [0, 40]


def test_a_site_that_wants_an_hour_is_left_alone_for_it_by_the_next_run_too(site: Site, ledger: Ledger) -> None:
    later = Sleepless()
    times = _times(site, later, Answer(429, headers={"Retry-After": "3600"}), OK)
    for minutes, failure in ((0, Failure.TOO_MANY_REQUESTS), (30, Failure.HOST_RESTS), (31, None)):
        later.now += minutes * 60
        with client(ledger, site, later) as one:
            answer = one.fetch(site.url("/news"))
        assert answer.failure is failure
        if failure is Failure.HOST_RESTS:
            assert "until 2026-04-01T06:30:00+09:00: too_many_requests" in answer.detail

    assert times == [0, 3660]


@pytest.mark.parametrize("header", ["soon", "", "-5", "Wed, 99 Foo 2026", formatdate(0, usegmt=True),
                                    "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999999999"])
def test_a_site_that_says_it_wrong_is_asked_as_if_it_had_said_nothing(site: Site, ledger: Ledger, header: str) -> None:
    later = Sleepless()
    times = _times(site, later, Answer(429, headers={"Retry-After": header}), OK)
    with client(ledger, site, later, pause=2.0, longest_pause=60.0, delay=2.0) as one:
        assert one.fetch(site.url("/news")).failure is None

    assert times[1] - times[0] >= 2


def test_the_pauses_double_with_a_jitter_that_can_be_drawn_again(site: Site, ledger: Ledger) -> None:
    later = Sleepless()
    times = _times(site, later, Answer(500), Answer(500), Answer(500), OK)
    with client(ledger, site, later, pause=2.0, longest_pause=60.0) as one:
        assert one.fetch(site.url("/news")).failure is None
    pauses = [round(b - a, 3) for a, b in pairwise(times)]

    for whole, pause in zip((2, 4, 8), pauses, strict=True):
        assert 0.5 * whole <= pause <= 1.5 * whole
    assert pauses != [2, 4, 8]


def test_a_host_that_fails_again_and_again_is_closed_and_then_tried_with_one_request(
        site: Site, ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    later = Sleepless()
    times = _times(site, later, Answer(503))
    with client(ledger, site, later, attempts=1) as one, caplog.at_level(logging.WARNING):
        failures = [one.fetch(site.url("/news")).failure for _ in range(9)]
        assert failures == [Failure.SERVER_ERROR] * 5 + [Failure.HOST_RESTS] * 4
        assert len(times) == 5
        later.now += 601
        assert one.fetch(site.url("/news")).failure is Failure.SERVER_ERROR, "half open: one try"
        assert one.fetch(site.url("/news")).failure is Failure.HOST_RESTS, "and closed again"
        later.now += 601
        assert one.fetch(site.url("/news")).failure is Failure.HOST_RESTS, "for twice as long"
        later.now += 600
        site.page("/news", PAGE)
        assert one.fetch(site.url("/news")).failure is None
        assert one.fetch(site.url("/news")).failure is None, "one good answer opens it again"

    assert "city.test is left alone for 600 seconds: server_error, 5 in a row" in caplog.text


def test_a_host_is_not_to_blame_for_pages_that_it_does_not_have(site: Site, ledger: Ledger) -> None:
    site.page("/news", PAGE)
    with client(ledger, site) as one:
        assert {one.fetch(site.url(f"/{n}")).failure for n in range(20)} == {Failure.NOT_FOUND}
        assert one.fetch(site.url("/news")).failure is None
