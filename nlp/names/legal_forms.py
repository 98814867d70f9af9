"""Names with a legal form («株式会社X», «X(株)»): where they begin and end, what type they are."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from nlp.names.boundaries import Lines, left_end, right_end, trim
from nlp.names.cells import Cells
from nlp.names.entities import Proposal
from nlp.names.letters import BACK, HIRAGANA, is_latin
from nlp.names.quoted import QUOTED
from nlp.names.units import branching
from nlp.names.vocabulary import endings, ends_like_name, form_pattern, generic, legal_forms, public_bodies, stem_of
from nlp.patterns import lines_of, pattern, words
from nlp.text import Page


def with_form(page: Page, lines: Lines) -> Iterator[Proposal]:
    norm, cells = page.norm, Cells(page)
    for match in form_pattern().finditer(norm):
        form, type_ = legal_forms()[match[0]]
        before = norm[match.start() - 1] if match.start() else "\n"
        after = match.end() + (1 if norm[match.end():match.end() + 1] == " " else 0)
        if cell := cells.around(match.start(), after) or cells.around(match.start(), match.end()):
            name = re.sub(" $", "", norm[cell[0]:after]) + norm[after:cell[1]] if cell[1] > after else norm[cell[0]:cell[1]]
            yield from branching(norm, *cell, name, type_of(form_pattern().sub("", name), type_), form, 3)
            continue
        end = right_end(norm, after, lines, True)
        quoted = QUOTED.match(norm, after)
        if quoted and len(quoted[1]) < 40:
            end, name = quoted.end(), quoted[1]
            yield Proposal(match.start(), end, match[0] + name, type_of(name, type_), form, rank=3, by="form")
            continue
        whole = pattern("names", "whole_behind_form").match(norm[after:after + 30])
        if whole and after + whole.end() > end and not pattern("names", "ends_within").search(whole[0][:-2]) \
                and type_ not in ("company",):
            end = after + whole.end()
        follows = norm[after:end]
        if len(match[0]) > 1 and BACK.match(before) and not (form_pattern().search(norm[max(0, match.start() - 5):match.start()])):
            start, _ = trim(norm, left_end(norm, match.start(), lines), match.start())
            start = _after_form(norm, _after_title(norm, start, match.start()), match.start())
            name = norm[start:match.start()]
            if len(name) >= 2 and not generic().fullmatch(name) and not pattern("names", "no_name_before_form").fullmatch(name):
                if pattern("names", "form_behind").fullmatch(match[0]):
                    yield from branching(norm, start, match.end(), name + match[0], type_of(name, type_), form, 3)
                continue
        elif pattern("names", "sign_of_form").fullmatch(match[0]) and (BACK.match(before) or HIRAGANA.match(before)):
            start, _ = trim(norm, left_end(norm, match.start(), lines), match.start())
            start = _after_title(norm, start, match.start())
            name = norm[start:match.start()]
            if len(name) >= 2 and not generic().fullmatch(name):
                yield Proposal(start, match.end(), name + match[0], type_of(name, type_), form, rank=3, by="form")
                continue
        if not follows or len(stem_of(follows)) < 1 or generic().fullmatch(follows):
            continue
        _, end = trim(norm, after, end)
        follows = norm[after:end]
        nested = form_pattern().search(follows)
        if nested and nested.start() > 0:
            end = after + nested.start()
            follows = norm[after:end]
        for part in re.finditer("・", follows):
            if ends_like_name(follows[part.end():].split("・")[0]) and part.start() >= 2:
                end, follows = after + part.start(), follows[:part.start()]
                break
        if len(follows) < 2 and not is_latin(follows):
            continue
        yield from branching(norm, match.start(), end, norm[match.start():after].rstrip() + follows,
                              type_of(follows, type_), form, 3)


def told_elsewhere(norm: str, found: Iterable[Proposal]) -> Iterator[Proposal]:
    """Names with a legal form, cut short where a longer one that a cell tells begins with them, in its full length."""
    every = list(found)
    whole = sorted({norm[p.start:p.end] for p in every if p.by == "form" and HIRAGANA.search(norm[p.start:p.end])}, key=len)
    for one in every:
        text = norm[one.start:one.end]
        longer = [w for w in whole if len(w) > len(text) and w.startswith(text) and norm.startswith(w, one.start)] if one.by == "form" else []
        yield replace(one, end=one.start + len(longer[-1]), name=one.name + longer[-1][len(text):], via=None) if longer else one


def _after_title(norm: str, start: int, end: int) -> int:
    """A name begins after words such as «本社» or a place that only says where it is."""
    name = norm[start:end]
    found = pattern("names", "kind_before").match(name)
    return start + found.end() if found else start


def _after_form(norm: str, start: int, end: int) -> int:
    """A name begins behind another one that ends with its form: «A株式会社|B有限会社»."""
    before = [m.end() for m in form_pattern().finditer(norm, start, end) if m.start() >= start + 2]
    return before[-1] if before and end - before[-1] >= 2 else start


def type_of(stem: str, type_: str) -> str:
    """The type that a name tells, else that of its legal form."""
    if stem in public_bodies():
        return public_bodies()[stem][0]
    return _told(type_, stem) or type_


def form_of(name: str) -> tuple[str | None, str]:
    """The legal form of a name, None without one, and the type that the name tells; company where it tells none."""
    flat = name.translate({0xFF08: "(", 0xFF09: ")"})
    found = form_pattern().search(flat)
    if found:
        form, type_ = legal_forms()[found[0]]
        return form, type_of(form_pattern().sub("", flat), type_)
    return None, bare_type(flat) or ("municipality" if pattern("names", "of_town").search(flat) else "company")


def bare_type(name: str) -> str | None:
    """The type that a name without legal form tells."""
    if name in public_bodies():
        return public_bodies()[name][0]
    if told := _told("bare_first", name):
        return told
    for length in range(min(14, len(name)), 0, -1):
        if name[-length:] in endings():
            return endings()[name[-length:]]
    return _told("bare_last", name)


def ends_like_firm(name: str) -> bool:
    """Whether a name has an ending that only companies have."""
    return name.endswith(_firm_endings())


def without_firm_ending(name: str) -> str:
    """A name without the longest ending of it that only companies have."""
    ending = max((e for e in _firm_endings() if name.endswith(e)), key=len, default="")
    return name.removesuffix(ending)


@cache
def _firm_endings() -> tuple[str, ...]:
    return tuple(lines_of("company_endings.txt"))


def _told(part: str, name: str) -> str | None:
    return next((type_ for said, type_ in _types().get(part, ()) if said.search(name)), None)


@cache
def _types() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    return {part: [(re.compile(said), type_) for said, type_ in rows] for part, rows in words("name_types").items() if isinstance(rows, list)}


def completed(name: str) -> str:
    """A press name with its ending in full: «みなと信金» is みなと信用金庫."""
    for short, full in words("name_types")["full_endings"].items():
        if name.endswith(short) and len(name) > len(short) + 1:
            return name[:-len(short)] + str(full)
    return name
