"""From files to a ledger that knows what they say, again and again."""
from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from nlp.model import Document, Extraction, NamedOrganization, Organization, Party, Span, Statement, Tie, TieParty
from pipelines import projection, stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger
from pipelines.ledger.database import Database

if TYPE_CHECKING:
    from conftest import Graph

EXTRACTOR = "by hand 1"
LINE = {"id": "a1", "url": None, "title": "協定", "published": "2024-06-27", "publisher": "青葉市",
        "text": "青葉市と株式会社かすみは協定を締結した。", "relations": [{"kind": "gold is ignored"}]}


class Reader:
    """Finds one partnership in every document that tells of one."""

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            if "壊" in document.text:
                raise RuntimeError("cannot parse")
            parties = (Party("青葉市", "party"), Party("株式会社かすみ", "party"))
            end = 999 if "範囲" in document.text else len(document.text)
            statement = Statement(f"s-{document.id}", "partnership", "concluded", parties, evidence=(Span(0, end),))
            yield Extraction(document, EXTRACTOR, (NamedOrganization("青葉市", "municipality"),
                                                   NamedOrganization("株式会社かすみ", "company")), (statement,))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "home" / "archive"))


def write_lines(file: Path, *lines: object) -> None:
    file.write_text("".join((x if isinstance(x, str) else json.dumps(x, ensure_ascii=False)) + "\n" for x in lines))


def take_in(ledger: Ledger, archive: Archive, path: Path) -> tuple[stages.Counts, stages.Counts, stages.Counts]:
    return (stages.collect(ledger, archive, [path]), stages.read(ledger, archive), stages.extract(ledger, Reader()))


def content(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = Database.open(url)
    metadata = sa.MetaData()
    with database.reading() as c:
        metadata.reflect(c)
        found = {t.name: sorted(map(tuple, c.execute(sa.select(t))), key=repr) for t in metadata.sorted_tables}
    database.close()
    return found


def test_a_second_run_changes_nothing(
        tmp_path: Path, ledger_url: str, ledger: Ledger, archive: Archive) -> None:
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    write_lines(folder / "news.jsonl", LINE, "{broken", {**LINE, "id": "a2", "text": "別の協定。"})
    (folder / "deeper" / "note.txt").write_text("見出し\n\n本文です。", encoding="cp932")
    first = take_in(ledger, archive, folder)
    assert [c.new for c in first] == [2, 3, 3] and first[1].rejected == 1
    before = content(ledger_url)
    second = take_in(ledger, archive, folder)
    assert [c.new for c in second] == [0, 0, 0] and [c.unchanged for c in second] == [2, 3, 3]
    assert content(ledger_url) == before
    assert [r.reason[:11] for r in ledger.rejects()] == ["broken JSON"]


def test_the_same_file_elsewhere_is_the_same_document(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        write_lines(tmp_path / place / "x.jsonl", LINE)
    take_in(ledger, archive, tmp_path / "one")
    version = ledger.version()
    take_in(ledger, archive, tmp_path / "two")
    assert len(ledger.documents()) == 1 and ledger.version() == version
    # one copy is corrected: the other still says it
    write_lines(tmp_path / "one" / "x.jsonl", {**LINE, "text": "訂正した協定。"})
    take_in(ledger, archive, tmp_path / "one")
    assert len(ledger.documents()) == 2


@pytest.mark.parametrize("url", [None, "https://city.example/1"])
def test_a_correction_replaces_what_the_old_version_said(
        url: str | None, tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    file = tmp_path / "x.jsonl"
    write_lines(file, {**LINE, "url": url})
    take_in(ledger, archive, file)
    [old] = ledger.extractions()
    version = ledger.version()
    write_lines(file, {**LINE, "url": url, "text": "訂正: 協定は来月である。"})
    take_in(ledger, archive, file)
    [new] = ledger.extractions()
    assert new.document.text.startswith("訂正") and ledger.version() > version
    assert (new.document.id == old.document.id) == (url is not None)
    write_lines(file, {**LINE, "url": url})
    take_in(ledger, archive, file)
    assert ledger.extractions() == [old]


def test_what_cannot_be_read_is_kept_aside(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "junk.txt").write_bytes(bytes(range(256)) * 9)
    (folder / "picture.png").write_bytes(b"x")
    (folder / "no-feed.xml").write_text("<a/>")
    with (folder / "huge.html").open("wb") as huge:
        huge.truncate(100_000_000)
    write_lines(folder / "half.jsonl", '{"id": "h", "text": "\\ud800"}', '{"id": "i", "text": " "}', "[]", LINE)
    _, read, _ = take_in(ledger, archive, folder)
    assert read.new == 1
    reasons = {Path(r.item).name: r.reason for r in ledger.rejects()}
    assert len(reasons) == 9 and all(reasons.values())
    assert "100,000,000" in reasons["huge.html"] and "surrogate" in reasons["half.jsonl, h"]


def test_a_disk_that_is_not_mounted_when_releases_are_read_loses_none(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    write_lines(tmp_path / "news.jsonl", LINE)
    stages.collect(ledger, archive, [tmp_path / "news.jsonl"])
    place = tmp_path / "home" / "archive"
    place.rename(tmp_path / "elsewhere")
    place.mkdir()
    with pytest.raises(OSError, match="mounted"):
        stages.read(ledger, archive)
    assert not ledger.rejects()
    place.rmdir()
    (tmp_path / "elsewhere").rename(place)
    assert stages.read(ledger, archive).new == 1


@pytest.mark.parametrize("error", [ConnectionError("the store does not answer"), ValueError("the answer is no answer")])
def test_a_store_that_does_not_answer_loses_no_release(
        tmp_path: Path, ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        write_lines(folder / f"{name}.jsonl", {**LINE, "id": name, "text": f"{name}{LINE['text']}"})
    stages.collect(ledger, archive, [folder])
    get, asked = Archive.get, list[str]()

    def away(self: Archive, sha256: str) -> bytes:
        asked.append(sha256)
        if len(asked) == 2:
            raise error
        return get(self, sha256)

    monkeypatch.setattr(Archive, "get", away)
    with pytest.raises(type(error)):
        stages.read(ledger, archive)
    assert ledger.document_count() == 1 and ledger.rejects() == []
    assert stages.read(ledger, archive).new == 2, "what was not read is tried again, what was read is not"
    assert len(asked) == 4 and ledger.rejects() == []


def test_bytes_that_are_missing_or_damaged_are_kept_aside(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        write_lines(folder / f"{name}.jsonl", {**LINE, "id": name, "text": f"{name}{LINE['text']}"})
    stages.collect(ledger, archive, [folder])
    missing, damaged, _ = sorted(archive.names())
    archive.delete(missing)
    next((tmp_path / "home" / "archive").rglob(f"{damaged}.zst")).write_bytes(b"damaged")
    assert stages.read(ledger, archive).new == 1
    assert {one.sha256: one.reason.partition(" ")[0] for one in ledger.rejects()} == {
        missing: "FileNotFoundError:", damaged: "Damaged:"}


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    with pytest.raises(FileNotFoundError, match="there is no"):
        stages.collect(ledger, archive, [tmp_path / "nowhere"])


def test_bad_statements_and_documents_are_rejected_alone(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    write_lines(tmp_path / "x.jsonl", LINE, {**LINE, "id": "b", "text": "壊れた"},
                {**LINE, "id": "c", "text": "範囲の外"})
    _, _, extracted = take_in(ledger, archive, tmp_path / "x.jsonl")
    assert (extracted.new, extracted.rejected) == (2, 2)
    assert sum(len(e.statements) for e in ledger.extractions()) == 1
    assert sorted(r.reason[:20] for r in ledger.rejects()) == ["the extractor failed", "the span 0–999 lies "]


def test_all_statements_lead_to_ties_before_anything_is_loaded(
        tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    write_lines(tmp_path / "x.jsonl", LINE, {**LINE, "id": "b", "text": "青葉市と株式会社かすみの協定の記事。"})
    take_in(ledger, archive, tmp_path / "x.jsonl")
    assert len(stages.check(ledger)) == 2
    first = stages.resolve(ledger)
    assert stages.check(ledger) == []
    assert {o.name for o in ledger.organizations()} == {"青葉市", "株式会社かすみ"}
    assert sum(len(tie.statements) for tie in ledger.ties()) == 2
    again = stages.resolve(ledger)
    assert again.new == 0 and again.unchanged == first.new
    assert all(ledger.current_id(tie.id) == tie.id for tie in ledger.ties())


def test_two_documents_cannot_use_one_statement_id(tmp_path: Path, ledger: Ledger, archive: Archive) -> None:
    write_lines(tmp_path / "x.jsonl", LINE, {**LINE, "id": "b", "text": "別の協定。"})
    stages.collect(ledger, archive, [tmp_path / "x.jsonl"])
    stages.read(ledger, archive)

    class Careless(Reader):
        def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
            for found in super().extract_all(documents):
                yield replace(found, statements=(replace(found.statements[0], id="s"),))

    assert stages.extract(ledger, Careless()).rejected == 1
    assert [r.reason for r in ledger.rejects()] == ["its id is used twice"]


def test_a_former_id_leads_to_the_present_one(ledger: Ledger) -> None:
    def tie(one: str, organization: str) -> Tie:
        return Tie(one, "partnership", "concluded", (TieParty(organization, "party"),), ("s1",))

    ledger.store_resolution([Organization("org:old", "X", "company")], [tie("tie:old", "org:old")],
                            {("doc:1", "X"): "org:old"}, {"s1": "tie:old"})
    ledger.store_resolution([Organization("org:new", "X", "company")], [tie("tie:new", "org:new")],
                            {("doc:1", "X"): "org:new"}, {"s1": "tie:new"})
    assert ledger.current_id("org:old") == "org:new" and ledger.current_id("tie:old") == "tie:new"
    assert ledger.current_id("org:unknown") is None
    ledger.store_resolution([], [], {}, {})
    assert ledger.current_id("org:old") is None
    # the release counts again
    ledger.store_resolution([Organization("org:new", "X", "company")], [tie("tie:new", "org:new")],
                            {("doc:1", "X"): "org:new"}, {"s1": "tie:new"})
    assert ledger.current_id("org:old") == "org:new" and ledger.current_id("tie:old") == "tie:new"


def test_a_tie_that_is_told_in_other_words_is_cited_as_before(ledger: Ledger) -> None:
    def tie(one: str, statement: str, **more: str) -> Tie:
        return Tie(one, "partnership", "concluded", (TieParty("org:a", "party"), TieParty("org:b", "party")), (statement,),
                   **more)  # type: ignore[arg-type]

    both = [Organization("org:a", "A", "company"), Organization("org:b", "B", "company")]
    before = [tie("tie:1", "s1", date="2024-04-01", title="見守り協"), tie("tie:2", "s2", date="2025-04-01")]
    ledger.store_resolution(both, before, {}, {"s1": "tie:1", "s2": "tie:2"})
    after = [tie("tie:3", "s3", date="2024-04-01", title="見守り協定"), tie("tie:2", "s2", date="2025-04-01")]
    ledger.store_resolution(both, after, {}, {"s3": "tie:3", "s2": "tie:2"})
    assert ledger.current_id("tie:1") == "tie:3" and ledger.former_ids("tie:3") == ["tie:1"]
    # which of two it is cannot be said
    ledger.store_resolution(both, [tie("tie:4", "s4", date="2023"), tie("tie:5", "s5", date="2022")], {},
                            {"s4": "tie:4", "s5": "tie:5"})
    assert ledger.current_id("tie:3") is None is ledger.current_id("tie:2")


_CHILD = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
sys.path.insert(0, sys.argv[4])
import test_stages as t
from pipelines import stages
left = int(sys.argv[3])
@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def count(c, cursor, statement, *rest):
    global left
    if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
url, archive, folder = sys.argv[1], sys.argv[5], Path(sys.argv[2])
t.take_in(t.Ledger.open(url), t.Archive(archive), folder)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives the URL of one more empty ledger for a name."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path / name / 'ledger.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    made: dict[str, str] = {}
    yield lambda name: server.url(made.setdefault(name, server.create()))
    for database in made.values():
        server.drop(database)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, new_ledger: Callable[[str], str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_lines(folder / "a.jsonl", LINE, "{broken", {**LINE, "id": "a2", "text": "別の協定。"})
    (folder / "b.txt").write_text("見出し\n\n本文です。")

    def run(name: str, url: str, kill_at: int) -> int:
        return subprocess.run([sys.executable, "-c", _CHILD, url, str(folder), str(kill_at), str(Path(__file__).parent),
                               str(tmp_path / name / "archive")], check=False).returncode

    undisturbed = new_ledger("whole")
    assert run("whole", undisturbed, 0) == 0
    whole = content(undisturbed)
    for k in (2, 9, 17, 24):
        name = f"killed-{k}"
        url = new_ledger(name)
        assert run(name, url, k) == -signal.SIGKILL
        assert run(name, url, 0) == 0
        assert content(url) == whole


def test_the_graph_holds_what_the_ledger_says_and_loses_what_a_correction_took(
        tmp_path: Path, ledger: Ledger, archive: Archive, neo4j: Graph) -> None:
    def releases_and_ties() -> tuple[int, int]:
        records, _, _ = neo4j.driver.execute_query(
            "RETURN COUNT {(:Release)} AS releases, COUNT {(:Release)-[:STATES]->(:Tie)} AS told",
            database_=neo4j.database)
        return records[0]["releases"], records[0]["told"]

    def bring_up_to_date() -> stages.Counts:
        take_in(ledger, archive, file)
        stages.resolve(ledger)
        counts = stages.load(ledger, neo4j.driver, neo4j.database)
        stages.measure(ledger, neo4j.driver, neo4j.database)
        return counts

    file = tmp_path / "x.jsonl"
    write_lines(file, LINE, {**LINE, "id": "b", "text": "青葉市と株式会社かすみの別の協定。"})
    first = bring_up_to_date()
    assert releases_and_ties() == (2, 2) and first.rejected == 0
    again = bring_up_to_date()
    assert again.more == {**first.more, "nodes_deleted": 0, "relationships_deleted": 0}
    write_lines(file, LINE, {**LINE, "id": "b", "text": "範囲の外の話。"})
    bring_up_to_date()
    assert releases_and_ties()[1] == 1
    stamp, _, _ = neo4j.driver.execute_query("MATCH (a:Analysis) RETURN a.ledger_version AS version",
                                             database_=neo4j.database)
    assert [r["version"] for r in stamp] == [str(ledger.version())]


class Killed(BaseException):
    """A process that dies."""


def test_a_run_that_is_killed_while_it_stores_what_it_resolved_leaves_nothing_half_done(
        tmp_path: Path, ledger_url: str, ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise Killed

    write_lines(tmp_path / "news.jsonl", LINE)
    take_in(ledger, archive, tmp_path / "news.jsonl")
    for _ in range(2):
        before = content(ledger_url)
        with monkeypatch.context() as dying, pytest.raises(Killed):
            dying.setattr("pipelines.ledger.links.store", killed)
            stages.resolve(ledger)
        assert content(ledger_url) == before, "no organisations without what holds between them"
        assert stages.resolve(ledger).new == 3
        assert projection.is_resolved(ledger)
        ledger.store_resolution([], [], {}, {})  # of the same statements, as with another reference
