"""Who holds each title of a page, as the classifier sees it."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.linear import Linear
from nlp.patterns import pattern
from nlp.persons.candidates import SELF, Candidate, Candidates
from nlp.text import Page

#: Least log odds of a holder against nobody; those of one who speaks of himself.
_NAMED, _SURE = 0.0, 100.0


def bare(text: str) -> str:
    """A text without its spaces."""
    return re.sub(r"\s", "", text)


def holders(candidates: Candidates, page: Page, who: Linear) -> list[tuple[Candidate, float]]:
    """The best name of each title; of names that overlap and differ the likelier one."""
    found: list[tuple[Candidate, float]] = []
    for title in candidates.titles:
        options = candidates.of(title)
        if not options:
            continue
        nobody = who.score(candidates.nobody(title, len(options)))
        scores = [_SURE if c.form == SELF else who.score(c.features) - nobody for c in options]
        scored = sorted(((scores[n], -n, c) for n, c in enumerate(options)), key=lambda s: s[:2], reverse=True)
        kept: list[Candidate] = []
        for chance, _, one in scored:
            if chance < _NAMED:
                break
            if not kept or (len(kept) == 1 and _same(page, kept[0], one)) or _listed(one, kept):
                kept.append(one)
                found.append((one, chance))
    found.sort(key=lambda f: -f[1])
    clear: list[tuple[Candidate, float]] = []
    for one, chance in found:
        if not any(one.start < k.end and k.start < one.end and (one.start, one.end) != (k.start, k.end) for k, _ in clear):
            clear.append((one, chance))
    return sorted(clear, key=lambda f: (f[0].start, f[0].title.start))


def _listed(one: Candidate, kept: Sequence[Candidate]) -> bool:
    """Whether a name goes on a list of those who hold one title: «副会長　A、B»."""
    return one.form.startswith("listed") and all(
        k.form.startswith(("behind", "listed")) and (one.end <= k.start or k.end <= one.start) for k in kept)


def _same(page: Page, one: Candidate, other: Candidate) -> bool:
    """Whether two names of one title are one person's: «永山市長（永山 順治）»."""
    if one.start < other.end and other.start < one.end:
        return False
    return short_of(bare(page.norm[one.start:one.end]), bare(page.norm[other.start:other.end])) or short_of(
        bare(page.norm[other.start:other.end]), bare(page.norm[one.start:one.end]))


def short_of(short: str, full: str) -> bool:
    """Whether a name is the family name of a fuller one."""
    if len(short) >= len(full):
        return False
    if pattern("persons", "inner_mark").search(full):
        return short in pattern("persons", "inner_mark").split(full)
    return full.startswith(short)
