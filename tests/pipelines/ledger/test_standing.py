"""What becomes of releases: changed, edited in place, gone, withdrawn, kept as evidence alone."""
from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from nlp.model import Extraction
from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Draft, Fetch, Ledger
from pipelines.retention import words_alone
from tests.pipelines.ledger import readers
from tests.pipelines.ledger.readers import Reader

if TYPE_CHECKING:
    from tests.conftest import Graph

PAGE = "https://aoba.example/partners"
FIRST = "青葉市と株式会社かすみは協定を締結した。\n青葉市とみなと大学は協定を締結した。\n問い合わせは青葉市へ。"
SECOND = "青葉市とみなと大学は協定を締結した。\n青葉市と若草市は協定を締結した。"


def arrive(ledger: Ledger, archive: Archive, text: str, published: str | None, living: bool = False,
           url: str = PAGE, source: str = "aoba", fetched_at: str | None = None) -> None:
    """A page comes, is read and extracted."""
    data = text.encode()
    fetch = Fetch(url, source, archive.put(data))
    ledger.record_fetch(fetch, len(data), fetched_at)
    ledger.store_drafts(fetch, [Draft(text, url=url, title="協定先一覧", published=published, publisher="青葉市")], living)
    ledger.finish_read(fetch, "reader", [])
    stages.extract(ledger, Reader())


def partners(extraction: Extraction) -> list[str]:
    return sorted(s.parties[1].name for s in extraction.statements)


def test_a_changed_page_says_what_it_says_now(ledger: Ledger, archive: Archive) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01")
    arrive(ledger, archive, SECOND, "2024-04-01")
    [now] = ledger.extractions()
    assert partners(now) == ["みなと大学", "若草市"] and now.status is None


def test_a_page_that_is_edited_in_place_keeps_what_it_does_not_say_any_more(
        ledger: Ledger, archive: Archive, neo4j: Graph) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01", living=True)
    [before] = ledger.extractions()
    arrive(ledger, archive, SECOND, "2024-04-01", living=True)
    now, kept = ledger.extractions()
    assert partners(now) == ["みなと大学", "若草市"]
    assert partners(kept) == ["株式会社かすみ"]
    assert (kept.status, kept.last_seen) == ("kept", "2023-04-01")
    assert kept.document.words(kept.statements[0].evidence[0]) == "青葉市と株式会社かすみは協定を締結した。"
    assert kept.statements[0] in before.statements  # the same statement, by its id too
    stages.resolve(ledger)
    assert stages.check(ledger) == []
    stages.load(ledger, neo4j.driver, neo4j.database)
    records, _, _ = neo4j.driver.execute_query(
        "MATCH (r:Release)-[s:STATES]->(t:Tie)<-[:PARTY_TO]-(o) WHERE o.name <> '青葉市' "
        "RETURN o.name AS partner, s.last_seen AS last_seen, r.status AS status ORDER BY partner",
        database_=neo4j.database)
    assert [r.data() for r in records] == [
        {"partner": "みなと大学", "last_seen": None, "status": None},
        {"partner": "株式会社かすみ", "last_seen": "2023-04-01", "status": "kept"},
        {"partner": "若草市", "last_seen": None, "status": None}]
    # what was said first is said again: the versions change places, and nothing is told twice
    arrive(ledger, archive, FIRST, "2023-04-01", living=True)
    now, kept = ledger.extractions()
    assert partners(now) == ["みなと大学", "株式会社かすみ"] and partners(kept) == ["若草市"]
    ids = [s.id for e in ledger.extractions() for s in e.statements]
    assert len(ids) == len(set(ids)) == 3


def test_an_undated_page_was_last_seen_on_the_day_it_came(ledger: Ledger, archive: Archive) -> None:
    arrive(ledger, archive, FIRST, None, living=True, fetched_at="2025-05-05T05:30:00+09:00")
    arrive(ledger, archive, SECOND, None, living=True, fetched_at="2025-06-05T05:30:00+09:00")
    assert [e.last_seen for e in ledger.extractions()] == [None, "2025-05-05"]


def test_older_versions_are_extracted_again_like_the_newest(ledger: Ledger, archive: Archive,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01", living=True)
    arrive(ledger, archive, SECOND, "2024-04-01", living=True)
    before = ledger.extractions()
    monkeypatch.setattr(readers, "EXTRACTOR", "by hand 2")
    assert stages.extract(ledger, Reader()).new == 2
    after = ledger.extractions()
    assert [e.extractor for e in after] == ["by hand 2"] * 2
    assert [e.statements for e in after] == [e.statements for e in before]


def test_a_page_that_is_gone_still_said_what_it_said(ledger: Ledger, archive: Archive) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01")
    version, [before] = ledger.version(), ledger.extractions()
    assert ledger.mark_gone(PAGE) == 1 and ledger.mark_gone(PAGE) == 0
    [gone] = ledger.extractions()
    assert gone.status == "gone" and gone.statements == before.statements and ledger.version() == version + 1
    assert ledger.counts()["documents"] == 1 and ledger.document(gone.document.id) is not None
    # the same bytes are there again
    arrive(ledger, archive, FIRST, "2023-04-01")
    assert ledger.extractions() == [before]
    ledger.mark_gone(PAGE)
    arrive(ledger, archive, SECOND, "2024-04-01")
    assert [(e.status, partners(e)) for e in ledger.extractions()] == [(None, ["みなと大学", "若草市"])]


def test_of_sources_that_do_not_allow_more_the_evidence_is_kept(
        ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch, neo4j: Graph) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01")
    arrive(ledger, archive, SECOND, "2024-04-01", url="https://else.example/", source="else")
    stages.resolve(ledger)
    stages.load(ledger, neo4j.driver, neo4j.database)
    graph = _graph(neo4j)
    whole = {e.document.url: e for e in ledger.extractions()}
    counts = stages.let_go(ledger, archive, {"aoba"})
    assert counts.new == 1 and counts.more == {"files_removed": 1}
    left = {e.document.url: e for e in ledger.extractions()}
    assert left["https://else.example/"] == whole["https://else.example/"]
    old, new = whole[PAGE], left[PAGE]
    assert new.statements == old.statements and len(new.document.text) == len(old.document.text)
    for statement in old.statements:
        for span in statement.evidence:
            assert new.document.words(span) == old.document.words(span)
    assert "問い合わせ" not in new.document.text and len(list(archive.names())) == 1
    # the graph is the same but for the words around a bare name
    stages.load(ledger, neo4j.driver, neo4j.database)
    assert _graph(neo4j) == graph
    # nothing of it can be done again, and that is said; coming again it is not kept a second time
    monkeypatch.setattr(readers, "EXTRACTOR", "by hand 2")
    again = stages.extract(ledger, Reader())
    assert (again.new, again.more["text_not_kept"]) == (1, 1)
    assert ledger.unread("reader 2") == [f for f in ledger.unread("reader 2") if f.source == "else"]
    assert ledger.unreadable("reader 2") == 1
    assert stages.let_go(ledger, archive, {"aoba"}).new == 0


def _graph(neo4j: Graph) -> list[object]:
    records, _, _ = neo4j.driver.execute_query(
        "MATCH (n:Kakehashi) OPTIONAL MATCH (n)-[r]->(m) WHERE type(r) <> 'NAMES' "
        "RETURN properties(n) AS node, type(r) AS type, properties(r) AS link, m.id AS other "
        "ORDER BY node.id, type, other, link.statement", database_=neo4j.database)
    rows = [record.data() for record in records]
    for row in rows:
        row["node"].pop("fingerprint", None)  # the loader's own: the words around names are in it
    return list(rows)


def test_what_is_not_extracted_yet_keeps_its_text(ledger: Ledger, archive: Archive) -> None:
    fetch = Fetch(PAGE, "aoba", archive.put(FIRST.encode()))
    ledger.record_fetch(fetch, 1)
    ledger.store_drafts(fetch, [Draft(FIRST, url=PAGE)])
    ledger.finish_read(fetch, "reader", [])
    assert stages.let_go(ledger, archive, {"aoba"}).new == 0 and len(list(archive.names())) == 1


def test_words_alone_leaves_every_position_where_it_was() -> None:
    assert words_alone("青葉市と若草市", [(0, 3), (4, 7), (5, 6)]) == "青葉市\n若草市"
    assert words_alone("青葉市", []) == "\n\n\n"


def test_withdrawn_documents_say_nothing(ledger: Ledger, archive: Archive) -> None:
    arrive(ledger, archive, FIRST, "2023-04-01")
    [before] = ledger.extractions()
    assert ledger.store_withdrawals({(before.document.id, "decision"): "it was a draft"}) == 1
    assert ledger.extractions() == []
    assert ledger.store_withdrawals({(before.document.id, "decision"): "it was a draft"}) == 0
    assert ledger.store_withdrawals({}) == 1
    assert ledger.extractions() == [before]


def test_the_ledger_says_json_of_a_release_that_is_gone(ledger: Ledger, archive: Archive) -> None:
    from nlp.model import from_json, to_json

    arrive(ledger, archive, FIRST, "2023-04-01")
    ledger.mark_gone(PAGE)
    [gone] = ledger.extractions()
    assert from_json(Extraction, json.loads(json.dumps(to_json(gone)))) == gone
    with ledger.reading() as c:
        assert c.scalar(sa.text("SELECT count(*) FROM statements")) == 2
