"""Gould–Fernandez roles by sector of 12,500 organisations, beside the loops anybody would write."""
from __future__ import annotations

from bench.networks import Run, alone, projected, same, timed
from bench.row import Measured, Row
from bench.rows import gould_fernandez

_ROLES = 5


def by_loops(neighbours: list[list[int]], groups: list[object]) -> list[int]:
    """The sum of the roles of each vertex, path by path."""
    tied = [set(around) for around in neighbours]
    total = []
    for v, around in enumerate(neighbours):
        roles = [0] * _ROLES
        for a in around:
            for b in around:
                if a != b and b not in tied[a]:
                    if groups[a] == groups[v]:
                        role = 0 if groups[b] == groups[v] else 2
                    else:
                        role = 1 if groups[a] == groups[b] else 3 if groups[b] == groups[v] else 4
                    roles[role] += 1
        total.append(sum(roles))
    return total


def run() -> Run:
    """The peer, once."""
    net, groups = projected(gould_fernandez.ORGANIZATIONS)
    neighbours = [net.neighbours[net.start[v]:net.start[v + 1]].tolist() for v in range(net.size)]
    return timed(by_loops, neighbours, groups)


def measure() -> Measured:
    """CPU seconds of both."""
    seconds, values, peak = alone(gould_fernandez.run)
    theirs, expected, _ = alone(run)
    same(values, expected)
    return Measured(seconds, theirs, peak)


ROW = Row("gould-fernandez-loops", "seconds", "plain Python loops, 12,500 organisations", measure)
