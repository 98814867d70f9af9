"""A PostgreSQL of the tests' own: started in a temporary folder, reached through a socket that nobody else can open."""
from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

_INSTALL = ("no PostgreSQL was found. Install one (Debian: apt-get install postgresql) or the wheel that brings its "
            "programs: .venv/bin/python -m pip install -c constraints.txt pgserver")
#: Nothing of a test has to outlive the machine.
_SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
             "max_connections": "60", "shared_buffers": "32MB"}
#: Seconds after which a server that does not answer is taken for broken.
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server. `folder` holds its socket, `programs` pg_dump, pg_restore and the others."""
    folder: Path
    programs: Path
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self) -> str:
        """A new, empty database; its name."""
        name = f"test_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}"')
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path:
    """The folder of PostgreSQL's programs: the path's, else Debian's newest, else the wheel's."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    found += [p for p in versions if (p / "initdb").exists()]
    wheel = find_spec("pgserver")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if not found:
        raise RuntimeError(_INSTALL)
    return found[0]


def _other_user() -> pwd.struct_passwd | None:
    """Whom the server runs as where the tests run as root, which it refuses; None: as the tests do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as; add one")


@contextmanager
def running() -> Iterator[Postgres]:
    """A server that ends with the block; its folder goes with it.

    Raises RuntimeError, saying how to install it, where there is none.
    """
    programs, user = _programs(), _other_user()
    # a socket's path has at most 107 bytes, and the server's user must be able to walk to it
    folder = Path(tempfile.mkdtemp(prefix="kakehashi-pg-"))
    try:
        rights = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        if user is not None:
            programs = _reachable(programs, folder)
            os.chown(folder, user.pw_uid, user.pw_gid)
        _make(programs, folder, rights)
        server = _start(programs, folder, rights)
        try:
            yield Postgres(folder, programs, count(1))
        finally:
            server.send_signal(signal.SIGINT)  # ends sessions and stops
            server.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs where another user can run them: those of the wheel lie in an environment that may be closed."""
    if programs.parent.name != "pginstall":
        return programs
    wheel = programs.parent.parent
    for part in (wheel, wheel.with_name("pgserver.libs")):
        shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
    return folder / "programs" / wheel.name / "pginstall" / "bin"


def _make(programs: Path, folder: Path, rights: dict[str, object]) -> None:
    """A cluster whose texts sort as Japanese where the programs can: the ledger must not lean on a server's order."""
    words = [programs / "initdb", "-D", folder / "data", "-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync"]
    said = ""
    for order in (["--locale=C", "--locale-provider=icu", "--icu-locale=ja"], ["--locale=C"]):
        done = subprocess.run([*map(str, words), *order], cwd=folder, capture_output=True, text=True,
                              **rights)  # type: ignore[call-overload]
        if done.returncode == 0:
            return
        shutil.rmtree(folder / "data", ignore_errors=True)
        said = done.stderr
    raise RuntimeError(f"{words[0]} failed: {said}")


def _start(programs: Path, folder: Path, rights: dict[str, object]) -> subprocess.Popen[bytes]:
    settings = {**_SETTINGS, "unix_socket_directories": str(folder)}
    words = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        words += ["-c", f"{name}={value}"]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                              **rights)  # type: ignore[call-overload]
    log.close()
    for _ in range(_PATIENCE * 10):
        ready = subprocess.run([str(programs / "pg_isready"), "-q", "-h", str(folder), "-U", "postgres"], cwd=folder)
        if ready.returncode == 0:
            return server
        try:
            server.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            continue
    server.kill()
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')}")
