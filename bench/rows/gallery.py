"""The slowest question of the catalogue at the size of the country (bench.generator): seconds, the median of five answers.

Every question is asked for the best-connected organisations that it can be asked for: the busiest municipality, the busiest
company, the commonest theme. The graph has the scores of the whole as well. There is no peer: the bar is a second.
The size is KAKEHASHI_BENCH_SHARE of the country (1).
"""
from __future__ import annotations

import statistics
import time

from neo4j import Driver

from bench import server
from bench.generator import extractions, scaled
from bench.row import Measured, Row
from bench.rows.resolve import share
from graph.reading import read
from queries import Question, questions

_TIMES = 5
_BUSIEST = """
MATCH (o:Organization {type: $type}) WITH o, COUNT { (o)-[:TIED_TO]-() } AS ties
RETURN o.name AS name ORDER BY ties DESC, name LIMIT 1
"""
_FOUND = """
MATCH (h:Theme) WITH h, COUNT { (h)<-[:ABOUT]-() } AS ties ORDER BY ties DESC, h.name LIMIT 1
MATCH (r:Release) WITH h, r ORDER BY r.id LIMIT 1
RETURN h.name AS theme, r.url AS release
"""


def measure() -> Measured:
    """Seconds of the slowest question; all are printed, the slowest first."""
    from graph.frames import Slice
    from graph.loader import load
    from graph.projection import project
    from graph.resolution import resolve
    from graph.scores import measure as score
    from pipelines.reference import places

    told = list(extractions(scaled(share())))
    rows = project(told, resolve(told, places()))
    del told
    with server.running() as (driver, target):
        load(driver, target.database, rows)
        del rows
        score(driver, target.database, Slice(), "bench")
        taken = timed(driver, target.database)
    for name, seconds in sorted(taken.items(), key=lambda one: -one[1]):
        print(f"gallery: {seconds:6.2f} s {name}")
    return Measured(max(taken.values()), None)


def timed(driver: Driver, database: str) -> dict[str, float]:
    """Question → the median of its seconds, after one answer that counts for nothing."""
    known = values(driver, database)
    taken = {}
    for one in questions():
        given = one.values(asked(one, known))
        seconds = []
        for _ in range(_TIMES + 1):
            begin = time.perf_counter()
            read(driver, database, one.cypher, given)
            seconds.append(time.perf_counter() - begin)
        taken[one.name] = statistics.median(seconds[1:])
    return taken


def values(driver: Driver, database: str) -> dict[str, str]:
    """What the graph has most of: a municipality, a company, a theme; and a release."""
    found = {str(name): str(value) for name, value in read(driver, database, _FOUND).iloc[0].items()}
    for kind in ("municipality", "company"):
        found[kind] = read(driver, database, _BUSIEST, {"type": kind}).iloc[0]["name"]
    return found


def asked(question: Question, known: dict[str, str]) -> dict[str, str]:
    """The parameters that a question must be given: those whose default names somebody or something of the sample."""
    firm = question.group == "companies"
    wanted = {"organization": known["company" if firm else "municipality"], "other": known["company"],
              "theme": known["theme"], "release": known["release"]}
    return {p.name: wanted[p.name] for p in question.parameters if p.name in wanted and p.default is not None}


ROW = Row("gallery", "seconds", "none; the bar is 1 second", measure)
