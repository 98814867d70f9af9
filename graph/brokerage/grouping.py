"""The groups that brokerage is told between: a group for each vertex of a network."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pandas as pd

from graph.brokerage.network import Network

By = Literal["sector", "type", "prefecture", "theme"]
#: The group of intermediaries, where they are one of their own.
INTERMEDIARY = "intermediary"


def groups_of(network: Network, organizations: pd.DataFrame, by: By = "sector",
              intermediaries: Iterable[str] = ()) -> list[object]:
    """A group for each vertex, in their order; None for a vertex without one (all these are one group).

    `organizations` has the columns id and `by`. `intermediaries` are ids that are a group of their own whatever they
    are else: a city–broker–company path then makes the broker a liaison rather than a gatekeeper or representative.
    Raises ValueError where the column is missing.
    """
    if by not in organizations.columns:
        raise ValueError(f"the organisations have no column «{by}»; there are: {', '.join(organizations.columns)}")
    known = organizations.drop_duplicates("id").set_index("id")[by]
    group = known.reindex(network.ids).astype(object)
    group = group.where(group.notna(), None)
    apart = frozenset(intermediaries)
    return [INTERMEDIARY if name in apart else value for name, value in zip(network.ids, group, strict=True)]


def main_themes(parties: pd.DataFrame, themes: pd.DataFrame) -> pd.Series:
    """The theme that most of an organisation's ties are about (the first by name among equals), by organisation id.

    parties[tie, organization], themes[tie, theme]; an organisation whose ties are about nothing known is left out.
    """
    told = parties[["tie", "organization"]].drop_duplicates().merge(themes[["tie", "theme"]].drop_duplicates(), on="tie")
    counted = told.groupby(["organization", "theme"]).size().rename("ties").reset_index()
    first = counted.sort_values(["organization", "ties", "theme"], ascending=[True, False, True])
    return first.drop_duplicates("organization").set_index("organization")["theme"]
