"""Names set with blanks between their glyphs: «株 式 会 社 み ど り», «大 館 市»."""
from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import form_of
from nlp.names.places import Around, named_place
from nlp.names.vocabulary import endings, form_pattern, generic
from nlp.patterns import pattern
from nlp.text import Page


def with_blanks(page: Page) -> Iterator[Proposal]:
    """Runs of single glyphs that are a place's name, or have a legal form or an ending."""
    for run in pattern("names", "spaced").finditer(page.norm):
        places = [run.start() + m.start() for m in re.finditer("[^ ]", run[0])]
        name = run[0].replace(" ", "")
        first = 0
        while first < len(name) - 2:
            found = next((one for last in range(len(name), first + 2, -1)
                          if (one := _named(page, places[first], places[last - 1] + 1, name[first:last])) is not None), None)
            if found is None:
                first += 1
            else:
                yield found
                first = next((n for n, place in enumerate(places) if place >= found.end), len(name))


def _named(page: Page, start: int, end: int, name: str) -> Proposal | None:
    if name in gazetteer.by_name():
        return named_place(start, end, name, None, Around(page), "spaced")
    if not _whole(name):
        return None
    form, type_ = form_of(name)
    return Proposal(start, end, name, type_, form, rank=3, by="spaced")


def _whole(name: str) -> bool:
    form = form_pattern().search(name)
    if form:
        return (not form.start() or form.end() == len(name)) and len(name) > len(form[0]) + 1 \
            and not _two(name[:form.start()] + name[form.end():])
    ending = next((name[-n:] for n in range(len(name) - 1, 1, -1) if name[-n:] in endings()), None)
    return ending is not None and not generic().fullmatch(name[:-len(ending)]) and not _two(name[:-len(ending)])


def _two(name: str) -> bool:
    """Whether a particle says that a name ends within: «大 館 市 と 株 式 会 社 …»."""
    return pattern("names", "spaced_particle").search(name) is not None
