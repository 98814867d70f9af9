"""Named people with a title in a named organisation.

Titles lead to names (`candidates`), a classifier says which stretch names the holder, a second one whose officer it is
(`owners`). Both are fitted by `nlp.training.persons`; their weights are `nlp/data/models/persons.json.gz`.
"""
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.linear import Linear, linear
from nlp.model import NamedPerson, Span
from nlp.names.entities import Names
from nlp.persons.candidates import Candidate, Candidates
from nlp.persons.lexicon import common_letters
from nlp.persons.owners import Owner, Owners
from nlp.text import Page
from nlp.words import Words

__all__ = ["common_letters", "find_persons", "short_of"]

#: Least probability of a name and of an owner.
NAMED, OWNED = 0.5, 0.3
#: Least probability of a second organisation under the same title.
SECOND = 0.6


@dataclass(frozen=True, slots=True)
class _Post:
    """A name with a title at one place, and the likeliest organisation of it (-1: none)."""
    name: str
    title: str
    owner: int
    start: int
    end: int
    chance: float


def find_persons(page: Page, names: Names, given: Words, models: tuple[Linear, Linear] | None = None) -> tuple[NamedPerson, ...]:
    """All people with a title whose organisation the page names, each post once."""
    who, whose = models or (linear("persons", "who"), linear("persons", "whose"))
    candidates = Candidates(page, names, given)
    owners = Owners(page, names, candidates.titles)
    posts: list[_Post] = []
    for one, _ in _chosen(candidates, page, who):
        over = candidates.over(one.title) if one.form != "before:place" else None
        owner, chance = (over.entity, 1.0) if over is not None else likeliest(whose, owners.of(one, None))
        posts.append(_Post(_bare(page.norm[one.start:one.end]), title_of(page.norm, one, names), owner, one.start, one.end, chance))
    return tuple(NamedPerson(name, p.title, names.entities[p.owner].name, spans) for name, p, spans in _merged(page, posts))


def likeliest(whose: Linear, options: Sequence[Owner]) -> tuple[int, float]:
    """The organisation that scores best among some and «none» (-1), with its probability."""
    scores = [whose.score(o.features) for o in options]
    top = max(scores)
    parts = [math.exp(s - top) for s in scores]
    best = max(range(len(options)), key=lambda n: (scores[n], -n))
    return options[best].entity, parts[best] / sum(parts)


def title_of(norm: str, one: Candidate, names: Names) -> str:
    """A candidate's title as written, with the department before it."""
    start = one.title_start
    inside = [m.end for m in names.between(start, one.title.start + 1)]
    return _bare(norm[max([start, *inside]):one.title.end])


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _chosen(candidates: Candidates, page: Page, who: Linear) -> list[tuple[Candidate, float]]:
    """The best name of each title; of names that overlap and differ the likelier one."""
    found: list[tuple[Candidate, float]] = []
    for title in candidates.titles:
        scored = sorted(((who.probability(c.features), -n, c) for n, c in enumerate(candidates.of(title))), key=lambda s: s[:2], reverse=True)
        kept: list[Candidate] = []
        for chance, _, one in scored:
            if chance < NAMED:
                break
            if not kept or (len(kept) == 1 and _same(page, kept[0], one)) or (
                    one.form.startswith("listed") and all(k.form.startswith(("behind", "listed")) and (one.end <= k.start or k.end <= one.start) for k in kept)):
                kept.append(one)
                found.append((one, chance))
    found.sort(key=lambda f: -f[1])
    clear: list[tuple[Candidate, float]] = []
    for one, chance in found:
        if not any(one.start < k.end and k.start < one.end and (one.start, one.end) != (k.start, k.end) for k, _ in clear):
            clear.append((one, chance))
    return sorted(clear, key=lambda f: (f[0].start, f[0].title.start))


def _same(page: Page, one: Candidate, other: Candidate) -> bool:
    """Whether two names of one title are one person's: «永山市長（永山 順治）»."""
    if one.start < other.end and other.start < one.end:
        return False
    return short_of(_bare(page.norm[one.start:one.end]), _bare(page.norm[other.start:other.end])) or short_of(
        _bare(page.norm[other.start:other.end]), _bare(page.norm[one.start:one.end]))


def short_of(short: str, full: str) -> bool:
    """Whether a name is the family name of a fuller one."""
    if len(short) >= len(full):
        return False
    if re.search("[・=]", full):
        return short in re.split("[・=]", full)
    return full.startswith(short)


def _merged(page: Page, posts: Sequence[_Post]) -> list[tuple[str, _Post, tuple[Span, ...]]]:
    """Each person and organisation once, under the fullest name: a family name alone joins the full name."""
    people: dict[str, list[_Post]] = {}
    for post in sorted(posts, key=lambda p: (-len(p.name), p.start)):
        known = [name for name in people if name == post.name or short_of(post.name, name)]
        tail = [name for name in known if any(p.title[-2:] == post.title[-2:] for p in people[name])]
        people.setdefault((tail or known or [post.name])[0], []).append(post)
    found: list[tuple[str, _Post, tuple[Span, ...]]] = []
    for name, own in people.items():
        spans = tuple(sorted({page.span(p.start, p.end) for p in own}))
        found += [(name, post, spans) for post in _posts(name, own)]
    return sorted(found, key=lambda f: (f[1].start, f[1].end))


def _posts(name: str, own: Sequence[_Post]) -> list[_Post]:
    """A person's posts: what one place leaves open another place of the same title tells."""
    kept: dict[int, _Post] = {}
    for post in sorted(own, key=lambda p: (-p.chance, p.start)):
        told = [k for k in kept.values() if k.title[-2:] == post.title[-2:]]
        if post.owner < 0 or post.owner in kept or post.chance < OWNED or (told and (post.name != name or post.chance < SECOND)):
            continue
        kept[post.owner] = post
    return list(kept.values())
