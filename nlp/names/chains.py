"""Names that an enumeration gives away: what stands between organisations as one more item is an organisation too.

«水瀬堂、MINASE & SONS、東野ミシン、白浜金具の4社»: who is listed between two firms, or counted with them, is one.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from nlp import gazetteer
from nlp.names.entities import PLACES, Proposal
from nlp.names.legal_forms import bare_type, completed, form_of
from nlp.names.tagger import Tagging
from nlp.names.vocabulary import generic
from nlp.patterns import filled, pattern, words
from nlp.text import Page

#: What tells these proposals from others.
BY = "listed"
#: Letters between two items of one enumeration at most.
_REACH = 60
#: Names of an enumeration that were not decided at most, letters of a line of a list or table at most.
_MOST_OPEN, _WIDEST = 8, 60
#: A cell beside an organisation's is one where the tagger reads a name there so likely; where most cells of its column are, and
#: in an enumeration that a word introduces, from the second on.
_LIKELY, _POSSIBLE = 0.1, 0.005
#: From this probability on a person stands in a cell.
_PERSON = 0.6


def with_listed(page: Page, taken: Sequence[Proposal], tagging: Tagging) -> list[Proposal]:
    """Names that were decided, and those that enumerations of them hold besides where no person stands; sorted by place."""
    people = [(tag.start, tag.end) for tag in tagging.held if tag.label == "PERSON" and tag.probability > _PERSON]
    found = list(taken)
    for _ in range(2):
        # one that was found may be the neighbour of another
        new: list[Proposal] = []
        for one in (*_listed(page, found), *_in_rolls(page, found, tagging), *_in_columns(page, found, tagging)):
            if not any(p.start < one.end and one.start < p.end for p in (*found, *new)) \
                    and not any(a < one.end and one.start < b for a, b in people):
                new.append(one)
        if not new:
            break
        found = sorted([*found, *new], key=lambda p: p.start)
    return found


def _listed(page: Page, taken: Sequence[Proposal]) -> Iterator[Proposal]:
    """Names that stand between two that were decided, behind them or counted with one."""
    norm = page.norm
    bodies = [p for p in taken if p.type not in PLACES]
    for number, one in enumerate(bodies):
        behind = bodies[number + 1] if number + 1 < len(bodies) else None
        before = bodies[number - 1] if number else None
        told = []
        if behind is not None and behind.start - one.end <= _REACH:
            told.append(_pattern("between").fullmatch(norm, one.end, behind.start))
        if before is not None and _pattern("joint").fullmatch(norm, before.end, one.start):
            told.append(_pattern("closing").match(norm, one.end))
        told.append(_pattern("counted").match(norm, one.end))
        match = next((m for m in told if m is not None and _is_name(m["name"])), None)
        if match is not None:
            yield _of_span(norm, *match.span("name"))


def _in_rolls(page: Page, taken: Sequence[Proposal], tagging: Tagging) -> Iterator[Proposal]:
    """Names of an enumeration that a word such as members introduces or that is counted, where enough of it was decided; none
    where the tagger rules out that a name stands."""
    norm = page.norm
    for match in _pattern("roll").finditer(norm):
        items = [m for m in _pattern("item").finditer(norm, match.start("list"), match.end("list"))]
        spans = [m.span("name") for m in items]
        sure = [any((p.start <= a and b <= p.end) or (a <= p.start and p.end <= b) for p in taken) for a, b in spans]
        bodies = sum(any(a <= p.start and p.end <= b and p.type not in PLACES for p in taken) for a, b in spans)
        if len(items) < 2 or (not bodies and match["counted"] is None):
            continue
        open_ = [m for m, known in zip(items, sure, strict=True) if not known]
        named = [m for m in open_ if _is_name(m["name"]) and tagging.inside(*m.span("name")) >= _POSSIBLE]
        if len(named) <= _MOST_OPEN and 3 * len(named) >= 2 * len(open_):
            yield from (_of_span(norm, *m.span("name")) for m in named)


def _in_columns(page: Page, taken: Sequence[Proposal], tagging: Tagging) -> Iterator[Proposal]:
    """Names that fill a cell of a list or table between lines whose cells at its place are organisations."""
    norm = page.norm
    begins = {p.start: p for p in taken}
    block: list[list[tuple[int, int]]] = []
    for start, end in (*page.lines, (len(norm), len(norm))):
        cells = [m.span("name") for m in _pattern("cell").finditer(norm, start, end)]
        if cells and len(norm[start:end]) <= _WIDEST and "。" not in norm[start:end]:
            block.append(cells)
            continue
        yield from _of_block(norm, block, begins, tagging)
        block = []


def _of_block(norm: str, block: Sequence[Sequence[tuple[int, int]]], begins: Mapping[int, Proposal],
              tagging: Tagging) -> Iterator[Proposal]:
    """The names of a run of lines, each given by the [start, end) of its cells; `begins`: decided names by where they begin."""
    for column in range(max(map(len, block), default=0)):
        cells = [(row, line[column]) for row, line in enumerate(block) if len(line) > column]
        filled = {row for row, (a, b) in cells if a in begins and begins[a].end >= b}
        cells = [(row, (a, b)) for row, (a, b) in cells if row in filled or _is_name(norm[a:b])]
        bodies = {row for row in filled if begins[block[row][column][0]].type not in PLACES}
        for row, (a, b) in cells:
            if row in filled:
                continue
            beside = [other in bodies for other in (row - 1, row + 1)]
            near = sum(other in filled for other in range(row - 3, row + 4))
            likely = tagging.inside(a, b)
            if any(beside) and (likely >= _LIKELY or (likely >= _POSSIBLE and len(bodies) >= 2 and near >= 2 and 2 * len(filled) >= len(cells))):
                yield _of_span(norm, a, b)


def _of_span(norm: str, start: int, end: int) -> Proposal:
    """The name that [start, end) holds, but for the blanks around it."""
    text = norm[start:end].rstrip()
    start, text = start + len(text) - len(text.lstrip()), text.lstrip()
    name = completed(text)
    form, _ = form_of(name)
    return Proposal(start, start + len(text), name, bare_type(name) or "company", form, sure=False, by=BY)


def _is_name(text: str) -> bool:
    """Whether an item of an enumeration can be a name: no common noun, place, person, number or thing."""
    name = text.strip()
    return (len(name) > 1 and generic().fullmatch(name) is None and name not in gazetteer.by_name() and name not in gazetteer.prefectures()
            and pattern("chains", "no_name").search(name) is None and pattern("names", "no_organization").search(name) is None)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """A pattern with its parts filled in."""
    said: str = words("chains")[key]
    for name, part in words("chains")["parts"].items():
        said = said.replace("{{" + name + "}}", part)
    return re.compile(filled(said))
