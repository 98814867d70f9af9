"""Every tie in the graph leads to the words that state it."""
from __future__ import annotations

import hashlib
from typing import Any

from graph.loader import load
from graph.projection import project, release_id
from graph.resolution import resolve
from nlp.model import Span
from tests.graph.releases import PLACES, town


def test_offsets_of_every_statement_and_name_reproduce_the_words(neo4j: Any) -> None:
    extractions = town()
    documents = {release_id(e.document.id): e.document for e in extractions}
    evidence = {s.id: s.evidence for e in extractions for s in e.statements}
    evidence |= {c.id: c.evidence for e in extractions for c in e.claims}

    def run(cypher: str) -> list[Any]:
        return list(neo4j.driver.execute_query(cypher, database_=neo4j.database).records)

    run("MATCH (n) DETACH DELETE n")
    load(neo4j.driver, neo4j.database, project(extractions, resolve(extractions, PLACES)))
    walked = run("MATCH (r:Release)-[s:STATES]->(t) RETURN r.id AS release, r.sha256 AS sha256, s AS s, t.id AS told")
    assert {row["s"]["statement"] for row in walked} == set(evidence)
    for row in walked:
        document, stated = documents[row["release"]], row["s"]
        assert row["sha256"] == hashlib.sha256(document.text.encode()).hexdigest()
        spans = tuple(Span(*place) for place in zip(stated["starts"], stated["ends"], stated["fields"], strict=True))
        assert spans == evidence[stated["statement"]]
        assert stated["sentence"] == document.words(spans[0])
        assert all(document.words(span) for span in spans)
    assert run("MATCH (t:Tie|Claim) WHERE NOT (t)<-[:STATES]-(:Release) RETURN t") == []
    named = run("MATCH (r:Release)-[n:NAMES]->(o) RETURN r.id AS release, n AS n, coalesce(o.names, [o.name]) AS names")
    assert named
    for row in named:
        place = row["n"]
        words = documents[row["release"]].words(Span(place["start"], place["end"], place["field"]))
        assert words in row["names"]
        assert words in place["sentence"]
    run("MATCH (n) DETACH DELETE n")
