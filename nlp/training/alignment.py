"""Annotated documents as the reader sees them, and which annotated ties each anchor tells.

Annotations name no trigger: an anchor tells a tie where it can tell its kind and its sentence, or the list that goes with
it, names the tie's parties.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.evaluation import comparable
from nlp.masthead import completed
from nlp.names.organizations import NameModels
from nlp.reader import Seen, see
from nlp.ties.anchors import Anchor
from nlp.training.texts import document_of


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document as it is seen, its annotation, and under what key each of its organisations is compared."""
    gold: Mapping[str, Any]
    seen: Seen
    keys: tuple[str, ...]

    def parties(self, tie: Mapping[str, Any]) -> dict[int, str]:
        """The parties of an annotated tie that were recognised, with their roles."""
        return {self.keys.index(k): p["role"] for p in tie["parties"] if (k := comparable(p["name"])) in self.keys}


@dataclass(frozen=True, slots=True)
class Label:
    """What an anchor tells by the annotation: nothing (`kind` None), or ties of one kind and state with these parties.

    `joint` is whether they are one tie.
    """
    kind: str | None = None
    roles: Mapping[int, str] | None = None
    joint: bool = True


def annotated(gold: Mapping[str, Any], models: NameModels | None = None) -> Annotated:
    """An annotated document, seen by the reader, its names by the stored models or others."""
    seen = see(completed(document_of(gold)), models)
    return Annotated(gold, seen, tuple(comparable(e.name) for e in seen.names.entities))


def labels(one: Annotated) -> list[Label | None]:
    """A label an anchor; None where the annotation does not decide."""
    ties = one.gold["relations"]
    parties = [one.parties(t) for t in ties]
    return [_label(one, anchor, ties, parties) for anchor in one.seen.anchors]


def _label(one: Annotated, anchor: Anchor, ties: Sequence[Mapping[str, Any]], parties: Sequence[Mapping[int, str]]) -> Label | None:
    scene = one.seen.scene
    here = {m.entity for m in scene.of_block[anchor.block]}
    scope = {m.entity for b in scene.scope(anchor) for m in scene.of_block[b]}
    prose = scene.layout.blocks[anchor.block].kind == "prose"
    fits: list[tuple[float, int]] = []
    can = False
    for n, tie in enumerate(ties):
        if tie["kind"] not in anchor.kinds:
            continue
        can = True
        theirs = parties[n].keys()
        others = theirs - {scene.names.publisher}
        inside, other, reach = len(theirs & here), len(others & here), len(others & (here | scope))
        if inside >= 2 or (other >= 1 and len(theirs) >= 2) or (reach >= 1 and not prose) or reach >= 2:
            fits.append((inside + 0.5 * len(theirs & scope) + 0.2 * (anchor.kinds[0] == tie["kind"]), n))
    if not fits:
        return None if can else Label()
    best = max(fit for fit, _ in fits)
    first = next(n for fit, n in fits if fit == best)
    told = [n for fit, n in fits if ties[n]["kind"] == ties[first]["kind"] and ties[n]["status"] == ties[first]["status"]
            and fit >= best - 0.6 and parties[n].keys() & parties[first].keys()]
    if len(told) > 1 and not set.intersection(*(set(parties[n]) for n in told)):
        told = [first]
    return Label(ties[first]["kind"], {e: role for n in told for e, role in parties[n].items()}, len(told) == 1)
