"""Organisations that only their officers give away: «…のタカノ(飯能市、日野原一徳社長)は», «松明舎の新見ゆかり代表は».

Whoever has a president has an organisation: a name right before an officer that the recognisers of names were not sure
of, or did not see, is one.
"""
from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator

from nlp import gazetteer
from nlp.linear import linear
from nlp.names.entities import Entity, Mention, Names
from nlp.names.tagger import tag
from nlp.patterns import pattern, words
from nlp.persons.candidates import Candidate, Candidates
from nlp.persons.holders import holders
from nlp.persons.owners import Owners, class_of, likeness
from nlp.text import Page
from nlp.words import Words

#: Least log odds of an officer whose organisation is taken from what stands before him.
_SURE = 1.5


def add_employers(page: Page, names: Names, given: Words) -> Names:
    """Adds to a page's organisations those that stand right before an officer; gives the same object."""
    candidates = Candidates(page, names, given)
    owners = Owners(page, names, candidates.titles)
    for one, chance in holders(candidates, page, linear("persons", "who")):
        over = candidates.over(one.title)
        kind = one.form.split(":")[0]
        direct = chance >= _SURE and kind in ("before", "behind") and one.form != "before:place"
        if over is not None:
            if over.entity < 0 and (direct or (kind == "apart" and chance >= _SURE)):
                _add_place(page, names, over)
            continue
        end = owners.attached(min(one.start, one.title_start)) if direct else None
        if end is not None and (place := _place_before(page, end, one)) is not None:
            _add_place(page, names, place)
        elif direct and end is None:
            _add_headed(page, names, one)
        if pattern("persons", "not_employed").search(one.title.core):
            continue
        name = _name_before(page, given, end) if end is not None else None
        if name is not None and not any(likeness(page.norm[name[0]:name[1]], e.name) for e in names.entities):
            _add(page, names, *name, one)
    return names


def _add_headed(page: Page, names: Names, one: Candidate) -> None:
    """The municipality in brackets before its mayor: «【青葉】東市長»."""
    core = one.title.core
    if not pattern("persons", "head_anywhere").search(core) or core[-1] != "長":
        return
    first = min(one.start, one.title_start)
    headed = pattern("persons", "headed").search(page.norm, page.lines[page.line_of(first)][0], first)
    if headed and headed["place"] + core[-2] in gazetteer.by_name():
        _add_place(page, names, Mention(*headed.span("place"), -1), headed["place"] + core[-2])


def _add_place(page: Page, names: Names, over: Mention, name: str = "") -> None:
    """A municipality that only its mayor names: «東青葉市長», «青葉市の東市長»."""
    name = name or page.norm[over.start:over.end]
    place = gazetteer.find(name)
    known = next((n for n, e in enumerate(names.entities) if e.name == name), None)
    if known is None:
        type_ = gazetteer.by_name()[name][0].type
        names.entities.append(Entity(name, type_, name, code=place.code if place else None, prefecture=place.prefecture if place else None))
        known = len(names.entities) - 1
    if not any(m.start < over.end and over.start < m.end for m in names.mentions):
        insort(names.mentions, Mention(over.start, over.end, known), key=lambda m: m.start)


def _place_before(page: Page, end: int, one: Candidate) -> Mention | None:
    """The municipality or prefecture before its own head: «青葉市の東市長»."""
    if not pattern("persons", "head_anywhere").search(one.title.core):
        return None
    for length in range(7, 1, -1):
        name = page.norm[max(0, end - length):end]
        if len(name) == length and name in gazetteer.by_name() and (name[-1] in one.title.core or class_of(one.title.core) == "prefecture"):
            return Mention(end - length, end, -1)
    return None


def _name_before(page: Page, given: Words, end: int) -> tuple[int, int] | None:
    """The stretch that ends at a place and can be a name: as the recogniser leans, else the letters that run together."""
    norm = page.norm
    leaning = [t for t in tag(page, given).over(max(0, end - 1), end) if t.end == end and t.label != "PERSON"]
    if leaning:
        best = max(leaning, key=lambda t: (t.probability, t.end - t.start))
        start = best.start
    else:
        run = pattern("persons", "run_before").search(norm, max(0, end - 20), end)
        if run is None:
            return None
        whole = _whole(given, run.start("name"))
        if whole is None or end - whole < 3:
            return None
        start = whole
    text = norm[start:end]
    if len(text) < 2 or "\n" in text or pattern("persons", "no_employer").search(text):
        return None
    return start, end


def _whole(given: Words, start: int) -> int | None:
    """Where the name begins whose last part begins at a place: words of hiragana that belong to it taken in; None where that is open."""
    while (before := given.before(start, max(0, start - 12), 1)) and before[0].end == start:
        word = before[0]
        if word.pos in ("NOUN", "PROPN"):
            start = word.start
        else:
            return start if word.pos in ("ADP", "PUNCT", "SYM", "AUX", "SCONJ", "CCONJ", "DET") else None
    return start


def _add(page: Page, names: Names, start: int, end: int, one: Candidate) -> None:
    text = page.norm[start:end]
    places = [m for m in _places(page, names, text)]
    if not places:
        return
    name, type_ = text, "company"
    kind = class_of(one.title.core)
    for row in words("persons")["employers"]:
        if row.get("class") in (None, kind) and re.search(row["ends"], text):
            type_ = row["type"]
            name = re.sub(row["ends"], row["completed"], text) if "completed" in row else text
            break
    names.entities.append(Entity(name, type_, name, sure=False))
    for place in places:
        insort(names.mentions, Mention(place, place + len(text), len(names.entities) - 1), key=lambda m: m.start)


def _places(page: Page, names: Names, text: str) -> Iterator[int]:
    """Where a name stands free of other names."""
    for match in re.finditer(re.escape(text), page.norm):
        before, after = page.norm[match.start() - 1:match.start()], page.norm[match.end():match.end() + 1]
        edge = not (_class(before) and _class(before) == _class(text[0])) and not (_class(after) == "k" and _class(text[-1]) == "k")
        if edge and not any(m.start < match.end() and match.start() < m.end for m in names.mentions):
            yield match.start()


def _class(char: str) -> str:
    """Letters that run into each other: k katakana, a Latin."""
    return "k" if "\u30a1" <= char <= "\u30f4" or char == "\u30fc" else "a" if char.isascii() and char.isalnum() else ""
