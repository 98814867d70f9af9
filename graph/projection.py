"""The graph as rows: every node and relationship that the statements and their resolution give.

Pure: the same extractions and resolution give the same rows, sorted. Labels and types come from the fixed maps here
and from nothing that a release says. docs/data-model.md describes the rows.
"""
from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from neo4j.spatial import WGS84Point

from graph.days import bounds
from graph.resolution import Resolution, precision_of
from graph.tied_to import JOINING_STATUSES, edges, frames_of
from nlp.model import (
    NOT_AGREED,
    ORGANIZATION_TYPES,
    TIE_KINDS,
    Claim,
    Document,
    Extraction,
    Organization,
    Span,
    Statement,
    Tie,
    digest,
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
    "HOLDS": ("title",),
    "PART_OF": (),
    "LED_TO": (),
    "MEMBER_OF": ("tie",),
    "OPERATES": ("tie",),
    "FOUNDED": ("tie",),
    "BROKERED": ("tie",),
    "TIED_TO": (),
}
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
        return (self.start, self.end, self.type, *(self.key.get(name) for name in RELATIONSHIP_KEYS[self.type]))


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


def project(extractions: Sequence[Extraction], resolution: Resolution) -> Rows:
    """The rows of all extractions. A statement without words to show for it is refused, and its tie with it if it
    has no other."""
    ordered = sorted(extractions, key=lambda extraction: extraction.document.id)
    refused = [r for extraction in ordered for r in _unsupported(extraction)]
    left_out = {r.item for r in refused}
    supported = {s.id for e in ordered for s in e.statements if s.id not in left_out}
    ties = tuple(tie for tie in resolution.ties if supported.intersection(tie.statements))
    nodes: dict[str, NodeRow] = {}
    relationships: dict[tuple[Any, ...], RelationshipRow] = {}
    for node in _nodes(ordered, resolution, ties, left_out):
        nodes[node.id] = node
    for row in _relationships(ordered, resolution, ties, left_out):
        relationships.setdefault(row.identity, row)
    return Rows(tuple(nodes[one] for one in sorted(nodes)),
                tuple(sorted(relationships.values(), key=lambda r: (r.type, *map(_sortable, r.identity)))),
                tuple(refused))


def _sortable(value: Any) -> tuple[bool, int, str]:
    return (isinstance(value, str), value if isinstance(value, int) else 0, str(value))


def _unsupported(extraction: Extraction) -> Iterator[Refused]:
    told: tuple[Statement | Claim, ...] = (*extraction.statements, *extraction.claims)
    for one in told:
        if isinstance(one, Statement) and one.kind not in TIE_KINDS:
            yield Refused(one.id, f"{extraction.document.id}: «{one.kind}» is no kind of tie")
        elif not one.evidence:
            yield Refused(one.id, f"{extraction.document.id}: no evidence: extract the document again")
        elif not all(_points_at_words(extraction.document, span) for span in one.evidence):
            yield Refused(one.id, f"{extraction.document.id}: evidence outside the text: extract the document again")


def _points_at_words(document: Document, span: Span) -> bool:
    length = len((document.title or "") if span.field == "title" else document.text)
    return 0 <= span.start < span.end <= length


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


# --- nodes -----------------------------------------------------------------------------------------------------------

def _nodes(ordered: Sequence[Extraction], resolution: Resolution, ties: Iterable[Tie],
           left_out: set[str]) -> Iterator[NodeRow]:
    for o in resolution.organizations:
        yield NodeRow(o.id, ("Organization", ORGANIZATION_TYPES[o.type][0]), _present(
            name=o.name, names=list(o.names), type=o.type, sector=o.sector, legal_form=o.legal_form, code=o.code,
            corporate_number=o.corporate_number, prefecture=o.prefecture,
            location=_location(o), candidates=list(o.candidates)))
    for t in ties:
        labels = ("Tie",) if t.kind in NOT_AGREED else ("Tie", "Agreement")
        yield NodeRow(t.id, labels, _present(
            kind=t.kind, status=t.status, date=t.date, precision=t.precision, earliest=_day(t.earliest),
            latest=_day(t.latest), title=t.title, amount_yen=t.amount_yen, valid_from=t.valid_from,
            valid_to=t.valid_to, auto_renew=t.auto_renew, label_used=t.label_used, subject_kind=t.subject_kind,
            municipality_role=t.municipality_role, frame=t.frame, level=t.level))
        for theme in t.themes:
            yield NodeRow(f"theme:{theme}", ("Theme",), {"name": theme})
    for person in resolution.persons:
        yield NodeRow(person.id, ("Person",), {"name": person.name})
    for extraction in ordered:
        document = extraction.document
        first, last = _published(document)
        yield NodeRow(release_id(document.id), ("Release",), _present(
            url=document.url, title=document.title, published=document.published, earliest=first, latest=last,
            publisher=document.publisher, status=extraction.status, last_seen=extraction.last_seen,
            sha256=extraction.text_sha256
            or hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()))
        for c in extraction.claims:
            if c.id not in left_out:
                yield NodeRow(claim_id(document.id, c.id), ("Claim",), _present(
                    kind=c.kind, count=c.count, level=c.level))


def _location(organization: Organization) -> WGS84Point | None:
    if organization.longitude is None or organization.latitude is None:
        return None
    return WGS84Point((organization.longitude, organization.latitude))


# --- relationships ---------------------------------------------------------------------------------------------------

def _relationships(ordered: Sequence[Extraction], resolution: Resolution, ties: Sequence[Tie],
                   left_out: set[str]) -> Iterator[RelationshipRow]:
    kept = {tie.id: tie for tie in ties}
    for tie in ties:
        yield from _of_tie(tie, kept)
    for extraction in ordered:
        yield from _statements(extraction, resolution, left_out)
        yield from _names(extraction, resolution)
        publisher = resolution.organization_of.get((extraction.document.id, extraction.document.publisher or ""))
        if publisher is not None:
            yield RelationshipRow("PUBLISHED_BY", release_id(extraction.document.id), publisher)
    yield from _posts(ordered, resolution)
    for child, parent in sorted(resolution.part_of.items()):
        yield RelationshipRow("PART_OF", child, parent, properties={"source": "name"})
    for edge in edges(*frames_of(ties)).frame.to_dict("records"):
        yield RelationshipRow("TIED_TO", edge["a"], edge["b"], properties=_present(
            weight=float(edge["weight"]), ties=int(edge["ties"]), first=_day(edge["first"]), last=_day(edge["last"])))


def _of_tie(tie: Tie, kept: Mapping[str, Tie]) -> Iterator[RelationshipRow]:
    for party in tie.parties:
        yield RelationshipRow("PARTY_TO", party.organization, tie.id, {"role": party.role},
                              _present(via=party.via, name=party.name))
    for theme in tie.themes:
        yield RelationshipRow("ABOUT", tie.id, f"theme:{theme}")
    led_to = tie.led_to if tie.led_to in kept and tie.led_to != tie.id else None
    if led_to is not None:
        yield RelationshipRow("LED_TO", tie.id, led_to)
    if tie.kind in _SHORTCUTS:
        shortcut, from_role, to_role, statuses = _SHORTCUTS[tie.kind]
        if tie.status in statuses:
            for start in _in_role(tie, from_role):
                for end in _in_role(tie, to_role):
                    if start != end:
                        yield RelationshipRow(shortcut, start, end, {"tie": tie.id}, _present(since=tie.date))
    if tie.kind == "brokerage" and tie.status in JOINING_STATUSES:
        for broker in _in_role(tie, "broker"):
            yield RelationshipRow("BROKERED", broker, led_to or tie.id, {"tie": tie.id}, _present(level=tie.level))


def _in_role(tie: Tie, role: str) -> list[str]:
    return [party.organization for party in tie.parties if party.role == role]


def _statements(extraction: Extraction, resolution: Resolution, left_out: set[str]) -> Iterator[RelationshipRow]:
    document = extraction.document
    release = release_id(document.id)
    for statement in extraction.statements:
        if statement.id not in left_out:
            yield RelationshipRow("STATES", release, resolution.tie_of[statement.id], {"statement": statement.id},
                                  _present(**_evidence(document, statement, extraction.extractor),
                                           confidence=float(statement.confidence), last_seen=extraction.last_seen))
    for claim in extraction.claims:
        if claim.id not in left_out:
            one = claim_id(document.id, claim.id)
            yield RelationshipRow("STATES", release, one, {"statement": claim.id},
                                  _evidence(document, claim, extraction.extractor))
            yield RelationshipRow("CLAIMED_OF", one, resolution.organization_of[document.id, claim.organization])


def _evidence(document: Document, told: Statement | Claim, extractor: str) -> Properties:
    return {"sentence": document.words(told.evidence[0]), "fields": [s.field for s in told.evidence],
            "starts": [s.start for s in told.evidence], "ends": [s.end for s in told.evidence],
            "extractor": extractor}


def _names(extraction: Extraction, resolution: Resolution) -> Iterator[RelationshipRow]:
    document = extraction.document
    named = [(resolution.organization_of[document.id, o.name], o.mentions) for o in extraction.organizations]
    named += [(resolution.person_of[document.id, p.name, p.organization], p.mentions) for p in extraction.persons]
    for one, spans in named:
        for span in spans:
            if _points_at_words(document, span):
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


def _posts(ordered: Sequence[Extraction], resolution: Resolution) -> Iterator[RelationshipRow]:
    """HOLDS: a person's titles with the first and last day on which a release has them."""
    seen: dict[tuple[str, str, str], list[tuple[date | None, date | None]]] = defaultdict(list)
    for extraction in ordered:
        document = extraction.document
        for p in extraction.persons:
            person = resolution.person_of[document.id, p.name, p.organization]
            organization = resolution.organization_of[document.id, p.organization]
            seen[person, organization, p.title].append(_published(document))
    for (person, organization, title), days in sorted(seen.items()):
        yield RelationshipRow("HOLDS", person, organization, {"title": title}, _present(
            first_seen=min((first for first, _ in days if first), default=None),
            last_seen=max((last for _, last in days if last), default=None)))
