"""One release from its bytes to the graph of the whole country, in a process that is warm; beside a quarter of it.

The ledger and the graph hold the country's releases (bench.generator). Then files come, one after the other: each is
archived, and what `kakehashi follow` does at each look (`pipelines.follower`) reads, extracts, resolves, stores and loads
it; its tie must be in the graph. The median of their seconds on the clock counts, and should not depend on how large the
graph is; the command looks every second. KAKEHASHI_BENCH_SHARE is the part of the country (1).
"""
from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from bench import server
from bench.extraction import peak_memory
from bench.generator import extractions, scaled
from bench.row import Measured, Row
from bench.rows.resolve import share
from nlp.model import Extraction

_RELEASES = 9
_FOUND = "MATCH (:Release)-[s:STATES]->(:Tie) WHERE s.sentence CONTAINS $text RETURN s"
_TEXT = "{city}と{firm}は、2026年3月{day}日、健康増進に関する包括連携協定を締結しました。"


def measure() -> Measured:
    """Seconds a release, at the whole size and at a quarter of it."""
    quarter, _ = _at(share() / 4)
    whole, peak = _at(share())
    return Measured(whole, quarter, peak)


def _at(part: float) -> tuple[float, int]:
    from nlp.reader import Reader
    from pipelines import stages
    from pipelines.fetch.archive import Archive
    from pipelines.follower import Follower
    from pipelines.ledger import Ledger
    from pipelines.settings import Settings

    with tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as place, server.running() as (driver, target):
        home = Path(place)
        # what a user who has a server of his own says
        os.environ.update({"KAKEHASHI_HOME": str(home), "KAKEHASHI_CONFIG": str(home / "config"), "NEO4J_URI": target.uri,
                           "NEO4J_USERNAME": target.user, "NEO4J_PASSWORD": target.password})
        settings = Settings.from_environment()
        ledger, archive = Ledger.open(settings.ledger_url), Archive(settings.archive_url)
        told = list(extractions(scaled(part)))
        fill(ledger, told)
        reader = Reader()
        list(reader.extract_all([told[0].document]))
        taken = []
        with Follower(settings, ledger, extractor=reader) as follower:
            begin = time.perf_counter()
            while follower.step():
                pass
            everything = time.perf_counter() - begin
            for number, (city, firm) in enumerate(_pairs(told)):
                file = home / f"{number}.txt"
                file.write_text(f"協定の締結\n\n{_TEXT.format(city=city, firm=firm, day=number + 1)}\n", encoding="utf-8")
                begin = time.perf_counter()
                stages.collect(ledger, archive, [file])
                done = follower.step()
                taken.append(time.perf_counter() - begin)
                found = driver.execute_query(_FOUND, text=f"{firm}は、2026年3月{number + 1}日", database_=target.database).records
                if done.taken != 1 or done.refused or len(found) != 1:
                    raise AssertionError(f"{city} and {firm} are not in the graph: {done}")
        ledger.close()
        for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"):
            del os.environ[name]
    print(f"one-release: {len(told):,} releases taken in in {everything:.0f} s; then {', '.join(f'{s:.2f}' for s in taken)} s")
    return statistics.median(taken[1:]), peak_memory()


def _pairs(told: Iterable[Extraction]) -> Iterator[tuple[str, str]]:
    """A city and a firm that the corpus knows, from releases far apart."""
    found = ((named[0].name, named[1].name) for e in told if len(named := e.organizations) == 2
             and named[0].type == "municipality" and named[1].type == "company" and "株式会社" in named[1].name)
    return islice(found, 0, 40 * _RELEASES, 40)


def fill(ledger: Any, told: Iterable[Extraction]) -> None:
    """Put a corpus into a ledger as if it had been read and extracted by this version of both."""
    from nlp.model import to_json
    from nlp.reader import EXTRACTOR
    from pipelines import reading
    from pipelines.ledger import Draft, revision, tables, totals
    from pipelines.ledger.rows import json_text

    elsewhere = {"id", "url", "text", "relations", "extractor"}
    many = iter(told)
    while batch := list(islice(many, 5_000)):
        rows: dict[Any, list[dict[str, Any]]] = {t: [] for t in (
            tables.blobs, tables.fetches, tables.documents, tables.items, tables.extractions, tables.statements)}
        for e in batch:
            d = e.document
            draft = Draft(d.text, url=d.url, title=d.title, published=d.published, publisher=d.publisher)
            one, version, place = draft.document().id, draft.version(), f"/releases/{d.id}"
            own = replace(e, document=replace(d, id=one))
            rows[tables.blobs].append({"sha256": d.id, "size": len(d.text)})
            rows[tables.fetches].append({"location": place, "source": "/releases", "sha256": d.id,
                                         "reader": reading.READER})
            rows[tables.documents].append({
                "id": one, "version": version, "status": "current", "sha256": d.id, "location": place, "url": d.url,
                "title": d.title, "published": d.published, "publisher": d.publisher, "text": d.text, "number": 1,
                "extractor": EXTRACTOR})
            rows[tables.items].append({"item": draft.lineage(place), "document": one, "version": version})
            body = {key: value for key, value in to_json(own).items() if key not in elsewhere}
            rows[tables.extractions].append({"document": one, "version": version, "body": json_text(body)})
            rows[tables.statements] += [{
                "id": s.id, "document": one, "version": version, "position": n, "kind": s.kind, "status": s.status,
                "date": s.date, "confidence": s.confidence, "body": json_text(to_json(s))}
                for n, s in enumerate(e.statements)]
        with ledger.writing() as c:
            for table, of in rows.items():
                c.execute(table.insert(), of)
            totals.move(c, totals.FETCHES, len(batch))
            totals.move(c, totals.DOCUMENTS, len(batch))
            revision.move(c)


ROW = Row("one-release", "seconds", "the same at a quarter of the size", measure)
