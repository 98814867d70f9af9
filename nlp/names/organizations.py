"""Who is named in a page: organisations with every place where they stand, aliases and words such as «同社» resolved.

Recognisers propose stretches of `Page.norm` (legal form, ending, gazetteer, brackets, words around a name); the longest
at a place wins; stretches with one stem become one organisation under its fullest form.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pycrfsuite

from nlp import gazetteer
from nlp.linear import Linear
from nlp.names.aliases import add_aliases, folded
from nlp.names.anaphors import add_anaphors
from nlp.names.beginnings import with_beginnings
from nlp.names.boundaries import Lines
from nlp.names.candidates import chosen, key_of
from nlp.names.endings import with_ending
from nlp.names.entities import Entity, Mention, Names, Proposal, apart, cuts_of
from nlp.names.formless import find_formless
from nlp.names.headed import told_in_quotes
from nlp.names.homes import with_home
from nlp.names.joint import add_firms
from nlp.names.known import known_names
from nlp.names.legal_forms import form_of, told_elsewhere, with_form
from nlp.names.places import Around, which, with_place
from nlp.names.quoted import in_quotes
from nlp.names.seats import without_seats
from nlp.names.spaced import with_blanks
from nlp.names.tagger import tag
from nlp.names.widths import other_widths
from nlp.patterns import pattern
from nlp.text import Page
from nlp.words import Words

__all__ = ["NameModels", "apart", "find_organizations", "names_of", "proposed"]


def proposed(page: Page, words: Words) -> list[Proposal]:
    """All that the rules take for a name, overlaps included."""
    lines = Lines(page, words)
    found = [*told_elsewhere(page.norm, with_form(page, lines)), *with_ending(page, lines), *with_place(page), *in_quotes(page), *with_blanks(page)]
    found += [*find_formless(page, words), *told_in_quotes(page), *with_home(page)]
    found += other_widths(page, found)
    return [one for one in found if one.end > one.start and not pattern("names", "left_open").search(one.name)]


@dataclass(frozen=True, slots=True)
class NameModels:
    """What reads names: the field over words, and what weighs candidates."""
    field: pycrfsuite.Tagger
    candidates: Linear


def find_organizations(page: Page, words: Words, models: NameModels | None = None) -> Names:
    """All named organisations of a page, each with its mentions, as the stored models read them or others (training)."""
    ruled = proposed(page, words)
    tagging = tag(page, words, apart(ruled), cuts_of(ruled), models.field if models else None)
    taken = chosen(page, ruled, tagging, models.candidates if models else None, list(known_names(page)))
    return names_of(page, with_beginnings(page, words, taken))


def names_of(page: Page, proposals: Iterable[Proposal]) -> Names:
    """The organisations that proposals name, with the publisher, short forms and words that mean them."""
    names = Names()
    index: dict[str, int] = {}
    for one in proposals:
        entity = _entity_of(names, index, one)
        names.mentions.append(Mention(one.start, one.end, entity, via=one.via))
    _publisher(page, names, index)
    folded(names, page)
    add_aliases(page, names)
    names.mentions.sort(key=lambda m: m.start)
    add_anaphors(page, names)
    without_seats(page, names)
    add_firms(names)
    return names


def _entity_of(names: Names, index: dict[str, int], one: Proposal) -> int:
    key = key_of(one)
    if key not in index:
        index[key] = len(names.entities)
        names.entities.append(Entity(one.name, one.type, key, one.form, one.code, one.prefecture, one.sure))
        return index[key]
    entity = names.entities[index[key]]
    if _fuller(one, entity):
        entity.name, entity.form = one.name, one.form
        entity.type = one.type if entity.form or entity.type == "other" else entity.type
    return index[key]


def _fuller(one: Proposal, entity: Entity) -> bool:
    if one.code:
        return False
    if bool(one.form) != bool(entity.form):
        return bool(one.form)
    long_form = one.form is not None and one.form in one.name
    if long_form != (entity.form is not None and entity.form in entity.name):
        return long_form
    return len(one.name) > len(entity.name)


def _publisher(page: Page, names: Names, index: dict[str, int]) -> None:
    """The publisher's entity: it is an organisation of the document though the text may never name it."""
    name = (page.document.publisher or "").strip()
    if not name:
        return
    base, told = pattern("names", "seat_told").fullmatch(name), None
    if base and base["name"] in gazetteer.by_name():
        told, name = gazetteer.split(base["seat"] + base["name"])[0], base["name"]
    place = gazetteer.find(name, told)
    if place is None and name in gazetteer.by_name():
        place = which(name, told, Around(page))
    if place:
        one = Proposal(0, 0, place.name, place.type, code=place.code, prefecture=place.prefecture)
    elif name in gazetteer.by_name():
        one = Proposal(0, 0, name, gazetteer.by_name()[name][0].type)
    else:
        form, type_ = form_of(name)
        one = Proposal(0, 0, name, type_, form)
    names.publisher = _entity_of(names, index, one)
