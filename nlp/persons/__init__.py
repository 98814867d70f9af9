"""Named people with a title in a named organisation.

Titles lead to names (`candidates`), a classifier says which stretch names the holder, a second one whose officer it is
(`owners`). Both are fitted by `nlp.training.persons`; their weights are `nlp/data/models/persons.json.gz`.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.linear import Linear, linear
from nlp.model import NamedPerson, Span
from nlp.names.entities import Names
from nlp.persons.candidates import Candidate, Candidates
from nlp.persons.holders import bare, holders, short_of
from nlp.persons.lexicon import common_letters
from nlp.persons.owners import Owner, Owners, fits
from nlp.persons.seconds import seconds
from nlp.text import Page
from nlp.words import Words

__all__ = ["common_letters", "find_persons", "short_of"]

#: Least probability of an owner.
OWNED = 0.3
#: Least probability of a second organisation under the same title.
SECOND = 0.6
#: Least probability of the organisation of a second post that could have no such officer.
ALONE = 0.6


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
    found = holders(candidates, page, who)
    held = [(one, False) for one, _ in found] + [(one, True) for one in seconds(candidates, found)]
    for one, besides in held:
        over = candidates.over(one.title) if one.form != "before:place" else None
        sure = over.entity if over is not None else owners.sure(replace(one, form="behind") if besides else one)
        owner, chance = (sure, 1.0) if sure is not None else likeliest(whose, owners.of(one))
        if besides and (owner < 0 or (chance < ALONE and fits(names, owner, one.title.core) < 1)):
            continue
        posts.append(_Post(bare(page.norm[one.start:one.end]), title_of(page.norm, one, names), owner, one.start, one.end, chance))
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
    return bare(norm[min(one.title.start, max([start, *inside])):one.title.end])


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
        told = [k for k in kept.values() if k.title[-2:] == post.title[-2:] and k.start != post.start]
        if post.owner < 0 or post.owner in kept or post.chance < OWNED or (told and (post.name != name or post.chance < SECOND)):
            continue
        kept[post.owner] = post
    return list(kept.values())
