"""The measures of every organisation of a slice, and the order of its intermediaries."""
from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.brokerage.betweenness import betweenness
from graph.brokerage.constraint import constraint, effective_size
from graph.brokerage.gould_fernandez import ROLES, gould_fernandez, open_paths, shares
from graph.brokerage.network import Network, add_up, network
from graph.brokerage.sectors import participation
from graph.tied_to import edges
from nlp.model import LEVELS

#: What one broker act counts: that something came of it, that somebody ordered it, that somebody says so.
POINTS = {"evidenced": 3, "contracted": 2, "claimed": 1}
#: Types that have ties to every sector by their office and would fill every list.
NOT_INTERMEDIARIES = frozenset({"prefecture", "municipality", "ward", "joint_authority", "national_government"})

DESCRIPTION = ["id", "name", "type", "sector", "prefecture"]
SCORES = ["acts", "evidenced", "contracted", "claimed", "open_pairs", "public_ties", "other_ties", *ROLES, "brokerage",
          "betweenness", "constraint", "effective_size", "participation"]


def measures(organizations: pd.DataFrame, joined: pd.DataFrame, broker_acts: pd.DataFrame) -> pd.DataFrame:
    """Every organisation of a projection: rank, DESCRIPTION and SCORES. Sorted by rank, then id.

    Inputs: organizations[id, name, type, sector, prefecture], joined[a, b] as `tied_to.edges` gives them,
    broker_acts[organization, level, tie] (tie None for a claim). acts are points (POINTS) over the broker acts, the
    three levels their numbers; open_pairs counts pairs of a public and a private neighbour with no tie between them,
    each shared among all that are tied to both; public_ties and other_ties are neighbours of the public and of other
    known sectors; roles are counted in both orders by sector. rank is 1 for the first intermediary, missing for what
    is no candidate. Measures are those of the unweighted projection; NaN where one is not defined.
    Raises ValueError for an unknown level.
    """
    net = network(joined)
    described = organizations.drop_duplicates("id").set_index("id").reindex(net.ids)
    sector = described["sector"].astype(object).where(described["sector"].notna(), None)
    public = np.asarray(sector == "public")
    known = np.asarray(sector.notna())
    roles = gould_fernandez(net, sector.tolist()).astype(np.int64)
    frame = described.join(roles).join(_acts(broker_acts, net))
    frame["open_pairs"] = open_pairs(net, public, np.asarray(sector == "private"))
    frame["public_ties"] = _neighbours_that(net, public)
    frame["other_ties"] = _neighbours_that(net, known & ~public)
    frame["betweenness"] = betweenness(net)
    frame["constraint"] = constraint(net)
    frame["effective_size"] = effective_size(net)
    frame["participation"] = participation(net, sector.tolist())
    ranked = _ranked(frame.rename_axis("id").reset_index())
    return ranked[["rank", *DESCRIPTION, *SCORES]].reset_index(drop=True)


def rank_intermediaries(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
                        broker_acts: pd.DataFrame) -> pd.DataFrame:
    """The intermediaries, best first, with the columns of `measures` that say why.

    Inputs: ties[id, kind, status, earliest, latest], parties[tie, organization, role]; the others as in `measures`.
    Candidates have a tie to the public and one to another sector, and are of none of the types NOT_INTERMEDIARIES.
    Order: acts, then open_pairs, then public_ties, then id.
    """
    frame = measures(organizations, edges(ties, parties).frame, broker_acts)
    return frame[frame["rank"].notna()].astype({"rank": int}).reset_index(drop=True)


def open_pairs(net: Network, public: npt.NDArray[np.bool_], private: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """(n,) a vertex's share of the public–private pairs with no tie of their own, over all that are tied to both."""
    credit = np.zeros(net.size)
    for a, v, b in open_paths(net.start, net.neighbours, np.flatnonzero(public)):
        wanted = private[b]
        a, v, b = a[wanted], v[wanted], b[wanted]
        credit += add_up(v, shares(a, b, net.size), net.size)
    # thirds added in another order must not decide a rank
    return credit.round(9)


def _acts(broker_acts: pd.DataFrame, net: Network) -> pd.DataFrame:
    # a brokerage that a release reports came about; a self-description without a level only claims
    implied = broker_acts["tie"].notna().map({True: "evidenced", False: "claimed"})
    level = broker_acts["level"].where(broker_acts["level"].notna(), implied)
    if unknown := sorted(set(level) - set(LEVELS)):
        raise ValueError(f"a broker act's level is one of {', '.join(LEVELS)}, not «{unknown[0]}»")
    numbers = pd.crosstab(broker_acts["organization"].to_numpy(dtype=object), level.to_numpy(dtype=object))
    numbers = numbers.reindex(index=pd.Index(net.ids, dtype=object), columns=list(POINTS), fill_value=0)
    return numbers.assign(acts=sum(numbers[name] * points for name, points in POINTS.items()))


def _neighbours_that(net: Network, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return add_up(net.sources, wanted[net.neighbours], net.size).astype(np.int64)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    candidate = (frame["public_ties"] > 0) & (frame["other_ties"] > 0) & ~frame["type"].isin(NOT_INTERMEDIARIES)
    first = frame[candidate].sort_values(["acts", "open_pairs", "public_ties", "id"],
                                         ascending=[False, False, False, True])
    rest = frame[~candidate].sort_values("id")
    ranks = pd.array([*range(1, len(first) + 1), *[pd.NA] * len(rest)], dtype="Int64")
    return pd.concat([first, rest]).assign(rank=ranks)
