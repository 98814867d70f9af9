"""What goes wrong and how often: the errors of an evaluation sorted into classes, each with a count and an example.

The figures of nlp.evaluation say how good the reader is; these classes say where it is worth looking next. Names,
relations and persons are compared as they are there.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp import gazetteer
from nlp.evaluation import (
    Plain,
    by_name,
    comparable,
    differences,
    lenient,
    match,
    pairs_of,
    party_names,
    persons_of,
)

#: Characters of the text that an example shows on each side of a name.
_AROUND = 24


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: its class, the document's id, and what it is about."""
    sort: str
    document: str
    detail: str


@dataclass(frozen=True, slots=True)
class MistakeClass:
    """A class of errors: how many there are, and the first of them."""
    sort: str
    count: int
    example: Mistake


def classes(gold: Mapping[str, Plain], found: Mapping[str, Plain]) -> list[MistakeClass]:
    """All classes of errors, the most frequent first; of equals the one met first."""
    counts: Counter[str] = Counter()
    examples: dict[str, Mistake] = {}
    for mistake in mistakes(gold, found):
        counts[mistake.sort] += 1
        examples.setdefault(mistake.sort, mistake)
    return [MistakeClass(sort, count, examples[sort]) for sort, count in counts.most_common()]


def class_lines(classes: Sequence[MistakeClass], most: int) -> list[str]:
    """The `most` most frequent classes as lines to print, and how many errors the others hold; no line for none."""
    if not most:
        return []
    lines = ["errors  class"]
    for one in classes[:most]:
        lines += [f"{one.count:6d}  {one.sort}", f"        e.g. {one.example.document}: {one.example.detail}"]
    rest = classes[most:]
    return [*lines, f"{sum(one.count for one in rest):6d}  in {len(rest)} other classes"] if rest else lines


def mistakes(gold: Mapping[str, Plain], found: Mapping[str, Plain]) -> Iterator[Mistake]:
    """Every error of every labelled document; a document that was not read counts as empty."""
    for id_, labels in gold.items():
        answer = found.get(id_, {})
        for about in (_organizations, _ties, _persons):
            for sort, detail in about(labels, answer):
                yield Mistake(sort, id_, detail)


def _organizations(labels: Plain, answer: Plain) -> Iterator[tuple[str, str]]:
    theirs, ours = ({n: o for n, o in by_name(d).items() if n} for d in (labels, answer))
    missed, wrong = sorted(theirs.keys() - ours.keys()), sorted(ours.keys() - theirs.keys())
    of_missed = {name: _touching(name, missed) for name in wrong}
    cut = {other for others in of_missed.values() for other in others}
    for name in missed:
        if name not in cut:
            yield f"organisation missed: {_missed(theirs[name], labels, answer)}", _shown(theirs[name]["name"], labels)
    for name in wrong:
        told = ours[name]["name"]
        if of_missed[name]:
            yield ("organisation missed: wrong boundary",
                   f"{told} for {' / '.join(theirs[other]['name'] for other in of_missed[name])}")
        elif known := _touching(name, sorted(theirs.keys() & ours.keys())):
            yield ("organisation wrong: part or short form of one that is found",
                   f"{told} beside {theirs[known[0]]['name']}")
        else:
            yield f"organisation wrong: {ours[name].get('type') or 'no type'}", _shown(told, labels)
    for name in sorted(theirs.keys() & ours.keys()):
        one, other = theirs[name], ours[name]
        if one.get("type") != other.get("type"):
            yield f"type wrong: {other.get('type')} for {one.get('type')}", one["name"]
        if one.get("code") and one["code"] != other.get("code"):
            yield "code wrong" if other.get("code") else "code missed", f"{one['name']}: {other.get('code')} for {one['code']}"


def _touching(name: str, others: Iterable[str]) -> list[str]:
    """The names that hold this one or are held by it."""
    return [other for other in others if name in other or other in name]


def _missed(one: Plain, labels: Plain, answer: Plain) -> str:
    """Why an organisation may have been missed, as far as its name and the answer tell."""
    text = f"{labels.get('title') or ''}\n{labels.get('text') or ''}"
    if one["name"] not in text:
        return "its name does not stand in the text as labelled"
    for other in answer.get("organizations", []):
        if any(one["name"] in _mention(labels, span) for span in other.get("mentions", [])):
            return "taken for a mention of another"
    form = next((row for row in gazetteer.rows("organization_forms.csv") if row["written"] in one["name"]), None)
    return f"with a legal form, {one.get('type')}" if form else f"without a legal form, {one.get('type')}"


def _mention(labels: Plain, span: Plain) -> str:
    source: str = labels.get(span.get("field") or "text") or ""
    return source[span["start"]:span["end"]]


def _shown(name: str, labels: Plain) -> str:
    """A name and the words around its first place, on one line."""
    for source in (labels.get("text") or "", labels.get("title") or ""):
        if (at := source.find(name)) >= 0:
            before, after = source[max(0, at - _AROUND):at], source[at + len(name):at + len(name) + _AROUND]
            return f"{name}: …{before}[{name}]{after}…".replace("\n", "⏎")
    return name


def _ties(labels: Plain, answer: Plain) -> Iterator[tuple[str, str]]:
    theirs, ours = labels.get("relations", []), answer.get("relations", [])
    told = [(theirs[i], ours[j]) for i, j in match(theirs, ours, lenient)]
    for gold, found in told:
        yield from _unequal(gold, found)
    recognised = by_name(answer).keys()
    half_told = {pair for gold, _ in told for pair in pairs_of([gold])}
    for pair in sorted(pairs_of(theirs) - pairs_of(ours) - half_told):
        unknown = [name for name in pair if name not in recognised]
        kind = next(r.get("kind") for r in theirs if set(pair) <= party_names(r))
        yield (f"pair missed: {'a party is not recognised' if unknown else 'both recognised, no tie between them'}",
               f"{' – '.join(pair)} ({kind}{'; unknown: ' + ', '.join(unknown) if unknown else ''})")
    matched = [found for _, found in told]
    for relation in ours:
        if not any(relation is one for one in matched):
            yield _unmatched(relation, theirs), _tie(relation)


def _unmatched(relation: Plain, theirs: Sequence[Plain]) -> str:
    """What is wrong with a relation that answers no label."""
    names = party_names(relation)
    if not theirs:
        return "tie wrong: not asserted, in a document without any"
    if any(names == party_names(gold) for gold in theirs):
        return "tie wrong: kind of another family, or told twice"
    if pairs_of([relation]) & pairs_of(theirs):
        return "tie wrong: other parties, a pair right"
    return "tie wrong: not asserted"


def _tie(relation: Plain) -> str:
    return f"{relation.get('kind')} {relation.get('status')} {' – '.join(sorted(party_names(relation)))}"


def _unequal(gold: Plain, found: Plain) -> Iterator[tuple[str, str]]:
    """The errors in a relation that tells of a labelled tie."""
    theirs, ours = party_names(gold), party_names(found)
    if extra := ours - theirs:
        yield "tie wrong: extra party", f"{', '.join(sorted(extra))} in {_tie(gold)}"
    if lacking := theirs - ours:
        yield "tie wrong: missing party", f"{', '.join(sorted(lacking))} in {_tie(gold)}"
    for key, (labelled, told) in differences(gold, found).items():
        where = f"{_tie(gold)}: {told} for {labelled}"
        if key == "date":
            yield f"date wrong: {_date(labelled, told)}", where
        elif key == "themes":
            yield from ((f"theme {'missed' if theme in labelled else 'wrong'}", f"{theme} of {_tie(gold)}")
                        for theme in sorted(set(labelled) ^ set(told)))
        elif key == "role":
            yield "role wrong", where
        else:
            yield f"{'tie wrong: ' if key == 'kind' else 'status wrong: '}{told} for {labelled}", where


def _date(labelled: str | None, told: str | None) -> str:
    if told is None:
        return "none found"
    if labelled is None:
        return "one where the label has none"
    return "precision" if labelled.startswith(told) or told.startswith(labelled) else "another"


def _persons(labels: Plain, answer: Plain) -> Iterator[tuple[str, str]]:
    theirs, ours = persons_of(labels), persons_of(answer)
    recognised = by_name(answer).keys()
    missed, wrong = sorted(theirs - ours), sorted(ours - theirs)
    for name, organization in missed:
        elsewhere = [other for other, place in wrong if other == name]
        touching = [other for other, _ in wrong if other != name and _touching(name, [other])]
        if elsewhere:
            sort = "another organisation"
        elif touching:
            sort = "wrong boundary of the name"
        else:
            sort = "missed" if organization in recognised else "missed, the organisation too"
        yield f"person: {sort}", f"{name} ({organization})"
    names = [comparable(name) for name, _ in missed]
    for name, organization in wrong:
        if not _touching(comparable(name), names):
            yield "person: none labelled", f"{name} ({organization})"
