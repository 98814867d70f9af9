"""The sample from its bytes to its intermediaries, through the Dagster job: what `make demo` shows."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from neo4j import Driver

from graph import connection
from graph.library import Kakehashi
from graph.server import manager
from nlp.model import TIE_KINDS
from pipelines import definitions
from pipelines.ledger import Ledger
from pipelines.settings import Settings

SAMPLE = Path(__file__).parents[2] / "sample" / "releases"
BROKERS = {"株式会社オリヅル共創", "株式会社みずなら銀行", "やまなみ官民共創デスク"}
HUB, COUNCIL = "株式会社ヒナタマート", "しおさい広域観光協議会"
EVERYTHING = """
MATCH (n:Kakehashi) OPTIONAL MATCH (n)-[r]->(m:Kakehashi)
RETURN labels(n) AS labels, properties(n) AS node, type(r) AS type, properties(r) AS link, m.id AS other
ORDER BY node.id, type, other, link.statement, link.role
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, definitions.RunCounts]]:
    """A home into which the sample was run once, and what that run did."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KAKEHASHI_HOME", str(home))
        yield home, definitions.run([SAMPLE], lambda stage, done, total: None)
        manager.down(home / "neo4j")


@pytest.fixture
def at_home(demo: tuple[Path, definitions.RunCounts], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAKEHASHI_HOME", str(demo[0]))
    return demo[0]


@pytest.fixture
def ranked(at_home: Path) -> pd.DataFrame:
    with Kakehashi(at_home) as kakehashi:
        return kakehashi.brokers()


def _driver(home: Path) -> Driver:
    return connection.driver(connection.target(home))


def test_every_release_is_read_and_what_cannot_be_is_listed_with_its_reason(
        demo: tuple[Path, definitions.RunCounts]) -> None:
    _, counts = demo
    assert counts.failed is None
    assert [s.stage for s in counts.stages] == list(definitions.STAGES)
    assert {s.stage: s.new for s in counts.stages}["documents"] == 60
    unreadable = {Path(r.item.partition(",")[0]).name for r in counts.rejects if r.stage == "documents"}
    assert unreadable == {"empty.pdf", "truncated.jsonl"}


def test_a_planted_broker_is_first_and_neither_hub_nor_council_among_the_first_three(ranked: pd.DataFrame) -> None:
    first = list(ranked["name"].head(3))
    assert first[0] in BROKERS
    assert not {HUB, COUNCIL} & set(first)
    assert {HUB, COUNCIL} <= set(ranked["name"])


def test_the_members_of_the_passive_council_are_not_among_the_first_three(at_home: Path, ranked: pd.DataFrame) -> None:
    with Kakehashi(at_home) as kakehashi:
        members = kakehashi.query("members", collective=COUNCIL)
    names = set(members.loc[members["part"] == "MEMBER_OF", "organization"])
    assert len(names) == 12
    assert not names & set(ranked["name"].head(3))


def test_every_kind_of_tie_but_one_is_in_the_graph(at_home: Path) -> None:
    with Kakehashi(at_home) as kakehashi:
        found = kakehashi.cypher("MATCH (t:Tie) RETURN DISTINCT t.kind AS kind")
    # the one contract of a PFI is told with the founding of its operator, which the reader takes for all that is said
    assert set(TIE_KINDS) - set(found["kind"]) <= {"pfi"}


def test_every_tie_leads_to_the_words_that_state_it(at_home: Path) -> None:
    ledger = Ledger.open(Settings.from_environment().ledger_url)
    documents = {e.document.id.removeprefix("doc:"): e.document for e in ledger.extractions()}
    ledger.close()
    with _driver(at_home) as driver:
        ties, _, _ = driver.execute_query("MATCH (t:Tie) OPTIONAL MATCH (r:Release)-[s:STATES]->(t) "
                                          "RETURN t.id AS tie, r.id AS release, properties(s) AS stated")
    assert ties
    for row in ties:
        assert row["release"] is not None, row["tie"]
        document, stated = documents[row["release"].removeprefix("release:")], row["stated"]
        fields = {"text": document.text, "title": document.title or ""}
        words = [fields[f][a:b] for f, a, b in zip(stated["fields"], stated["starts"], stated["ends"], strict=True)]
        assert all(words) and words[0] == stated["sentence"]


def test_running_again_changes_nothing(at_home: Path) -> None:
    with _driver(at_home) as driver:
        before = [r.data() for r in driver.execute_query(EVERYTHING).records]
        again = definitions.run([SAMPLE], lambda stage, done, total: None)
        after = [r.data() for r in driver.execute_query(EVERYTHING).records]
    assert {s.stage: s.new for s in again.stages if s.stage != "brokers"} == dict.fromkeys(definitions.STAGES[:-1], 0)
    assert before == after
