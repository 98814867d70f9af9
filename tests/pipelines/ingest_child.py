"""`kakehashi ingest` in a process of its own, which kills itself as it is about to send its k-th request.

    python -m tests.pipelines.ingest_child PORT KILL_AT

KILL_AT 0 never kills. The environment says where everything is; what follows from fetching is left out.
"""
from __future__ import annotations

import os
import signal
import sys
from threading import Lock
from typing import Any

from pipelines import cli, definitions
from pipelines.commands import ingest
from pipelines.definitions import RunCounts
from pipelines.fetch import connection
from pipelines.fetch.client import Client
from pipelines.fetch.guard import Guard
from tests.pipelines.fetch.web import QUICK

_lock, _sent = Lock(), 0


def main() -> None:
    """Ask, and perhaps die."""
    port, kill_at = int(sys.argv[1]), int(sys.argv[2])
    send = connection.GuardedTransport.handle_request

    def sent(transport: Any, request: Any) -> Any:
        global _sent
        with _lock:
            _sent += 1
            if _sent == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return send(transport, request)

    connection.GuardedTransport.handle_request = sent  # type: ignore[method-assign]
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
    ingest.client = lambda ledger, settings: Client(ledger, settings.contact, guard=guard, limits=QUICK)
    definitions.run = lambda paths, report: RunCounts((), ())
    sys.argv = ["kakehashi", "ingest"]
    cli.main()


if __name__ == "__main__":
    main()
