"""What the graph is made of, as the ledger has it."""
from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.ledger import Ledger, revision
from pipelines.ledger import reprints as stored_reprints

if TYPE_CHECKING:
    from graph.projection import Rows
    from graph.resolution import Resolution
    from nlp.model import Extraction


def is_resolved(ledger: Ledger) -> bool:
    """Whether organisations and ties are those of the statements and of people's decisions as they are now."""
    from pipelines.identity import Known

    with ledger.reading() as c:
        if revision.resolved(c) != revision.current(c):
            return False
    now = [(d.line, d.kind, d.subject, d.object) for d in Known.here().decisions.every]
    return now == [(d.line, d.kind, d.subject, d.object) for d, _ in ledger.decisions()]


def note_loaded(ledger: Ledger, at: int) -> None:
    """Note that the graph says what a version of the ledger says."""
    with ledger.writing() as c:
        revision.note_loaded(c, at)


def note_unloaded(ledger: Ledger) -> None:
    """Note that the graph says something else than the ledger: whoever follows the ledger makes it anew."""
    with ledger.writing() as c:
        revision.note_unloaded(c)


def rows(ledger: Ledger) -> Rows:
    """All rows of the graph, from what the ledger has resolved."""
    from graph.projection import project
    from pipelines.identity import Known

    extractions = Known.here().kept(ledger.extractions())
    return project(extractions, resolution(ledger, extractions), reprints(ledger))


def reprints(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """The release that each reprint says again."""
    with ledger.reading() as c:
        return {one.document: (one.original,) for one in stored_reprints.stored(c)}


def resolution(ledger: Ledger, extractions: list[Extraction]) -> Resolution:
    """The resolution as it is stored. Persons follow from the organisations that they belong to."""
    from graph.persons import persons_of
    from graph.resolution import Resolution

    with ledger.reading() as c:
        organization_of = stored_reprints.organization_of(c)
    ties, between = ledger.ties(), ledger.links()
    persons, person_of = persons_of(extractions, organization_of)
    return Resolution(tuple(ledger.organizations()), tuple(ties), persons, organization_of,
                      {s: tie.id for tie in ties for s in tie.statements}, person_of,
                      {link.start: link.end for link in between if link.type == "PART_OF"}, tuple(between))
