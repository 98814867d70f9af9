"""The polite client: one address in, its bytes or the reason why not out."""
from __future__ import annotations

import random
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeVar

import httpx2

from pipelines.fetch import content, robots
from pipelines.fetch.body import CODINGS, unpack
from pipelines.fetch.clock import Clock
from pipelines.fetch.connection import WHOLE, GuardedTransport, within
from pipelines.fetch.desk import Desk
from pipelines.fetch.failures import Failed, Failure, of_status
from pipelines.fetch.guard import Guard
from pipelines.fetch.identity import user_agent
from pipelines.fetch.limits import Limits
from pipelines.fetch.turns import Turns
from pipelines.ledger import Ledger, hosts

#: Headers of an answer that are kept, in small letters.
KEPT = ("content-type", "content-language", "content-disposition", "content-encoding", "content-length", "date", "etag",
        "last-modified", "link", "location", "retry-after", "server", "age", "x-robots-tag")
#: Hosts that are asked at once.
CONNECTIONS = 64
#: Bytes of a body that is rather read than hung up on.
_SHORT = 16_384
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_ACCEPT = ("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, "
           "application/pdf;q=0.9, text/plain;q=0.8, */*;q=0.1")
T = TypeVar("T")
_ORDER = ("connect", "read", "write", "pool")


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer can be compared by (RFC 9110 §8.8): they belong to the address that gave it, `url`."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one address: `data` after unpacking, None where the site says that nothing changed, or `failure`.

    `url` is where the redirects ended, `seconds` the time of all attempts, waiting included, and `pause` for how many
    seconds more its host wants to be left alone.
    """

    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = None
    failure: Failure | None = None
    detail: str = ""
    attempts: int = 0
    seconds: float = 0.0
    pause: float = 0.0

    @property
    def validators(self) -> Validators:
        """For the next time."""
        return Validators(self.url, self.headers.get("etag"), self.headers.get("last-modified"))


class Needless(Exception):
    """Somebody else has got the answer meanwhile."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class _Trip:
    """One address on its way: what it costs, and where it is."""

    url: str
    needless: Callable[[], bool]
    attempts: int = 0
    pause: float = 0.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A redirect."""

    url: str


class Client:
    """Asks for addresses. One for a process: threads share it; whatever they do, a host is asked by one at a time.

    `guard` decides where connections may go, `clock` and `draw` (of pauses) are what tests replace. Raises ValueError
    where there is no contact.
    """

    def __init__(self, ledger: Ledger, contact: str | None, *, guard: Guard | None = None, clock: Clock | None = None,
                 limits: Limits | None = None, draw: random.Random | None = None) -> None:
        self._agent = user_agent(contact)
        self.ledger = ledger
        self.desk = Desk(ledger)
        self._guard = guard or Guard()
        self.clock = clock or Clock()
        self.limits = limits or Limits()
        self._turns = Turns(self.desk, self.clock, self.limits, draw or random.Random())
        self._transport = GuardedTransport(self._guard, CONNECTIONS)
        self._rules: dict[str, tuple[robots.Rules, float]] = {}
        self._rules_lock = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def fetch(self, url: str, known: Validators | None = None, delay: float | None = None,
              needless: Callable[[], bool] = _never) -> Answer:
        """Ask for an address; never raises for anything that a site can do.

        `known` makes the request conditional. `delay` in seconds takes the place of the limits' where it is longer.
        `needless` is asked after waiting for the host: Needless is raised where somebody else has got the answer
        meanwhile.
        """
        begin = self.clock.elapsed()
        trip, pause = _Trip(url, needless), max(delay or 0.0, self.limits.delay)
        data: bytes | None = None
        failure: Failure | None = None
        detail = ""
        try:
            data = self._follow(trip, known, pause)
        except Failed as failed:
            failure, detail, trip.status = failed.failure, failed.detail, failed.status or trip.status
        return Answer(trip.url, trip.status, trip.headers, data, failure, detail, trip.attempts,
                      round(self.clock.elapsed() - begin, 3), trip.pause)

    # --- from address to address -------------------------------------------------------------------------------------

    def _follow(self, trip: _Trip, known: Validators | None, delay: float) -> bytes | None:
        seen: set[str] = set()
        while True:
            url = self._guard.check(trip.url)
            trip.url = str(url)
            rules = self._rules_of(url)
            rules.check(trip.url)
            seen.add(trip.url)
            conditions = _conditions(known) if known is not None and known.url == trip.url else {}
            got = self._repeat(trip, url, max(delay, rules.delay), partial(self._page, bool(conditions)), conditions)
            if not isinstance(got, _Elsewhere):
                return got
            trip.url = got.url
            if trip.url in seen:
                raise Failed(Failure.TOO_MANY_REDIRECTS, f"in a circle to {trip.url}", status=trip.status)
            if len(seen) > self.limits.redirects:
                raise Failed(Failure.TOO_MANY_REDIRECTS, f"more than {self.limits.redirects}", status=trip.status)

    def _repeat(self, trip: _Trip, url: httpx2.URL, delay: float, read: Callable[[httpx2.Response], T],
                conditions: Mapping[str, str]) -> T | _Elsewhere:
        """What one address gives; asked again where that may help and does not take too long."""
        while True:
            turn = self._turns.at(_host(url), delay)
            try:
                with turn:
                    if turn.waited and trip.needless():
                        raise Needless(trip.url)
                    trip.attempts, trip.status, trip.headers = trip.attempts + 1, None, {}
                    return self._ask(trip, url, read, conditions)
            except Failed as failed:
                if (not failed.failure.repeated or trip.attempts >= self.limits.attempts
                        or turn.pause > self.limits.patience):
                    raise
            finally:
                trip.pause = turn.pause

    # --- one request -------------------------------------------------------------------------------------------------

    def _ask(self, trip: _Trip, url: httpx2.URL, read: Callable[[httpx2.Response], T],
             conditions: Mapping[str, str]) -> T | _Elsewhere:
        with _named_failures(), within(self.limits.total):
            response = self._send(url, conditions)
            try:
                trip.status, trip.headers = response.status_code, _kept(response.headers)
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    return _Elsewhere(_join(url, response.headers["location"]))
                return read(response)
            finally:
                _drain(response)
                response.close()

    def _page(self, conditional: bool, response: httpx2.Response) -> bytes | None:
        self._refuse(response, conditional)
        if response.status_code == 304:
            return None
        content.refuse_type(response.headers.get("content-type"))
        data = self._body(response, self.limits.size)
        content.refuse_content(response.headers.get("content-type"), data)
        return data

    def _robots(self, response: httpx2.Response) -> str:
        self._refuse(response, False)
        data = self._body(response, robots.MAX_BYTES, cut=True)
        return data.decode("utf-8", "replace").replace("\0", "\ufffd")

    def _send(self, url: httpx2.URL, more: Mapping[str, str]) -> httpx2.Response:
        times = dict(zip(_ORDER, (self.limits.connect, self.limits.read, self.limits.read, self.limits.total),
                         strict=True))
        headers = {"Host": url.netloc.decode("ascii"), "User-Agent": self._agent, "Accept": _ACCEPT,
                   "Accept-Language": "ja, en;q=0.5", "Accept-Encoding": CODINGS, **more}
        request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": times})
        return self._transport.handle_request(request)

    def _refuse(self, response: httpx2.Response, conditional: bool) -> None:
        status = response.status_code
        failure = of_status(status)
        if status == 304 and not conditional:
            failure = Failure.DAMAGED
        if failure is not None:
            said = "" if f"({status})" in failure.line else f"status {status}"
            raise Failed(failure, said, status=status,
                         retry_after=_retry_after(response.headers.get("retry-after"), self.clock.now()))

    def _body(self, response: httpx2.Response, limit: int, *, cut: bool = False) -> bytes:
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit and not cut:
            raise Failed(Failure.TOO_LARGE, f"announces {int(length):,} bytes")
        return unpack(response.iter_raw(), response.headers.get("content-encoding"), limit, cut=cut)

    # --- robots.txt --------------------------------------------------------------------------------------------------

    def _rules_of(self, url: httpx2.URL) -> robots.Rules:
        origin = _origin(url)
        with self._rules_lock:
            rules, until = self._rules.get(origin, (None, 0.0))
        if rules is None or until <= self.clock.now():
            found = self._kept_robots(origin) or self._ask_robots(url, origin)
            rules = robots.rules(_verdict(found.verdict), found.text, origin, self.limits.longest_delay, found.detail)
            with self._rules_lock:
                self._rules[origin] = (rules, found.expires_at)
        return rules

    def _kept_robots(self, origin: str) -> hosts.Robots | None:
        with self.desk.reading() as c:
            found = hosts.robots_of(c, origin)
        # a clock that was set back must not make a robots.txt last longer than it may
        return found if found and found.fetched_at <= self.clock.now() < found.expires_at else None

    def _ask_robots(self, page: httpx2.URL, origin: str) -> hosts.Robots:
        text, detail, status = "", "", None
        failure: Failure | None = None
        try:
            text = self._read_robots(page.copy_with(raw_path=b"/robots.txt"), origin)
        except Needless:
            return self._kept_robots(origin) or self._ask_robots(page, origin)
        except Failed as failed:
            if failed.failure in _NO_SITE:
                raise  # what keeps robots.txt from being asked is what keeps the page from being asked
            failure, status = failed.failure, failed.status
            detail = f"robots.txt: {failed.detail or failure.label}"
        now = self.clock.now()
        verdict = robots.verdict_of(failure, status)
        lasts = self.limits.robots_unreachable if verdict == "unreachable" else self.limits.robots
        found = hosts.Robots(origin, verdict, text, detail, now, now + min(lasts, 86_400.0))
        with self.desk.writing() as c:
            hosts.keep_robots(c, found)
        return found

    def _read_robots(self, url: httpx2.URL, origin: str) -> str:
        for hop in range(self.limits.redirects + 1):
            trip = _Trip(str(url), lambda: self._kept_robots(origin) is not None)
            try:
                got = self._repeat(trip, url, self.limits.delay, self._robots, {})
                if not isinstance(got, _Elsewhere):
                    return got
                url = self._guard.check(got.url)
            except Failed as failed:
                if hop or trip.status is not None:  # the site leads astray, not the user
                    raise Failed(failed.failure if failed.failure not in _NO_SITE else Failure.TOO_MANY_REDIRECTS,
                                 f"{failed.failure.label}: {failed.detail}", status=failed.status) from failed
                raise
        raise Failed(Failure.TOO_MANY_REDIRECTS, f"more than {self.limits.redirects}")


#: Failures that say that no request of any kind can be made there.
_NO_SITE = frozenset((Failure.BLOCKED_ADDRESS, Failure.BAD_ADDRESS, Failure.NAME_UNKNOWN, Failure.TLS_FAILED,
                      Failure.CONNECTION_FAILED, Failure.HOST_RESTS))


class _named_failures:
    """What the HTTP library raises, as failures of this project."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
            raise _named(error) from error


def _named(error: Exception) -> Failed:
    said = str(error) or type(error).__name__
    if isinstance(error, httpx2.TimeoutException):
        return Failed(Failure.TOO_SLOW if said == WHOLE else Failure.TIMEOUT, said)
    if isinstance(error, httpx2.NetworkError):
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return Failed(Failure.TLS_FAILED, said)
            cause = cause.__cause__ or cause.__context__
        return Failed(Failure.CONNECTION_FAILED, said)
    if isinstance(error, httpx2.RemoteProtocolError):
        if "incomplete" in said or "without sending complete" in said:
            return Failed(Failure.CUT_OFF, said)
        if "without sending a response" in said:
            return Failed(Failure.CONNECTION_FAILED, said)
    return Failed(Failure.DAMAGED, said)


def _drain(response: httpx2.Response) -> None:
    """Read what is left of a short body that nobody wants: the connection can then serve the next request."""
    length = response.headers.get("content-length", "")
    if not response.is_stream_consumed and length.isdecimal() and int(length) <= _SHORT:
        with suppress(httpx2.HTTPError):
            for _ in response.iter_raw():
                pass


def _verdict(stored: str) -> robots.Verdict:
    for one in ("rules", "allow", "deny"):
        if stored == one:
            return one
    return "unreachable"


def _host(url: httpx2.URL) -> str:
    return url.raw_host.decode("ascii").lower().rstrip(".")


def _origin(url: httpx2.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii').lower()}"


def _join(base: httpx2.URL, target: str) -> str:
    try:
        return str(base.join(target.strip()).copy_with(fragment=None))
    except (httpx2.InvalidURL, ValueError) as error:
        raise Failed(Failure.BAD_ADDRESS, f"redirected to {target[:200]!r}: {error}") from error


def _conditions(known: Validators) -> dict[str, str]:
    both = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in both.items() if value}


def _kept(headers: httpx2.Headers) -> dict[str, str]:
    return {name: headers[name].replace("\0", "\ufffd")[:2000] for name in KEPT if name in headers}


def _retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110 §10.2.3): a number of seconds or a date; None for neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        when = parsedate_to_datetime(value)
        return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, TypeError, OverflowError):  # e.g. a day or a zone of twenty digits
        return None
