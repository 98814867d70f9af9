"""What a text tells of who an organisation is besides its name: 法人番号, 証券コード, EDINETコード, where its head office is.

Looked for in brackets behind a name and in the lines of an outline that begins with the name. What the text tells in two
ways is left out.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp import gazetteer
from nlp.model import Document, NamedOrganization, Span
from nlp.names.entities import PLACES
from nlp.patterns import pattern

#: Characters behind a name in which brackets end, and before it in which an outline's label stands.
_BEHIND, _BEFORE = 180, 24
#: Lines of an outline at most.
_LINES = 12
_TOLD = ("corporate_number", "security_code", "edinet_code", "seat")


def with_identifiers(document: Document, organizations: Sequence[NamedOrganization]) -> tuple[NamedOrganization, ...]:
    """The organisations with what the text tells of their numbers, codes and prefectures. Pure."""
    return tuple(one if one.type in PLACES else _identified(document, one) for one in organizations)


def _identified(document: Document, one: NamedOrganization) -> NamedOrganization:
    told: dict[str, set[str]] = {what: set() for what in _TOLD}
    for span in one.mentions:
        for words in _about(document, span):
            for what in _TOLD:
                for match in pattern("identifiers", what).finditer(words):
                    value = _seat(match["value"]) if what == "seat" else "".join(c for c in match["value"] if c.isalnum())
                    if value:
                        told[what].add(value)
    number, security, edinet, seat = (next(iter(told[what])) if len(told[what]) == 1 else None for what in _TOLD)
    if number is None and security is None and edinet is None and seat is None:
        return one
    return replace(one, corporate_number=number, security_code=security, edinet_code=edinet,
                   prefecture=one.prefecture or seat)


def _about(document: Document, span: Span) -> Iterator[str]:
    """The words that tell of a name, width-folded: brackets behind it, the outline that it begins."""
    text = (document.title or "") if span.field == "title" else document.text
    behind = _folded(text[span.end:span.end + _BEHIND])
    if found := pattern("identifiers", "brackets").match(behind):
        yield found["inside"]
    before = _folded(text[max(0, span.start - _BEFORE):span.start]).rsplit("\n", 1)[-1]
    if pattern("identifiers", "outline").search(before):
        lines = _folded(text[span.end:span.end + 1_500]).split("\n")[:_LINES]
        kept = lines[:1]
        for line in lines[1:]:
            if pattern("identifiers", "next_outline").match(line):
                break
            kept.append(line)
        yield "\n".join(kept)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _seat(address: str) -> str | None:
    """The prefecture of an address: written, or that of the only municipality that it begins with."""
    for prefecture in gazetteer.prefectures():
        if address.startswith(prefecture):
            return prefecture
    for end in range(len(address), 1, -1):
        if meant := gazetteer.by_name().get(address[:end]):
            found = {place.prefecture for place in meant}
            return found.pop() if len(found) == 1 else None
    return None
