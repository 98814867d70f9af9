"""What may be an organisation of a page: the stretches that the rules propose and the tagger reads, one candidate a name.

A candidate's evidence is a list of plain features; a linear model (fitted by nlp.training.names) weighs them.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nlp import gazetteer, linear
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type, form_of
from nlp.names.places import acts, place_of
from nlp.names.tagger import Tagged, Tagging, shape
from nlp.names.units import unit_start
from nlp.names.vocabulary import endings, generic, public_bodies, stem_of
from nlp.patterns import pattern, words
from nlp.text import Page

#: A place that no rule takes for a body is one all the same where the tagger reads it so likely.
_WHERE = 0.3
#: From this probability on a candidate is an organisation.
KEPT = 0.5
_PLACES = ("municipality", "prefecture", "ward")


@dataclass(slots=True)
class Candidate:
    """A name with all stretches that may stand for it."""
    key: str
    proposals: list[Proposal] = field(default_factory=list)
    score: float = 0.0


def key_of(one: Proposal) -> str:
    """What proposals of one organisation share: its code, else its name without form and signs."""
    if one.code:
        return one.code
    if one.type in _PLACES:
        return one.name
    if one.name in public_bodies():
        return stem_of(public_bodies()[one.name][1])
    return stem_of(one.name)


def candidates_of(page: Page, ruled: Sequence[Proposal], tagging: Tagging) -> list[Candidate]:
    """The candidates of a page, by where they stand first."""
    found: dict[str, Candidate] = {}
    spans: dict[tuple[int, int], Proposal] = {}
    for one in ruled:
        spans.setdefault((one.start, one.end), one)
    ends = {one.end: one.start for one in ruled if one.type in _PLACES}
    read = [of_tag(page, tag) for tag in tagging.held if tag.label != "PERSON" and (tag.start, tag.end) not in spans
            and not (tag.end in ends and ends[tag.end] <= tag.start)]
    for one in sorted([*ruled, *(r for r in read if r is not None)], key=lambda p: (p.start, p.end)):
        found.setdefault(key_of(one), Candidate(key_of(one))).proposals.append(one)
    return list(found.values())


def of_tag(page: Page, tag: Tagged) -> Proposal | None:
    """What the tagger reads as a proposal: its name completed, its type by ending, form and label; None for a word."""
    start, end = tag.start, tag.end
    name = page.norm[start:end].replace("\n", "").strip("・ ")
    if len(name) < 2 or generic().fullmatch(name) or re.fullmatch("[0-9.,ー-]+", name):
        return None
    if tag.label == "PLACE" or (name in gazetteer.by_name() and tag.label != "FIRM"):
        return place_of(page, start, end, name)
    via = None
    unit = unit_start(name)
    if unit is not None and tag.label == "FIRM" and len(name[:unit].strip()) >= 2:
        via, name = name[unit:].strip(), name[:unit].strip()
        end -= len(via)
    full = completed(name)
    form, type_ = form_of(full)
    if form is None:
        type_ = bare_type(full) or ("company" if tag.label == "FIRM" else "other")
        if tag.label == "FIRM" and type_ not in ("bank", "cooperative", "consortium"):
            type_ = "company"
    return Proposal(start, end, full, type_, form, rank=0, via=via, sure=form is not None, by="tag")


def completed(name: str) -> str:
    """A press name with its ending in full: «みなと信金» is みなと信用金庫."""
    for short, full in words("tagger")["full_endings"].items():
        if name.endswith(short) and len(name) > len(short) + 1:
            return name[:-len(short)] + str(full)
    return name


# -- evidence ------------------------------------------------------------------------------------------------------

_STEPS = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def _steps(name: str, value: float) -> list[str]:
    return [f"{name}>{step}" for step in _STEPS if value > step]


def evidence(page: Page, tagging: Tagging, one: Candidate, others: Sequence[Candidate]) -> list[str]:
    """What speaks for and against a candidate."""
    norm = page.norm
    spans = sorted({(p.start, p.end) for p in one.proposals})
    first = best(one.proposals)
    name = first.name
    exact = held = inside = person = around = within = 0.0
    for start, end in spans:
        inside = max(inside, tagging.inside(start, end))
        for tag in tagging.over(start, end):
            same = tag.end == end and (tag.start == start or (first.type in _PLACES and tag.start >= start))
            if same and tag.label != "PERSON":
                held = max(held, tag.probability)
                exact = max(exact, tag.probability if tag.chosen else 0.0)
            elif tag.label == "PERSON":
                person = max(person, tag.probability)
            elif tag.start <= start and tag.end >= end:
                around = max(around, tag.probability)
            elif tag.start >= start and tag.end <= end:
                within = max(within, tag.probability)
    by = sorted({p.by for p in one.proposals})
    kind = "place" if first.type in _PLACES else first.type
    found = [*_steps("exact", exact), *_steps("held", held), *_steps("inside", inside), *_steps("person", person),
             *_steps("around", around), *_steps("within", within), "type=" + first.type, "kind=" + kind,
             f"n={min(4, len(spans))}", f"len={min(len(name), 12)}", "by=" + "+".join(by), f"form={bool(first.form)}"]
    found += [f"{b}:{x}" for b in by for x in (*_steps("exact", exact), *_steps("inside", inside))]
    found += [f"{first.type}:{x}" for x in (*_steps("exact", exact), *_steps("inside", inside))]
    found += ["by:" + b for b in by] + [f"{b}:{first.type}" for b in by]
    if spans[0][0] < page.head:
        found.append("title")
    found += ["first=" + name[:1], "last=" + name[-1:], "last2=" + name[-2:], "last3=" + name[-3:], "shape=" + shape(name)]
    for start, end in spans[:6]:
        found += ["before=" + norm[start - 1:start], "after=" + norm[end:end + 1], "after2=" + norm[end:end + 2]]
    ending = next((name[-n:] for n in range(min(12, len(name)), 0, -1) if name[-n:] in endings()), "")
    found.append("ending=" + ending)
    if generic().fullmatch(name[:-len(ending)] if ending else name):
        found.append("generic")
    if first.type in _PLACES:
        found += _of_place(page, one, others, norm)
    else:
        found += _beside(one, others, norm)
    return found


def _of_place(page: Page, one: Candidate, others: Sequence[Candidate], norm: str) -> list[str]:
    alone = [p for p in one.proposals if p.by == "place"]
    found = [f"alone={min(3, len(alone))}", f"acts={min(3, sum(acts(norm, p, p.type) for p in alone))}", f"code={one.key.isdigit()}"]
    behind = {norm[p.end:p.end + 1] for p in alone}
    found += ["behind=" + sign for sign in behind if sign]
    found += ["behind2=" + norm[p.end:p.end + 2] for p in alone]
    if any(c is not one and c.key.startswith(one.key) for c in others):
        found.append("starts another")
    if alone and alone[0].type == "prefecture":
        home = any(p.prefecture == alone[0].name for c in others for p in c.proposals if p.type != "prefecture" and p.by == "place")
        found.append(f"prefecture of another={home}")
    return found


def _beside(one: Candidate, others: Sequence[Candidate], norm: str) -> list[str]:
    found = []
    for other in others:
        if other is one or other.proposals[0].type in _PLACES:
            continue
        if other.key.startswith(one.key):
            found.append("starts a longer")
        elif other.key.endswith(one.key):
            found.append("ends a longer")
        elif one.key in other.key:
            found.append("in a longer")
        elif one.key.startswith(other.key):
            found.append("starts with another")
        elif one.key.endswith(other.key):
            found.append("ends with another")
    for p in one.proposals:
        if pattern("tagger", "called_short").search(norm[max(0, p.start - 8):p.start]):
            found.append("called")
    return found


def best(proposals: Iterable[Proposal]) -> Proposal:
    """The proposal that names a candidate most fully."""
    return max(proposals, key=lambda p: (p.form is not None and p.form in p.name, p.form is not None, p.by != "tag", len(p.name)))


# -- choice --------------------------------------------------------------------------------------------------------

def chosen(page: Page, ruled: Sequence[Proposal], tagging: Tagging) -> list[Proposal]:
    """The proposals that name organisations, none over another, sorted by place."""
    found = candidates_of(page, ruled, tagging)
    model = linear.linear("names", "candidates")
    for one in found:
        one.score = model.probability(evidence(page, tagging, one, found))
    return settled(found, tagging)


def settled(found: Iterable[Candidate], tagging: Tagging, least: float = KEPT) -> list[Proposal]:
    """Of candidates good enough the stretches that do not overlap: those the tagger reads first, then the likely, then the long."""
    read = {(t.start, t.end) for t in tagging.chosen if t.label != "PERSON"}
    ranked = sorted(((p, c.score) for c in found if c.score >= least for p in c.proposals
                     if p.by != "where" or tagging.inside(p.start, p.end) >= _WHERE),
                    key=lambda x: ((x[0].start, x[0].end) not in read, -round(x[1], 2), -(x[0].end - x[0].start), -x[0].rank, x[0].start))
    taken: list[Proposal] = []
    used: set[int] = set()
    for one, _ in ranked:
        if used.isdisjoint(range(one.start, one.end)):
            taken.append(one)
            used.update(range(one.start, one.end))
    return sorted(taken, key=lambda p: p.start)
