"""Days of arrival on both databases: what belongs to a day, what is left of it, and doing it again."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import pytest

from pipelines import stages
from pipelines.days import FIRST, Days
from pipelines.ledger import Draft, Fetch, Ledger, Reject, daily, fetches, revision
from pipelines.ledger.daily import Left, Look
from tests.pipelines.ledger.readers import EXTRACTOR, Reader

WORDS = "青葉市と株式会社かすみは協定を締結した。"
MARCH, APRIL = Days.read("2026-03-01", "2026-03-31"), Days.read("2026-04-01")
LATE, EARLY = "2026-03-31T23:59:59+09:00", "2026-04-01T00:00:00+09:00"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    one = Ledger.open(ledger_url)
    yield one
    one.close()


def arrive(ledger: Ledger, name: str, at: str | None, text: str = WORDS, reader: str | None = None, source: str = "aoba") -> Fetch:
    """Bytes come, and are read where a version of the reader is named."""
    url = f"https://aoba.example/{name}"
    fetch = Fetch(url, source, f"{name}-{text}"[:64].ljust(64, "0"))
    ledger.record_fetch(fetch, 10, at)
    if reader:
        ledger.store_drafts(fetch, [Draft(text, url=url)])
        ledger.finish_read(fetch, reader, [])
    return fetch


def test_a_day_begins_and_ends_at_midnight_in_japan_and_what_has_no_day_counts_to_the_first(ledger: Ledger) -> None:
    for name, at in (("late", LATE), ("early", EARLY), ("unknown", None)):
        arrive(ledger, name, at, reader="old")

    def of(days: Days) -> set[str]:
        return {one.location.rpartition("/")[2] for one in ledger.unread("new", days)}

    assert (of(MARCH), of(APRIL), of(Days(FIRST, FIRST))) == ({"late"}, {"early"}, {"unknown"})
    assert of(Days(FIRST, APRIL.last)) == {"late", "early", "unknown"} == {
        one.location.rpartition("/")[2] for one in ledger.unread("new")}


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="2026-04-02 is after 2026-04-01"):
        Days.read("2026-04-02", "2026-04-01")
    assert list(Days.read("2026-03-31", "2026-04-01")) == [dt.date(2026, 3, 31), dt.date(2026, 4, 1)]


def test_what_is_left_is_told_by_what_it_lacks_and_its_first_day(ledger: Ledger) -> None:
    assert ledger.left("reader", EXTRACTOR) == Left(0, 0, 0, 0, None)
    arrive(ledger, "read", LATE, reader="reader")
    arrive(ledger, "unread", EARLY)
    arrive(ledger, "old", EARLY, reader="older reader")
    assert ledger.left("reader", EXTRACTOR) == Left(1, 1, 2, 0, dt.date(2026, 3, 31))
    stages.extract(ledger, Reader())
    assert ledger.left("reader", EXTRACTOR) == Left(1, 1, 0, 0, dt.date(2026, 4, 1))
    assert ledger.left("reader", "newer") == Left(1, 1, 0, 2, dt.date(2026, 3, 31))


def test_a_day_is_extracted_again_and_says_what_it_said(ledger: Ledger) -> None:
    arrive(ledger, "march", LATE, reader="reader")
    arrive(ledger, "april", EARLY, reader="reader")
    stages.extract(ledger, Reader())
    said, with_it = ledger.extractions(), ledger.version()
    assert stages.extract(ledger, Reader(), days=APRIL).new == 0

    assert (ledger.extract_again(APRIL), ledger.extract_again(APRIL)) == (1, 0)
    assert ledger.left("reader", EXTRACTOR).unextracted == 1
    assert ledger.extractions() == said, "nothing is missing meanwhile"
    assert stages.extract(ledger, Reader(), days=MARCH).new == 1, "what is left is done by any run"
    assert ledger.extractions() == said and ledger.version() > with_it


def test_a_day_is_read_again_unless_its_bytes_are_gone(ledger: Ledger) -> None:
    kept, gone = arrive(ledger, "kept", EARLY, reader="reader"), arrive(ledger, "gone", EARLY, "別の話。", reader="reader")
    ledger.remove_bytes(gone.sha256, "evidence only")
    assert ledger.read_again(MARCH) == 0 and ledger.unread("reader") == []
    assert ledger.read_again(APRIL) == 1 and [one.location for one in ledger.unread("reader", MARCH)] == [kept.location]


def test_a_page_that_says_again_what_it_once_said_arrives_that_day(ledger: Ledger) -> None:
    for at, text in ((LATE, WORDS), (EARLY, "何もなかった。"), ("2026-04-02T09:00:00+09:00", WORDS)):
        arrive(ledger, "page", at, text, "reader")
        stages.extract(ledger, Reader())
    assert ledger.look(Days.read("2026-04-02")).documents == 1 and ledger.look(MARCH).documents == 0


def test_how_a_day_looks(ledger: Ledger) -> None:
    arrive(ledger, "good", EARLY, reader="reader")
    arrive(ledger, "damaged", EARLY, "青葉市\ufffdは", "reader")
    arrive(ledger, "empty", EARLY, " ", "reader")
    lost = arrive(ledger, "lost", EARLY)
    ledger.finish_read(lost, "reader", [Reject("documents", lost.location, "the page holds no text", lost.location)])
    arrive(ledger, "yesterday", LATE, "\ufffd", "reader")
    assert ledger.look(APRIL) == Look(3, 1, 1, 1)


def test_the_mark_of_a_day_moves_with_what_arrives_on_it_alone(ledger: Ledger) -> None:
    marks = [ledger.arrival_mark(APRIL, "aoba")]
    for name, at, source in (("a", EARLY, "aoba"), ("b", EARLY, "kiri"), ("c", LATE, "aoba"), ("d", EARLY, "aoba")):
        arrive(ledger, name, at, source=source)
        marks.append(ledger.arrival_mark(APRIL, "aoba"))
    assert [after != before for before, after in pairwise(marks)] == [True, False, False, True]
    assert ledger.arrival_mark(APRIL) != ledger.arrival_mark(APRIL, "aoba")


def test_what_sources_brought_today_and_in_seven_days_and_when_they_were_asked(ledger: Ledger) -> None:
    def entry(url: str, at: str, kind: str = "page", outcome: str = "new", source: str = "aoba") -> fetches.Entry:
        return fetches.Entry(f"https://aoba.example/{url}", source, kind, outcome, at, "run")

    with ledger.writing() as c:
        for one in (entry("feed", LATE, "index"), entry("a", LATE), entry("b", EARLY), entry("b", EARLY), entry("f.pdf", EARLY, "attachment"),
                    entry("c", EARLY, outcome="unchanged"), entry("d", EARLY, outcome="failed"),
                    entry("old", "2026-03-25T23:00:00+09:00"), entry("feed", EARLY, "index", "failed"), entry("x", EARLY, source="kiri")):
            fetches.append(c, one)
    with ledger.reading() as c:
        assert daily.arrived(c, dt.date(2026, 4, 1)) == {"aoba": (2, 3), "kiri": (1, 1)}
        assert daily.asked_last(c) == {"aoba": EARLY}


def test_what_the_graph_says_is_noted_by_version(ledger: Ledger) -> None:
    with ledger.writing() as c:
        assert (revision.loaded(c), revision.resolved(c)) == (None, None)
        for at in (3, 7):
            revision.note_loaded(c, at)
        assert (revision.loaded(c), revision.resolved(c)) == (7, None)
