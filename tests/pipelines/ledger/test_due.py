"""What is to be read and extracted, on both databases; and that a release costs the same in a large ledger as in a small one."""
from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench.generator import extractions, scaled
from bench.rows.one_release import fill
from nlp.model import Document, Extraction
from nlp.reader import EXTRACTOR
from pipelines import stages
from pipelines.days import Days
from pipelines.fetch.archive import Archive
from pipelines.forget import forget
from pipelines.ledger import Draft, Fetch, Ledger, Reject, Version, tables
from tests.pipelines.ledger import readers
from tests.pipelines.ledger.readers import Reader

WORDS = "青葉市と株式会社かすみは協定を締結した。"
OTHER = "青葉市とみなと大学は協定を締結した。"
PAGE = "https://aoba.example/1"
#: Tables with a row or more for each release.
LARGE = {t.name for t in (tables.blobs, tables.fetches, tables.documents, tables.items, tables.extractions,
                          tables.statements, tables.organizations, tables.ties, tables.names, tables.issued_ids, tables.links,
                          tables.rejects)}


def arrive(ledger: Ledger, text: str = WORDS, url: str = PAGE, at: str | None = None, living: bool = False) -> Version:
    """A page comes and is read; the version of its document."""
    fetch, draft = Fetch(url, "aoba", f"{url}{len(text)}".ljust(64, "0")[-64:]), Draft(text, url=url)
    ledger.record_fetch(fetch, 10, at)
    ledger.store_drafts(fetch, [draft], living)
    ledger.finish_read(fetch, "reader", [])
    return Version(draft.document().id, draft.version())


def agree(ledger: Ledger) -> None:
    """What is counted beside the rows is what there is."""
    assert (ledger.document_count(), ledger.fetch_count()) == (ledger.counts()["documents"], ledger.counts()["fetches"])


def test_what_the_present_extractor_has_seen_is_not_due_and_a_new_one_has_all_to_do(
        ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sorted([arrive(ledger), arrive(ledger, OTHER, "https://aoba.example/2")])
    assert ledger.unextracted("by hand 1") == both
    assert stages.extract(ledger, Reader()).new == 2
    assert ledger.unextracted("by hand 1") == [] and ledger.unextracted("by hand 2") == both
    monkeypatch.setattr(readers, "EXTRACTOR", "by hand 2")
    third = arrive(ledger, WORDS + "追記", "https://aoba.example/3")
    assert ledger.unextracted("by hand 2") == sorted([*both, third])
    assert stages.extract(ledger, Reader()).new == 3 and ledger.unextracted("by hand 2") == []
    assert ledger.unextracted("by hand 1") == sorted([*both, third]), "whoever goes back has all to do as well"


class Broken:
    """An extractor that fails."""

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """Nothing."""
        raise RuntimeError("no model")


def test_what_the_extractor_failed_on_is_told_once_and_due_for_the_next_version(
        ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "EXTRACTOR", "broken 1")
    one = arrive(ledger)
    counts = [stages.extract(ledger, Broken()) for _ in range(2)]
    assert [(c.new, c.rejected) for c in counts] == [(0, 1), (0, 0)]
    assert [(r.source, "no model" in r.reason) for r in ledger.rejects()] == [(one.document, True)]
    assert ledger.unextracted("broken 1") == [] and ledger.unextracted("by hand 1") == [one]
    assert stages.extract(ledger, Reader()).new == 1 and ledger.rejects() == []


def test_a_changed_page_is_due_and_one_that_comes_back_to_what_it_said_too(ledger: Ledger) -> None:
    first = arrive(ledger)
    stages.extract(ledger, Reader())
    second = arrive(ledger, OTHER)
    assert ledger.unextracted("by hand 1") == [second], "what was superseded waits for nobody"
    assert ledger.unextracted("by hand 2") == [second]
    stages.extract(ledger, Reader())
    assert arrive(ledger) == first and ledger.unextracted("by hand 1") == [first]
    stages.extract(ledger, Reader())
    assert ledger.unextracted("by hand 1") == [] and ledger.unextracted("by hand 2") == [first]
    agree(ledger)


def test_an_older_version_that_is_kept_is_extracted_by_a_new_extractor_too(ledger: Ledger) -> None:
    first = arrive(ledger, living=True)
    stages.extract(ledger, Reader())
    second = arrive(ledger, OTHER, living=True)
    stages.extract(ledger, Reader())
    assert ledger.unextracted("by hand 1") == [] and ledger.unextracted("by hand 2") == sorted([first, second])
    agree(ledger)


def test_with_days_only_what_came_on_them_is_done_anew(ledger: Ledger) -> None:
    march, april = Days.read("2026-03-31"), Days.read("2026-04-01")
    one = arrive(ledger, WORDS, "https://aoba.example/1", "2026-03-31T10:00:00+09:00")
    two = arrive(ledger, OTHER, "https://aoba.example/2", "2026-04-01T10:00:00+09:00")
    stages.extract(ledger, Reader())
    three = arrive(ledger, WORDS + "追記", "https://aoba.example/3", "2026-03-30T10:00:00+09:00")
    assert ledger.unextracted("by hand 2", march) == sorted([one, three])
    assert ledger.unextracted("by hand 2", april) == sorted([two, three])
    assert ledger.extract_again(april) == 1
    assert ledger.unextracted("by hand 1", march) == ledger.unextracted("by hand 1") == sorted([two, three])


def test_what_was_forgotten_is_not_due_and_not_counted(ledger: Ledger, archive: Archive) -> None:
    arrive(ledger)
    two = arrive(ledger, OTHER, "https://aoba.example/2")
    stages.extract(ledger, Reader())
    forget(ledger, archive, PAGE, "asked for it", missing_are_lost=True)
    assert ledger.unextracted("by hand 2") == [two] and ledger.document_count() == 1
    ledger.mark_gone("https://aoba.example/2")
    agree(ledger)


def test_an_older_ledger_knows_by_whom_its_documents_were_extracted(tmp_path: Path) -> None:
    from pipelines.ledger.database import Database

    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    old = Database.open(url, "0005")
    with old.writing() as c:
        c.exec_driver_sql("INSERT INTO documents (id, version, status, sha256, location, text) VALUES "
                          "('doc:1', 'a', 'current', 'f1', 'x', '文'), ('doc:2', 'a', 'gone', 'f2', 'y', '文'), "
                          "('doc:2', '0', 'superseded', 'f3', 'y', '文'), ('doc:3', 'a', 'current', 'f4', 'z', '文')")
        c.exec_driver_sql("INSERT INTO extractions (document, version, extractor, body) VALUES "
                          "('doc:1', 'a', 'e1', '{}'), ('doc:2', 'a', 'e1 again', '{}')")
        c.exec_driver_sql("INSERT INTO fetches (location, source, sha256) VALUES ('x', 's', 'f1'), ('y', 's', 'f2')")
    old.close()
    ledger = Ledger.open(url)
    assert ledger.unextracted("e1") == [Version("doc:2", "a"), Version("doc:3", "a")]
    assert [e.extractor for e in ledger.extractions()] == ["e1", "e1"]
    assert (ledger.document_count(), ledger.fetch_count()) == (3, 2)
    ledger.close()


# --- the cost of one release ------------------------------------------------------------------------------------------

@contextmanager
def watched(ledger: Ledger) -> Iterator[list[tuple[str, Any]]]:
    """The SQL statements that are executed meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def before(_c: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        seen.append((statement, given[0] if many else given))

    sa.event.listen(ledger.database.engine, "before_cursor_execute", before)
    yield seen
    sa.event.remove(ledger.database.engine, "before_cursor_execute", before)


@contextmanager
def stepping(ledger: Ledger) -> Iterator[list[None]]:
    """One entry for each instruction that SQLite's virtual machine executes meanwhile."""
    steps: list[None] = []

    def count(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_progress_handler(lambda: steps.append(None), 1)

    sa.event.listen(ledger.database.engine, "checkout", count)
    yield steps
    sa.event.remove(ledger.database.engine, "checkout", count)


def one_release(ledger: Ledger, archive: Archive, folder: Path, days: Days | None) -> None:
    """A file comes, is read and extracted, in the way of a run of these days."""
    folder.mkdir(exist_ok=True)
    file = folder / "new.txt"
    file.write_text(f"協定の締結\n\n{WORDS}\n", encoding="utf-8")
    stages.collect(ledger, archive, [file], clock=lambda: "2026-04-01T10:00:00+09:00")
    assert stages.read(ledger, archive, days=days).new == 1
    assert stages.extract(ledger, Reader(), days=days).new == 1
    if days is not None:
        ledger.arrival_mark(days)
        ledger.look(days)


def grown(url: str, releases: int, monkeypatch: pytest.MonkeyPatch, extractor: str) -> Ledger:
    """A ledger of so many releases, all extracted by the present extractor; the next one is done by the one that is named."""
    ledger = Ledger.open(url)
    fill(ledger, extractions(scaled(releases / 150_000)))
    assert ledger.document_count() == releases
    agree(ledger)
    monkeypatch.setattr(readers, "EXTRACTOR", extractor)
    return ledger


@pytest.mark.parametrize(("extractor", "days"), [(EXTRACTOR, None), (EXTRACTOR, Days.read("2026-04-01")),
                                                 ("a newer one", Days.read("2026-04-01"))])
def test_a_release_takes_as_many_steps_in_a_large_ledger_as_in_a_small_one(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: str, days: Days | None) -> None:
    """SQLite counts the instructions of its virtual machine: a row that is read is some of them."""
    taken = []
    for releases in (60, 900):
        home = tmp_path / str(releases)
        ledger = grown(f"sqlite:///{home / 'ledger.sqlite'}", releases, monkeypatch, extractor)
        with stepping(ledger) as steps:
            one_release(ledger, Archive(str(home / "archive")), home / "in", days)
        ledger.close()
        taken.append(len(steps))
    small, large = taken
    assert small > 1_000, "it counts"
    assert large < small + 200, taken


@pytest.mark.parametrize("days", [None, Days.read("2026-04-01")])
def test_every_question_about_one_release_is_answered_by_an_index(
        ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: Days | None) -> None:
    ledger = grown(ledger_url, 300, monkeypatch, EXTRACTOR)
    with watched(ledger) as asked:
        one_release(ledger, Archive(str(tmp_path / "archive")), tmp_path / "in", days)
    plans = {statement: _reads(ledger, statement, given) for statement, given in asked
             if statement.split()[0] in ("SELECT", "UPDATE", "DELETE")}
    ledger.close()
    assert len(plans) > 30
    assert {statement: whole for statement, whole in plans.items() if whole & LARGE} == {}


def _reads(ledger: Ledger, statement: str, given: Any) -> set[str]:
    """The tables of which a statement reads more than a range of an index."""
    with ledger.reading() as c:
        cursor = c.connection.cursor()
        if ledger.database.kind == "sqlite":
            plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()]
            # all documents are «current»: an index that is asked for that alone is no help
            return {line.split()[1] for line in plan if line.startswith("SCAN") or line.endswith("(status=?)")}
        # what is small the server would rather read whole
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", given)
        [(found,)] = cursor.fetchall()
        return set(_whole((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))


def _whole(node: Mapping[str, Any]) -> Iterator[str]:
    if "Scan" in node["Node Type"] and "Relation Name" in node and node["Node Type"] != "Bitmap Heap Scan" \
            and "Index Cond" not in node:
        yield node["Relation Name"]
    if node["Node Type"] == "Bitmap Index Scan" and "Index Cond" not in node:
        yield node["Index Name"]
    for below in node.get("Plans", ()):
        yield from _whole(below)


# --- a long queue -----------------------------------------------------------------------------------------------------

def queue(ledger: Ledger, files: int) -> None:
    """So many pages came, and so many documents were made of others; nobody has looked at either."""
    fetch = Fetch("https://aoba.example/list", "aoba", "f" * 64)
    ledger.record_fetch(fetch, 10)
    ledger.store_drafts(fetch, [Draft(f"{n} {WORDS}", url=f"https://aoba.example/{n}") for n in range(files)])
    ledger.finish_read(fetch, "reader", [])
    for n in range(files):
        ledger.record_fetch(Fetch(f"https://aoba.example/{n * 7919 % 9973}", "aoba", f"{n:064}"), 10, "2026-04-01T10:00:00+09:00")


def asked_by_a_follower(ledger: Ledger, days: Days | None) -> None:
    """What is due, and the first of it."""
    assert ledger.has_unread("reader", days) and len(ledger.unread("reader", days, 16)) == 16
    assert ledger.has_unextracted("by hand 1", days) and len(ledger.unextracted("by hand 1", days, 16)) == 16


@pytest.mark.parametrize("days", [None, Days.read("2026-04-01")])
def test_the_first_of_a_long_queue_are_those_of_the_whole_in_its_order(ledger: Ledger, days: Days | None) -> None:
    queue(ledger, 50)
    old = Fetch("https://aoba.example/00", "aoba", "e" * 64)
    ledger.record_fetch(old, 10, "2026-04-01T10:00:00+09:00")
    ledger.finish_read(old, "an older reader", [])
    stages.extract(ledger, Reader(), most=16)
    files = ledger.unread("reader", days)
    assert len(files) == 51 and ledger.unread("reader", days, 16) == files[:16] and old in files[:16]
    waiting, seen = ledger.unextracted("by hand 2", days), list[Version]()
    assert len(waiting) == (50 if days is None else 34)
    while some := ledger.unextracted("by hand 2", days, 7, seen[-1] if seen else None):
        seen += some
    assert seen == waiting
    assert stages.extract(ledger, Reader(), days=days, most=20).more["statements"] >= 20
    while stages.extract(ledger, Reader(), days=days, most=16).new:
        pass
    assert not ledger.has_unextracted("by hand 1", days) and ledger.has_unextracted("by hand 2")


@pytest.mark.parametrize("days", [None, Days.read("2026-04-01")])
def test_the_first_of_a_long_queue_cost_no_more_than_those_of_a_short_one(tmp_path: Path, days: Days | None) -> None:
    taken = []
    for files in (40, 600):
        with Ledger.open(f"sqlite:///{tmp_path / str(files)}.sqlite") as ledger:
            queue(ledger, files)
            with stepping(ledger) as steps:
                asked_by_a_follower(ledger, days)
        taken.append(len(steps))
    small, large = taken
    assert small > 500, "it counts"
    assert large < small + 200, taken


def test_rejects_of_a_version_do_not_make_it_due(ledger: Ledger) -> None:
    one = arrive(ledger)
    [(version, document)] = ledger.versions([one])
    said = next(Reader().extract_all([document]))
    ledger.store_extractions([(version, said, [Reject("statements", "s", "no evidence", one.document)])])
    assert ledger.unextracted("by hand 1") == [] and len(ledger.rejects()) == 1
