"""The second post of somebody who is named with another: «会長に青葉商工会議所の東会頭», «座長 青葉大学 教授 北野 一郎», «東会長（青葉市長）»."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.persons.candidates import Candidate, Candidates
from nlp.persons.titles import Title

#: Most letters between a post and him who takes it.
_FAR = 16


def seconds(candidates: Candidates, found: Sequence[tuple[Candidate, float]]) -> list[Candidate]:
    """The posts that those who hold a title hold besides, each as a candidate without features; titles that somebody holds are left out."""
    held = {one.title.start for one, _ in found}
    more: dict[tuple[int, int], Candidate] = {}
    for one, _ in found:
        for title, form, inside in (*_taken(candidates, one), *_bracketed(candidates, one)):
            if title.start not in held and not pattern("persons", "second.past").search(candidates.norm, max(0, title.start - 4), title.start):
                more.setdefault((title.start, one.start), Candidate(one.start, one.end, title, title.start, form, inside, ()))
    return list(more.values())


def _taken(candidates: Candidates, one: Candidate) -> Iterator[tuple[Title, str, Mention | None]]:
    """The post before somebody: «会長には、青葉商工会議所の東会頭が», «副会長　青葉大学　教授　北野 一郎»."""
    norm, end = candidates.norm, max(one.end, one.title.end)
    for start in _starts(candidates, one):
        for title in candidates.titles:
            if not 0 <= start - title.end <= _FAR:
                continue
            link = pattern("persons", "second.link").fullmatch(norm, title.end, start)
            if link is None:
                continue
            sign = link["sign"].strip()
            line = candidates.page.lines[candidates.page.line_of(title.start)][0]
            if sign in ("に", "には", "は"):
                follows = pattern("persons", "second.taken" if sign != "は" else "second.serves").match(norm, end)
                if follows is None:
                    continue
            elif sign in ("", ":", "=", "|") and not (
                    pattern("persons", "second.opens").search(norm, line, title.start) and start > title.end):
                continue
            yield title, "through:" + sign, None


def _starts(candidates: Candidates, one: Candidate) -> list[int]:
    """Where what tells of somebody begins: his name, his title, the organisation before them."""
    first = min(one.start, one.title_start)
    before = [m for m in candidates.names.between(max(0, first - 30), first + 1)
              if pattern("persons", "second.with").fullmatch(candidates.norm, m.end, first)]
    over = candidates.over(one.title)
    inside = [m.start for m in (one.inside, over) if m is not None]
    return sorted({first, *(m.start for m in before[-1:]), *(s for s in inside if s < first)}, reverse=True)


def _bracketed(candidates: Candidates, one: Candidate) -> Iterator[tuple[Title, str, Mention | None]]:
    """The post in brackets behind somebody with a title: «東会長（青葉市長）»."""
    norm, end = candidates.norm, max(one.end, one.title.end)
    opened = pattern("persons", "second.bracket").match(norm, end)
    if opened is None:
        return
    for title in candidates.titles:
        if title.start < opened.end() or title.start > opened.end() + 40:
            continue
        inside = candidates.over(title) or next(iter(reversed(candidates.names.between(opened.end(), title.start + 1))), None)
        if inside is not None and inside.start == opened.end() and pattern("persons", "bracket_end").match(norm, title.end) and pattern(
                "persons", "second.with").fullmatch(norm, min(inside.end, title.start), title.start):
            yield title, "bracket", inside
