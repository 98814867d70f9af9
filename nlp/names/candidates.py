"""What may be an organisation of a page: the stretches that the rules propose and the tagger reads, one candidate a name.

A candidate's evidence is a list of plain features; a linear model (fitted by nlp.training.names) weighs them.
"""
from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nlp import gazetteer, linear
from nlp.names.boundaries import trim
from nlp.names.chains import with_listed
from nlp.names.entities import PLACES, Proposal, apart
from nlp.names.headed import called_thing, closed, of_people, with_acting
from nlp.names.known import BY as KNOWN
from nlp.names.known import full_stems
from nlp.names.legal_forms import bare_type, completed, ends_like_firm, form_of
from nlp.names.places import acts, place_of
from nlp.names.tagger import Tagged, Tagging, seats_of, shape
from nlp.names.units import unit_start
from nlp.names.vocabulary import endings, form_pattern, generic, public_bodies, stem_of
from nlp.names.widths import leads
from nlp.patterns import pattern
from nlp.text import Page

#: A name that is so much likelier than the one that the tagger reads at its place is taken instead.
_MUCH = 0.15
#: A place that no rule takes for a body is one all the same where the tagger reads it so likely.
_WHERE = 0.3
#: A known name that also means something else is an organisation's from this probability on.
_NAMED = 0.2
#: From this probability on a person is one whose brackets are looked into.
_PERSON = 0.6
#: Recognisers that the tagger cannot judge, and that are right where they find something.
_CERTAIN = frozenset({"spaced", "own", "told", "context elided"})
#: From this probability on a candidate is an organisation.
KEPT = 0.42
#: What a name without a legal form is all the same that the tagger reads as a firm's.
_NO_FIRMS = frozenset({"bank", "cooperative", "consortium", "unit", "regional_bureau", "university", "chamber", "joint_authority"})


@dataclass(slots=True)
class Candidate:
    """A name with all stretches that may stand for it."""
    key: str
    proposals: list[Proposal] = field(default_factory=list)
    tags: list[Tagged] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)
    score: float = 0.0


def key_of(one: Proposal) -> str:
    """What proposals of one organisation share: its code, else its name without form and signs."""
    if one.code:
        return one.code
    if one.type in PLACES:
        return one.name
    if one.name in public_bodies():
        return stem_of(public_bodies()[one.name][1])
    return full_stems().get(one.name) or stem_of(one.name)


def candidates_of(page: Page, ruled: Sequence[Proposal], tagging: Tagging) -> list[Candidate]:
    """The candidates of a page, by where they stand first."""
    people = [tag.end for tag in tagging.held if tag.label == "PERSON" and tag.probability > _PERSON]
    ruled = [*ruled, *of_people(page.norm, people)]
    found: dict[str, Candidate] = {}
    spans: dict[tuple[int, int], list[Proposal]] = {}
    ends: dict[int, Proposal] = {}
    formed: dict[int, Proposal] = {}
    closing: dict[int, list[Proposal]] = {}
    for one in ruled:
        if one.by in ("form", "ending"):
            closing.setdefault(one.end, []).append(one)
        spans.setdefault((one.start, one.end), []).append(one)
        if one.type in PLACES:
            ends[one.end] = one
        elif one.by == "form":
            formed[one.end] = one
        found.setdefault(key_of(one), Candidate(key_of(one))).proposals.append(one)
    for tag in tagging.held:
        if tag.label == "PERSON":
            continue
        same = spans.get((tag.start, tag.end), [])
        if tag.end in ends and ends[tag.end].start <= tag.start:
            same = [ends[tag.end]]
        elif not same and tag.end in formed and _torn(page.norm, formed[tag.end], tag):
            same = [formed[tag.end]]
        elif not same:
            same = _led(page.norm, closing.get(tag.end, ()), tag)
        for one in same or of_tag(page, tag):
            candidate = found.setdefault(key_of(one), Candidate(key_of(one)))
            candidate.tags.append(tag)
            if not same:
                candidate.proposals.append(one)
    seats = seats_of(page.norm, apart(ruled))
    tags = [m.span() for m in pattern("names", "markup").finditer(page.norm)] if "<" in page.norm else []
    found = {key: one for key, one in found.items()
             if not _thing(page.norm, one) and not _only_seat(page.norm, one) and not _in_tags(tags, one) and not _aged(page.norm, one)
             and not _amid_latin(page.norm, one)}
    for candidate in found.values():
        candidate.seats = [seats[p.start] for p in candidate.proposals if p.start in seats and p.by != "tag"]
        candidate.proposals.sort(key=lambda p: (p.start, p.end))
    return sorted(found.values(), key=lambda c: c.proposals[0].start)


def _thing(norm: str, one: Candidate) -> bool:
    """Whether a page calls a name without a legal form a thing's."""
    if any(p.by not in ("tag", "quoted", "ending", "wide") or p.form is not None for p in one.proposals):
        return False
    return any(called_thing(norm, p.start, p.end) for p in one.proposals) or all(closed(norm, p.start, p.end) for p in one.proposals)


def _aged(norm: str, one: Candidate) -> bool:
    """Whether a name is a person's, whose age follows: «水瀬一郎さん(67)»."""
    return all(p.form is None and p.type not in PLACES for p in one.proposals) \
        and any(pattern("names", "age_behind").match(norm, p.end) for p in one.proposals)


def _in_tags(tags: Sequence[tuple[int, int]], one: Candidate) -> bool:
    """Whether a name stands in tags of HTML alone."""
    return bool(tags) and all(any(a <= p.start and p.end <= b for a, b in tags) for p in one.proposals)


def _amid_latin(norm: str, one: Candidate) -> bool:
    """Whether a name is small Latin words amid others, as a sentence in another language has them."""
    return all(p.by == "tag" and norm[p.start].islower() and re.search("[A-Za-z'’,] $", norm[max(0, p.start - 2):p.start]) for p in one.proposals)


def _only_seat(norm: str, one: Candidate) -> bool:
    """Whether a place stands only where it tells where somebody is: «X市の酒蔵», «観光局(岐阜県中津川市、X市)»."""
    return all(p.type in PLACES and p.by in ("place", "where", "tag") and _seat(norm, p.start, p.end) for p in one.proposals)


def _seat(norm: str, start: int, end: int) -> bool:
    before = norm[max(0, start - 40):start].split("\n")[-1]
    around = norm[start - 1:start] + "\0" + norm[end:end + 3]
    return (pattern("names", "only_seat_before").search(before) is not None or pattern("names", "listed_seat").search(before) is not None
            or pattern("names", "only_seat_behind").match(norm, end) is not None
            or pattern("names", "label_of_region").match(around) is not None)


def _torn(norm: str, one: Proposal, tag: Tagged) -> bool:
    """Whether a tag holds the end only of a name: it begins with a legal form and Latin letters («㈱A&|B製作所»), or the tag
    with a word that goes on («ミナセ・|アンド・トウノ株式会社»)."""
    if one.start < tag.start and norm[tag.start - 1] == "・" and pattern("tagger", "goes_on").match(norm, tag.start):
        return True
    between = norm[one.start:tag.start]
    return one.start < tag.start and re.fullmatch("[A-Za-z0-9&.・ -]+", form_pattern().sub("", between)) is not None


def _led(norm: str, closing: Iterable[Proposal], tag: Tagged) -> list[Proposal]:
    """The name that a tag holds behind words that only tell where it is or what it does: «家具の|ミナセ株式会社»."""
    return [one for one in closing if tag.start < one.start < tag.end and leads(norm[tag.start:one.start])][:1]


def of_tag(page: Page, tag: Tagged) -> list[Proposal]:
    """What the tagger reads as proposals: names completed, types by ending, form and label; a list in parts; words left out."""
    found = []
    for start, end in _parts(page.norm, tag.start, tag.end):
        one = _of_stretch(page, start, end, tag.label)
        if one is not None:
            found.append(one)
    return found


def _parts(norm: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of a stretch: «A大学・B大学», «A会 ②B会» are two."""
    first = start
    for match in pattern("tagger", "joins").finditer(norm, start, end):
        left, right = norm[first:match.start()], norm[match.end():end]
        if match["sure"] or (complete(left) and complete(right)):
            yield first, match.start()
            first = match.end()
    yield first, end


def complete(name: str) -> bool:
    """Whether a stretch is a whole name by its legal form or ending."""
    bare = form_pattern().sub("", name)
    return len(bare) >= 2 and (bare != name or any(name[-n:] in endings() for n in range(2, min(12, len(name)))))


def _of_stretch(page: Page, start: int, end: int, label: str) -> Proposal | None:
    start, end = trim(page.norm, start, end)
    if polite := pattern("tagger", "polite").search(page.norm, start, end):
        end = polite.start()
    if "「" in page.norm[start:end] and page.norm[end:end + 1] == "」":
        end += 1
    name = re.sub("[「」\n]", "", page.norm[start:end])
    if len(name) < 2 or not form_pattern().sub("", name).strip() or generic().fullmatch(name) or re.fullmatch("[0-9.,ー-]+", name):
        return None
    if label == "PLACE" or (name in gazetteer.by_name() and label != "FIRM"):
        return place_of(page, start, end, name)
    via = None
    unit = _unit(name, label)
    if unit is not None:
        via, name = name[unit:].strip(), name[:unit].strip()
        start, end = trim(page.norm, start, end - len(via))
    elif pattern("tagger", "its_company").search(name):
        name, end = name[:-1], end - 1
    full = completed(name) if not re.match("[一-龥ァ-ヴー]", page.norm[end:end + 1]) or via else name
    form, type_ = form_of(full)
    if pattern("names", "left_open").search(full) or (form is None and pattern("names", "no_organization").search(full)):
        return None
    if form is None:
        type_ = bare_type(full) or ("company" if label == "FIRM" or ends_like_firm(full) else "other")
        if label == "FIRM" and type_ not in _NO_FIRMS:
            type_ = "company"
    return Proposal(start, end, full, type_, form, rank=0, via=via, sure=form is not None, by="tag")


def _unit(name: str, label: str) -> int | None:
    """Where the branch begins that a name ends with, if it only acts for the organisation; a chapter is one of its own."""
    branch = pattern("names", "ja").fullmatch(name)
    unit = branch.start("unit") if branch and branch["unit"] else unit_start(name)
    if unit is None or len(name[:unit].strip()) < 2 or pattern("reference", "chapter").search(name):
        return None
    return unit if label == "FIRM" or pattern("tagger", "cuts_unit").search(name[:unit]) or branch else None


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
    held = max((tag.probability for tag in one.tags), default=0.0)
    exact = max((tag.probability for tag in one.tags if tag.chosen), default=0.0)
    inside = person = around = within = 0.0
    borders: set[str] = set()
    for start, end in spans:
        inside = max(inside, tagging.inside(start, end))
        for tag in tagging.over(start, end):
            if tag in one.tags:
                continue
            if tag.label == "PERSON":
                person = max(person, tag.probability)
            elif tag.start <= start and tag.end >= end:
                around = max(around, tag.probability)
            elif tag.start >= start and tag.end <= end:
                within = max(within, tag.probability)
                borders |= {"tag begins it"} if tag.start == start else {"tag ends it"} if tag.end == end else {"tag amid it"}
    by = sorted({p.by for p in one.proposals})
    kind = "place" if first.type in PLACES else first.type
    found = [*sorted(borders), *_steps("exact", exact), *_steps("held", held), *_steps("inside", inside), *_steps("person", person),
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
    if first.type in PLACES:
        found += _of_place(one, others, norm)
    else:
        found += _beside(one, others, norm)
    return found


def _of_place(one: Candidate, others: Sequence[Candidate], norm: str) -> list[str]:
    alone = [p for p in one.proposals if p.by == "place"]
    found = [f"alone={min(3, len(alone))}", f"acts={min(3, sum(acts(norm, p, p.type) for p in alone))}", f"code={one.key.isdigit()}"]
    behind = {norm[p.end:p.end + 1] for p in alone}
    found += ["seat " + kind for kind in one.seats] + [f"not seat={min(3, len(alone) - len(one.seats))}"]
    found += ["behind=" + sign for sign in behind if sign]
    found += ["behind2=" + norm[p.end:p.end + 2] for p in alone]
    all_behind = {norm[p.end:p.end + 1] for p in one.proposals}
    if len(all_behind) == 1:
        found.append("only behind=" + min(all_behind))
    found += ["ahead=" + norm[p.start - 1:p.start] for p in alone]
    lines = [norm[norm.rfind("\n", 0, p.start) + 1:end if (end := norm.find("\n", p.end)) >= 0 else len(norm)] for p in one.proposals[:6]]
    found.append(f"ties={any(pattern('tagger', 'act').search(line) for line in lines)}")
    found.append(f"does={sum(pattern('tagger', 'does').match(norm, p.end) is not None for p in one.proposals) > 0}")
    found += ["of " + match["what"] for p in alone if (match := pattern("tagger", "of_what").match(norm, p.end))]
    if any(p.prefecture and norm[p.start:p.end].startswith(p.prefecture) for p in alone):
        found.append("with prefecture")
    if any(c is not one and c.key.startswith(one.key) for c in others):
        found.append("starts another")
    if alone and alone[0].type == "prefecture":
        home = any(p.prefecture == alone[0].name for c in others for p in c.proposals if p.type != "prefecture" and p.by == "place")
        found.append(f"prefecture of another={home}")
    return found


def _beside(one: Candidate, others: Sequence[Candidate], norm: str) -> list[str]:
    found = []
    for other in others:
        if other is one or other.proposals[0].type in PLACES:
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

def chosen(page: Page, ruled: Sequence[Proposal], tagging: Tagging, model: linear.Linear | None = None,
           known: Sequence[Proposal] = ()) -> list[Proposal]:
    """The proposals that name organisations, none over another, sorted by place; weighed by the stored model or another.

    `known` are names that every reader knows. The model has learnt from invented names and is not asked about them.
    """
    found = candidates_of(page, ruled, tagging)
    model = model or linear.linear("names", "candidates")
    for one in found:
        one.score = model.probability(evidence(page, tagging, one, found))
        if any(p.by in _CERTAIN for p in one.proposals):
            one.score = max(one.score, KEPT)
    agree(page, found)
    taken = with_acting(page, settled([*found, *of_known(page, known, found, tagging)], tagging), tagging)
    return with_listed(page, taken, tagging)


def of_known(page: Page, known: Sequence[Proposal], found: Iterable[Candidate], tagging: Tagging) -> Iterator[Candidate]:
    """Known names that are no part of another name, nor a person's; those that mean something else too, where the tagger
    reads a name."""
    spans = {(p.start, p.end) for p in known}
    others = [p for one in found if one.score >= KEPT for p in one.proposals
              if p.by != "where" and not (p.form is None and _of_known_parts(page.norm, p, spans))]
    for one in known:
        # the name with its branch, a blank between them or none, is no other name
        end = one.end + len(one.via) + 1 if one.via else one.end
        if any(p.start < one.end and one.start < p.end and not (one.start <= p.start and p.end <= end) for p in others):
            continue
        if not one.sure and tagging.inside(one.start, one.end) < _NAMED:
            continue
        if any(tag.label == "PERSON" and tag.probability > _PERSON for tag in tagging.over(one.start, one.end)):
            continue
        yield Candidate(key_of(one), [one], score=1.0)


def _of_known_parts(norm: str, one: Proposal, spans: Container[tuple[int, int]]) -> bool:
    """Whether a stretch is known names alone, joined: «イオン・イトーヨーカ堂»."""
    ends = [match.start() for match in pattern("known", "joins").finditer(norm, one.start, one.end)] + [one.end]
    starts = [one.start] + [end + 1 for end in ends[:-1]]
    return len(ends) > 1 and all(span in spans for span in zip(starts, ends, strict=True))


def agree(page: Page, found: Iterable[Candidate]) -> None:
    """Names whose ending a list leaves out stand or fall together, as prefectures do that follow each other at once: each
    gets the best score of its list."""
    found = list(found)
    lists: dict[tuple[int, str], list[Candidate]] = {}
    for one in found:
        for p in one.proposals:
            if p.by.endswith("elided"):
                lists.setdefault((page.line_of(p.start), p.by), []).append(one)
    for listed in lists.values():
        top = max(one.score for one in listed)
        for one in listed:
            one.score = max(one.score, top)
    strung = sorted(((p, one) for one in found for p in one.proposals if p.type == "prefecture" and p.by == "place"), key=lambda s: s[0].start)
    for (p, one), (q, other) in [*pairwise(strung), *pairwise(strung[::-1])]:
        if p.end == q.start or q.end == p.start:
            other.score = max(one.score, other.score)


def settled(found: Iterable[Candidate], tagging: Tagging, least: float = KEPT) -> list[Proposal]:
    """Of candidates good enough the stretches that do not overlap: those the tagger reads first, unless another that begins
    there is much likelier, then the likely, then the long."""
    read = {t.start: t.end for t in tagging.chosen if t.label != "PERSON"}
    given = [(p, c.score) for c in found if c.score >= least for p in c.proposals
             if p.by != "where" or tagging.inside(p.start, p.end) >= _WHERE]
    likeliest: dict[int, float] = {}
    for p, score in given:
        likeliest[p.start] = max(score, likeliest.get(p.start, 0.0))

    def is_read(p: Proposal, score: float) -> bool:
        within = p.end <= read.get(p.start, 0) <= p.end + len(p.via or "") + 1
        return within and score >= likeliest[p.start] - _MUCH

    ranked = sorted(given, key=lambda x: (x[0].by != KNOWN, not is_read(*x), -round(x[1], 2), -(x[0].end - x[0].start), -x[0].rank, x[0].start))
    taken: list[Proposal] = []
    used: set[int] = set()
    for one, _ in ranked:
        if used.isdisjoint(range(one.start, one.end)):
            taken.append(one)
            used.update(range(one.start, one.end))
    return sorted(taken, key=lambda p: p.start)
