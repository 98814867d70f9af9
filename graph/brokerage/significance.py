"""How far brokerage lies from what chance gives: analytic z-scores, and z-scores over relabelled groups."""
from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.brokerage.gould_fernandez import ROLES, by_role, gould_fernandez, open_paths
from graph.brokerage.network import Floats, Ints, Network, group_numbers

#: Relabellings of `permutation_z`.
RELABELLINGS = 1_000
#: Paths that are kept in memory rather than counted anew for each relabelling.
_LISTED = 1_000_000


def analytic_z(network: Network, groups: Sequence[object]) -> pd.DataFrame:
    """Gould and Fernandez's z-scores (Sociological Methodology 19, 1989, appendix), as R's sna gives them.

    (count − mean) / standard deviation of a random network of the same density and groups in which each ordered pair is
    tied or not by itself. A row a vertex, the columns ROLES and `brokerage`; counts are those in both orders; NaN where
    a role is impossible.
    """
    counts = gould_fernandez(network, groups)
    n = network.size
    if n < 2:
        return counts * np.nan
    group = group_numbers(groups, network.size)
    density = 2 * len(network.low) / (n * (n - 1))
    mean, variance = _moments(density, np.bincount(group).astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (counts.to_numpy() - mean[group]) / np.sqrt(variance[group])
    return pd.DataFrame(np.where(variance[group] > 0, z, np.nan), index=counts.index, columns=counts.columns)


def _moments(density: float, sizes: Floats) -> tuple[Floats, Floats]:
    """(groups, 6) mean and variance of each role and of their sum for a broker of each group."""
    everybody = sizes.sum()
    open_path = density**2 * (1 - density)
    # two paths through the same broker that share an end
    shared = density**3 * (1 - density) ** 3
    means, variances = [], []
    for own in sizes:
        rest = everybody - own
        others = sizes.copy()
        others[int(np.flatnonzero(sizes == own)[0])] = 0
        outside = (others * (others - 1)).sum()
        between = rest**2 - (others**2).sum()
        paths = np.array([(own - 1) * (own - 2), outside, rest * (own - 1), rest * (own - 1), between,
                          (everybody - 1) * (everybody - 2)])
        one_side = (own - 1) * _pairs(rest) + rest * _pairs(own - 1)
        sharing = np.array([2 * (own - 1) * (own - 2) * (own - 3), 2 * (others * (others - 1) * (others - 2)).sum(),
                            2 * one_side, 2 * one_side, 4 * (others * _pairs(rest - others)).sum(),
                            2 * (everybody - 1) * (everybody - 2) * (everybody - 3)])
        means.append(open_path * paths)
        variances.append(open_path * paths * (1 - open_path) + sharing * shared)
    return np.array(means).reshape(-1, 6), np.array(variances).reshape(-1, 6)


def _pairs(number: npt.ArrayLike) -> Floats:
    count = np.asarray(number, dtype=np.float64)
    return np.asarray(count * (count - 1) / 2)


def permutation_z(network: Network, groups: Sequence[object], relabellings: int = RELABELLINGS, seed: int = 0,
                  progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """z-scores of the roles over networks that keep every tie and deal the groups out anew.

    It tells whether a vertex stands between groups more than its open pairs alone would make it. `brokerage`, which no
    relabelling changes, is left out; NaN where a role never varies. The same seed gives the same values. `progress` is
    told (done, of how many). Raises ValueError for fewer than two relabellings.
    """
    if relabellings < 2:
        raise ValueError("a standard deviation needs at least two relabellings")
    counts = gould_fernandez(network, groups)[list(ROLES)]
    group = group_numbers(groups, network.size)
    chance = np.random.default_rng(seed)
    count = _counter(network)
    total, squares = np.zeros(counts.shape), np.zeros(counts.shape)
    for done in range(relabellings):
        # differences from the counts keep the sum of squares exact
        drawn = count(chance.permutation(group)) - counts.to_numpy()
        total += drawn
        squares += drawn**2
        if progress is not None:
            progress(done + 1, relabellings)
    mean = total / relabellings
    variance = (squares - relabellings * mean**2) / (relabellings - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = -mean / np.sqrt(variance)
    return pd.DataFrame(np.where(variance > 1e-9, z, np.nan), index=counts.index, columns=counts.columns)


def _counter(network: Network) -> Callable[[Ints], Floats]:
    """(n, 5) the roles of any groups; a small network's open paths are listed once and read again and again."""
    if int((network.degree.astype(np.float64) ** 2).sum()) > _LISTED:
        return lambda group: gould_fernandez(network, group.tolist())[list(ROLES)].to_numpy()
    paths = list(open_paths(network.start, network.neighbours, np.arange(network.size)))
    a, v, b = (np.concatenate([path[i] for path in paths]) if paths else np.empty(0, dtype=np.int64) for i in range(3))
    once = np.ones(len(v))
    return lambda group: by_role(a, v, b, group, once)
