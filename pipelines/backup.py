"""A copy of all that cannot be made again, in one folder: ledger, archive, and what people wrote.

    backup.json      what it is, made by which version of which schema
    ledger.sqlite    a ledger in SQLite, by SQLite's own backup, or
    ledger.dump      one in PostgreSQL, by pg_dump, or
    ledger/*.copy    by COPY, where there is no pg_dump that knows the server
    manifest.tsv     SHA-256 and size in bytes of all that the archive keeps
    archive/         the bytes themselves, verified on their way
    config/          sources and decisions
    reference/       the index of registries, where there is one

The ledger is copied first: what it names the archive had before it.
"""
from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.fetch.archive import Archive
from pipelines.ledger.database import Database
from pipelines.ledger.tables import blobs, metadata
from pipelines.settings import Settings

_FORMAT = 1
#: Rows that are carried from one database to the other at once.
_ROWS = 2_000

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or restore carried over, and the bytes that the archive should have had and had not."""
    documents: int
    files: int
    config: int
    missing: tuple[str, ...] = ()


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def backup(settings: Settings, folder: Path, *, with_bytes: bool = True, report: Report = _silent) -> Copied:
    """Copy ledger, archive and configuration into a new folder.

    The folder appears under its name once it is whole. Raises FileExistsError where it exists, ValueError where bytes
    are damaged.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a folder that does not exist yet")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    database = Database.open(settings.ledger_url)
    try:
        held = _dump(database, settings.ledger_url, part)
        with database.reading() as c:
            kept = [(r.sha256, r.size) for r in c.execute(sa.select(blobs).where(blobs.c.removed.is_(None))
                                                          .order_by(blobs.c.sha256))]
    finally:
        database.close()
    (part / "manifest.tsv").write_text("".join(f"{sha256}\t{size}\n" for sha256, size in kept), encoding="utf-8")
    missing = _carry(Archive(settings.archive_url), Archive(str(part / "archive")), [s for s, _ in kept],
                     report) if with_bytes else ()
    config = _copy_tree(settings.config, part / "config")
    _copy_tree(settings.home / "reference", part / "reference")
    about = {"format": _FORMAT, "kakehashi": version("kakehashi"), **held, "bytes": with_bytes}
    (part / "backup.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    return Copied(int(held["documents"]), len(kept) - len(missing) if with_bytes else 0, config, missing)


def restore(settings: Settings, folder: Path, *, report: Report = _silent) -> Copied:
    """Make an empty installation what the backup holds; the graph is then made by `kakehashi run` or the daemon.

    Raises FileNotFoundError for a folder that is no backup, ValueError for a ledger that is not empty, a backup of a
    newer version, or one that this kind of database cannot take in; FileExistsError for configuration that differs.
    """
    about = _about(folder)
    _refuse_differences(folder / "config", settings.config)
    _fill(settings.ledger_url, folder, about)
    database = Database.open(settings.ledger_url)
    with database.reading() as c:
        kept = list(c.scalars(sa.select(blobs.c.sha256).where(blobs.c.removed.is_(None)).order_by(blobs.c.sha256)))
    database.close()
    missing = _carry(Archive(str(folder / "archive")), Archive(settings.archive_url), kept, report) if about["bytes"] else ()
    config = _copy_tree(folder / "config", settings.config)
    _copy_tree(folder / "reference", settings.home / "reference")
    return Copied(int(about["documents"]), len(kept) - len(missing) if about["bytes"] else 0, config, missing)


# --- the ledger ------------------------------------------------------------------------------------------------------

def _dump(database: Database, url: str, folder: Path) -> dict[str, Any]:
    """Copy a ledger by its database's own means, and say what it is."""
    if database.kind == "sqlite":
        source = sqlite3.connect(str(sa.make_url(url).database))
        target = sqlite3.connect(folder / "ledger.sqlite")
        with source, target:
            source.backup(target)
        source.close()
        target.close()
        copy = Database(sa.create_engine(f"sqlite:///{folder / 'ledger.sqlite'}"))
        how = "sqlite"
    else:
        copy, program = database, _program("pg_dump", database)
        how = "pg_dump" if program else "copy"
        if program:
            words = [program, "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / 'ledger.dump'}"]
            words += [f"--table={name}" for name in _names(database)]
            _run(words, url)
        else:
            _copy_out(database, folder / "ledger")
    with copy.reading() as c:
        held = {"ledger": how, "revision": database.revision(c),
                "documents": int(c.scalar(sa.text("SELECT count(*) FROM documents WHERE status IN ('current', 'gone')")))}
    if copy is not database:
        copy.close()
    return held


def _fill(url: str, folder: Path, about: dict[str, Any]) -> None:
    """Bring a backup's ledger into an empty database."""
    kind = sa.make_url(url).get_backend_name()
    how = about["ledger"]
    if kind == "sqlite" and how != "sqlite":
        raise ValueError(f"{folder} holds a ledger of PostgreSQL; set KAKEHASHI_LEDGER_URL to an empty database there")
    if kind == "sqlite":
        _fill_sqlite(url, folder)
        return
    database = Database.open(url, None if how == "sqlite" else str(about["revision"]))
    try:
        _refuse_unless_empty(database)
        with database.reading() as c:
            now = database.revision(c)
        if how != "sqlite" and now != about["revision"]:
            raise ValueError(f"the database has the ledger's tables of {now} already, the backup those of "
                             f"{about['revision']}; restore into an empty database")
        if how == "sqlite":
            _carry_rows(folder / "ledger.sqlite", database)
        elif how == "copy":
            _copy_in(database, folder / "ledger")
        else:
            program = _program("pg_restore", database)
            if program is None:
                raise ValueError(f"{folder / 'ledger.dump'} needs PostgreSQL's pg_restore of the server's version or a "
                                 "newer one (Debian: apt-get install postgresql-client)")
            _run([program, "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
                  str(folder / "ledger.dump")], url, "--dbname")
    finally:
        database.close()


def _fill_sqlite(url: str, folder: Path) -> None:
    file = Path(str(sa.make_url(url).database))
    if file.exists():
        database = Database.open(url)
        try:
            _refuse_unless_empty(database)
        finally:
            database.close()
    file.parent.mkdir(parents=True, exist_ok=True)
    source, target = sqlite3.connect(folder / "ledger.sqlite"), sqlite3.connect(file)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def _refuse_unless_empty(database: Database) -> None:
    with database.reading() as c:
        if any(c.scalar(sa.text(f"SELECT 1 FROM {name} LIMIT 1")) for name in ("fetches", "documents", "blobs")):
            raise ValueError("the ledger is not empty; restore into a new one: set KAKEHASHI_HOME (or "
                             "KAKEHASHI_LEDGER_URL) to where there is none")


def _carry_rows(file: Path, target: Database) -> None:
    """A ledger of SQLite into PostgreSQL, row by row, so that an installation can grow."""
    with _scratch(file) as source, source.reading() as old, target.writing() as new:
        for table in metadata.sorted_tables:
            rows = old.execution_options(yield_per=_ROWS).execute(sa.select(table)).mappings()
            for part in rows.partitions(_ROWS):
                new.execute(table.insert(), [dict(row) for row in part])
        _renumber(new)


class _scratch:
    """A copy of a SQLite ledger brought to the newest schema; it goes with the block."""

    def __init__(self, file: Path) -> None:
        self._copy = file.with_name(f"{file.name}.{os.getpid()}.copy")
        shutil.copyfile(file, self._copy)
        self._database = Database.open(f"sqlite:///{self._copy}")

    def __enter__(self) -> Database:
        return self._database

    def __exit__(self, *error: object) -> None:
        self._database.close()
        for name in (self._copy, *(self._copy.with_name(self._copy.name + end) for end in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)


def _names(database: Database) -> list[str]:
    """The ledger's tables in the database, in an order in which none needs a later one."""
    with database.reading() as c:
        there = set(sa.inspect(c).get_table_names())
    return [t.name for t in metadata.sorted_tables if t.name in there] + [database.version_table]


def _copy_out(database: Database, folder: Path) -> None:
    folder.mkdir()
    with database.reading() as c:
        for name in [t.name for t in metadata.sorted_tables]:
            cursor = c.connection.cursor()
            with (folder / f"{name}.copy").open("wb") as file, cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                for data in rows:
                    file.write(data)


def _copy_in(database: Database, folder: Path) -> None:
    # by the tables' names and not the files': those are words of SQL, and a folder may come from anywhere
    wanted = [name for name in _names(database) if name != database.version_table]
    if missing := [name for name in wanted if not (folder / f"{name}.copy").is_file()]:
        raise ValueError(f"{folder} lacks {missing[0]}.copy; the backup is not whole, take another one")
    with database.writing() as c:
        for name in wanted:
            cursor = c.connection.cursor()
            with cursor.copy(f'COPY "{name}" FROM STDIN') as rows:
                for data in _chunks(folder / f"{name}.copy"):
                    rows.write(data)
        _renumber(c)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as data:
        while chunk := data.read(1 << 20):
            yield chunk


def _renumber(c: sa.Connection) -> None:
    """Let the numbers that PostgreSQL gives to new rows go on after those that came."""
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            if column.autoincrement is True:
                c.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                                  f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name}), false)"))


def _program(name: str, database: Database) -> str | None:
    """PostgreSQL's program, where it is there and not older than the server: an older one refuses."""
    program = shutil.which(name)
    if program is None:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    major = next((word.split(".")[0] for word in said.split() if word[:1].isdigit()), "0")
    with database.reading() as c:
        server = int(str(c.scalar(sa.text("SHOW server_version_num")))) // 10_000
    return program if major.isdigit() and int(major) >= server else None


def _run(words: list[str], url: str, before: str = "--dbname") -> None:
    """Run a program on a database; its password goes by the environment, where nobody else sees it."""
    parsed = sa.make_url(url).set(drivername="postgresql")
    where = parsed._replace(password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(parsed.password)} if parsed.password else {})}
    done = subprocess.run([words[0], f"{before}={where}", *words[1:]], env=environment, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise ValueError(f"{Path(words[0]).name} failed: {done.stderr.strip()}")


# --- archive and configuration ---------------------------------------------------------------------------------------

def _carry(source: Archive, target: Archive, names: list[str], report: Report) -> tuple[str, ...]:
    """Copy bytes that the target lacks; the names of those that the source has not. Raises ValueError for damaged ones."""
    missing = []
    for number, name in enumerate(names, 1):
        if not target.has(name):
            try:
                target.put(source.get(name))
            except FileNotFoundError:
                missing.append(name)
        report("archive", number, len(names))
    return tuple(missing)


def _copy_tree(source: Path, target: Path) -> int:
    """Copy a folder's files, hidden ones left out; how many."""
    files = [f for f in sorted(source.rglob("*")) if f.is_file() and not any(
        part.startswith(".") for part in f.relative_to(source).parts)] if source.is_dir() else []
    for file in files:
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    return len(files)


def _refuse_differences(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*")) if source.is_dir() else ():
        there = target / file.relative_to(source)
        if file.is_file() and there.is_file() and there.read_bytes() != file.read_bytes():
            raise FileExistsError(f"{there} is not what the backup has; move it away, or set KAKEHASHI_CONFIG to another "
                                  "folder")


def _about(folder: Path) -> dict[str, Any]:
    file = folder / "backup.json"
    if not file.is_file():
        raise FileNotFoundError(f"{folder} is no backup: there is no {file.name} in it")
    about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if about.get("format") != _FORMAT:
        raise ValueError(f"{folder} was made by Kakehashi {about.get('kakehashi')}; restore it with that version")
    return about
