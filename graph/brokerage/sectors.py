"""How a vertex's ties spread over groups: participation and the E–I index."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.brokerage.network import Floats, Network, add_up, group_numbers


def participation(network: Network, groups: Sequence[object]) -> Floats:
    """(n,) 1 − Σ_g (k_g/k)², k_g the neighbours in group g (Guimerà and Amaral, Nature 433, 2005); NaN for isolates."""
    group = group_numbers(groups, network.size)
    width = int(group.max()) + 1 if len(group) else 1
    keys, number = np.unique(network.sources * width + group[network.neighbours], return_counts=True)
    squares = add_up(keys // width, number.astype(float) ** 2, network.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1 - squares / network.degree.astype(float) ** 2)


def external_internal(network: Network, groups: Sequence[object]) -> Floats:
    """(n,) (external − internal) / degree of each vertex (Krackhardt and Stern, 1988); NaN for isolates."""
    group = group_numbers(groups, network.size)
    same = add_up(network.sources, group[network.sources] == group[network.neighbours], network.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((network.degree - 2 * same) / network.degree)
