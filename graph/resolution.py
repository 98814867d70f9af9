"""Entity and event resolution: what all extractions together say.

Everything here is pure: the same extractions give the same result in whatever order they come.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.decisions import Decisions, Refusal
from graph.events import ties_of
from graph.links import Link, links_of
from graph.names import NameKey as NameKey
from graph.names import name_key as name_key
from graph.names import normalized as normalized
from graph.organizations import described, identify, mentions_of
from graph.persons import persons_of
from graph.places import Places
from graph.registry import Registry
from nlp.model import Extraction, Organization, Person, Tie


@dataclass(frozen=True, slots=True)
class Resolution:
    """What all extractions together say.

    `organizations`, `ties` and `persons` are sorted by id. `organization_of` leads from (document id, name as the
    document has it) to an organisation's id, `tie_of` from a statement's id to a tie's, `person_of` from (document id,
    person, organisation as named) to a person's, `part_of` from a unit, ward or bureau to its parent. `links` are what
    holds between organisations without a release saying so; `refused` the decisions that could not be followed.
    """
    organizations: tuple[Organization, ...]
    ties: tuple[Tie, ...]
    persons: tuple[Person, ...]
    organization_of: Mapping[tuple[str, str], str]
    tie_of: Mapping[str, str]
    person_of: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    part_of: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    refused: tuple[Refusal, ...] = ()


def resolve(extractions: Sequence[Extraction], places: Places, registry: Registry | None = None,
            decisions: Decisions | None = None) -> Resolution:
    """Organisations, ties and persons of all extractions.

    `places` are the coded public bodies, `registry` the corporations of the country where an index of them is there,
    `decisions` what people have decided. Dropped statements have no tie: project `decisions.kept(extractions)`.
    """
    decided = decisions or Decisions()
    ordered = sorted(decided.kept(extractions), key=_seniority)
    mentions = [mention for extraction in ordered for mention in mentions_of(extraction, places)]
    identified = identify(mentions, places, registry, decided)
    organization_of = identified.organization_of
    named = described(mentions, identified, places, registry, decided)
    organizations, links = links_of(named, places, registry)
    ties, tie_of = ties_of(ordered, organization_of)
    persons, person_of = persons_of(ordered, organization_of)
    return Resolution(tuple(organizations[one] for one in sorted(organizations)), ties, persons,
                      organization_of, tie_of, person_of,
                      {link.start: link.end for link in links if link.type == "PART_OF"}, links, identified.refused)


def _seniority(extraction: Extraction) -> tuple[bool, str, str]:
    """Older releases first, undated ones last."""
    document = extraction.document
    return (document.published is None, document.published or "", document.id)
