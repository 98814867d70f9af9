"""Everything resolved, held in memory beside the ledger and the graph: what changes is taken in alone."""
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from pipelines import checks, decisions, identity, notices, reference, retention
from pipelines import reprints as judged
from pipelines.fetch import folder
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, links, rejects, revision
from pipelines.ledger import reprints as stored_reprints
from pipelines.ledger import resolution as stored
from pipelines.ledger.exclusion import StillAlone
from pipelines.ledger.records import Reject
from pipelines.ledger.tables import documents, fetches
from pipelines.reference import municipalities
from pipelines.stages import GRAPH

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.loader import LoadReport
    from graph.resolver import Resolver
    from nlp.model import Extraction
    from pipelines.settings import Settings

#: Seconds that another process that makes ties and graph is waited for before somebody is told.
_PATIENCE = 5.0
#: Documents that are taken in at once. A process that is told to end does so between two such batches.
_MOST = 64
#: Documents of which so many changed that taking in everything is the shorter way.
_MANY = 5_000
#: Our analyses, which are few and made by others than a load; our nodes and relationships, which the server counts without
#: a look at them as long as nothing but the count is asked for. Nodes without the marker are somebody else's.
_TYPES = ("PARTY_TO", "STATES", "NAMES", "PUBLISHED_BY")
_SIZE = " UNION ALL ".join((
    "MATCH (n:Kakehashi) USING INDEX SEEK n:Kakehashi(id) WHERE n.id STARTS WITH 'analysis:' RETURN count(n) AS number",
    "MATCH (n:Kakehashi) RETURN count(n) AS number",
    *(f"MATCH (:Kakehashi)-[r:{one}]->() RETURN count(r) AS number" for one in _TYPES)))
#: What a release that cannot be resolved is a reject of.
_STAGE = "ties"
#: What the machine, the reference's index or a database fails with, whatever a release says: it may go well the next time.
_PASSING = (OSError, MemoryError, sqlite3.Error, sa.exc.DBAPIError)


class Outdated(RuntimeError):
    """What is held is not what holds any more: everything has to be taken in anew. The message says what changed."""


class Unresolvable(RuntimeError):
    """Some documents cannot be taken in, and what is held is damaged by the attempt. `pages` are their ids;
    `each` says whether every one of them failed by itself, and not only all of them together."""

    def __init__(self, pages: Collection[str], reason: str, each: bool) -> None:
        super().__init__(reason)
        self.pages, self.each = frozenset(pages), each


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch did: documents looked at, rows of the graph that are other than before or gone, and rows and
    documents that were refused, each with the reason."""
    documents: int
    changed: int
    refused: tuple[str, ...] = ()


class Resident:
    """All that the ledger says, resolved and ready: a release that comes, changes, goes or is taken back costs what it
    costs alone, however much there is. For a process that stays; use it with `with`.

    Ledger and graph are left as the stages «ties», «reprints» and «graph» would leave them. Other processes may read and
    extract meanwhile; what they change is taken in by the next `take`. Should one of them run those stages, or the
    decisions or the reference change, `take` raises Outdated: then a new one has to be made.

    Of the sources that `evidence` names no more is kept than that. Documents of `singly` are left out when everything is
    taken in, and then taken one by one; those of `left_out` only when they change.
    """
    _resolver: Resolver
    #: What holds: the ledger's version, whose turn it was last, the files beside the ledger, the size of the graph.
    _at: int
    _turn: int
    _rested: folder.Fingerprint
    _graph: list[int]
    #: What taking in everything did.
    begun: Taken

    def __init__(self, ledger: Ledger, archive: Archive, driver: Driver, database: str, settings: Settings,
                 evidence: Callable[[], Collection[str]] = tuple, singly: Iterable[str] = (),
                 left_out: Iterable[str] = ()) -> None:
        self._ledger, self._archive, self._driver, self._database = ledger, archive, driver, database
        self._evidence = evidence
        self._settings, self._singly, self._aside = settings, set(singly), {*singly, *left_out}
        self._stack = ExitStack()
        self._pages: dict[str, set[str]] = {}
        self._pending: set[str] = set()
        #: The document of each statement.
        self._said: dict[str, str] = {}
        self._notices = notices.Notices()
        self._reprints = judged.Standing(self._signature, self._share)
        #: The reprints of each document.
        self._again: dict[str, set[str]] = {}
        self._signatures: dict[str, judged.Signature] = {}
        self._overlaps: dict[tuple[str, str], float] = {}
        self._fresh_signatures: dict[str, judged.Signature] = {}
        self._fresh_overlaps: dict[tuple[str, str], float] = {}

    def __enter__(self) -> Self:
        """Take in everything that the ledger has, and bring ledger and graph to it."""
        try:
            with self._ledger.alone(GRAPH, _PATIENCE) as is_alone:
                self._take_everything(is_alone)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stack.close()

    def take(self) -> Taken | None:
        """Bring ledger and graph to what changed, a batch of documents; None where nothing is left to do.

        Raises Busy while another process makes ties and graph, and Outdated and Unresolvable; after these, and after any
        other error, this is not to be used any more.
        """
        if not self._is_due():
            return None
        with self._ledger.alone(GRAPH, _PATIENCE) as is_alone:
            self._look()
            alone = sorted(self._pending & self._aside)
            pages = alone[:1] or sorted(self._pending)[:_MOST]
            done = self._take(pages, is_alone) if pages else None
            if not self._pending:
                with self._writing() as c:
                    revision.note_resolved(c, self._at)
                    revision.note_loaded(c, self._at)
        return done

    # --- what changed ------------------------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        with self._ledger.reading() as c:
            is_same = revision.current(c) == self._at and revision.turn(c) == self._turn
        return bool(self._pending) or not is_same or _rests_on(self._settings) != self._rested

    def _look(self) -> None:
        """Find what changed since the last look."""
        with self._ledger.reading() as c:
            now, turn = revision.current(c), revision.turn(c)
            changed = revision.changed(c, self._at)
        if turn != self._turn:
            raise Outdated("another process has resolved everything, or replaced the graph")
        if changed is None:
            raise Outdated("what changed is not known: something was forgotten, or a process of another version wrote")
        if (many := len((changed | self._pending) - self._aside)) > _MANY:
            raise Outdated(f"{many:,} documents have changed")
        if _rests_on(self._settings) != self._rested:
            raise Outdated("decisions or the reference have changed")
        if (changed or self._pending) and self._size() != self._graph:
            raise Outdated("the graph is not as it was left")
        self._pending |= changed | self._withdraw(changed)
        self._at = now

    def _withdraw(self, changed: Collection[str]) -> set[str]:
        """Take out what the notices among these documents take back, and let in again what none does any more."""
        if not changed:
            return set()
        told = {one.id: one for one in self._ledger.releases(_is_notice, changed)}
        other = self._notices.update({one: told.get(one) for one in changed})
        if other:
            self._store_withdrawals()
        return other

    def _store_withdrawals(self) -> None:
        by_people = {key: reason for key, reason in self._ledger.withdrawals().items() if not key[1].startswith("doc:")}
        self._ledger.store_withdrawals({**by_people, **self._notices.found})

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction in which nobody else has written what was resolved, or replaced the graph, since the last one."""
        with self._ledger.writing() as c:
            if revision.turn(c) != self._turn:
                raise Outdated("another process has resolved everything, or replaced the graph, meanwhile")
            yield c
            self._turn = revision.turn(c)

    def _size(self) -> list[int]:
        """How large the graph is; another process that made it anew, or an older one, is noticed by it."""
        with self._driver.session(database=self._database) as session:
            analyses, nodes, *relationships = (record["number"] for record in session.run(_SIZE))
            return [nodes - analyses, *relationships]

    # --- taking it in ------------------------------------------------------------------------------------------------

    def _sound(self, extractions: Iterable[Extraction], pages: Collection[str]) -> tuple[list[Extraction], dict[str, str]]:
        """What these pages say and can be taken in, and why the other pages cannot: they stay out as a whole. Of two that
        use one statement's id it is the one that came later, and of those that come together the later by id."""
        flawed: dict[str, str] = {}
        told: set[str] = set()
        given = sorted(extractions, key=lambda one: one.document.id)
        for one in given:
            used = {s.id for s in one.statements if s.id in told or (
                (holder := self._said.get(s.id)) is not None and _page(holder) not in pages)}
            if wrong := checks.sound(one, used)[1]:
                flawed.setdefault(_page(one.document.id), f"statement {wrong[0].item}: {wrong[0].reason}")
            else:
                told.update(s.id for s in one.statements)
        return [one for one in given if _page(one.document.id) not in flawed], flawed

    def _note_said(self, gone: Iterable[str], came: Iterable[str] = ()) -> None:
        there = self._resolver.facts.extractions
        for one in gone:
            for statement in there[one].statements if one in there else ():
                self._said.pop(statement.id, None)
        self._said.update((statement.id, one) for one in came if one in there for statement in there[one].statements)

    def _refuse_contradictions(self, documents: Iterable[str], ties: Iterable[str]) -> None:
        """Every statement leads to its tie, every tie to its statements; else nothing is stored or loaded."""
        facts = self._resolver.facts
        lost = [s.id for one in documents if one in facts.extractions for s in facts.extractions[one].statements
                if facts.tie_of.get(s.id) not in facts.ties]
        unfounded = [one for one in ties if one in facts.ties and not (
            facts.ties[one].statements and all(s in self._said for s in facts.ties[one].statements))]
        if lost or unfounded:
            raise RuntimeError(f"resolution contradicts itself, so nothing is loaded: {len(lost)} statements without a tie, "
                               f"{len(unfounded)} ties without their statements ({min([*lost, *unfounded])} and others)")

    def _take_everything(self, is_alone: StillAlone) -> None:
        from graph import loader
        from graph.projection import everything
        from graph.resolver import Resolver

        with self._ledger.reading() as c:
            self._turn = revision.turn(c)
        self._rested = _rests_on(self._settings)
        known = identity.Known.here(self._settings)
        index = reference.ReferenceIndex.of(known.home)
        if index is not None:
            self._stack.callback(index.close)
        self._resolver = Resolver(known.places, index, known.decisions)
        self._at = self._ledger.version()
        self._notices.update({one.id: one for one in self._ledger.releases(_is_notice)})
        self._store_withdrawals()  # those of a notice that was edited or forgotten while nobody followed go, too
        every = [one for one in self._ledger.extractions() if _page(one.document.id) not in self._aside]
        extractions, flawed = self._sound(every, {_page(one.document.id) for one in every})
        try:
            self._resolver.update(extractions)
        except _PASSING:
            raise
        except Exception as error:
            if pages := _culprits(lambda: Resolver(known.places, index, known.decisions), extractions):
                raise Unresolvable(pages, f"{type(error).__name__}: {error}", each=True) from error
            raise
        for extraction in extractions:
            one = extraction.document.id
            self._pages.setdefault(_page(one), set()).add(one)
        facts, found = self._resolver.facts, self._resolver.resolution()
        self._note_said((), facts.extractions)
        self._refuse_contradictions(facts.extractions, facts.ties)
        with self._writing() as c:
            stored.store(c, found.organizations, found.ties, found.organization_of, found.tie_of)
            links.store(c, found.links)
            for page, reason in flawed.items():
                _note_unresolvable(c, page, reason)
        self._aside |= flawed.keys()
        identity.mirror_decisions(self._ledger, known, found)
        self._take_all_reprints()
        _refuse_unless(is_alone)
        done = loader.load(self._driver, self._database, everything(facts))
        with self._writing() as c:
            revision.take_turn(c)
            revision.note_resolved(c, self._at)
            revision.note_loaded(c, self._at)
        self._graph = self._size()
        self._pending |= self._singly
        self._let_go()
        self.begun = _taken(len(extractions), done, flawed)

    def _take(self, pages: Collection[str], is_alone: StillAlone) -> Taken:
        from graph import loader
        from graph.projection import release_id

        extractions, flawed = self._sound(self._ledger.extractions(pages), pages)
        said: dict[str, set[str]] = {}
        for extraction in extractions:
            said.setdefault(_page(extraction.document.id), set()).add(extraction.document.id)
        gone = {one for page in pages for one in self._pages.get(page, set()) - said.get(page, set())}
        self._note_said({*gone, *(one for page in pages for one in said.get(page, ()))})
        try:
            change = self._resolver.update(extractions, gone)
            moved = self._take_reprints(change.documents)
        except _PASSING:
            raise
        except Exception as error:
            raise Unresolvable(pages, f"{type(error).__name__}: {error}", each=len(pages) == 1) from error
        for page in pages:
            self._pages[page] = said.get(page, set())
        self._note_said((), (one.document.id for one in extractions))
        self._refuse_contradictions((one.document.id for one in extractions), change.ties)
        again = {release_id(one) for one in moved}
        again |= {release_id(one) for document in change.documents for one in self._again.get(document, ())}
        facts, events = self._resolver.facts, self._resolver.facts.ties
        with self._writing() as c:
            revision.take_turn(c)
            stored.store_change(c, {one: facts.organizations.get(one) for one in change.organizations},
                                {one: events.get(one) for one in change.ties},
                                {one: self._resolver.names_in(one) for one in change.documents})
            links.store_from(c, {one: facts.links.get(one, ()) for one in change.organizations})
            if moved:
                stored_reprints.store_some(c, {one: self._reprints.found.get(one) for one in moved})
            self._keep_computed(c)
            for page in self._aside & set(pages):
                rejects.clear(c, _STAGE, page)
            for page, reason in flawed.items():
                _note_unresolvable(c, page, reason)
        _refuse_unless(is_alone)
        done = loader.load_part(self._driver, self._database, facts, replace(change.scope, nodes=change.scope.nodes | again))
        self._graph = self._size()
        self._aside = self._aside - set(pages) | flawed.keys()
        self._pending -= set(pages)
        self._let_go(pages)
        return _taken(len(pages), done, flawed)

    def _let_go(self, pages: Collection[str] | None = None) -> None:
        """Reduce what is done with to its evidence where no more may be kept: of these documents, or of all."""
        if not (evidence := self._evidence()):
            return
        if pages is not None:
            of_them = sa.select(documents.c.id).join(fetches, fetches.c.location == documents.c.location).where(
                documents.c.id.in_(sorted(pages)), documents.c.text_sha256.is_(None), fetches.c.source.in_(sorted(evidence)))
            with self._ledger.reading() as c:
                if c.scalar(of_them.limit(1)) is None:
                    return
        reduced, _ = retention.let_go(self._ledger, self._archive, evidence, self._writing)
        self._pending.update(reduced)

    # --- reprints ----------------------------------------------------------------------------------------------------

    def _take_all_reprints(self) -> None:
        facts = self._resolver.facts
        with self._ledger.reading() as c:
            self._signatures, self._overlaps = stored_reprints.known_signatures(c), stored_reprints.known_overlaps(c)
        self._take_reprints(facts.extractions)
        texts = {one.text for one in judged.releases(facts.extractions.values(), {})}
        with self._writing() as c:
            stored_reprints.drop_other_schemes(c)
            self._keep_computed(c)
            stored_reprints.drop_texts(c, self._signatures.keys() - texts)
            stored_reprints.store(c, self._reprints.found.values())
        self._signatures = {text: one for text, one in self._signatures.items() if text in texts}
        self._overlaps = {pair: share for pair, share in self._overlaps.items() if texts.issuperset(pair)}

    def _take_reprints(self, changed: Collection[str]) -> set[str]:
        """Judge again which releases say again what another said; those of which that is other than before."""
        facts = self._resolver.facts
        there = [facts.extractions[one] for one in changed if one in facts.extractions]
        told = {one.id: one for one in judged.releases(there, facts.organization_of)}
        moved = self._reprints.update({one: told.get(one) for one in changed})
        for one in moved:
            for original in facts.reprints.pop(one, ()):
                self._again[original].discard(one)
            if (found := self._reprints.found.get(one)) is not None:
                facts.reprints[one] = (found.original,)
                self._again.setdefault(found.original, set()).add(one)
        return moved

    def _keep_computed(self, c: sa.Connection) -> None:
        stored_reprints.keep_signatures(c, self._fresh_signatures)
        stored_reprints.keep_overlaps(c, self._fresh_overlaps)
        self._fresh_signatures, self._fresh_overlaps = {}, {}

    def _signature(self, one: judged.Release) -> judged.Signature:
        if one.text not in self._signatures:
            made = judged.signature(self._text(one))
            self._signatures[one.text] = self._fresh_signatures[one.text] = made
        return self._signatures[one.text]

    def _share(self, one: judged.Release, other: judged.Release) -> float:
        key = (one.text, other.text)
        if key not in self._overlaps:
            share = judged.containment(judged.shingles(self._text(one)), judged.shingles(self._text(other)))
            self._overlaps[key] = self._fresh_overlaps[key] = share
        return self._overlaps[key]

    def _text(self, one: judged.Release) -> str:
        return self._resolver.facts.extractions[one.id].document.text


def _refuse_unless(is_alone: StillAlone) -> None:
    if not is_alone():
        raise Outdated("the connection that kept other processes from the graph was lost")


def note_unresolvable(ledger: Ledger, page: str, reason: str) -> None:
    """Keep why a document cannot be taken in."""
    with ledger.writing() as c:
        _note_unresolvable(c, page, reason)


def _note_unresolvable(c: sa.Connection, page: str, reason: str) -> None:
    rejects.clear(c, _STAGE, page)
    rejects.add(c, [Reject(_STAGE, page, f"it cannot be resolved: {reason}", page)])


def unresolvable(ledger: Ledger) -> set[str]:
    """The documents that could not be taken in, by id."""
    return {one.source for one in ledger.rejects() if one.stage == _STAGE}


def _page(document: str) -> str:
    """The document of which this one may be an older version that is kept."""
    return document.partition("@")[0]


def _culprits(fresh: Callable[[], Resolver], extractions: Sequence[Extraction]) -> set[str]:
    """The documents that cannot be resolved even alone."""
    try:
        fresh().update(extractions)
    except _PASSING:
        raise
    except Exception:
        if len(extractions) == 1:
            return {_page(extractions[0].document.id)}
        half = len(extractions) // 2
        return _culprits(fresh, extractions[:half]) | _culprits(fresh, extractions[half:])
    return set()


def _is_notice(title: str | None) -> bool:
    return notices.kind_of(title) is not None


def _taken(documents: int, done: LoadReport, flawed: Mapping[str, str]) -> Taken:
    return Taken(documents, done.changed + done.nodes_deleted + done.relationships_deleted,
                 (*(f"{page}: {reason}" for page, reason in flawed.items()),
                  *(f"{one.item}: {one.reason}" for one in done.refused)))


def _rests_on(settings: Settings) -> folder.Fingerprint:
    """The files beside the ledger that resolution depends on, as they are now."""
    return folder.fingerprint((decisions.file_of(settings.config), reference.at(settings.home), municipalities.at(settings.home)))
