"""Entity and event resolution: what all extractions together say.

Everything here is pure: the same extractions give the same result in whatever order they come.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.events import precision_of as precision_of
from graph.events import ties_of
from graph.names import NameKey as NameKey
from graph.names import name_key as name_key
from graph.names import normalized as normalized
from graph.organizations import described, identify, mentions_of, parents, under
from graph.persons import persons_of
from graph.places import Places
from nlp.model import Extraction, Organization, Person, Tie


@dataclass(frozen=True, slots=True)
class Resolution:
    """What all extractions together say.

    `organizations`, `ties` and `persons` are sorted by id. `organization_of` leads from (document id, name as the
    document has it) to an organisation's id, `tie_of` from a statement's id to a tie's, `person_of` from (document id,
    person, organisation as named) to a person's, `part_of` from a unit or ward to its parent.
    """
    organizations: tuple[Organization, ...]
    ties: tuple[Tie, ...]
    persons: tuple[Person, ...]
    organization_of: Mapping[tuple[str, str], str]
    tie_of: Mapping[str, str]
    person_of: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    part_of: Mapping[str, str] = field(default_factory=dict)


def resolve(extractions: Sequence[Extraction], places: Places) -> Resolution:
    """Organisations, ties and persons of all extractions. `places` are the coded public bodies."""
    ordered = sorted(extractions, key=_seniority)
    mentions = [mention for extraction in ordered for mention in mentions_of(extraction, places)]
    organization_of = identify(mentions, places)
    organizations = described(mentions, organization_of, places)
    part_of = parents(organizations)
    organizations = {one: under(organizations, part_of, one) for one in organizations}
    ties, tie_of = ties_of(ordered, organization_of)
    persons, person_of = persons_of(ordered, organization_of)
    return Resolution(tuple(organizations[one] for one in sorted(organizations)), ties, persons,
                      organization_of, tie_of, person_of, part_of)


def _seniority(extraction: Extraction) -> tuple[bool, str, str]:
    """Older releases first, undated ones last."""
    document = extraction.document
    return (document.published is None, document.published or "", document.id)
