"""Names that end as organisations do («X大学», «X協議会»), and what no name is made of alone."""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick_rs

from nlp import gazetteer
from nlp.names.boundaries import Lines, left_end, trim
from nlp.names.cells import Cells
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type, form_of
from nlp.names.letters import WORD
from nlp.names.vocabulary import endings, ends_like_name, form_pattern, generic, place_finder, public_bodies
from nlp.names.widths import within_place
from nlp.patterns import pattern
from nlp.patterns import words as words_of
from nlp.text import Page


@cache
def _ending_finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    words = sorted(endings())
    return ahocorasick_rs.AhoCorasick(words), words


_NEXT = pattern("names", "goes_on")
_PEOPLE = pattern("names", "people")


def with_ending(page: Page, lines: Lines) -> Iterator[Proposal]:
    norm, cells = page.norm, Cells(page)
    finder, words = _ending_finder()
    ends: dict[int, str] = {}
    for index, _, end in finder.find_matches_as_indexes(norm, overlapping=True):
        if len(words[index]) > len(ends.get(end, "")):
            ends[end] = words[index]
    for end, suffix in sorted(ends.items()):
        follows = norm[end:end + 6]
        parent = False
        if follows and _NEXT.match(follows) and not _PEOPLE.match(follows):
            parent = pattern("names", "part_of_body").match(norm, end) is not None
            if not parent:
                continue
        if _says("no_body_behind", suffix, follows):
            continue
        start = left_end(norm, end - len(suffix), lines)
        start, _ = trim(norm, start, end)
        start = _cut_left(norm, start, end, suffix)
        if pattern("names", "amid_place").fullmatch(norm[start - 1:start]):
            start = within_place(page, start)
        cell = cells.around(end - len(suffix), end)
        if cell and cell[0] < start and cell[1] == end:
            start = cell[0]
        name = norm[start:end]
        if start > 1 and pattern("names", "possessive").fullmatch(norm, start - 1, start):
            wider = left_end(norm, start - 1, lines)
            before = norm[wider:start - 1]
            opens = wider == 0 or norm[wider - 1] in "\n、。「『(（ "
            if opens and before and norm.count(norm[wider:end]) > 1 and not generic().fullmatch(before) \
                    and not ends_like_name(before) and not pattern("names", "anaphor").fullmatch(before):
                start = wider
        name = norm[start:end]
        own = name[:-len(suffix)]
        if pattern("names", "college_of").fullmatch(name):
            parents = pattern("names", "parent_university").findall(norm[max(0, start - 80):start])
            if parents:
                yield Proposal(start, end, parents[-1] + suffix, "university", rank=2, by="completed")
            continue
        town = pattern("names", "same_town").fullmatch(own)
        if town and suffix not in words_of("names")["not_of_same_town"]:
            city = _town_before(page, start, town[1])
            if city:
                yield Proposal(start, end, city + suffix, endings()[suffix], rank=2, by="completed")
            continue
        if not own or generic().fullmatch(own) or not WORD.match(own):
            continue
        if pattern("names", "hiragana_only").fullmatch(own):
            continue
        if pattern("names", "one_sign").fullmatch(own) and suffix not in words_of("names")["behind_one_sign"]:
            continue
        if _says("no_name_before", suffix, own):
            continue
        form, type_ = form_of(name) if form_pattern().match(name) else (None, bare_type(name) or endings()[suffix])
        yield Proposal(start, end, name, type_, form, rank=2, by=_by(norm, end, parent))


def _by(norm: str, end: int, parent: bool) -> str:
    """What gives a name with an ending away: that it is the author of what is named behind it, a part of it, or the ending alone."""
    if pattern("names", "author_behind").match(norm, end):
        return "told"
    return "parent" if parent else "ending"


def _says(key: str, suffix: str, text: str) -> bool:
    """Whether what stands beside an ending says that it ends no name."""
    return suffix in words_of("names")[key] and pattern("names", f"{key}.{suffix}").search(text) is not None


def _town_before(page: Page, position: int, ending: str) -> str | None:
    """The municipality that «市» in «同市観光協会» means: the publisher, else the last one named before."""
    home = gazetteer.find(page.document.publisher or "")
    if home and home.name.endswith(ending):
        return home.name
    finder, words = place_finder()
    for index, _, _ in reversed(finder.find_matches_as_indexes(page.norm[:position])):
        if words[index].endswith(ending) and words[index] not in public_bodies():
            return words[index]
    return None


_LEAD = pattern("names", "lead")


def _cut_left(norm: str, start: int, end: int, suffix: str) -> int:
    """A name with an ending begins after lists, leads and other organisations joined to it without a particle."""
    name = norm[start:end]
    while found := _LEAD.match(name):
        if found.end() >= len(name) - len(suffix):
            break
        start += found.end()
        name = norm[start:end]
    conj = [m.end() for m in pattern("names", "joined_names").finditer(name)]
    if conj and conj[-1] < len(name) - len(suffix):
        start += conj[-1]
    name = norm[start:end]
    # «国土交通省・内閣府» and «A大学・B大学» are lists; «研究・産学連携機構» is one name
    for part in re.finditer("・", name):
        left = name[:part.start()]
        if ends_like_name(left) and part.end() <= len(name) - len(suffix):
            start, = (start + part.end(),)
            return _cut_left(norm, start, end, suffix)
    return start
