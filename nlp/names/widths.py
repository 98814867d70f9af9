"""Other widths of names whose border lies in hiragana, where rules err: «株式会社うるし|や農機», «つくば食の|わ»."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nlp.names.entities import Proposal
from nlp.names.letters import KANA, KANJI, LATIN
from nlp.names.vocabulary import place_finder
from nlp.patterns import pattern
from nlp.text import Page

_RUN = re.compile(f"[{KANJI}{KANA}{LATIN}ぁ-ゖゝ&・]{{1,16}}")
_BACK = re.compile(f"[{KANJI}{KANA}{LATIN}ぁ-ゖゝ&]{{1,14}}$")
#: So many other widths a side.
_MOST = 3


def other_widths(page: Page, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """The proposals that a legal form or an ending makes, with their borders elsewhere in the run of letters."""
    norm = page.norm
    for one in proposals:
        if one.by not in ("form", "ending"):
            continue
        for start in _lefts(norm, one):
            yield replace(one, start=start, name=norm[start:one.start] + one.name, rank=-2, by="wide", via=None)
        if one.form and not one.via and not _closed_by_form(norm[one.start:one.end], one.form):
            for end in _rights(norm, one):
                yield replace(one, end=end, name=one.name + norm[one.end:end], rank=-2, by="wide", via=None)


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
