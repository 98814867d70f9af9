"""A run in a process of its own, which can kill itself at any of its points of input and output.

    python -m tests.pipelines.fetch.child LEDGER_URL ARCHIVE PORT DELAY KILL_AT URL…

KILL_AT 0 never kills. The times at which requests are sent are printed, a line each, and at the end the number of points.
The first address is an index that names a path a line.
"""
from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from pipelines.fetch import body, client, connection, ingest
from pipelines.fetch.archive import Archive
from pipelines.fetch.desk import Desk
from pipelines.fetch.guard import Guard
from pipelines.fetch.wanted import Wanted
from pipelines.ledger import Ledger
from tests.pipelines.fetch.web import CONTACT, QUICK

_lock = Lock()
_points = 0
_kill_at = int(sys.argv[5])


def _point() -> None:
    global _points
    with _lock:
        _points += 1
        if _points == _kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def _around(holder: Any, name: str) -> None:
    """A point before a function and one after it."""
    whole: Callable[..., Any] = getattr(holder, name)

    def watched(*given: Any, **named: Any) -> Any:
        _point()
        result = whole(*given, **named)
        _point()
        return result

    setattr(holder, name, watched)


def _around_transactions() -> None:
    whole = Desk.writing

    @contextmanager
    def watched(desk: Desk) -> Iterator[Any]:
        _point()
        with whole(desk) as connection:
            yield connection
            _point()  # before the commit
        _point()

    Desk.writing = watched  # type: ignore[method-assign]


def _follow(wanted: Wanted, page: ingest.Page) -> list[Wanted]:
    if wanted.kind != "index":
        return []
    return [Wanted(page.url.rpartition("/")[0] + line, wanted.source) for line in page.data.decode().split()]


def main() -> None:
    """Fetch the index and what it names."""
    url, folder, port, delay = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    ledger, archive = Ledger.open(url), Archive(folder)
    send = connection.GuardedTransport.handle_request

    def sent(transport: Any, request: Any) -> Any:
        print(repr(time.time()), flush=True)
        return send(transport, request)

    connection.GuardedTransport.handle_request = sent  # type: ignore[method-assign]
    _around_transactions()
    _around(connection.GuardedTransport, "handle_request")
    _around(client, "unpack")
    _around(os, "fsync")
    _around(Path, "replace")
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
    wanted = [Wanted(sys.argv[6], "city", kind="index"), *(Wanted(one, "city") for one in sys.argv[7:])]
    with client.Client(ledger, CONTACT, guard=guard, limits=replace(QUICK, delay=delay)) as asking:
        outcome = ingest.ingest(archive, asking, wanted, run="2026-04-01", follow=_follow)
    assert not outcome.failed, outcome
    assert body.unpack is not client.unpack
    print(_points)


if __name__ == "__main__":
    main()
