"""Exact betweenness of 50,000 organisations, beside igraph; igraph takes some ten minutes."""
from __future__ import annotations

from bench.networks import Run, alone, by_peer, projected, same, timed
from bench.peers import FOLDER
from bench.row import Measured, NotMeasured, Row
from graph.brokerage import betweenness

ORGANIZATIONS = 50_000
#: A network large enough for the compiled way.
_WARM_UP = 600
_SCRIPT = """
import time
import igraph
edges = [tuple(map(int, line.split())) for line in open("edges.txt")]
graph = igraph.Graph(n=sum(1 for _ in open("groups.txt")), edges=edges)
begin = time.process_time()
values = graph.betweenness()
print(time.process_time() - begin)
with open("values.txt", "w") as file:
    file.writelines(f"{value!r}\\n" for value in values)
"""


def run() -> Run:
    """Ours, compiled before."""
    betweenness(projected(_WARM_UP)[0])
    return timed(betweenness, projected(ORGANIZATIONS)[0])


def measure() -> Measured:
    """CPU seconds beside igraph's."""
    seconds, values, peak = alone(run)
    net, groups = projected(ORGANIZATIONS)
    try:
        theirs, expected = by_peer(FOLDER.absolute() / "igraph" / "bin" / "python", _SCRIPT, net, groups,
                                   "igraph is not there; `make bench-peers` gets it")
    except NotMeasured:
        return Measured(seconds, None, peak)
    same(values, expected)
    return Measured(seconds, theirs, peak)


ROW = Row("betweenness", "seconds", "igraph, 50,000 organisations", measure)
