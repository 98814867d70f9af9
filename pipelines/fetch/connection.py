"""Connections that go where the guard has looked, and that end when a request's time is over.

The name of a host is resolved here and nowhere else. TLS still verifies, and names to the server (SNI), the host of
the address; only the TCP connection goes to the address that was checked.
"""
from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpcore2
import httpx2

from pipelines.fetch.guard import Guard

#: What a timeout says that ends not one operation but the whole request.
WHOLE = "the time of the whole request is over"
#: Until when (seconds of the monotonic clock) the request of this thread may take.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[Callable[[], float]]:
    """All reading and writing of this thread's request ends after so many seconds; yields how many are left."""
    end = time.monotonic() + seconds
    token = _deadline.set(end)
    try:
        yield lambda: end - time.monotonic()
    finally:
        _deadline.reset(token)


def _left(timeout: float | None) -> float | None:
    """The time that one operation may take: its own limit, or what is left of the request's."""
    end = _deadline.get()
    if end is None:
        return timeout
    left = max(end - time.monotonic(), 0.001)
    return left if timeout is None else min(timeout, left)


def _over() -> bool:
    end = _deadline.get()
    return end is not None and time.monotonic() >= end


class _Stream(httpcore2.NetworkStream):
    """A stream whose every operation sees the request's deadline, so that a byte a second cannot go on for ever."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes; raises ReadTimeout once the time is over."""
        if _over():
            raise httpcore2.ReadTimeout(WHOLE)
        try:
            return self._inner.read(max_bytes, _left(timeout))
        except httpcore2.ReadTimeout as error:
            raise httpcore2.ReadTimeout(WHOLE if _over() else "nothing came") from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it; raises WriteTimeout once the time is over."""
        if _over():
            raise httpcore2.WriteTimeout(WHOLE)
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                  timeout: float | None = None) -> httpcore2.NetworkStream:
        """The stream with TLS on it."""
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """What the stream below tells."""
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None) -> httpcore2.NetworkStream:
        """A connection to the first of the host's checked addresses that answers."""
        problem: Exception | None = None
        for address in self._guard.addresses(host, port):
            try:
                return _Stream(self._inner.connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        assert problem is not None
        raise problem

    def connect_unix_socket(self, path: str, timeout: float | None = None,
                            socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None) -> httpcore2.NetworkStream:
        """Never: no page lives there."""
        raise httpcore2.ConnectError("no page lives in a local socket")


@cache
def _trusted() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


class GuardedTransport(httpx2.HTTPTransport):
    """An HTTP transport all of whose connections pass the guard. Proxies of the environment are not used."""

    def __init__(self, guard: Guard, connections: int) -> None:
        trusted = _trusted()
        super().__init__(verify=trusted, trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trusted, max_connections=connections,
            max_keepalive_connections=connections, keepalive_expiry=4, network_backend=_Backend(guard))
