"""Fetching into the archive from 50 hosts on loopback, where politeness is not the limit, beside a loop that saves files.

Ours asks for robots.txt, takes turns, checks every connection, compresses, and notes every fetch in the ledger, so that a
killed run goes on where it was. The peer asks and writes. Both have one process; the server has another.
"""
from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from bench import loopback
from bench.row import Measured, Row
from pipelines.fetch.archive import Archive
from pipelines.fetch.client import Client
from pipelines.fetch.guard import Guard
from pipelines.fetch.ingest import ingest
from pipelines.fetch.limits import Limits
from pipelines.fetch.wanted import Wanted
from pipelines.ledger import Ledger

HOSTS, PAGES = 50, 40


def measure() -> Measured:
    """Documents per second on the clock."""
    with loopback.serving(PAGES) as port, TemporaryDirectory(prefix="kakehashi-bench-") as folder:
        theirs = _peer(port, Path(folder) / "files")
        ours, failed = _ours(port, Path(folder))
        return Measured((HOSTS * PAGES - failed) / ours, HOSTS * PAGES / theirs, unread=failed,
                        failure="not fetched" if failed else None)


def _ours(port: int, folder: Path) -> tuple[float, int]:
    """Seconds, and how many documents did not come."""
    ledger, archive = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}"), Archive(str(folder / "archive"))
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
    wanted = [Wanted(f"http://host{host}.test:{port}/{page}.html", f"source{host}")
              for host in range(HOSTS) for page in range(PAGES)]
    with Client(ledger, "bench@example.jp", guard=guard, limits=replace(Limits(), delay=0.0)) as client:
        begin = time.perf_counter()
        outcome = ingest(archive, client, wanted, run="bench")
        seconds = time.perf_counter() - begin
    ledger.close()
    return seconds, len(wanted) - outcome.new


def _peer(port: int, folder: Path) -> float:
    """Seconds."""
    folder.mkdir()
    begin = time.perf_counter()
    with httpx2.Client() as client:
        for host in range(HOSTS):
            for page in range(PAGES):
                got = client.get(f"http://127.0.0.1:{port}/{page}.html", headers={"Host": f"host{host}.test:{port}"})
                (folder / f"{host}-{page}.html").write_bytes(got.raise_for_status().content)
    return time.perf_counter() - begin


ROW = Row("ingest-archive", "documents/s", "a loop of httpx2 that writes files", measure)
