"""Who introduced the public and the private to each other: a ranking of its own, explainable term by term.

No textbook measure finds intermediaries at the size of a country: hubs, firms with hundreds of municipalities and
institutions that deal with everybody have more of each. An intermediary is told by *what its pairs of a public and a
private partner are to each other*: nothing else ties them, or they tied once it dealt with both; by how little its
partners deal with each other; by ties to either side that begin at one time; and by what releases say of it.

The score is a sum of evidence: each term is a weight of the file `weights.json` times the logarithm of a share or count
(`features`), less the same for a usual candidate, so that 0 is «like anybody»; the sum of the terms and of `bias()` is
the logarithm of the odds; `score` is the probability that belongs to them. What a dense or a
busy country has more of is held against what chance gives there: triangles and tied pairs against the numbers of
partners, days against the days of all ties. The weights were fitted on one generator with planted intermediaries and
looked at on another (bench/finder.py, docs/brokerage.md).
"""
from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from graph.brokerage.contacts import Contacts, contacts
from graph.brokerage.encounters import encounters
from graph.brokerage.introductions import PRIVATE, PUBLIC, introductions
from graph.brokerage.network import Ints, Network, add_up
from graph.brokerage.triangles import triangles_per_vertex
from graph.tied_to import JOINING_STATUSES
from nlp.model import LEVELS, ORGANIZATION_TYPES

#: Types that have ties to every sector by their office and would fill every list.
NOT_INTERMEDIARIES = frozenset({"prefecture", "municipality", "ward", "joint_authority", "national_government"})
#: What the words of releases weigh, in logarithms of odds: that something came of an introduction, that somebody
#: ordered introductions, that somebody calls itself an intermediary. Further acts add less and less.
ACTS = {"evidenced": 10.0, "contracted": 8.0, "claimed": 6.0}
FURTHER_ACTS = 0.7
#: Where releases tell of introductions, nine tenths of what structure lacks to these odds are made up for: an intermediary
#: that signed nothing itself has no structure, and few ties say little.
LEAST, MADE_UP = -4.0, 0.9
#: The columns of evidence. docs/brokerage.md says each in words.
TERMS = ("two_sided", "untied", "apart", "timing", "later", "tied", "surprise", "told")
#: A larger balanced share than this says nothing more: banks and universities have no other partners at all.
BALANCED_ENOUGH = 0.7
_NEEDED = {"organizations": ("id", "type", "sector"), "ties": ("id", "kind", "status", "earliest", "latest"),
           "parties": ("tie", "organization", "role"), "broker_acts": ("organization", "level", "tie")}


@dataclass(frozen=True)
class Search:
    """What was found and from what. `ranked` is the frame of `find_intermediaries`; `counts` has a row a candidate in
    the same order: its partners and the columns of `introductions`, and the numbers of its broker acts by level."""

    ranked: pd.DataFrame
    counts: pd.DataFrame
    contacts: Contacts
    side: Ints


def find_intermediaries(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
                        broker_acts: pd.DataFrame | None = None, *, among: Collection[str] | None = None) -> pd.DataFrame:
    """The candidates, best first: `organization`, `score` (0 to 1) and one column a term, the evidence it adds.

    organizations[id, type, sector], ties[id, kind, status, earliest, latest], parties[tie, organization, role],
    broker_acts[organization, level, tie]; days are datetime.date or missing, the tie of an act may be missing. Without
    `broker_acts` the brokerages among the ties are taken. Candidates are all organisations but those of the types
    NOT_INTERMEDIARIES; with `among`, those of these types. Only concluded, renewed and ended ties count.
    Equal scores are in the order of ids, whatever the order of the rows. Raises ValueError for missing columns, dates
    that are none and levels that do not exist.
    """
    return search(organizations, ties, parties, broker_acts, among=among).ranked


def search(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
           broker_acts: pd.DataFrame | None = None, *, among: Collection[str] | None = None,
           statuses: Iterable[str] = JOINING_STATUSES) -> Search:
    """`find_intermediaries` with the counts behind its terms, of ties that have one of the `statuses`."""
    _check(organizations, ties, parties, broker_acts)
    statuses = frozenset(statuses)
    found = contacts(organizations, ties, parties, statuses)
    known = organizations.assign(id=organizations["id"].astype(str)).drop_duplicates("id").set_index("id")
    known = known.reindex(found.network.ids)
    kind = known["type"].astype(object)
    listed = np.isin(np.array(found.network.ids, dtype=object), organizations["id"].astype(str).to_numpy(dtype=object))
    chosen = kind.isin(list(among)) if among is not None else ~kind.isin(list(NOT_INTERMEDIARIES))
    candidate = np.asarray(chosen, dtype=bool) & listed
    sector = _sectors(kind, known["sector"].astype(object))
    side = np.where(sector == "public", PUBLIC, np.where(sector == "private", PRIVATE, 2)).astype(np.int64)
    counts = introductions(found, side, candidate)
    counts = pd.concat([counts, _surroundings(found.network, side, counts), encounters(found, side)], axis=1)
    elsewhere = np.asarray(sector.notna() & (sector != "public"))
    counts["other_partners"] = add_up(found.network.sources, elsewhere[found.network.neighbours], found.network.size)
    acts = _acts(broker_acts if broker_acts is not None else _brokerages(ties, parties, statuses), found.network.ids)
    counts = pd.concat([counts, acts], axis=1)[candidate]
    counts.insert(0, "organization", np.array(found.network.ids, dtype=object)[candidate])
    terms = _terms(counts)
    odds = terms.sum(axis=1).to_numpy() + bias()
    # beyond e^±700 there are no numbers
    ranked = terms.assign(organization=counts["organization"], score=1 / (1 + np.exp(-np.clip(odds, -700, 700))))
    order = np.lexsort((ranked["organization"].to_numpy(dtype=str), -odds.round(9)))
    ranked = ranked[["organization", "score", *terms.columns]].iloc[order].reset_index(drop=True)
    return Search(ranked, counts.iloc[order].reset_index(drop=True), found, side)


def _check(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
           broker_acts: pd.DataFrame | None) -> None:
    for name, frame in (("organizations", organizations), ("ties", ties), ("parties", parties),
                        ("broker_acts", broker_acts)):
        if frame is not None and (missing := [c for c in _NEEDED[name] if c not in frame.columns]):
            raise ValueError(f"{name} lacks the column{'s'[:len(missing) > 1]} {', '.join(missing)}; it needs "
                             f"{', '.join(_NEEDED[name])}")


def _sectors(kind: pd.Series, sector: pd.Series) -> pd.Series:
    """A missing sector is that of the type."""
    return sector.where(sector.notna(), kind.map({name: one for name, (_, one) in ORGANIZATION_TYPES.items()}))


def listed(counts: pd.DataFrame) -> pd.Series:
    """Which candidates (rows of `Search.counts`) a ranking shows: those with a tie to the public and one to another known
    sector; a tie to the public is enough where releases tell of an intermediary."""
    return (counts["public_partners"] > 0) & ((counts["other_partners"] > 0) | (counts[list(ACTS)].sum(axis=1) > 0))


def _surroundings(net: Network, side: Ints, counts: pd.DataFrame) -> pd.DataFrame:
    """`strength` (the sum of weights), `partners`, `partner_ties` (how many pairs of its partners have a tie),
    `partner_ties_by_chance` and `chance` (ties that its pairs of a public and a private partner would have), both if
    ties fell on organisations by their numbers of partners (Chung and Lu, Annals of Combinatorics 6, 2002)."""
    n, source, target = net.size, net.sources, net.neighbours
    from_public, from_private = side[source] == PUBLIC, side[source] == PRIVATE
    others = np.where(from_public, counts["private_partners"].to_numpy()[source], counts["public_partners"].to_numpy()[source])
    # a partner's tie to the vertex itself is none that could have joined a pair
    others = others - np.where(from_public, side[target] == PRIVATE, side[target] == PUBLIC)
    public, private = (add_up(target[of], others[of], n) for of in (from_public, from_private))
    every = max(int((from_public & (side[target] == PRIVATE)).sum()), 1)
    degree = net.degree.astype(np.float64)
    further = degree[target] - 1
    # Σ over pairs of partners of the product of their further partners
    products = (add_up(source, further, n) ** 2 - add_up(source, further**2, n)) / 2
    return pd.DataFrame({"strength": add_up(source, net.arc_weight, n), "partners": degree,
                         "partner_ties": triangles_per_vertex(net).astype(np.float64),
                         "partner_ties_by_chance": products / max(len(target), 1), "chance": public * private / every})


def _brokerages(ties: pd.DataFrame, parties: pd.DataFrame, statuses: Iterable[str]) -> pd.DataFrame:
    """The brokerages of the asked statuses as broker acts: of those that did not come about there are words alone."""
    asked = ties[(ties["kind"] == "brokerage") & ties["status"].isin(list(statuses))].drop_duplicates("id").set_index("id")["status"]
    rows = parties[(parties["role"] == "broker") & parties["tie"].isin(asked.index)].drop_duplicates(["tie", "organization"])
    level = rows["tie"].map(asked.isin(list(JOINING_STATUSES))).map({True: "evidenced", False: "claimed"})
    return pd.DataFrame({"organization": rows["organization"], "level": level, "tie": rows["tie"]})


def _acts(broker_acts: pd.DataFrame, ids: tuple[str, ...]) -> pd.DataFrame:
    """(n, 3) how many acts of each level an organisation has. A brokerage without a level came about; a
    self-description without one only claims. Raises ValueError for an unknown level."""
    implied = broker_acts["tie"].notna().map({True: "evidenced", False: "claimed"})
    level = broker_acts["level"].astype(object).where(broker_acts["level"].notna(), implied)
    if unknown := sorted(set(level) - set(LEVELS)):
        raise ValueError(f"a broker act's level is one of {', '.join(LEVELS)}, not «{unknown[0]}»")
    numbers = pd.crosstab(broker_acts["organization"].astype(str).to_numpy(dtype=object), level.to_numpy(dtype=object))
    return numbers.reindex(index=list(ids), columns=list(ACTS), fill_value=0).fillna(0).astype(int).reset_index(drop=True)


def features(counts: pd.DataFrame) -> pd.DataFrame:
    """(candidates, terms) the logarithms that the weights multiply, a row a row of `Search.counts`.

    Constants inside the logarithms are what one tie more or less may change in a small neighbourhood; where an
    organisation has no pair at all the shares are those of an organisation of which nothing is known.
    """
    c = counts
    apart, both = untied_share(c), _harmonic(c["public"], c["private"])
    tied = c["later_share"] + c["with_share"] + c["before_share"] + c["unknown_share"]
    return pd.DataFrame({
        "two_sided": np.log(((2 * both + 0.2)
                             / (c["public"] + c["private"] + _elsewhere(c) / 2 + 5)).clip(upper=BALANCED_ENOUGH)),
        # odds: between nine tenths and all lies as much as between a tenth and none; of few dealings all or none say little
        "untied": np.log((apart * both + 0.25) / ((1 - apart) * both + 0.25)),
        "apart": np.log((c["partner_ties_by_chance"] + 0.5) / (c["partner_ties"] + 0.5)),
        "timing": np.log((c["near"] + 1) / (c["near_by_chance"] + 1)),
        # dates err and first ties stay unknown: a tie that seems to be older is half of one that came later
        "later": np.log1p(2 * c["later_share"] + c["before_share"] + c["unknown_share"]),
        "tied": np.log((tied + 0.3) / (tied + c["open_share"] + 3)),
        "surprise": np.log((tied + 0.3) / (c["chance"].clip(lower=0) + 0.3)),
    })


def untied_share(counts: pd.DataFrame) -> pd.Series:
    """The share of an organisation's dealings that is with pairs that nothing else ties, or that tied later, divided among
    all that know both; ties in an order that is not known came later half of the time. 0 without a pair."""
    c, any_dealing = counts, counts["dealing"] > 0
    share = c["untied"] / c["dealing"].where(any_dealing, 1) + c["unknown_share"] / c["pairs"].where(any_dealing, 1) / 2
    return share.where(any_dealing, 0).clip(0, 1)


def balanced_share(counts: pd.DataFrame) -> pd.Series:
    """The share of an organisation's dealings that is half with the public and half with the private: 2 × their harmonic
    mean ÷ (both + half of those with others). 0 without dealings."""
    every = counts["public"] + counts["private"] + _elsewhere(counts) / 2
    return 2 * _harmonic(counts["public"], counts["private"]) / every.where(every > 0, 1)


def _elsewhere(counts: pd.DataFrame) -> pd.Series:
    return (counts["strength"] - counts["public"] - counts["private"]).clip(lower=0)


def _harmonic(one: pd.Series, other: pd.Series) -> pd.Series:
    total = one + other
    return 2 * one * other / total.where(total > 0, 1)


def _terms(counts: pd.DataFrame) -> pd.DataFrame:
    found = features(counts)
    fitted = weights()
    terms = pd.DataFrame({name: fitted["weight"][name] * (found[name] - fitted["usual"][name]) for name in found})
    parts = told(counts, terms.sum(axis=1))
    terms["told"] = parts["strongest"] + parts["further"] + MADE_UP * parts["lacking"]
    return terms


def told(counts: pd.DataFrame, others: pd.Series) -> pd.DataFrame:
    """(candidates, 3) what the term `told` is made of, in logarithms of odds: the `strongest` act's weight, `further` acts, and
    what the sum `others` of the other terms and the bias are `lacking` to −4, of which MADE_UP counts; all 0 where no release
    tells of an act."""
    numbers = counts[list(ACTS)].to_numpy(dtype=float)
    strongest = np.max(np.where(numbers > 0, np.array(list(ACTS.values())), 0), axis=1, initial=0)
    further = FURTHER_ACTS * np.log(np.maximum(numbers.sum(axis=1), 1))
    lacking = np.where(strongest > 0, np.maximum(LEAST - bias() - others.to_numpy(), 0), 0)
    return pd.DataFrame({"strongest": strongest, "further": further, "lacking": lacking}, index=counts.index)


def bias() -> float:
    """The logarithm of the odds of a candidate of which all terms are 0."""
    return float(weights()["bias"])


@cache
def weights() -> dict[str, Any]:
    """`weights.json`: `bias`, and for each term but `told` its `weight` and the value of a `usual` candidate."""
    read: dict[str, Any] = json.loads(files("graph.brokerage").joinpath("weights.json").read_text(encoding="utf-8"))
    return read
