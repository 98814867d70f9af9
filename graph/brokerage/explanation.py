"""Why an organisation ranks where it does: its terms in words, and its pairs one by one."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from graph.brokerage.contacts import Contacts
from graph.brokerage.encounters import WINDOWS
from graph.brokerage.finder import (
    ACTS,
    FURTHER_ACTS,
    LEAST,
    MADE_UP,
    TERMS,
    Search,
    balanced_share,
    bias,
    features,
    listed,
    told,
    untied_share,
    weights,
)
from graph.brokerage.introductions import PRIVATE, PUBLIC

#: What a pair is to each other, the most telling first.
STATES = ("later", "with", "open", "before", "unknown")


@dataclass(frozen=True)
class Explanation:
    """One organisation's place among the `of` that are ranked; None for a candidate that is not (`finder.listed`).

    `terms` has the columns term, evidence, words and made_of (the sum or product that the evidence is, in figures); the
    evidence and `bias` add up to the logarithm of the odds that `score` is the probability of. `pairs` are those of
    `pairs_of`.
    """

    organization: str
    place: int | None
    of: int
    score: float
    bias: float
    terms: pd.DataFrame
    pairs: pd.DataFrame


def explain(found: Search, organization: str) -> Explanation:
    """The explanation of a candidate of a search. Raises KeyError for what is none."""
    at = np.flatnonzero(found.ranked["organization"].to_numpy(dtype=object) == organization)
    if not len(at):
        raise KeyError(organization)
    ranked, counts = found.ranked.iloc[int(at[0])], found.counts.iloc[[int(at[0])]]
    said, made_of = _words(counts), _made_of(counts, ranked)
    terms = pd.DataFrame([(name, float(ranked[name]), said[name], made_of[name]) for name in TERMS],
                         columns=["term", "evidence", "words", "made_of"])
    shown = listed(found.counts).to_numpy()
    place = int(shown[:int(at[0]) + 1].sum()) if shown[int(at[0])] else None
    return Explanation(organization, place, int(shown.sum()), float(ranked["score"]), bias(), terms,
                       pairs_of(found.contacts, found.side, organization))


def _words(counts: pd.DataFrame) -> dict[str, str]:
    """Each term of one candidate (a frame of one row) in words."""
    c, balanced, untied = counts.iloc[0], float(balanced_share(counts).iloc[0]), float(untied_share(counts).iloc[0])
    tied = c["later"] + c["before"] + c["with"] + c["unknown"]
    acts = acts_in_words(c)
    return {
        "two_sided": f"{int(c['public_partners'])} public and {int(c['private_partners'])} private of "
                     f"{int(c['partners'])} partners; {balanced:.0%} of its dealings are balanced between the two",
        "untied": f"{int(c['pairs'])} pairs of a public body and a company, {int(c['open'])} of them open: without a tie of "
                  f"their own. Divided among all that are tied to both, {c['open_share']:.1f} open pairs are its own, and "
                  f"{untied:.0%} of its dealings are with pairs that nothing else ties or that tied later",
        "apart": f"{int(c['partner_ties'])} pairs of its partners have a tie with each other; "
                 f"{c['partner_ties_by_chance']:.1f} would have one by chance",
        "timing": f"{c['near']:.1f} of its {int(c['dated'])} public and private partners of a known day came near one of the "
                  f"other side (mean of {', '.join(map(str, WINDOWS[:-1]))} and {WINDOWS[-1]} days); "
                  f"{c['near_by_chance']:.1f} would by chance",
        "later": f"{int(c['later'])} pairs tied directly once it dealt with both; {c['later_share']:.1f} are its own, divided "
                 "among all that are tied to both",
        "tied": f"{int(tied)} of its pairs have a tie at all: {int(c['later'])} later, {int(c['with'])} together with it, "
                f"{int(c['before'])} before, {int(c['unknown'])} in an order that is not known",
        "surprise": f"{c['chance']:.1f} of its pairs would have a tie by chance",
        "told": ", ".join(acts) if acts else "no release tells of an introduction",
    }


def acts_in_words(acts: Mapping[str, Any] | pd.Series) -> list[str]:
    """The numbers of broker acts by level (of ACTS), those that there are."""
    return [f"{words} {int(acts[level])}×" for level, words in
            (("evidenced", "introduced others"), ("contracted", "is engaged to introduce"),
             ("claimed", "is called a 橋渡し役")) if acts[level]]


def _made_of(counts: pd.DataFrame, ranked: pd.Series) -> dict[str, str]:
    """Each term of one candidate (a frame of one row) in figures."""
    fitted, value = weights(), features(counts).iloc[0]
    made_of = {name: f"{fitted['weight'][name]:g} × ({float(value[name]):.3f} {_less(fitted['usual'][name])})" for name in value.index}
    parts = told(counts, pd.Series([ranked[list(value.index)].sum()], index=counts.index)).iloc[0]
    if not parts["strongest"]:
        return {**made_of, "told": "0"}
    level = next(name for name, one in ACTS.items() if one == parts["strongest"])
    sum_of = [f"{parts['strongest']:g} ({level})", f"{FURTHER_ACTS:g} × ln {int(counts[list(ACTS)].iloc[0].sum())}"]
    if parts["lacking"]:
        sum_of.append(f"{MADE_UP:g} × {parts['lacking']:.2f} that the other terms and the bias lack to {LEAST:g}")
    return {**made_of, "told": " + ".join(sum_of)}


def _less(usual: float) -> str:
    """«less a number» without two signs in a row."""
    return f"- {usual:.3f}" if usual >= 0 else f"+ {-usual:.3f}"


def pairs_of(found: Contacts, side: np.ndarray[tuple[int], np.dtype[np.int64]], organization: str) -> pd.DataFrame:
    """A row a pair of a public and a private partner: public, private (ids), state (of STATES), share (1 ÷ the number of
    organisations tied to both), met (the day on which it had ties with both) and tied (the day of their first tie
    without it; both None where not known). Sorted by state, share, then ids."""
    net = found.network
    v = net.ids.index(organization)
    around = {int(x): int(k) for x, k in zip(*_arcs(found, v), strict=True)}
    first = found.edge_day
    rows = []
    for a in (x for x in around if side[x] == PUBLIC):
        with_a = dict(zip(*_arcs(found, a), strict=True))
        for b in (x for x in around if side[x] == PRIVATE):
            met = max(first[around[a]], first[around[b]]) if not isnan(first[around[a]] + first[around[b]]) else float("nan")
            known_to_both = len(set(with_a) & set(_arcs(found, b)[0]))
            state, tied = _state(found, v, with_a.get(b), met, (around[a], around[b]))
            rows.append((net.ids[a], net.ids[b], state, 1 / known_to_both, _day(met), _day(tied)))
    frame = pd.DataFrame(rows, columns=["public", "private", "state", "share", "met", "tied"]).astype({"share": float})
    order = frame.assign(at=frame["state"].map({name: i for i, name in enumerate(STATES)}), share=-frame["share"])
    return frame.loc[order.sort_values(["at", "share", "public", "private"]).index].reset_index(drop=True)


def _arcs(found: Contacts, v: int) -> tuple[list[int], list[int]]:
    net = found.network
    arcs = slice(net.start[v], net.start[v + 1])
    return net.neighbours[arcs].tolist(), net.arc_edge[arcs].tolist()


def _ties(found: Contacts, edge: int) -> list[int]:
    ties: list[int] = found.edge_ties[found.edge_start[edge]:found.edge_start[edge + 1]].tolist()
    return ties


def _state(found: Contacts, v: int, edge: int | None, met: float, own: tuple[int, int]) -> tuple[str, float]:
    """State and first day of a pair that is tied by `edge`; `own` are the edges of v with the two."""
    if edge is None:
        return "open", float("nan")
    ties = _ties(found, edge)
    apart = [t for t in ties if v not in found.tie_parties[found.tie_start[t]:found.tie_start[t + 1]]]
    if not apart:
        return "with", float("nan")
    days = [float(d) for d in found.tie_day[apart]]
    first = min((d for d in days if not isnan(d)), default=float("nan"))
    if isnan(met):
        return "unknown", first
    if first == met and any(found.tie_brokered[t] and found.tie_day[t] == first
                            for t in {*_ties(found, own[0])} & {*_ties(found, own[1])}):
        return "later", first
    if first <= met:
        return "before", first
    return ("unknown" if any(map(isnan, days)) else "later"), first


def _day(ordinal: float) -> date | None:
    return None if isnan(ordinal) else date.fromordinal(int(ordinal))
