"""Compare what the extractor found with labels: the project's figures, the errors behind them, and calibration.

Names count as equal after NFKC, without legal form, blanks, punctuation, a seat («市役所» → «市») and a leading
prefecture or county. Documents are plain objects of the output contract; a labelled document that was not read counts
as empty.
"""
from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlp.model import ORGANIZATION_TYPES

Plain = Mapping[str, Any]
Pair = tuple[str, ...]

_FORMS = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "相互会社", "一般社団法人", "一般財団法人",
          "公益社団法人", "公益財団法人", "特定非営利活動法人", "認定NPO法人", "NPO法人", "国立大学法人",
          "公立大学法人",
          "学校法人", "社会福祉法人", "医療法人", "独立行政法人", "国立研究開発法人", "地方独立行政法人",
          "(株)", "(有)", "(一社)", "(一財)", "(公財)", "(公社)", "(特非)", "(同)")
_FORM = re.compile("|".join(map(re.escape, _FORMS)))
_SILENT = re.compile(r"[\s・･,.\-–—‐―ー−'’]")
_SEAT = re.compile("(?:市役所|町役場|村役場|区役所)$")
_PREFECTURE = re.compile("^(?:北海道|東京都|京都府|大阪府|.{2,3}県)(?=.+[市区町村])(?!.*(?:市長会|町村会|町村長会)$)")
_COUNTY = re.compile("^.{1,5}?郡(?=.+[町村]$)")
#: Kinds that a lenient match does not tell apart.
_FAMILIES = (
    ("comprehensive_partnership", "partnership", "disaster_support", "memorandum", "basic_agreement",
     "business_alliance", "capital_alliance"),
    ("joint_research", "field_trial"),
    ("outsourcing", "designated_manager", "pfi", "naming_rights"),
    ("donation", "investment"),
    ("secondment", "support"),
    ("membership", "secretariat", "founding"),
    ("brokerage",),
)
_FAMILY = {kind: number for number, kinds in enumerate(_FAMILIES) for kind in kinds}
_COUNTED = ("organizations", "pairs", "relations_strict", "relations_lenient", "persons", "themes", "codes")
#: Lower ends of the bands of confidence, and the upper end of the last.
_BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 1.0)


def comparable(name: str | None) -> str:
    """A name as it is compared."""
    plain = _SILENT.sub("", unicodedata.normalize("NFKC", name or ""))
    plain = _SEAT.sub(lambda seat: seat[0][0], _FORM.sub("", plain))
    placed = _PREFECTURE.sub("", plain)
    return (_COUNTY.sub("", placed) or placed or plain).lower()


@dataclass(slots=True)
class _Count:
    """What was right, what the labels hold and what was found."""
    right: int = 0
    gold: int = 0
    found: int = 0

    def add(self, gold: set[Any], found: set[Any]) -> None:
        self.right += len(gold & found)
        self.gold += len(gold)
        self.found += len(found)

    def figures(self) -> dict[str, float]:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        both = precision + recall
        return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0,
                "gold": self.gold}


@dataclass(slots=True)
class _Figures:
    counts: dict[str, _Count] = field(default_factory=lambda: {name: _Count() for name in _COUNTED})
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    #: Of each labelled status: how often it was found, and how often it was asked for.
    states: dict[str, tuple[int, int]] = field(default_factory=dict)
    silent: int = 0
    alarms: int = 0

    def ask(self, question: str, right: int, of: int) -> None:
        self.asked[question] += of
        self.right[question] += right

    def matched(self, gold: Plain, found: Plain) -> None:
        """What two relations that tell of the same tie agree on."""
        for key in ("kind", "status", "date"):
            self.ask(key, gold.get(key) == found.get(key), 1)
        state = gold.get("status") or ""
        right, asked = self.states.get(state, (0, 0))
        self.states[state] = (right + (found.get("status") == state), asked + 1)
        roles = roles_of(gold)
        self.ask("role", len(roles & roles_of(found)), len(roles))
        self.counts["themes"].add(set(gold.get("themes") or ()), set(found.get("themes") or ()))

    def organizations(self, gold: Plain, found: Plain) -> None:
        """Names, types and codes of one document."""
        theirs, ours = by_name(gold), by_name(found)
        self.counts["organizations"].add(theirs.keys() - {""}, ours.keys() - {""})
        common = theirs.keys() & ours.keys()
        self.ask("org_type", sum(theirs[n].get("type") == ours[n].get("type") for n in common), len(common))
        sectors = {n: s for n in common if (s := _sector(theirs[n]))}
        self.ask("sector", sum(_sector(ours[n]) == s for n, s in sectors.items()), len(sectors))
        codes = _codes(gold)
        answers = {name: one.get("code") for name, one in ours.items()}
        seen = codes.keys() & answers.keys()
        self.ask("code", sum(answers[n] == codes[n] for n in seen), len(seen))
        self.counts["codes"].add(set(codes.items()), {(n, c) for n, c in answers.items() if c})

    def result(self, documents: int) -> dict[str, Any]:
        answers = {q: self.right[q] / self.asked[q] if self.asked[q] else None for q in self.asked}
        if self.states:
            # every status counts the same, however seldom: most ties are concluded
            answers["status_macro"] = sum(right / asked for right, asked in self.states.values()) / len(self.states)
        return {"documents": documents, **{name: count.figures() for name, count in self.counts.items()},
                "accuracy": dict(sorted(answers.items())),
                "false_alarms": {"documents": self.silent, "with_relation": self.alarms}}


def by_name(document: Plain) -> dict[str, Plain]:
    """The organisations of a document by comparable name."""
    return {comparable(one["name"]): one for one in document.get("organizations", [])}


def _sector(organization: Plain) -> str | None:
    """The sector that an organisation's type says."""
    return ORGANIZATION_TYPES.get(organization.get("type", ""), ("", None))[1]


def _codes(document: Plain) -> dict[str, str]:
    # Of two entries under one comparable name the last that has a code counts.
    return {comparable(one["name"]): one["code"] for one in document.get("organizations", []) if one.get("code")}


def party_names(relation: Plain) -> frozenset[str]:
    """The comparable names of a relation's parties."""
    return frozenset(name for party in relation.get("parties", []) if (name := comparable(party["name"])))


def roles_of(relation: Plain) -> set[tuple[str, Any]]:
    """(comparable name, role) of each party."""
    return {(comparable(party["name"]), party.get("role")) for party in relation.get("parties", [])}


def pairs_of(relations: Iterable[Plain]) -> set[Pair]:
    """The unordered pairs of organisations that some relation joins."""
    return {pair for one in relations for pair in itertools.combinations(sorted(party_names(one)), 2)}


def _overlap(gold: Plain, found: Plain) -> float:
    """Jaccard index of the two party sets; 0 where both are empty."""
    ours, theirs = party_names(gold), party_names(found)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def strict(gold: Plain, found: Plain) -> bool:
    """One kind and one set of parties."""
    return gold.get("kind") == found.get("kind") and party_names(gold) == party_names(found)


def lenient(gold: Plain, found: Plain) -> bool:
    """One family of kinds and at least half of the parties in common."""
    return _FAMILY.get(gold.get("kind", "")) == _FAMILY.get(found.get("kind", "")) and _overlap(gold, found) >= 0.5


def match(gold: Sequence[Plain], found: Sequence[Plain],
          may: Callable[[Plain, Plain], bool]) -> list[tuple[int, int]]:
    """Index pairs, each relation at most once: the greatest overlap first, an equal kind before another.

    Of equals the later one goes first: with another order of ties figures would not be comparable.
    """
    ranked = sorted(((_overlap(g, f) + 0.01 * (g.get("kind") == f.get("kind")), i, j)
                     for i, g in enumerate(gold) for j, f in enumerate(found) if may(g, f)), reverse=True)
    pairs: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    for _, i, j in ranked:
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((i, j))
    return pairs


def persons_of(document: Plain) -> set[tuple[str, str]]:
    """(name without blanks, comparable name of the organisation) of each person."""
    return {(re.sub(r"\s", "", one["name"]), comparable(one.get("organization")))
            for one in document.get("persons", [])}


def score(gold: Mapping[str, Plain], found: Mapping[str, Plain]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures over all labelled documents, and for each document with anything wrong or missed, what.

    Both arguments: document id → object of the output contract. Raises KeyError where an organisation, party or person
    has no name.
    """
    figures = _Figures()
    errors: list[dict[str, Any]] = []
    for id_, labels in gold.items():
        answer = found.get(id_, {})
        figures.organizations(labels, answer)
        theirs, ours = labels.get("relations", []), answer.get("relations", [])
        figures.counts["pairs"].add(pairs_of(theirs), pairs_of(ours))
        for name, may in (("relations_strict", strict), ("relations_lenient", lenient)):
            matched = match(theirs, ours, may)
            count = figures.counts[name]
            count.right, count.gold, count.found = (count.right + len(matched), count.gold + len(theirs),
                                                    count.found + len(ours))
        for i, j in matched:
            figures.matched(theirs[i], ours[j])
        figures.counts["persons"].add(persons_of(labels), persons_of(answer))
        if not theirs:
            figures.silent += 1
            figures.alarms += bool(ours)
        if wrong := _wrong(labels, answer, [(theirs[i], ours[j]) for i, j in matched]):
            errors.append({"id": id_, **wrong})
    return figures.result(len(gold)), errors


def _wrong(labels: Plain, answer: Plain, matched: Sequence[tuple[Plain, Plain]]) -> dict[str, Any]:
    """What one document misses or has too much, by sort; empty where all is right."""
    sorts: tuple[tuple[str, set[Any], set[Any]], ...] = (
        ("pairs", pairs_of(labels.get("relations", [])), pairs_of(answer.get("relations", []))),
        ("orgs", by_name(labels).keys() - {""}, by_name(answer).keys() - {""}),
        ("persons", persons_of(labels), persons_of(answer)))
    wrong: dict[str, Any] = {}
    for sort, labelled, told in sorts:
        wrong |= {f"missed_{sort}": sorted(labelled - told), f"wrong_{sort}": sorted(told - labelled)}
    wrong["relations"] = [{"parties": sorted(party_names(gold)), **unequal} for gold, found in matched
                          if (unequal := differences(gold, found))]
    theirs, ours = by_name(labels), by_name(answer)
    wrong["organizations"] = [{"name": name, **unequal} for name in sorted(theirs.keys() & ours.keys())
                              if (unequal := _unequal_labels(theirs[name], ours[name]))]
    return {sort: those for sort, those in wrong.items() if those}


def _unequal_labels(gold: Plain, found: Plain) -> dict[str, tuple[Any, Any]]:
    told = {key: (gold.get(key), found.get(key)) for key in ("type", "code")}
    return {key: pair for key, pair in told.items() if pair[0] != pair[1] and (key == "type" or pair[0])}


def differences(gold: Plain, found: Plain) -> dict[str, tuple[Any, Any]]:
    """Where two relations that tell of the same tie disagree: key → (labelled, found)."""
    told = {key: (gold.get(key), found.get(key)) for key in ("kind", "status", "date")}
    told["themes"] = (sorted(gold.get("themes") or ()), sorted(found.get("themes") or ()))
    common = party_names(gold) & party_names(found)
    theirs, ours = (sorted((n, r) for n, r in roles_of(one) if n in common) for one in (gold, found))
    told["role"] = (theirs, ours)
    return {key: pair for key, pair in told.items() if pair[0] != pair[1]}


def summary_lines(result: Mapping[str, Any]) -> list[str]:
    """The figures of `score` as lines to print."""
    lines = [f"{result['documents']} documents"]
    for name in _COUNTED:
        one = result[name]
        lines.append(f"{name:20s} P {one['precision']:.3f}  R {one['recall']:.3f}  F1 {one['f1']:.3f}  "
                     f"(gold {one['gold']})")
    told = "  ".join(f"{question} {share:.3f}" for question, share in result["accuracy"].items() if share is not None)
    alarms = result["false_alarms"]
    return [*lines, f"accuracy             {told}",
            f"false alarms         {alarms['with_relation']} of {alarms['documents']} documents without a relation"]


def error_lines(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """One JSON object a document: what it misses and what is wrong."""
    return [json.dumps(one, ensure_ascii=False) for one in errors]


@dataclass(slots=True)
class Band:
    """The relations whose confidence lies in [low, high): how many, how many of them right, their mean confidence."""
    low: float
    high: float
    relations: int = 0
    right: int = 0
    confidence: float = 0.0

    def add(self, confidence: float, right: bool) -> None:
        self.confidence += (confidence - self.confidence) / (self.relations + 1)
        self.relations += 1
        self.right += right

    @property
    def precision(self) -> float | None:
        return self.right / self.relations if self.relations else None


def calibration(gold: Mapping[str, Plain], found: Mapping[str, Plain]) -> list[Band]:
    """For each band of confidence: does 0.9 mean nine of ten?

    A relation is right when its kind and parties are exactly a label's. Bands are half-open, the last holds 1.0 too; a relation
    without a confidence counts as 1.0.
    """
    bands = [Band(low, high) for low, high in itertools.pairwise(_BANDS)]
    for id_, labels in gold.items():
        ours = found.get(id_, {}).get("relations", [])
        right = {j for _, j in match(labels.get("relations", []), ours, strict)}
        for j, relation in enumerate(ours):
            confidence = relation.get("confidence", 1.0)
            max((b for b in bands if b.low <= confidence), key=lambda b: b.low, default=bands[0]).add(confidence, j in right)
    return bands


def calibration_error(bands: Iterable[Band]) -> float | None:
    """The expected calibration error: how far precision is from mean confidence, weighted by relations; None of none."""
    filled = [(b.relations, abs(b.right / b.relations - b.confidence)) for b in bands if b.relations]
    total = sum(n for n, _ in filled)
    return sum(n * gap for n, gap in filled) / total if total else None


def calibration_lines(bands: Sequence[Band]) -> list[str]:
    """The bands of `calibration` as a table to print, the expected calibration error below."""
    lines = ["confidence   relations  right  precision  mean confidence"]
    for band in bands:
        share = "–" if band.precision is None else f"{band.precision:.3f}"
        mean = f"{band.confidence:.3f}" if band.relations else "–"
        lines.append(f"{band.low:.1f} to {band.high:.1f}   {band.relations:9d}  {band.right:5d}  {share:>9s}  {mean:>15s}")
    error = calibration_error(bands)
    return [*lines, f"expected calibration error {'–' if error is None else f'{error:.3f}'}"]
