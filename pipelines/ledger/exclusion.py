"""Being the only process that does something on a ledger. Whoever dies lets go of it, however it died.

A ledger in SQLite serves one machine: a lock on a file beside it is enough, and the system drops it with the process.
In PostgreSQL it is an advisory lock of a session of its own, which the server drops with the connection. Whoever takes
long has to ask whether he still has it, before whatever he writes: a server that restarts, a network that breaks and
somebody who clears away the file take it from him unseen.
"""
from __future__ import annotations

import os
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
#: Returns where one is still the only one; else raises Lost.
Insist = Callable[[], None]
#: A key of 64 bits stands there in two halves.
_STANDS = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
                  "AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = :key)")


class Busy(TimeoutError):
    """Another process is at it; the message says at what."""


class Lost(ConnectionError):
    """One is not the only one any more, or cannot tell; the message says at what."""


def insisting(is_alone: StillAlone, what: str) -> Insist:
    """What to call before something is written that only one process may write at a time: it raises Lost where the lock on
    `what` does not stand any more."""
    def insist() -> None:
        if not is_alone():
            raise Lost(f"the lock that kept other processes from the ledger's {what} was lost (its database restarted, the "
                       "connection broke, or its lock file was removed); nothing more is written: run it again, what is done "
                       "already stays done")

    return insist


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
    mine = _identity(lock.lock_file)
    try:
        # a lock on a file that was removed keeps nobody out: others make a new one of that name
        yield lambda: lock.is_locked and mine is not None and _identity(lock.lock_file) == mine
    finally:
        lock.release()


def _identity(file: str) -> tuple[int, int] | None:
    """What the system tells a file of this name apart by; it is not given to another one while the file is open."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
