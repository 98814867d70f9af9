"""Other widths of names whose border lies in hiragana, where rules err: «株式会社うるし|や農機», «つくば食の|わ»."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.letters import KANA, KANJI, LATIN
from nlp.names.vocabulary import form_pattern, place_finder
from nlp.patterns import pattern, words
from nlp.text import Page

_RUN = re.compile(f"[{KANJI}{KANA}{LATIN}ぁ-ゖゝ&・]{{1,16}}")
_BACK = re.compile(f"[{KANJI}{KANA}{LATIN}ぁ-ゖゝ&]{{1,14}}$")
#: The last signs of towns' names.
MUNICIPAL = tuple(words("names")["signs_of_towns"])
#: So many other widths a side.
_MOST = 3


def other_widths(page: Page, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """The proposals that a legal form or an ending makes, with their borders elsewhere in the run of letters."""
    norm = page.norm
    for one in proposals:
        if one.by not in ("form", "ending"):
            continue
        for start in _lefts(norm, one):
            if form_pattern().search(norm, start, one.start) or leads(norm[start:one.start]):
                continue
            yield replace(one, start=start, name=norm[start:one.start] + one.name, rank=-2, by="wide", via=None)
        if one.form and not one.via and not _closed_by_form(norm[one.start:one.end], one.form):
            for end in _rights(norm, one):
                if _stands_whole(norm, one, end):
                    continue
                yield replace(one, end=end, name=one.name + norm[one.end:end], rank=-2, by="wide", via=None)


def leads(before: str) -> bool:
    """Whether words before a name are no part of it: a place or a trade with a particle («仙台の»), a verb («技術を持つ»)."""
    if pattern("names", "before_name").search(before):
        return True
    return pattern("names", "possessive").fullmatch(before[-1:]) is not None \
        and any(before[:-1] + sign in gazetteer.by_name() for sign in ("", *MUNICIPAL))


def _stands_whole(norm: str, one: Proposal, end: int) -> bool:
    """Whether a name stands without the particle and what follows it elsewhere: «株式会社みなせ|のシステム»."""
    text, behind = norm[one.start:one.end], norm[one.end:one.end + 1]
    places = [m.end() for m in re.finditer(re.escape(text), norm)]
    return pattern("names", "possessive").match(behind) is not None and norm.count(norm[one.start:end]) == 1 \
        and any(norm[place:place + 1] != behind for place in places)


def _closed_by_form(name: str, form: str) -> bool:
    """Whether a name ends with its legal form, in full or short."""
    return name.endswith(form) or pattern("names", "short_form_behind").search(name) is not None


def _lefts(norm: str, one: Proposal) -> list[int]:
    run = _BACK.search(norm[max(0, one.start - 14):one.start])
    if run is None:
        return []
    first = one.start - len(run[0])
    opens = [first] + [p for p in range(first + 1, one.start) if pattern("names", "may_part").match(norm[p - 1])]
    return [p for p in opens if not pattern("names", "may_part").match(norm[p]) or p == first][-_MOST:]


def _rights(norm: str, one: Proposal) -> list[int]:
    run = _RUN.match(norm, one.end)
    if run is None:
        return []
    closes = [p for p in range(one.end + 1, run.end()) if pattern("names", "may_part").match(norm[p])] + [run.end()]
    return [p for p in closes if not pattern("names", "may_part").fullmatch(norm[one.end:p])][:_MOST]


def within_place(page: Page, start: int) -> int:
    """Where a name begins whose start a rule found amid a place's name («伊豆の|国市PTA連絡協議会»)."""
    finder, _ = place_finder()
    first = max(0, start - 8)
    for _, a, b in finder.find_matches_as_indexes(page.norm[first:start + 8]):
        if first + a < start < first + b:
            return first + a
    return start
