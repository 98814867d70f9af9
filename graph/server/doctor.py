"""What this machine has and lacks for Kakehashi, and how to get it. Nothing is started, fetched or changed."""
from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graph.server import jars, manager
from graph.server.java import NoJava, find_java

_PYTHONS = ((3, 11), (3, 14))
#: Bytes that the graph, the ledger and the archive of some thousand releases take.
_ROOM = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `detail` is what was found; `cure` is what to do when it is not `ok`."""
    name: str
    ok: bool
    detail: str
    cure: str


def checks(home: Path) -> Iterator[Check]:
    """All checks of this machine for the state kept in `home`, in the order in which they are needed."""
    yield _python()
    yield _model()
    if uri := os.environ.get("NEO4J_URI"):
        yield Check("Neo4j", True, f"the server of NEO4J_URI ({uri}); no local one is needed", "")
    else:
        yield from (_java(), _jars(), _mvn(), _port(), _server(home))
    yield _disk(home)


def _python() -> Check:
    first, beyond = _PYTHONS
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", first <= sys.version_info[:2] < beyond, f"{found} in {sys.prefix}",
                 f"use Python {first[0]}.{first[1]} to {beyond[0]}.{beyond[1] - 1}: make install PYTHON=python3.12")


def _model() -> Check:
    try:
        found = f"ginza {version('ginza')}, ja_ginza {version('ja_ginza')}"
    except PackageNotFoundError as error:
        return Check("Japanese model", False, f"{error.name} is not installed", "run `make install`")
    return Check("Japanese model", True, found, "")


def _java() -> Check:
    try:
        java = find_java()
    except NoJava as error:
        return Check("Java", False, str(error), "install Java 17 (Debian: apt-get install openjdk-17-jre-headless), "
                                                "or run `make install`, which brings one")
    return Check("Java", True, f"Java {java.version} from {java.origin}: {java.path}", "")


def _jars() -> Check:
    gone, there = jars.missing(jars.SERVER), jars.folder(jars.SERVER)
    total = len(jars.SERVER.jars)
    return Check("Neo4j", not gone, f"{total - len(gone)} of {total} jars of {jars.SERVER.name} in {there}",
                 "run `python -m graph.server.jars` (128 MB, once)")


def _mvn() -> Check:
    """Maven is one way among three: its lack is a fault only where jars are missing and no other way is left."""
    found = shutil.which("mvn")
    if found:
        return Check("Maven", True, found, "")
    needed = bool(jars.missing(jars.SERVER)) and jars.base_url() is None
    return Check("Maven", not needed, "not on the path" + ("" if needed else "; not needed"),
                 "install Maven (Debian: apt-get install maven), or set MAVEN_BASE_URL to a Maven repository")


def _port() -> Check:
    try:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
    except OSError as error:
        return Check("Port", False, f"no port on 127.0.0.1: {error}", "allow programs to listen on 127.0.0.1")
    return Check("Port", True, "127.0.0.1 has free ports", "")


def _server(home: Path) -> Check:
    now = manager.status(home / "neo4j")
    where = f"{now.state}: {now.process.uri}" if now.state == "running" and now.process else now.state
    return Check("Local server", now.state != "lost", f"{where} ({now.folder})",
                 "run `kakehashi graph down`, then `kakehashi graph up`")


def _disk(home: Path) -> Check:
    there = next(place for place in (home.absolute(), *home.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free
    return Check("Disk", free >= _ROOM and os.access(there, os.W_OK), f"{free / 1e9:.1f} GB free for {home.absolute()}",
                 "make 1 GB free and the folder writable, or name another with KAKEHASHI_HOME")
