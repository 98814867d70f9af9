"""The measures of every organisation of a slice, and its intermediaries, best first, with all that says why."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from graph.brokerage.betweenness import both_betweennesses
from graph.brokerage.bridging import bridging_coefficient, cuts
from graph.brokerage.constraint import constraint, effective_size
from graph.brokerage.finder import ACTS, TERMS, Search, listed, search
from graph.brokerage.gould_fernandez import ROLES, gould_fernandez
from graph.brokerage.network import Network, add_up
from graph.brokerage.sectors import external_internal, participation
from graph.tied_to import JOINING_STATUSES

#: What one broker act counts: that something came of it, that somebody ordered it, that somebody says so.
POINTS = {"evidenced": 3, "contracted": 2, "claimed": 1}

DESCRIPTION = ["id", "name", "type", "sector", "prefecture"]
#: Columns that say why somebody ranks where it does.
REASONS = ["score", *TERMS, "acts", *POINTS, "pairs", "open_pairs", "later_pairs", "public_ties", "other_ties"]
#: The textbook's measures.
TEXTBOOK = [*ROLES, "brokerage", "betweenness", "two_mode_betweenness", "constraint", "weighted_constraint",
            "effective_size", "participation", "external_internal", "bridging", "articulation"]
SCORES = [*REASONS, *TEXTBOOK]


def measures(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame, broker_acts: pd.DataFrame,
             statuses: Iterable[str] = JOINING_STATUSES) -> pd.DataFrame:
    """Every organisation that a tie joins: rank, DESCRIPTION and SCORES. Sorted by rank, then id.

    Inputs as in `find_intermediaries`, organizations with name and prefecture besides. rank is 1 for the first
    intermediary, missing for what is none: an intermediary has a tie to the public and one to another sector or a broker
    act, and is of none of the types NOT_INTERMEDIARIES. `score` and the terms are the finder's; acts are points (POINTS) over the
    broker acts, the three levels their numbers; pairs are its pairs of a public and a private neighbour, open_pairs
    those with no tie between them, each shared among all that are tied to both, later_pairs those that tied after;
    public_ties and other_ties are neighbours of the public and of other known sectors. Roles are counted in both orders
    by sector, betweenness over unordered pairs, both on the unweighted projection; two_mode_betweenness counts paths
    over ties; bridging is the bridging coefficient; articulation is true where a component would fall apart. NaN where
    a measure is not defined. `attrs["too_large"]` counts the ties of too many parties. Raises ValueError for an unknown level.
    """
    return measured(search(organizations, ties, parties, broker_acts, statuses=statuses), organizations)


def measured(found: Search, organizations: pd.DataFrame) -> pd.DataFrame:
    """`measures` of a search that is done."""
    net = found.contacts.network
    described = organizations.assign(id=organizations["id"].astype(str)).drop_duplicates("id").set_index("id")
    described = described.reindex(columns=DESCRIPTION[1:]).reindex(net.ids)
    sector = described["sector"].astype(object).where(described["sector"].notna(), None)
    frame = described.join(_reasons(found)).join(_textbook(net, sector.tolist()))
    frame["public_ties"] = _neighbours_that(net, np.asarray(sector == "public"))
    frame["other_ties"] = _neighbours_that(net, np.asarray(sector.notna() & (sector != "public")))
    joined = frame[net.degree > 0]
    ranked = _ranked(joined.rename_axis("id").reset_index())[["rank", *DESCRIPTION, *SCORES]].reset_index(drop=True)
    ranked.attrs["too_large"] = found.contacts.too_large
    return ranked


def rank_intermediaries(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
                        broker_acts: pd.DataFrame, statuses: Iterable[str] = JOINING_STATUSES) -> pd.DataFrame:
    """The intermediaries of `measures`, best first: in the finder's order."""
    frame = measures(organizations, ties, parties, broker_acts, statuses)
    return frame[frame["rank"].notna()].astype({"rank": int}).reset_index(drop=True)


def _reasons(found: Search) -> pd.DataFrame:
    counts = found.counts.set_index("organization")
    reasons = found.ranked.set_index("organization").join(counts[[*ACTS, "pairs"]].astype(int))
    reasons["score"] = reasons["score"].round(12)
    # thirds added in another order must not look like another number
    reasons["open_pairs"] = counts["open_share"].round(9)
    reasons["later_pairs"] = counts["later"].astype(int)
    reasons["place"], reasons["listed"] = np.arange(len(reasons)), listed(counts)
    reasons["acts"] = sum(reasons[level] * points for level, points in POINTS.items())
    # whole numbers that what is no candidate does not have
    return reasons.astype(dict.fromkeys([*ACTS, "acts", "pairs", "later_pairs"], "Int64"))


def _textbook(net: Network, groups: list[object]) -> pd.DataFrame:
    frame = gould_fernandez(net, groups).astype(np.int64)
    frame["betweenness"], frame["two_mode_betweenness"] = both_betweennesses(net)
    frame["constraint"], frame["weighted_constraint"] = constraint(net), constraint(net, weighted=True)
    frame["effective_size"] = effective_size(net)
    frame["participation"], frame["external_internal"] = participation(net, groups), external_internal(net, groups)
    frame["bridging"] = bridging_coefficient(net)
    frame["articulation"] = frame.index.isin(cuts(net).articulation_points)
    return frame


def _neighbours_that(net: Network, wanted: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pd.Series:
    numbers = add_up(net.sources, wanted[net.neighbours], net.size).astype(np.int64)
    return pd.Series(numbers, index=pd.Index(net.ids))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    candidate = frame["listed"].eq(True)  # missing for what is no candidate
    first = frame[candidate].sort_values("place")
    rest = frame[~candidate].sort_values("id")
    ranks = pd.array([*range(1, len(first) + 1), *[pd.NA] * len(rest)], dtype="Int64")
    return pd.concat([first, rest]).assign(rank=ranks)
