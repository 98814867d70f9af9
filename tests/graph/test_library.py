"""From Python and Jupyter: frames for a question, for the intermediaries, for the evidence of a tie."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph.library import Kakehashi
from graph.reading import ReadRefused
from queries import QuestionError
from tests.queries.region import build, releases


@pytest.fixture(scope="module")
def kakehashi(neo4j_server: Any) -> Iterator[Kakehashi]:
    """The library, opened on the home whose graph holds a small region."""
    driver, database = neo4j_server.driver, neo4j_server.target.database
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)
    build(driver, database)
    with Kakehashi(neo4j_server.home) as opened:
        yield opened
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)


def test_a_question_is_a_frame(kakehashi: Kakehashi) -> None:
    frame = kakehashi.query("members", collective="みどり協議会")
    assert frame["organization"].tolist() == ["千鳥大学", "葵市", "一般社団法人みなと案内所"]
    assert len(kakehashi.query("widest_companies", limit=1)) == 1
    with pytest.raises(QuestionError, match="--collective"):
        kakehashi.query("members", council="みどり協議会")


def test_a_statement_takes_parameters_and_only_reads(kakehashi: Kakehashi) -> None:
    frame = kakehashi.cypher("MATCH (o:Organization {name: $name}) RETURN o.sector AS sector", name="千鳥大学")
    assert frame["sector"].tolist() == ["academic"]
    with pytest.raises(ReadRefused):
        kakehashi.cypher("CREATE (:Organization)")


def test_the_intermediaries_come_with_their_reasons(kakehashi: Kakehashi) -> None:
    ranked = kakehashi.brokers()
    first = ranked.iloc[0]
    assert (first["name"], first["evidenced"], first["contracted"], first["claimed"]) == (
        "一般社団法人みなと案内所", 1, 1, 1)
    sliced = kakehashi.brokers(since="2022")
    assert "株式会社ひばり商会" not in sliced["name"].tolist()
    assert sliced.attrs["left_out"] > 0


def test_the_words_of_a_slice_are_those_of_the_acts_that_it_counts(kakehashi: Kakehashi) -> None:
    everything = kakehashi.explain_broker("みなと案内所")
    assert sorted(everything.words["level"]) == ["claimed", "contracted", "evidenced"]
    sliced = kakehashi.explain_broker("みなと案内所", prefecture="大阪府")
    counted = sliced.search.counts.set_index("organization").loc[sliced.explanation.organization]
    for level in ("evidenced", "contracted", "claimed"):
        assert (sliced.words["level"] == level).sum() == counted[level]
    assert len(sliced.words) < 3
    # a name that is known elsewhere is not called unknown
    for name in ("みなと案内所", "一般社団法人みなと案内所"):
        with pytest.raises(ValueError, match="is no candidate here: it has no tie in this slice"):
            kakehashi.explain_broker(name, since="2040")
    with pytest.raises(ValueError, match="no organisation is called «みなと案»; perhaps"):
        kakehashi.explain_broker("みなと案", since="2040")
    with pytest.raises(ValueError, match="may mean"):
        kakehashi._candidate("おしどり工業", {"org:1": "株式会社おしどり工業", "org:2": "合同会社おしどり工業"}, ["org:1", "org:2"])


def test_the_evidence_of_a_tie_leads_to_its_words(kakehashi: Kakehashi) -> None:
    tie = kakehashi.query("evidence", organization="桐市").iloc[0]["tie"]
    frame = kakehashi.evidence(tie)
    texts = {e.document.url: e.document.text for e in releases()}
    assert len(frame) == 1
    row = frame.iloc[0]
    assert row["field"] == "text" and texts[row["url"]][row["start"]:row["end"]] == row["sentence"]
    assert list(frame.columns) == ["release", "url", "title", "published", "statement", "sentence", "field", "start",
                                   "end", "confidence", "extractor"]
    assert kakehashi.evidence("tie:nowhere").empty
