"""Networks of ties: of both modes, directed, and (in `graph.tied_to`) joined by role with Newman's weights."""
from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from graph.brokerage.network import Network, network
from graph.tied_to import JOINING_STATUSES, RULES


def two_mode(ties: pd.DataFrame, parties: pd.DataFrame, statuses: Iterable[str] = JOINING_STATUSES) -> Network:
    """Organisations and ties as vertices, an edge for each party of a tie: whoever signed with thirty others has one
    edge more, not thirty. Inputs as in `tied_to.edges`."""
    taken = ties.loc[ties["status"].isin(list(statuses)), "id"]
    rows = parties.loc[parties["tie"].isin(taken), ["organization", "tie"]].drop_duplicates()
    return network(rows.rename(columns={"organization": "a", "tie": "b"}))


def directed(ties: pd.DataFrame, parties: pd.DataFrame, statuses: Iterable[str] = JOINING_STATUSES) -> pd.DataFrame:
    """Arcs a → b (each once, sorted, none of an organisation to itself) as `directed_gould_fernandez` takes them.

    A directed kind points as its roles stand in `tied_to.RULES`: donor → recipient, member → collective, broker →
    connected. Parties of a symmetric kind point at each other. Raises ValueError for a kind without a rule.
    """
    heads = ties.loc[ties["status"].isin(list(statuses)), ["id", "kind"]].drop_duplicates("id")
    if unknown := sorted(set(heads["kind"]) - set(RULES)):
        raise ValueError(f"no rule says whom a tie of kind «{unknown[0]}» joins: add it to RULES in graph/tied_to.py")
    rules = pd.DataFrame([(kind, one, other) for kind, pairs in RULES.items() for one, other in pairs],
                         columns=["kind", "role_a", "role_b"])
    members = parties[["tie", "organization", "role"]].drop_duplicates()
    found = (heads.merge(rules, on="kind")
             .merge(members.set_axis(["id", "a", "role_a"], axis=1), on=["id", "role_a"])
             .merge(members.set_axis(["id", "b", "role_b"], axis=1), on=["id", "role_b"]))
    arcs = found.loc[found["a"] != found["b"], ["a", "b"]].drop_duplicates()
    return arcs.sort_values(["a", "b"]).reset_index(drop=True)


def most_two_mode_betweenness(own: int, other: int) -> float:
    """The largest that `betweenness` of a `two_mode` network can be for one of its `own` vertices of one mode beside the
    `other` of the other mode: what it is divided by to compare networks of different sizes (Borgatti and Everett, Social
    Networks 19, 1997). An organisation's is `most_two_mode_betweenness(organisations, ties)`, a tie's the other way
    round. `two_mode_betweenness` counts fewer paths, those between organisations, and is not divided by it.
    """
    if own == 0 or other == 0:
        return 0.0
    whole, rest = divmod(own - 1, other)
    return (other**2 * (whole + 1) ** 2 + other * (whole + 1) * (2 * rest - whole - 1)
            - rest * (2 * whole - rest + 3)) / 2
