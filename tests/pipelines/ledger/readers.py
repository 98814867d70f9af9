"""A reader for tests: whoever a text names by these names has agreed something, and is led by whom it says."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.model import Document, Extraction, NamedOrganization, NamedPerson, Party, Span, Statement, digest

EXTRACTOR = "by hand 1"
_TYPES = {"青葉市": "municipality", "若草市": "municipality", "株式会社かすみ": "company", "みなと大学": "university"}
_MAYOR = re.compile(r"市長の(\S+?)は")


class Reader:
    """One partnership a line that names two organisations or more."""

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """What the documents say."""
        for document in documents:
            yield _extraction(document)


def _extraction(document: Document) -> Extraction:
    named = {name: [Span(m.start(), m.end()) for m in re.finditer(name, document.text)] for name in _TYPES}
    named = {name: spans for name, spans in named.items() if spans}
    statements = []
    for line in re.finditer(r".+", document.text):
        parties = [name for name in named if name in line[0]]
        if len(parties) > 1:
            statements.append(Statement(digest(document.id, *parties), "partnership", "concluded",
                                        tuple(Party(name, "party") for name in parties),
                                        evidence=(Span(line.start(), line.end()),)))
    persons = tuple(NamedPerson(m[1], "市長", next(iter(named)), (Span(m.start(1), m.end(1)),))
                    for m in _MAYOR.finditer(document.text) if named)
    return Extraction(document, EXTRACTOR, tuple(NamedOrganization(n, _TYPES[n], mentions=tuple(s))
                                                 for n, s in named.items()), tuple(statements), persons)
