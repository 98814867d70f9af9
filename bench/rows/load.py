"""A first load into an empty graph, beside neo4j-graphrag's writer: rows a second, nodes and relationships together.

The same rows go through three writers in turn, each in a process of its own, the graph emptied between them: ours with
neo4j-rust-ext, the peer in its own environment (plain driver, its defaults, with APOC in the server), and ours in the
peer's environment, plain against plain. All three write the same 4,000 nodes before anything is timed. The median of
three counts. Ours is loaded once more at the end and must change nothing; the peer doubles.
"""
from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from neo4j import Driver

from bench import peers, server
from bench.generator import extractions, scaled
from bench.row import Measured, NotMeasured, Row
from graph.connection import Target

#: The share of the country whose rows are loaded (of a smaller one, most of the time is the server's compiling);
#: nodes that warm the server.
_SHARE, _WARM, _TIMES = 0.2, 4_000, 3
_PEER = "neo4j-graphrag"


def measure() -> Measured:
    """Rows a second of ours and of the peer; NotMeasured where the peer is not installed."""
    python = peers.FOLDER / _PEER / "bin" / "python"
    if not (peers.FOLDER / _PEER / "installed").exists():
        raise NotMeasured("its peer is not installed: make bench-peers")
    nodes, links = rows()
    writers = {"ours": (sys.executable, "ours"), "peer": (str(python), "graphrag"), "plain": (str(python), "ours")}
    with tempfile.TemporaryDirectory() as place, server.running(server.apoc(), ("-Xmx1g",)) as (driver, target):
        every, few = Path(place, "rows"), Path(place, "few")
        every.write_bytes(pickle.dumps((nodes, links)))
        few.write_bytes(pickle.dumps((nodes[:_WARM], [])))
        for one in writers.values():
            write(*one, target, few)
            server.clear(driver, target)
        seconds: dict[str, list[float]] = {name: [] for name in writers}
        for _ in range(_TIMES):
            for name, one in writers.items():
                seconds[name].append(write(*one, target, every))
                there = server.size(driver, target)
                # the peer makes one of several relationships of a type between two nodes
                lost = len(links) - there[1] if name == "peer" else 0
                check(there, (len(nodes), len(links) - lost), f"the writer «{name}»")
                if lost > len(links) / 100:
                    raise AssertionError(f"the peer lost {lost:,} of {len(links):,} relationships")
                server.clear(driver, target)
        twice(driver, target, writers, every, (len(nodes), len(links)))
    rate = {name: (len(nodes) + len(links)) / statistics.median(taken) for name, taken in seconds.items()}
    print(f"load: {len(nodes):,} nodes and {len(links):,} relationships; plain against plain "
          f"{rate['plain'] / rate['peer']:.2f} times the peer")
    return Measured(rate["ours"], rate["peer"])


def rows() -> tuple[list[Any], list[Any]]:
    """The rows of a part of the country, as plain values that both writers take: days as text, no points."""
    from graph.projection import project
    from graph.resolution import resolve
    from pipelines.reference import places

    told = list(extractions(scaled(_SHARE)))
    found = project(told, resolve(told, places()))
    return ([(n.id, n.labels, plain(n.properties)) for n in found.nodes],
            [(r.type, r.start, r.end, dict(r.key), plain(r.properties)) for r in found.relationships])


def plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties without points, days as text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in properties.items()
            if name != "location"}


def write(python: str, writer: str, target: Target, file: Path) -> float:
    """Seconds of one writer."""
    done = subprocess.run([python, "-m", "bench.writers", writer, target.uri, str(file)], capture_output=True, text=True,
                          env={**os.environ, "BENCH_PASSWORD": target.password}, check=False)
    if done.returncode:
        raise AssertionError(f"the writer «{writer}» failed: {done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


def twice(driver: Driver, target: Target, writers: dict[str, tuple[str, str]], file: Path,
          wanted: tuple[int, int]) -> None:
    """Load twice with each: ours leaves what once leaves."""
    for _ in range(2):
        write(*writers["ours"], target, file)
        check(server.size(driver, target), wanted, "a second load")
    server.clear(driver, target)
    for _ in range(2):
        write(*writers["peer"], target, file)
    print(f"load: twice loaded, ours has {wanted[0]:,} nodes, the peer {server.size(driver, target)[0]:,}")


def check(found: tuple[int, int], wanted: tuple[int, int], who: str) -> None:
    """Nothing may be missing or double."""
    if found != wanted:
        raise AssertionError(f"{who} leaves {found} nodes and relationships instead of {wanted}")


ROW = Row("load", "rows per second", "neo4j-graphrag 1.22, Neo4jWriter", measure)
