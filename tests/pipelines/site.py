"""A fake web on the loopback: many hosts on one port, every answer of our own making, every request remembered.

    with Site() as site:
        site.page("/news/1.html", "<html>…</html>")                 # http://city.test:PORT/news/1.html
        site.robots("User-agent: *\\nDisallow: /intern/")            # without it /robots.txt is 404: all is allowed
        site.page("/feed.xml", feed, host="wire.test", type="application/rss+xml", etag='"1"')
        site.page("/busy", Answer(503), Answer(503), Answer(200, b"at last"))   # one after the other; the last stays
        site.answer("/slow", lambda asked: Answer(200, trickle(b"x" * 100, seconds=1)))

        site.url("/news/1.html")            # the address to ask for
        site.resolve("city.test")           # -> ["127.0.0.1"]: the injected resolver
        site.grants                         # {("127.0.0.1", PORT)}: what the guard has to let through
        site.asked("/news/1.html")          # -> [Asked, …] in order of arrival
        site.at_once("city.test")           # the most requests of one host that were answered at the same time

Names end in `.test`, which no resolver outside knows. `site.names["x.test"] = ["10.0.0.1"]` makes a name resolve
elsewhere; a list of lists gives another answer each time (the last stays).
"""
from __future__ import annotations

import gzip
import io
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import TracebackType

HOST = "city.test"
ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived. `begun` and `ended` are seconds of the monotonic clock, the same until it is answered."""

    host: str
    path: str
    headers: Mapping[str, str]
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: a body as bytes, or as pieces that are sent without a length.

    `length` is what Content-Length claims where that is not the truth; `coding` goes into Content-Encoding.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str | None = "text/html; charset=utf-8"
    length: int | None = None
    coding: str | None = None


Responder = Callable[[Asked], Answer]


class Site:
    """The fake web; a context manager. `port=0` takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self.names: dict[str, list[str] | list[list[str]]] = {}
        self.resolved: list[str] = []
        self._responders: dict[tuple[str, str], Responder] = {}
        self._asked: list[Asked] = []
        self._first = 0
        self._now: Counter[str] = Counter()
        self._most: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = _Server((ADDRESS, port), _Handler)
        self._server.site = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def grants(self) -> frozenset[tuple[str, int]]:
        """The one address and port that a guard must let through to reach this site."""
        return frozenset({(ADDRESS, self.port)})

    def url(self, path: str, host: str = HOST) -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def resolve(self, name: str) -> list[str]:
        """The addresses of a name: loopback, unless `names` says otherwise. Every call is kept in `resolved`."""
        with self._lock:
            self.resolved.append(name)
            told = self.names.get(name, [ADDRESS])
            if told and isinstance(told[0], list):
                return list(told.pop(0) if len(told) > 1 else told[0])  # type: ignore[arg-type]
            return [str(one) for one in told]

    # --- what is served ----------------------------------------------------------------------------------------------

    def page(self, path: str, *bodies: str | bytes | Answer, host: str = HOST, type: str = "text/html; charset=utf-8",
             etag: str | None = None, last_modified: str | None = None) -> str:
        """Serve a page; its address. Several bodies are given one a request, and the last one stays.

        With `etag` or `last_modified` a request that carries the same validator is answered 304.
        """
        rest = deque(body if isinstance(body, Answer) else Answer(200, _bytes(body), type=type) for body in bodies)
        validators = {k: v for k, v in (("ETag", etag), ("Last-Modified", last_modified)) if v}

        def respond(asked: Asked) -> Answer:
            with self._lock:
                now = rest.popleft() if len(rest) > 1 else rest[0]
            if (etag and asked.headers.get("if-none-match") == etag) or (
                    last_modified and asked.headers.get("if-modified-since") == last_modified):
                return Answer(304, headers=validators, type=None)
            return Answer(now.status, now.body, {**validators, **now.headers}, now.type, now.length, now.coding)

        return self.answer(path, respond, host)

    def answer(self, path: str, responder: Responder, host: str = HOST) -> str:
        """Serve what a function of the request says; its address. The query string belongs to the path."""
        self._responders[host, path] = responder
        return self.url(path, host)

    def redirect(self, path: str, to: str, *, status: int = 302, host: str = HOST) -> str:
        """Send whoever asks for a path elsewhere; its address."""
        return self.answer(path, lambda _: Answer(status, headers={"Location": to}), host)

    def robots(self, text: str, *, host: str = HOST, status: int = 200) -> None:
        """Serve a robots.txt."""
        self.answer("/robots.txt", lambda _: Answer(status, text.encode(), type="text/plain"), host)

    # --- what was asked ----------------------------------------------------------------------------------------------

    def asked(self, path: str | None = None, host: str | None = None) -> list[Asked]:
        """The requests that were answered, in order of arrival; of one path or host, or all."""
        with self._lock:
            return sorted((one for one in self._asked if path in (None, one.path) and host in (None, one.host)),
                          key=lambda one: one.begun)

    def at_once(self, host: str) -> int:
        """The most requests of one host that were being answered at the same time."""
        with self._lock:
            return self._most[host]

    def gaps(self, host: str) -> list[float]:
        """Seconds from each request's end to the next one's beginning."""
        seen = self.asked(host=host)
        return [after.begun - before.ended for before, after in pairwise(seen)]

    def forget_requests(self) -> None:
        """Begin counting anew."""
        with self._lock:
            self._first += len(self._asked)
            self._asked.clear()
            self._most.clear()
            self._now.clear()

    # --- the server's side -------------------------------------------------------------------------------------------

    def respond(self, asked: Asked) -> Answer:
        """What is served for a request; 404 where nothing is."""
        responder = self._responders.get((asked.host, asked.path))
        return responder(asked) if responder else Answer(404, b"not here", type="text/plain")

    def begin(self, asked: Asked) -> int:
        """A request has arrived; the number that it has."""
        with self._lock:
            self._now[asked.host] += 1
            self._most[asked.host] = max(self._most[asked.host], self._now[asked.host])
            self._asked.append(asked)
            return self._first + len(self._asked) - 1

    def end(self, number: int) -> None:
        """A request has been answered."""
        with self._lock:
            place = number - self._first
            if place >= 0:
                self._asked[place] = replace(self._asked[place], ended=time.monotonic())
                self._now[self._asked[place].host] -= 1


# --- bodies that hurt ------------------------------------------------------------------------------------------------

def endless(size: int, piece: int = 1 << 16) -> Iterator[bytes]:
    """A body of `size` bytes that is never whole in memory."""
    block = b"<p>" + b"0" * (piece - 3)
    for begin in range(0, size, piece):
        yield block[:min(piece, size - begin)]


def trickle(body: bytes, seconds: float, piece: int = 1) -> Iterator[bytes]:
    """A body that comes `piece` bytes at a time, with a pause after each."""
    for begin in range(0, len(body), piece):
        yield body[begin:begin + piece]
        time.sleep(seconds)


def gzip_bomb(size: int) -> bytes:
    """A small gzip member that unpacks to `size` zero bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as bomb:
        for piece in endless(size, 1 << 20):
            bomb.write(bytes(len(piece)))
    return packed.getvalue()


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


class _Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up in the middle are part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # a write a header would wait for the client's acknowledgement
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        begun, site = time.monotonic(), self.server.site
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        headers = {k.lower(): v for k, v in self.headers.items()}
        asked = Asked(host, self.path, headers, begun, begun)
        number = site.begin(asked)
        try:
            self._send(site.respond(asked))
        except OSError:
            self.close_connection = True
        finally:
            # before the last bytes leave: whoever has them all may ask again at once
            site.end(number)
        with suppress(OSError):
            self.wfile.flush()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.type:
            self.send_header("Content-Type", answer.type)
        if answer.coding:
            self.send_header("Content-Encoding", answer.coding)
        if isinstance(answer.body, bytes):
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.close_connection = self.close_connection or answer.length is not None
            self.end_headers()
            self.wfile.write(answer.body)
            return
        # pieces: the end of the connection ends the body
        self.send_header("Connection", "close")
        if answer.length is not None:
            self.send_header("Content-Length", str(answer.length))
        self.close_connection = True
        self.end_headers()
        self.wfile.flush()
        for piece in answer.body:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
