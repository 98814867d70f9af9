"""One writer of rows, in a process and an environment of its own: `python -m bench.writers WRITER URI FILE`.

WRITER is ours (graph.loader) or graphrag (Neo4jWriter of neo4j-graphrag, its defaults). FILE is a pickle of
(nodes: [(id, labels, properties)], relationships: [(type, start, end, key, properties)]). The password is in the
environment's BENCH_PASSWORD. Prints the seconds of the writing alone: reading the file, building each library's objects
and connecting are done before.
"""
from __future__ import annotations

import asyncio
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from neo4j import Driver, GraphDatabase


def ours(driver: Driver, nodes: list[Any], links: list[Any]) -> float:
    """Seconds of our loader; constraint and indexes, which a graph is given once in its life, are made before."""
    from graph.loader import load
    from graph.projection import NodeRow, RelationshipRow, Rows
    from graph.schema import migrate

    migrate(driver, "neo4j")
    rows = Rows(tuple(NodeRow(*one) for one in nodes), tuple(RelationshipRow(*one) for one in links))
    begin = time.perf_counter()
    report = load(driver, "neo4j", rows)
    seconds = time.perf_counter() - begin
    if report.refused:
        raise AssertionError(report.refused[0])
    return seconds


def graphrag(driver: Driver, nodes: list[Any], links: list[Any]) -> float:
    """Seconds of Neo4jWriter.run."""
    from neo4j_graphrag.components.kg_writer import Neo4jWriter  # type: ignore[import-not-found,unused-ignore]
    from neo4j_graphrag.components.types import (  # type: ignore[import-not-found,unused-ignore]
        Neo4jGraph,
        Neo4jNode,
        Neo4jRelationship,
    )

    graph = Neo4jGraph(nodes=[Neo4jNode(id=one, label=labels[-1], properties=properties)
                              for one, labels, properties in nodes],
                       relationships=[Neo4jRelationship(start_node_id=a, end_node_id=b, type=kind,
                                                        properties={**key, **properties})
                                      for kind, a, b, key, properties in links])
    writer = Neo4jWriter(driver, neo4j_database="neo4j")
    begin = time.perf_counter()
    done = asyncio.run(writer.run(graph))
    seconds = time.perf_counter() - begin
    if done.status != "SUCCESS":
        raise AssertionError(f"the peer's writer says {done.status}: {done.metadata}")
    return seconds


if __name__ == "__main__":
    name, uri, file = sys.argv[1:]
    rows = pickle.loads(Path(file).read_bytes())
    with GraphDatabase.driver(uri, auth=("neo4j", os.environ["BENCH_PASSWORD"])) as opened:
        opened.verify_connectivity()
        print({"ours": ours, "graphrag": graphrag}[name](opened, *rows))
