"""What the graph is made of, as the ledger has it; and a graph that is kept in step with the ledger, release by release."""
from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipelines.ledger import Ledger, links, revision
from pipelines.ledger import reprints as stored_reprints
from pipelines.ledger import resolution as stored

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.loader import LoadReport
    from graph.projection import Rows
    from graph.resolution import Resolution
    from nlp.model import Extraction
    from pipelines.identity import Known


def is_resolved(ledger: Ledger) -> bool:
    """Whether organisations and ties are those of the statements and of people's decisions as they are now."""
    from pipelines.identity import Known

    with ledger.reading() as c:
        if revision.resolved(c) != revision.current(c):
            return False
    now = [(d.line, d.kind, d.subject, d.object) for d in Known.here().decisions.every]
    return now == [(d.line, d.kind, d.subject, d.object) for d, _ in ledger.decisions()]


def note_resolved(ledger: Ledger, at: int) -> None:
    """Note that organisations and ties are those of a version of the ledger."""
    with ledger.writing() as c:
        revision.note_resolved(c, at)


def note_loaded(ledger: Ledger, at: int) -> None:
    """Note that the graph says what a version of the ledger says."""
    with ledger.writing() as c:
        revision.note_loaded(c, at)


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


class Resident:
    """Everything resolved, held in memory beside the ledger and the graph: a release that comes, changes or goes is
    resolved, stored and loaded in the time that it takes alone. For a process that stays; use it with `with`.

    Ledger and graph are what the stages «ties» and «graph» would make of the same statements. Nobody else may run
    those stages meanwhile.
    """

    def __init__(self, ledger: Ledger, driver: Driver, database: str, known: Known | None = None) -> None:
        from graph.resolver import Resolver
        from pipelines import reference
        from pipelines.identity import Known as Here

        self._ledger, self._driver, self._database = ledger, driver, database
        self._stack = ExitStack()
        self._known = here = known or Here.here()
        index = reference.ReferenceIndex.of(here.home)
        if index is not None:
            self._stack.callback(index.close)
        self._resolver = Resolver(here.places, index, here.decisions)
        self._pages: dict[str, set[str]] = {}
        self._reprinted = 0
        #: The reprints of each document.
        self._again: dict[str, set[str]] = {}

    def __enter__(self) -> Self:
        """Take in everything that the ledger has, and bring ledger and graph to it."""
        from graph import loader
        from graph.projection import everything
        from pipelines import identity

        at = self._ledger.version()
        extractions = self._ledger.extractions()
        self._resolver.update(extractions)
        for extraction in extractions:
            one = extraction.document.id
            self._pages.setdefault(_page(one), set()).add(one)
        facts = self._resolver.facts
        found = self._resolver.resolution()
        self._ledger.store_resolution(found.organizations, found.ties, found.organization_of, found.tie_of)
        identity.mirror(self._ledger, self._known, found)
        note_resolved(self._ledger, at)
        with self._ledger.reading() as c:
            self._reprinted = revision.reprints(c)
        self._take_reprints()
        self.report = loader.load(self._driver, self._database, everything(facts))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stack.close()

    def take(self, documents: Iterable[str]) -> LoadReport:
        """Bring ledger and graph to what these documents say now: new, changed, gone or withdrawn ones, by id."""
        from graph import loader
        from graph.projection import part, release_id

        at = self._ledger.version()
        pages = sorted({_page(one) for one in documents})
        extractions = self._ledger.extractions(pages)
        said: dict[str, set[str]] = {}
        for extraction in extractions:
            said.setdefault(_page(extraction.document.id), set()).add(extraction.document.id)
        gone = {one for page in pages for one in self._pages.get(page, set()) - said.get(page, set())}
        for page in pages:
            self._pages[page] = said.get(page, set())
        change = self._resolver.update(extractions, gone)
        facts, events = self._resolver.facts, self._resolver.facts.ties
        with self._ledger.reading() as c:
            now = revision.reprints(c)
        again = set[str]()
        if now != self._reprinted:
            self._reprinted, before = now, facts.reprints
            self._take_reprints()
            again = {release_id(one) for one in facts.reprints.keys() | before.keys()
                     if facts.reprints.get(one) != before.get(one)}
        again |= {release_id(one) for document in change.documents for one in self._again.get(document, ())}
        with self._ledger.writing() as c:
            stored.store_change(c, {one: facts.organizations.get(one) for one in change.organizations},
                                {one: events.get(one) for one in change.ties},
                                {one: self._resolver.names_in(one) for one in change.documents})
            links.store_from(c, {one: facts.links.get(one, ()) for one in change.organizations})
            revision.note_resolved(c, at)
        nodes = change.nodes | again
        self.report = loader.load_part(self._driver, self._database, part(facts, nodes), nodes)
        return self.report


    def _take_reprints(self) -> None:
        """Read which releases say again what another said."""
        facts = self._resolver.facts
        facts.reprints = reprints(self._ledger)
        self._again = {}
        for one, originals in facts.reprints.items():
            for original in originals:
                self._again.setdefault(original, set()).add(one)


def _page(document: str) -> str:
    """The document of which this one may be an older version that is kept."""
    return document.partition("@")[0]
