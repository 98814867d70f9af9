"""Being the only process that does something on a ledger. Whoever dies lets go of it, however it died.

A ledger in SQLite serves one machine: a lock on a file beside it is enough, and the system drops it with the process.
In PostgreSQL it is an advisory lock of a session of its own, which the server drops with the connection. Whoever stays
long has to ask whether he still has it: a server that restarts and a network that breaks take it away unseen.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from time import monotonic, sleep

import sqlalchemy as sa
from filelock import FileLock, Timeout

from pipelines.ledger.database import Database

#: Seconds between two looks whether it is free.
_EVERY = 0.1
#: Seconds after which PostgreSQL asks whether a silent machine is still there, and between such questions.
_SILENCE, _QUESTIONS = 30, 10
#: Asks whether one is still the only one.
StillAlone = Callable[[], bool]
#: A key of 64 bits stands there in two halves.
_STANDS = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
                  "AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = :key)")


class Busy(TimeoutError):
    """Another process is at it; the message says at what."""


@contextmanager
def alone(database: Database, what: str, patience: float) -> Iterator[StillAlone]:
    """Be the only one at `what` inside, as far as what is yielded says so; not to be asked for again there.

    Raises Busy where another process is still at it after `patience` seconds.
    """
    busy = f"another process is at the ledger's {what} and was not done after {patience:.0f} s"
    if database.kind == "postgresql":
        with _session(database, what, patience, busy) as stands:
            yield stands
        return
    file = database.engine.url.database
    if not file or file == ":memory:":  # nobody else can see it
        yield lambda: True
        return
    lock = FileLock(f"{file}.{what}.lock")
    try:
        lock.acquire(timeout=patience, poll_interval=_EVERY)
    except Timeout:
        raise Busy(busy) from None
    try:
        yield lambda: lock.is_locked
    finally:
        lock.release()


@contextmanager
def _session(database: Database, what: str, patience: float, busy: str) -> Iterator[StillAlone]:
    key = {"key": int.from_bytes(blake2b(f"kakehashi {what}".encode(), digest_size=8).digest(), signed=True)}
    end = monotonic() + patience
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"SET tcp_keepalives_idle = {_SILENCE}")
        connection.exec_driver_sql(f"SET tcp_keepalives_interval = {_QUESTIONS}")
        while not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), key):
            if monotonic() >= end:
                raise Busy(busy)
            sleep(_EVERY)

        def stands() -> bool:
            try:
                return bool(connection.scalar(_STANDS, key))
            except sa.exc.SQLAlchemyError:  # the lock went with its connection, which does not come back by itself
                return False

        try:
            yield stands
        finally:
            with suppress(sa.exc.SQLAlchemyError):  # a connection that was lost holds nothing
                connection.scalar(sa.text("SELECT pg_advisory_unlock(:key)"), key)
            connection.invalidate()
