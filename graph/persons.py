"""Persons: one a name and organisation."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.names import normalized
from nlp.model import Extraction, Person, digest


def persons_of(ordered: Sequence[Extraction], organization_of: Mapping[tuple[str, str], str]
             ) -> tuple[tuple[Person, ...], dict[tuple[str, str, str], str]]:
    """One person a (name, organisation); the title is that of the latest release."""
    persons: dict[str, Person] = {}
    person_of: dict[tuple[str, str, str], str] = {}
    newest_last = sorted(ordered, key=lambda e: (e.document.published is not None, e.document.published or "",
                                                 e.document.id))
    for extraction in newest_last:
        document = extraction.document
        for named in extraction.persons:
            organization = organization_of[document.id, named.organization]
            one = "person:" + digest(normalized(named.name), organization)
            person_of[document.id, named.name, named.organization] = one
            seen = persons.get(one)
            first = (seen.first_seen if seen else None) or document.published
            persons[one] = Person(one, seen.name if seen else named.name, organization, named.title,
                                  first, document.published or (seen.last_seen if seen else None))
    return tuple(persons[one] for one in sorted(persons)), person_of
