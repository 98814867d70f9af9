"""Where the names of annotated documents stand, and copies of such documents with other names in them."""
from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp import gazetteer
from nlp.evaluation import comparable
from nlp.model import Document
from nlp.names.entities import PLACES, Proposal
from nlp.names.vocabulary import form_pattern, legal_forms
from nlp.patterns import pattern, words
from nlp.text import Page

Gold = dict[str, Any]
_FIRMS = ("company", "bank")


def label_of(type_: str) -> str:
    """The tagger's label for an organisation's type."""
    return "PLACE" if type_ in PLACES else "FIRM" if type_ in _FIRMS else "BODY"


def folded(name: str) -> str:
    """A name as it stands in `Page.norm`."""
    return Page(Document("name", name)).norm.strip()


def written(name: str, type_: str) -> set[str]:
    """The ways in which a text may write the name of an organisation: without its form, with its short ending."""
    full = folded(name)
    bare = form_pattern().sub("", full).strip()
    found = {full, full.replace(" ", "")}
    if len(bare) >= 2:
        found.add(bare)
    if type_ == "ward" and (ward := re.fullmatch("(.{2,6}市)(.{2,}区)", full)):
        found.add(ward[2])
    for long, short in words("tagger")["short_endings"].items():
        if bare.endswith(long) and len(bare) > len(long) + 1:
            found.add(bare[:-len(long)] + short)
    for town in pattern("tagger", "towns_own").finditer(bare):
        found.add(town[1] + bare[town.end():])
    return {one for one in found if len(one) >= 2}


@dataclass(frozen=True, slots=True)
class Span:
    """A name of the annotation in `Page.norm`."""
    start: int
    end: int
    label: str


def spans_of(page: Page, gold: Mapping[str, Any], surname: Mapping[str, str], ruled: Iterable[Proposal] = ()) -> list[Span]:
    """Where the annotated names stand; `surname` gives the family name of persons, which titles follow alone.

    `ruled` shows where rules complete a short name («恵庭、千歳市»).
    """
    wanted: list[tuple[str, str, str]] = []
    for one in gold["organizations"]:
        wanted += [(form, label_of(one["type"]), "") for form in written(one["name"], one["type"])]
    for person in gold["persons"]:
        name = folded(person["name"]).replace(" ", "")
        wanted.append((name, "PERSON", ""))
        if surname.get(name):
            wanted.append((surname[name], "PERSON", _called()))
    for match in pattern("names", "alias").finditer(page.norm):
        if any(one["type"] not in PLACES for one in gold["organizations"]) and _short_form(match[1], wanted):
            wanted.append((match[1].strip(), _short_form(match[1], wanted), ""))
    used = bytearray(len(page.norm) + 1)
    found: list[Span] = []
    for form, label, behind in sorted(set(wanted), key=lambda w: (-len(w[0]), w)):
        apart = r"[ \n]*".join(map(re.escape, form.replace(" ", "")))
        for match in re.finditer(apart + behind, page.norm):
            start, end = match.start(), match.start() + len(match[0]) if not behind else match.end(0)
            if not any(used[start:end]) and _is_name(page.norm, start, end, form, label):
                used[start:end] = b"\1" * (end - start)
                found.append(Span(start, end, label))
    named = {comparable(one["name"]): one["type"] for one in gold["organizations"]}
    for one in ruled:
        if (one.by.startswith("context") or one.by in ("completed", "elided")) and comparable(one.name) in named and not any(used[one.start:one.end]):
            used[one.start:one.end] = b"\1" * (one.end - one.start)
            found.append(Span(one.start, one.end, label_of(named[comparable(one.name)])))
    return _without_seats(page.norm, sorted(found, key=lambda s: s.start))


def _without_seats(norm: str, spans: Sequence[Span]) -> list[Span]:
    """The names but places that only tell where («A市の株式会社B», «B（A市）»), where the place stands as a body too."""
    seats = {n for n, span in enumerate(spans) if span.label == "PLACE" and _is_seat(norm, spans, n)}
    acting = {norm[s.start:s.end] for n, s in enumerate(spans) if n not in seats}
    return [s for n, s in enumerate(spans) if n not in seats or norm[s.start:s.end] not in acting]


def _is_seat(norm: str, spans: Sequence[Span], number: int) -> bool:
    span = spans[number]
    if pattern("tagger", "seat").match(norm, span.end):
        return True
    following = spans[number + 1] if number + 1 < len(spans) else None
    if following and following.label in ("FIRM", "BODY") and pattern("tagger", "seat_of").fullmatch(norm[span.end:following.start]):
        return True
    before = spans[number - 1] if number else None
    return bool(before and before.label in ("FIRM", "BODY") and pattern("tagger", "seat_behind").fullmatch(norm[before.end:span.start]))


def _short_form(short: str, wanted: Sequence[tuple[str, str, str]]) -> str:
    """The label of the organisation whose name a short form is made from; empty where it is a word («協議会»)."""
    short = short.strip()
    if len(short) < 3 or pattern("tagger", "no_alias").search(short):
        return ""
    return next((label for name, label, _ in wanted if name.startswith(short[:2]) and label != "PERSON"), "")


@cache
def _called() -> str:
    titles = "|".join(words("tagger")["titles"].split())
    return f"(?= ?(?:{titles}|{words('tagger')['called']}))"


def _is_name(norm: str, start: int, end: int, form: str, label: str) -> bool:
    before, after = norm[max(0, start - 1):start], norm[end:end + 1]
    if (re.match("[A-Za-z0-9]", form[0]) and re.match("[A-Za-z]", before)) or (re.match("[A-Za-z0-9]", form[-1]) and re.match("[A-Za-z]", after)):
        return False
    if (re.match("[ァ-ヴー]", form[0]) and re.match("[ァ-ヴー]", before)) or (re.match("[ァ-ヴー]", form[-1]) and re.match("[ァ-ヴー]", after)):
        return False
    if label != "PLACE":
        return True
    line = norm[norm.rfind("\n", 0, start) + 1:start]
    if pattern("names", "place_in").search(line[-14:]) or pattern("tagger", "only_where").match(norm, end):
        return False
    inside_word = re.match("[一-龥ァ-ヴ]", after) and not pattern("names", "place_after").match(norm[end:end + 30])
    return not inside_word and not (re.match("[一-龥]", before) and form[-1] == "区" and before not in "市県府都")


# -- copies with other names ---------------------------------------------------------------------------------------

class Pools:
    """Names to put in the place of others, by kind: places by ending, organisations by type and form."""

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        self.names: dict[str, list[str]] = {}
        people: set[str] = set()
        pools: dict[str, set[str]] = {}
        for place in gazetteer.places():
            if place.type == "municipality":
                pools.setdefault("place" + place.name[-1], set()).add(place.name)
            elif place.type == "prefecture":
                pools.setdefault("prefecture" + place.name[-1], set()).add(place.name)
        for gold in documents:
            for one in gold["organizations"]:
                if one["type"] not in PLACES:
                    pools.setdefault(_pool(one), set()).add(form_pattern().sub("", folded(one["name"])).strip())
            people.update(folded(p["name"]).replace(" ", "") for p in gold["persons"])
        self.names = {key: sorted(name for name in names if len(name) > 1) for key, names in pools.items()}
        self.people = sorted(people)


def _pool(one: Mapping[str, Any]) -> str:
    name = folded(one["name"])
    if one["type"] in PLACES:
        return ("prefecture" if one["type"] == "prefecture" else "place") + name[-1]
    return str(one["type"]) + ("" if one["type"] != "company" or form_pattern().search(name) else "*")


def swapped(gold: Mapping[str, Any], pools: Pools, chance: random.Random, surname: Mapping[str, str]) -> Gold:
    """A copy of an annotated document with other names of the same kinds; some lose their legal form."""
    puts: dict[str, str] = {}
    organizations, persons = [], []
    taken: set[str] = set()
    for one in gold["organizations"]:
        name = folded(one["name"])
        new = _other(name, one, pools, chance, taken)
        taken.add(new)
        bare, new_bare = form_pattern().sub("", name).strip(), form_pattern().sub("", new).strip()
        if len(bare) >= 3 or one["type"] in PLACES:
            puts[bare] = new_bare
        if bare != name:
            puts[name] = new
        organizations.append({**one, "name": puts.get(name, puts[bare] if bare == name and bare in puts else name)})
    for person in gold["persons"]:
        name = folded(person["name"]).replace(" ", "")
        family = surname.get(name, "")
        new = chance.choice(pools.people) if len(name) >= 3 and pools.people else name
        new_family = surname.get(new, "")
        if not family or not new_family or len(family) < 2 or family in puts:
            persons.append(dict(person))
            continue
        puts[family] = new_family
        puts[name] = new
        puts[family + " " + name[len(family):]] = new_family + " " + new[len(new_family):]
        persons.append({**person, "name": new})
    kept = [o["name"] for o, n in zip(gold["organizations"], organizations, strict=True)
            if o["type"] not in (*PLACES, "national_government") and folded(o["name"]) == n["name"]]
    copy = {**gold, "organizations": organizations, "persons": persons, "relations": [], "kept": kept}
    for key in ("title", "text", "publisher"):
        if gold.get(key):
            copy[key] = _put(folded(gold[key]) if key != "text" else Page(Document("t", gold["text"])).norm, puts)
    return copy


def _put(text: str, puts: Mapping[str, str]) -> str:
    found = "|".join(map(re.escape, sorted(puts, key=lambda w: (-len(w), w))))
    return re.sub(found, lambda m: puts[m[0]], text) if found else text


def _other(name: str, one: Mapping[str, Any], pools: Pools, chance: random.Random, taken: set[str]) -> str:
    form = form_pattern().search(name)
    choices = pools.names.get(_pool(one), [])
    for _ in range(4):
        if not choices:
            break
        new = chance.choice(choices)
        if new in taken or new == name:
            continue
        if not form or (len(new) < 3 and chance.random() < 0.5):
            return new
        if chance.random() < 0.25 and legal_forms()[form[0]][1] == "company":
            return new
        return new + name[form.start():] if form.start() else form[0] + new
    return name
