"""Which organisations dealt with each other in which tie, and when: the raw material of the search for intermediaries."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graph.brokerage.network import Flags, Floats, Ints, Network
from graph.tied_to import JOINING_STATUSES, MOST_PARTIES, RULES, is_symmetric

#: Days that an interval may span and still date its tie (a fiscal year); a longer one says nothing of the order.
_LONGEST = 366
#: Kinds that have one role alone; a capital alliance joins investors with the investee and not with each other.
_ALL_ALIKE = sorted(kind for kind, pairs in RULES.items() if all(one == other for one, other in pairs))


@dataclass(frozen=True)
class Contacts:
    """The pairs that ties join, in flat arrays.

    `network` is their projection (weights by Newman). `edge_ties[edge_start[e]:edge_start[e + 1]]` are the ties of edge
    e, `tie_parties[tie_start[t]:tie_start[t + 1]]` the parties of tie t as vertex numbers, `tie_day[t]` its day as an
    ordinal (the middle of its interval), NaN where it is not known, `tie_brokered[t]` whether it is a brokerage.
    `tie_ids` names the ties. `too_large` symmetric ties of more than MOST_PARTIES parties join nobody, nor do the
    `other_status` ties whose status was not asked for.
    """

    network: Network
    edge_start: Ints
    edge_ties: Ints
    tie_start: Ints
    tie_parties: Ints
    tie_day: Floats
    tie_brokered: Flags
    tie_ids: tuple[str, ...]
    too_large: int
    other_status: int

    @property
    def edge_day(self) -> Floats:
        """(m,) the first day that each edge's ties are known to have, NaN where none is dated."""
        days = np.where(np.isnan(self.tie_day), np.inf, self.tie_day)[self.edge_ties]
        if not len(days):
            return days
        first = np.minimum.reduceat(days, self.edge_start[:-1])
        return np.where(np.isinf(first), np.nan, first)


def contacts(organizations: pd.DataFrame, ties: pd.DataFrame, parties: pd.DataFrame,
             statuses: Iterable[str] = JOINING_STATUSES) -> Contacts:
    """The contacts of the ties of some statuses by the rules of `graph.tied_to`.

    organizations[id], ties[id, kind, status, earliest, latest], parties[tie, organization, role]. Rows that stand twice
    count once. A tie of an unknown kind, or none of whose parties has a role that its kind joins, is read as symmetric.
    Raises ValueError for a date that is none.
    """
    heads = ties.loc[ties["status"].isin(list(statuses))].drop_duplicates("id")
    members = parties[["tie", "organization", "role"]].dropna(subset=["tie", "organization"]).drop_duplicates()
    members = members[members["tie"].isin(heads["id"])]
    tie_ids = tuple(sorted(map(str, heads["id"])))
    ids = tuple(sorted({*map(str, organizations["id"]), *map(str, members["organization"])}))
    tie_number = {name: i for i, name in enumerate(tie_ids)}
    vertex = {name: i for i, name in enumerate(ids)}
    rows = pd.DataFrame({"tie": members["tie"].astype(str).map(tie_number).to_numpy(dtype=np.int64),
                         "vertex": members["organization"].astype(str).map(vertex).to_numpy(dtype=np.int64),
                         "role": members["role"].astype(object).where(members["role"].notna(), "").to_numpy()})
    kind = np.full(len(tie_ids), "", dtype=object)
    day = np.full(len(tie_ids), np.nan)
    at = heads["id"].astype(str).map(tie_number).to_numpy(dtype=np.int64)
    kind[at] = heads["kind"].astype(object).where(heads["kind"].notna(), "").to_numpy()
    day[at] = _days(heads["earliest"], heads["latest"])
    alone = rows[["tie", "vertex"]].drop_duplicates().sort_values(["tie", "vertex"])
    size = np.bincount(alone["tie"], minlength=len(tie_ids))
    joined, too_large = _joined(rows, alone, kind, size)
    n = len(ids)
    keys = joined["low"].to_numpy() * n + joined["high"].to_numpy()
    order = np.lexsort((joined["tie"].to_numpy(), keys))
    keys, tie = keys[order], joined["tie"].to_numpy()[order]
    edges, start, number = np.unique(keys, return_index=True, return_counts=True)
    weight = np.add.reduceat(1 / (size[tie] - 1), start) if len(tie) else np.empty(0)
    low, high = (edges // n, edges % n) if n else (edges, edges)
    return Contacts(Network(ids, low, high, weight, number.astype(np.int64)), np.append(start, len(tie)).astype(np.int64),
                    tie.astype(np.int64), np.searchsorted(alone["tie"], np.arange(len(tie_ids) + 1)).astype(np.int64),
                    alone["vertex"].to_numpy(dtype=np.int64), day, np.asarray(kind == "brokerage", dtype=np.bool_), tie_ids,
                    too_large, int(ties["id"].nunique()) - len(tie_ids))


def _joined(rows: pd.DataFrame, alone: pd.DataFrame, kind: np.ndarray[Any, Any],
            size: Ints) -> tuple[pd.DataFrame, int]:
    """The pairs low < high of each tie, each once a tie, and how many symmetric ties are too large to join any."""
    rules = pd.DataFrame(sorted({(k, *pair) for k, pairs in RULES.items() for one, other in pairs
                                 for pair in ((one, other), (other, one))}), columns=["kind", "role", "other_role"])
    told = rows.assign(kind=kind[rows["tie"]])
    # where there is one role alone every party counts, whatever its role is called
    told = told[~np.isin(told["kind"].to_numpy(dtype=object), _ALL_ALIKE)]
    by_role = (told.merge(rules, on=["kind", "role"])
               .merge(rows.rename(columns={"vertex": "other", "role": "other_role"}), on=["tie", "other_role"]))
    by_role = _without_founders(by_role)
    # two donors without a recipient join nobody; where no role is known, nobody is left out
    in_a_role = told.merge(rules[["kind", "role"]].drop_duplicates(), on=["kind", "role"])["tie"]
    alike = np.ones(len(kind), dtype=bool)
    alike[in_a_role.to_numpy(dtype=np.int64)] = False
    symmetric = np.fromiter((k in RULES and is_symmetric(k) for k in kind), np.bool_, len(kind))
    large = (alike | symmetric) & (size > MOST_PARTIES)
    by_role = by_role[~large[by_role["tie"].to_numpy(dtype=np.int64)]]
    small = alone[(alike & (size > 1) & ~large)[alone["tie"]]]
    cliques = small.merge(small.rename(columns={"vertex": "other"}), on="tie")
    found = pd.concat([cliques[["tie", "vertex", "other"]], by_role[["tie", "vertex", "other"]]])
    found = found[found["vertex"] != found["other"]]
    one, other = found["vertex"].to_numpy(dtype=np.int64), found["other"].to_numpy(dtype=np.int64)
    pairs = pd.DataFrame({"tie": found["tie"].to_numpy(dtype=np.int64), "low": np.minimum(one, other),
                          "high": np.maximum(one, other)})
    return pairs.drop_duplicates(), int(large.sum())


def _without_founders(by_role: pd.DataFrame) -> pd.DataFrame:
    """While a project company exists its founders deal with the authority through it."""
    pfi = by_role["kind"] == "pfi"
    company = set(by_role.loc[pfi & (by_role["role"] == "operator"), "tie"])
    through = (pfi & by_role["tie"].isin(company) & (by_role["role"] != "operator")
               & (by_role["other_role"] != "operator"))
    return by_role[~through]


def _days(earliest: pd.Series, latest: pd.Series) -> Floats:
    first = np.fromiter(map(_ordinal, earliest), np.float64, len(earliest))
    last = np.fromiter(map(_ordinal, latest), np.float64, len(latest))
    return np.asarray(np.where((last - first >= 0) & (last - first <= _LONGEST), (first + last) / 2, np.nan))


def _ordinal(value: Any) -> float:
    if value is None or value is pd.NaT or value != value:
        return float("nan")
    try:
        return float((date.fromisoformat(value[:10]) if isinstance(value, str) else value).toordinal())
    except (AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"«{value}» is no date: give datetime.date, or nothing where it is not known") from error
