"""One relational database: SQLite in a file, or PostgreSQL where several machines share a ledger.

Writers wait for each other from the start of their transaction on both, so none fails half-way for want of a lock, and
a reader sees one moment from its first question to its last.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError

#: Seconds that a writer waits for another one.
_PATIENCE = 60
#: Names PostgreSQL's advisory lock, which every writer of a ledger takes: «kakehash» as a number.
_WRITER = int.from_bytes(b"kakehash")
#: Alembic's note of the schema's revision. In PostgreSQL the database may be shared with Dagster, which has its own.
VERSION_TABLES = {"sqlite": "alembic_version", "postgresql": "kakehashi_schema"}
_LIKE = "write it like sqlite:////folder/ledger.sqlite or postgresql://user:password@host/database"


class Database:
    """Opens transactions, and knows which database it is."""

    def __init__(self, engine: sa.Engine) -> None:
        self._reading = engine.execution_options(kakehashi_writes=False)
        self._writing = engine.execution_options(kakehashi_writes=True)
        if engine.dialect.name == "postgresql":
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")
        self.engine = engine

    @classmethod
    def open(cls, url: str, revision: str | None = None) -> Database:
        """The database at a SQLAlchemy URL, its schema brought up to date, or a new one's to `revision`; a SQLite file is
        made when missing.

        Raises ValueError for a URL that names no database that a ledger can be in. The URL may hold a password and is
        not repeated.
        """
        database = cls(_engine(url))
        database._migrate(revision)
        return database

    @property
    def kind(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that may change things: whole or not at all, one at a time."""
        with self._writing.begin() as connection:
            if self.kind == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}s'")
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:one)"), {"one": _WRITER})
            yield connection

    def scrub(self) -> None:
        """Overwrite what was deleted: SQLite's file and its log are written anew, PostgreSQL's dead rows are let go."""
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            if self.kind == "postgresql":
                connection.exec_driver_sql("VACUUM")
            else:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def version_table(self) -> str:
        """The table with the note of the schema's revision."""
        return VERSION_TABLES[self.kind]

    def revision(self, c: sa.Connection) -> str:
        """The schema's revision, "" before the first."""
        heads = MigrationContext.configure(c, opts={"version_table": self.version_table}).get_current_heads()
        return heads[0] if heads else ""

    def _migrate(self, revision: str | None) -> None:
        config = Config()
        config.set_main_option("script_location", "pipelines.ledger:migrations")
        config.set_main_option("path_separator", "os")
        script = ScriptDirectory.from_config(config)
        with self.reading() as connection:
            now = self.revision(connection)
        if now and now not in {one.revision for one in script.walk_revisions()}:
            raise ValueError(f"the ledger's schema is {now}, which this version of Kakehashi does not know; a newer one "
                             "made it: upgrade Kakehashi")
        if now == script.get_current_head() or (revision is not None and now):
            return
        # one transaction that writes from its start: two processes opening a new ledger wait for each other
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision or "head")


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise ValueError(f"KAKEHASHI_LEDGER_URL is no address of a database; {_LIKE}") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed)
        _tune(engine)
        return engine
    if kind != "postgresql":
        raise ValueError(f"KAKEHASHI_LEDGER_URL names {kind}, in which a ledger cannot be; {_LIKE}")
    try:
        # a connection may have been cut since it was last used: a schedule comes once a day
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True,
                                connect_args={"application_name": "kakehashi", "connect_timeout": 10})
    except ModuleNotFoundError as error:
        raise ValueError("a ledger in PostgreSQL needs psycopg: pip install 'kakehashi[deploy]'") from error


def _write_ahead(connection: Any) -> None:
    """Turn a SQLite file's log on; tried again while others do, since SQLite refuses all but one of them at once.

    It does not wait there: two connections that read the old mode and both want to write the new one would wait for each
    other (https://sqlite.org/c3ref/busy_handler.html).
    """
    until = monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)


def _tune(engine: sa.Engine) -> None:
    """WAL, and transactions that take the write lock at their start; what is deleted is overwritten."""
    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")

    @sa.event.listens_for(engine, "begin")
    def began(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("kakehashi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
