"""Whoever follows the ledger is told what changed, and told so where nobody knows."""
from __future__ import annotations

from pipelines.ledger import Ledger, revision, totals


def move(ledger: Ledger, *documents: str) -> int:
    with ledger.writing() as c:
        revision.move(c, documents)
        return revision.current(c)


def moved_by_an_older_version_of_the_code(ledger: Ledger) -> int:
    """It moves the number, and knows nothing of documents."""
    with ledger.writing() as c:
        totals.move(c, "version", 1)
        return revision.current(c)


def changed(ledger: Ledger, since: int) -> set[str] | None:
    with ledger.reading() as c:
        return revision.changed(c, since)


def test_what_changed_since_is_told(ledger: Ledger) -> None:
    assert changed(ledger, 0) == set()
    first = move(ledger, "doc:a", "doc:b")
    second = move(ledger, "doc:b")
    assert (changed(ledger, 0), changed(ledger, first), changed(ledger, second)) == ({"doc:a", "doc:b"}, {"doc:b"}, set())
    assert changed(ledger, second + 1) is None, "a ledger that was restored is behind whoever followed it"


def test_what_an_older_version_of_the_code_changed_may_be_anything(ledger: Ledger) -> None:
    first = move(ledger, "doc:a")
    unknown = moved_by_an_older_version_of_the_code(ledger)
    assert changed(ledger, first) is None and changed(ledger, unknown) == set()
    last = move(ledger, "doc:b")
    assert changed(ledger, first) is None and changed(ledger, unknown) == {"doc:b"} and changed(ledger, last) == set()


def test_a_ledger_of_before_is_known_from_the_first_change_on(ledger: Ledger) -> None:
    before = moved_by_an_older_version_of_the_code(ledger)
    assert changed(ledger, 0) is None and changed(ledger, before) == set()
    assert move(ledger, "doc:a") == before + 1 and changed(ledger, before) == {"doc:a"}
    with ledger.writing() as c:
        revision.move(c)
    assert changed(ledger, before + 1) is None
