"""The graph as rows: every node and relationship that the statements and their resolution give.

Pure: the same facts give the same rows, sorted. Labels and types come from the fixed maps here and from nothing that a
release says. Every relationship belongs to one node, with which it comes and goes (`RelationshipRow.owner`), but for
TIED_TO, which belongs to its pair: so the rows of a few nodes and pairs can be made and loaded alone. docs/data-model.md
describes the rows.
"""
from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from neo4j.spatial import WGS84Point

from graph.facts import Facts, facts_of, points_at_words
from graph.resolution import Resolution
from graph.tied_to import JOINING_STATUSES, Pair, edges, edges_between, frames_of, pairs_of
from nlp.model import (
    NOT_AGREED,
    ORGANIZATION_TYPES,
    Document,
    Extraction,
    Organization,
    Span,
    Tie,
    bounds,
    digest,
    precision_of,
)

#: Labels of each sort of node, besides the marker label; only nodes with one of these are the projection's.
NODE_LABELS = ("Organization", "Tie", "Person", "Theme", "Release", "Claim")
#: Further labels that a node of the projection can have.
MORE_LABELS = (*sorted(label for label, _ in ORGANIZATION_TYPES.values()), "Agreement")
#: Relationship type → the properties that tell two relationships between the same nodes apart.
RELATIONSHIP_KEYS: dict[str, tuple[str, ...]] = {
    "PARTY_TO": ("role",),
    "ABOUT": (),
    "STATES": ("statement",),
    "CLAIMED_OF": (),
    "NAMES": ("field", "start", "end"),
    "PUBLISHED_BY": (),
    "REPRINT_OF": (),
    "DESCRIBES": (),
    "HOLDS": ("title",),
    "PART_OF": (),
    "SUCCEEDED_BY": (),
    "LOCATED_IN": (),
    "LED_TO": (),
    "RENEWS": (),
    "ENDS": (),
    "MEMBER_OF": ("tie",),
    "OPERATES": ("tie",),
    "FOUNDED": ("tie",),
    "BROKERED": ("tie",),
    "TIED_TO": (),
}
#: Relationships that belong to the node they lead to, and those that belong to the tie whose id they carry.
OWNED_BY_END = frozenset({"PARTY_TO"})
SHORTCUTS = ("MEMBER_OF", "OPERATES", "FOUNDED", "BROKERED")
#: Kind of a tie → (shortcut, role it starts from, role it leads to, statuses that give it).
_IN_FORCE = frozenset({"concluded", "renewed"})
_SHORTCUTS = {
    "membership": ("MEMBER_OF", "member", "collective", _IN_FORCE),
    "secretariat": ("OPERATES", "operator", "collective", _IN_FORCE),
    "founding": ("FOUNDED", "founder", "collective", JOINING_STATUSES),
}
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node: `labels` beside the marker label, `properties` without the id."""
    id: str
    labels: tuple[str, ...]
    properties: Properties


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """One relationship between two node ids; `key` tells it from others of its type, `properties` are the rest."""
    type: str
    start: str
    end: str
    key: Properties = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What is unique: start, end, type and the key's values in their order."""
        return (self.start, self.end, self.type, *map(self.key.get, RELATIONSHIP_KEYS[self.type]))

    @property
    def owner(self) -> str | None:
        """The node with which the relationship comes and goes; None for TIED_TO, which comes and goes with its pair."""
        if self.type == "TIED_TO":
            return None
        if self.type in OWNED_BY_END:
            return self.end
        return str(self.key["tie"]) if self.type in SHORTCUTS else self.start


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the graph: nodes by id, with the relationships that belong to them, and pairs of organisations (the
    smaller id first), with their TIED_TO."""
    nodes: frozenset[str] = frozenset()
    pairs: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that does not get into the graph, with the reason."""
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """All nodes (sorted by id) and relationships (sorted by type, start, end, key), and what was refused."""
    nodes: tuple[NodeRow, ...]
    relationships: tuple[RelationshipRow, ...]
    refused: tuple[Refused, ...] = ()


def release_id(document_id: str) -> str:
    """The id of a document's release node."""
    return "release:" + document_id.removeprefix("doc:")


def claim_id(document_id: str, claim: str) -> str:
    """The id of a claim's node."""
    return "claim:" + digest(document_id, claim)


def project(extractions: Sequence[Extraction], resolution: Resolution,
            reprints: Mapping[str, Collection[str]] | None = None) -> Rows:
    """The rows of all extractions. A statement without words to show for it is refused, and its tie with it if it
    has no other. `reprints` lead from a document's id to those that it repeats."""
    return everything(facts_of(extractions, resolution, reprints))


def everything(facts: Facts) -> Rows:
    """The rows of all facts."""
    nodes: dict[str, NodeRow] = {}
    links: dict[tuple[Any, ...], RelationshipRow] = {}
    _add(nodes, links, _all_rows(facts))
    for edge in edges(*frames_of(list(facts.supported_ties()))).frame.to_dict("records"):
        row = _tied_to(edge["a"], edge["b"], edge["weight"], edge["ties"], edge["first"], edge["last"])
        links[row.identity] = row
    refused = tuple(Refused(item, reason) for one in sorted(facts.unsupported)
                    for item, reason in facts.unsupported[one].items())
    return _sorted(nodes, links, refused)


def part(facts: Facts, scope: Scope) -> Rows:
    """The rows of a part of the graph; ids and pairs of what is not there give none."""
    nodes: dict[str, NodeRow] = {}
    links: dict[tuple[Any, ...], RelationshipRow] = {}
    for one in sorted(scope.nodes):
        _add(nodes, links, _rows_of(facts, one))
    shared = {tie.id: tie for pair in scope.pairs for tie in facts.ties_between(*pair) if facts.is_supported(tie)}
    _add(nodes, links, (_tied_to(*edge) for edge in edges_between(scope.pairs, shared.values())))
    refused = [Refused(item, reason) for one in sorted(scope.nodes) if one.startswith("release:")
               for item, reason in facts.unsupported.get(facts.document_of(one) or "", {}).items()]
    return _sorted(nodes, links, tuple(refused))


def around(facts: Facts, organizations: Collection[str]) -> Scope:
    """All that joins these organisations with others, whichever node it belongs to: their ties, the releases that name
    them, the persons who hold a title there, the organisations whose links lead to them, and their pairs."""
    nodes = {tie.id for one in organizations for tie in facts.ties_with(one) if facts.is_supported(tie)}
    for one in organizations:
        nodes.update(facts.led_from.get(one, ()))
        for document, name in facts.names_of.get(one, ()):
            nodes.add(release_id(document))
            nodes.update(facts.person_of[document, person.name, name] for person in facts.extractions[document].persons
                         if person.organization == name)
    return Scope(frozenset(nodes), frozenset(pairs_with(facts, organizations)))


def pairs_with(facts: Facts, organizations: Iterable[str]) -> set[Pair]:
    """The pairs in which ties join these organisations with others. Each tie is looked at once, whatever its size."""
    some = set(organizations)
    ties = {tie.id: tie for one in some for tie in facts.ties_with(one) if facts.is_supported(tie)}
    return {pair for tie in ties.values() for pair in pairs_of(tie) if not some.isdisjoint(pair)}


def nodes_of(extraction: Extraction) -> Iterator[str]:
    """The ids of the nodes that a document has for itself: its release and its claims."""
    yield release_id(extraction.document.id)
    for claim in extraction.claims:
        yield claim_id(extraction.document.id, claim.id)


def _add(nodes: dict[str, NodeRow], links: dict[tuple[Any, ...], RelationshipRow],
         rows: Iterable[NodeRow | RelationshipRow]) -> None:
    for row in rows:
        if isinstance(row, NodeRow):
            nodes[row.id] = row
        else:
            links.setdefault(row.identity, row)


def _sorted(nodes: Mapping[str, NodeRow], links: Mapping[tuple[Any, ...], RelationshipRow],
            refused: tuple[Refused, ...]) -> Rows:
    return Rows(tuple(nodes[one] for one in sorted(nodes)),
                tuple(sorted(links.values(), key=lambda r: (r.type, *map(_sortable, r.identity)))), refused)


def _sortable(value: Any) -> tuple[bool, int, str]:
    return (isinstance(value, str), value if isinstance(value, int) else 0, str(value))


def _all_rows(facts: Facts) -> Iterator[NodeRow | RelationshipRow]:
    for one in facts.organizations:
        yield from _organization(facts, one)
    for tie in facts.supported_ties():
        yield from _tie(facts, tie)
    for one in facts.persons:
        yield from _person(facts, one)
    for document in facts.extractions:
        yield from _release(facts, facts.extractions[document])


def _rows_of(facts: Facts, one: str) -> Iterator[NodeRow | RelationshipRow]:
    """The rows that belong to one node."""
    sort = one.partition(":")[0]
    if sort == "org" and one in facts.organizations:
        yield from _organization(facts, one)
    elif sort == "tie" and one in facts.ties and facts.is_supported(facts.ties[one]):
        yield from _tie(facts, facts.ties[one])
    elif sort == "person" and one in facts.persons:
        yield from _person(facts, one)
    elif sort == "release" and (document := facts.document_of(one)) is not None:
        yield from _release(facts, facts.extractions[document])


def _present(**properties: Any) -> Properties:
    """Properties without those that are unknown."""
    return {name: value for name, value in properties.items() if value is not None and value != []}


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso[:10]) if iso else None


def _published(document: Document) -> tuple[date | None, date | None]:
    """The first and last day that a publication date allows; none where it is no date."""
    if not document.published:
        return None, None
    try:
        first, last = bounds(document.published, precision_of(document.published))
    except ValueError:
        return None, None
    return _day(first), _day(last)


# --- organisations ---------------------------------------------------------------------------------------------------

def _organization(facts: Facts, one: str) -> Iterator[NodeRow | RelationshipRow]:
    o = facts.organizations[one]
    yield NodeRow(o.id, ("Organization", ORGANIZATION_TYPES[o.type][0]), _present(
        name=o.name, names=list(o.names), type=o.type, sector=o.sector, legal_form=o.legal_form, code=o.code,
        corporate_number=o.corporate_number, security_code=o.security_code, edinet_code=o.edinet_code,
        prefecture=o.prefecture, location=_location(o), candidates=list(o.candidates)))
    for link in facts.links.get(one, ()):
        yield RelationshipRow(link.type, link.start, link.end,
                              properties=_present(source=link.source, date=_iso_day(link.day), kind=link.kind))


def _iso_day(text: str | None) -> date | None:
    """A day of a list of changes; what is no day is left out."""
    try:
        return _day(text)
    except ValueError:
        return None


def _tied_to(a: str, b: str, weight: float, ties: int, first: str | None, last: str | None) -> RelationshipRow:
    return RelationshipRow("TIED_TO", a, b, properties=_present(weight=float(weight), ties=int(ties), first=_day(first),
                                                                last=_day(last)))


def _location(organization: Organization) -> WGS84Point | None:
    if organization.longitude is None or organization.latitude is None:
        return None
    return WGS84Point((organization.longitude, organization.latitude))


# --- ties ------------------------------------------------------------------------------------------------------------

def _tie(facts: Facts, t: Tie) -> Iterator[NodeRow | RelationshipRow]:
    labels = ("Tie",) if t.kind in NOT_AGREED else ("Tie", "Agreement")
    yield NodeRow(t.id, labels, _present(
        kind=t.kind, status=t.status, date=t.date, precision=t.precision, earliest=_day(t.earliest),
        latest=_day(t.latest), title=t.title, amount_yen=t.amount_yen, valid_from=t.valid_from,
        valid_to=t.valid_to, auto_renew=t.auto_renew, label_used=t.label_used, subject_kind=t.subject_kind,
        municipality_role=t.municipality_role, frame=t.frame, level=t.level, history=list(t.history),
        conflicts=list(t.conflicts)))
    for party in t.parties:
        yield RelationshipRow("PARTY_TO", party.organization, t.id, {"role": party.role},
                              _present(via=party.via, name=party.name))
    for theme in t.themes:
        yield NodeRow(f"theme:{theme}", ("Theme",), {"name": theme})
        yield RelationshipRow("ABOUT", t.id, f"theme:{theme}")
    for kind, other in (("LED_TO", t.led_to), ("RENEWS", t.renews), ("ENDS", t.ends)):
        if other is not None and other in facts.ties and facts.is_supported(facts.ties[other]):
            yield RelationshipRow(kind, t.id, other)
    yield from _shortcuts(facts, t)


def _shortcuts(facts: Facts, tie: Tie) -> Iterator[RelationshipRow]:
    if tie.kind in _SHORTCUTS:
        name, start, end, statuses = _SHORTCUTS[tie.kind]
        if tie.status in statuses:
            for one in _in_role(tie, start):
                for collective in _in_role(tie, end):
                    if one != collective:
                        yield RelationshipRow(name, one, collective, {"tie": tie.id}, _present(since=tie.date))
    if tie.kind == "brokerage" and tie.status in JOINING_STATUSES:
        led_to = tie.led_to if tie.led_to in facts.ties and facts.is_supported(facts.ties[tie.led_to]) else None
        for broker in _in_role(tie, "broker"):
            yield RelationshipRow("BROKERED", broker, led_to or tie.id, {"tie": tie.id}, _present(level=tie.level))


def _in_role(tie: Tie, role: str) -> list[str]:
    return [party.organization for party in tie.parties if party.role == role]


# --- releases --------------------------------------------------------------------------------------------------------

def _release(facts: Facts, extraction: Extraction) -> Iterator[NodeRow | RelationshipRow]:
    document = extraction.document
    release = release_id(document.id)
    first, last = _published(document)
    yield NodeRow(release, ("Release",), _present(
        url=document.url, title=document.title, published=document.published, earliest=first, latest=last,
        publisher=document.publisher, status=extraction.status, last_seen=extraction.last_seen,
        sha256=extraction.text_sha256
        or hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()))
    left_out = facts.unsupported.get(document.id, {})
    yield from _statements(facts, extraction, left_out)
    yield from _names(facts, extraction)
    publisher = facts.organization_of.get((document.id, document.publisher or ""))
    if publisher is not None:
        yield RelationshipRow("PUBLISHED_BY", release, publisher)
    for original in facts.reprints.get(document.id, ()):
        if original in facts.extractions and original != document.id:
            yield RelationshipRow("REPRINT_OF", release, release_id(original))


def _statements(facts: Facts, extraction: Extraction,
                left_out: Collection[str]) -> Iterator[NodeRow | RelationshipRow]:
    document = extraction.document
    release = release_id(document.id)
    for statement in extraction.statements:
        if statement.id not in left_out and statement.id in facts.tie_of:
            yield RelationshipRow("STATES", release, facts.tie_of[statement.id], {"statement": statement.id}, _present(
                **_evidence(document, statement.evidence, extraction.extractor),
                confidence=float(statement.confidence), last_seen=extraction.last_seen, kind=statement.kind,
                status=statement.status, date=statement.date, title=statement.title, amount_yen=statement.amount_yen))
    for claim in extraction.claims:
        if claim.id not in left_out:
            one = claim_id(document.id, claim.id)
            yield NodeRow(one, ("Claim",), _present(kind=claim.kind, count=claim.count, level=claim.level))
            yield RelationshipRow("STATES", release, one, {"statement": claim.id},
                                  _evidence(document, claim.evidence, extraction.extractor))
            yield RelationshipRow("CLAIMED_OF", one, facts.organization_of[document.id, claim.organization])
    for told in extraction.collectives:
        organization = facts.organization_of.get((document.id, told.organization))
        if organization is not None and told.evidence and all(points_at_words(document, s) for s in told.evidence):
            yield RelationshipRow("DESCRIBES", release, organization, {}, _present(
                purpose=told.purpose, membership=told.membership, tie=told.tie, horizon=told.horizon,
                orientation=told.orientation, **_evidence(document, told.evidence, extraction.extractor)))


def _evidence(document: Document, spans: Sequence[Span], extractor: str) -> Properties:
    return {"sentence": document.words(spans[0]), "fields": [s.field for s in spans],
            "starts": [s.start for s in spans], "ends": [s.end for s in spans], "extractor": extractor}


def _names(facts: Facts, extraction: Extraction) -> Iterator[RelationshipRow]:
    document = extraction.document
    named = [(facts.organization_of[document.id, o.name], o.mentions) for o in extraction.organizations]
    named += [(facts.person_of[document.id, p.name, p.organization], p.mentions) for p in extraction.persons]
    for one, spans in named:
        for span in spans:
            if points_at_words(document, span):
                yield RelationshipRow("NAMES", release_id(document.id), one,
                                      {"field": span.field, "start": span.start, "end": span.end},
                                      {"sentence": _around(document, span)})


def _around(document: Document, span: Span) -> str:
    """The sentence (or line) that holds a span; a headline is one sentence."""
    if span.field == "title":
        return document.title or ""
    begin = max(document.text.rfind(mark, 0, span.start) for mark in "。！？\n") + 1
    rest = _SENTENCE.match(document.text, span.end)
    return document.text[begin:rest.end() if rest else span.end].strip()


# --- persons ---------------------------------------------------------------------------------------------------------

def _person(facts: Facts, one: str) -> Iterator[NodeRow | RelationshipRow]:
    """A person, and HOLDS: the titles with the first and last day on which a release has them."""
    yield NodeRow(one, ("Person",), {"name": facts.persons[one].name})
    seen: dict[tuple[str, str], list[tuple[date | None, date | None]]] = defaultdict(list)
    for name in sorted(facts.documents_of.get(one, ())):
        document = facts.extractions[name].document
        for p in facts.extractions[name].persons:
            if facts.person_of[name, p.name, p.organization] == one:
                seen[facts.organization_of[name, p.organization], p.title].append(_published(document))
    for (organization, title), days in sorted(seen.items()):
        yield RelationshipRow("HOLDS", one, organization, {"title": title}, _present(
            first_seen=min((first for first, _ in days if first), default=None),
            last_seen=max((last for _, last in days if last), default=None)))
