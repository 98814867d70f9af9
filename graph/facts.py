"""What the graph is made from, ready to be asked for one thing at a time: documents, organisations, ties and persons."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.links import Link
from graph.resolution import Resolution
from nlp.model import TIE_KINDS, Claim, Document, Extraction, Organization, Person, Span, Statement, Tie


@dataclass(slots=True)
class Facts:
    """Extractions by document id and what they were resolved to, with the indexes that questions need.

    `links` are by the organisation they start from, `led_from` has the starts of those that lead to each. `names_of` has
    the names, by document, that mean each organisation, `ties_of` its ties, `documents_of` the documents that name each
    person, `unsupported` the statements and claims of each document that nothing can be shown
    for, with the reason; `reprints` lead from a document to those that it repeats.
    """
    extractions: dict[str, Extraction] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    ties: dict[str, Tie] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    organization_of: dict[tuple[str, str], str] = field(default_factory=dict)
    tie_of: dict[str, str] = field(default_factory=dict)
    person_of: dict[tuple[str, str, str], str] = field(default_factory=dict)
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    led_from: Mapping[str, Collection[str]] = field(default_factory=dict)
    names_of: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)
    reprints: dict[str, Collection[str]] = field(default_factory=dict)
    ties_of: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    documents_of: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    unsupported: dict[str, dict[str, str]] = field(default_factory=dict)
    _left_out: set[str] = field(default_factory=set)

    def supported_ties(self) -> Iterator[Tie]:
        """Ties that have a statement with words to show, by id."""
        return (self.ties[one] for one in sorted(self.ties) if self.is_supported(self.ties[one]))

    def is_supported(self, tie: Tie) -> bool:
        """Whether one of a tie's statements has words to show for it."""
        return not self._left_out or any(s not in self._left_out for s in tie.statements)

    def ties_with(self, organization: str) -> Iterator[Tie]:
        """The ties of an organisation."""
        return (self.ties[one] for one in self.ties_of.get(organization, ()))

    def ties_between(self, one: str, other: str) -> Iterator[Tie]:
        """The ties that two organisations are both parties to. It takes what the one with fewer ties takes."""
        few, many = sorted((self.ties_of.get(one, {}), self.ties_of.get(other, {})), key=len)
        return (self.ties[tie] for tie in few if tie in many)

    def document_of(self, release: str) -> str | None:
        """The document of a release's node, None where there is none."""
        rest = release.removeprefix("release:")
        return next((one for one in (f"doc:{rest}", rest) if one in self.extractions), None)

    # --- changes -----------------------------------------------------------------------------------------------------

    def put_document(self, extraction: Extraction) -> None:
        """Take in what a document says, in place of what it said before."""
        one = extraction.document.id
        self.drop_document(one)
        self.extractions[one] = extraction
        if wrong := dict(_unsupported(extraction)):
            self.unsupported[one] = wrong
            self._left_out |= wrong.keys()

    def drop_document(self, one: str) -> None:
        """Forget what a document says."""
        if self.extractions.pop(one, None) is not None and (wrong := self.unsupported.pop(one, None)):
            self._left_out -= wrong.keys()

    def put_tie(self, tie: Tie) -> None:
        """Take in a tie, in place of what it was."""
        self.drop_tie(tie.id)
        self.ties[tie.id] = tie
        for party in tie.parties:
            self.ties_of[party.organization][tie.id] = None

    def drop_tie(self, one: str) -> Tie | None:
        """Forget a tie; what it was."""
        tie = self.ties.pop(one, None)
        if tie is not None:
            for party in tie.parties:
                of = self.ties_of.get(party.organization, {})
                of.pop(one, None)
                if not of:
                    self.ties_of.pop(party.organization, None)
        return tie


def facts_of(extractions: Sequence[Extraction], resolution: Resolution,
             reprints: Mapping[str, Collection[str]] | None = None) -> Facts:
    """The facts of all extractions and their resolution."""
    names_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, organization in resolution.organization_of.items():
        names_of[organization].append(name)
    led_from: dict[str, list[str]] = defaultdict(list)
    for link in resolution.links:
        led_from[link.end].append(link.start)
    facts = Facts(organizations={o.id: o for o in resolution.organizations},
                  persons={p.id: p for p in resolution.persons}, organization_of=dict(resolution.organization_of),
                  tie_of=dict(resolution.tie_of), person_of=dict(resolution.person_of),
                  links=by_start(resolution.links), led_from=led_from, names_of=names_of,
                  reprints=dict(reprints or {}))
    for extraction in sorted(extractions, key=lambda e: e.document.id):
        facts.put_document(extraction)
    for tie in resolution.ties:
        facts.put_tie(tie)
    for (document, _, _), person in resolution.person_of.items():
        facts.documents_of[person][document] = None
    return facts


def by_start(links: Iterable[Link]) -> dict[str, tuple[Link, ...]]:
    """Links by the organisation they start from."""
    found: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(links):
        found[link.start].append(link)
    return {one: tuple(of) for one, of in found.items()}


def points_at_words(document: Document, span: Span) -> bool:
    """Whether a span lies within the text or title that it points into."""
    length = len((document.title or "") if span.field == "title" else document.text)
    return 0 <= span.start < span.end <= length


def _unsupported(extraction: Extraction) -> Iterator[tuple[str, str]]:
    told: tuple[Statement | Claim, ...] = (*extraction.statements, *extraction.claims)
    for one in told:
        if isinstance(one, Statement) and one.kind not in TIE_KINDS:
            yield one.id, f"{extraction.document.id}: «{one.kind}» is no kind of tie"
        elif not one.evidence:
            yield one.id, f"{extraction.document.id}: no evidence: extract the document again"
        elif not all(points_at_words(extraction.document, span) for span in one.evidence):
            yield one.id, f"{extraction.document.id}: evidence outside the text: extract the document again"
