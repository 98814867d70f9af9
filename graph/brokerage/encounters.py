"""Whether an organisation came to know the public and the private at one time, as who introduces them does."""
from __future__ import annotations

import numpy as np
import pandas as pd

from graph.brokerage.contacts import Contacts
from graph.brokerage.introductions import PRIVATE, PUBLIC
from graph.brokerage.network import Floats, Ints, add_up

#: Days between the first ties with either side that are near; how long introductions take is not known, so the mean of
#: a season, some months and more than a year is taken.
WINDOWS = (100, 250, 500)


def encounters(found: Contacts, side: Ints) -> pd.DataFrame:
    """A row a vertex: `dated` (public and private partners whose first day is known), `near` (those among them with a partner
    of the other side whose first day is near, the mean over WINDOWS) and `near_by_chance` (the same if the other side's
    days were drawn from those of all ties: Σ 1 − (1 − p)^m, p the share of ties near the day, m dated partners there).

    `side` is PUBLIC, PRIVATE or another number for each vertex.
    """
    net = found.network
    day = found.edge_day[net.arc_edge] if len(net.arc_edge) else np.empty(0)
    known = ~np.isnan(day) & np.isin(side[net.neighbours], (PUBLIC, PRIVATE))
    vertex, public, day = net.sources[known], side[net.neighbours[known]] == PUBLIC, day[known]
    order = np.lexsort((day, vertex))
    vertex, public, day = vertex[order], public[order], day[order]
    numbers = [add_up(vertex, public == one, net.size) for one in (False, True)]
    across = np.where(public, numbers[0][vertex], numbers[1][vertex])
    before = _since_the_other_side(vertex, public, day)
    after = _since_the_other_side(vertex[::-1], public[::-1], -day[::-1])[::-1]
    gap = np.minimum(before, after)
    every = np.sort(found.tie_day[~np.isnan(found.tie_day)])
    near, chance = np.zeros(len(day)), np.zeros(len(day))
    for days in WINDOWS:
        around = np.searchsorted(every, day + days, side="right") - np.searchsorted(every, day - days, side="left")
        near += gap <= days
        chance += 1 - (1 - around / max(len(every), 1)) ** across
    return pd.DataFrame({"dated": add_up(vertex, np.ones(len(vertex)), net.size),
                         "near": add_up(vertex, near / len(WINDOWS), net.size),
                         "near_by_chance": add_up(vertex, chance / len(WINDOWS), net.size)})


def _since_the_other_side(vertex: Ints, public: np.ndarray[tuple[int], np.dtype[np.bool_]], day: Floats) -> Floats:
    """Days from the last row before each of the same vertex and the other side, infinite where there is none. Rows are
    sorted by vertex, then day."""
    row = np.arange(len(day))
    last = {one: np.maximum.accumulate(np.where(public == one, row, -1)) for one in (False, True)}
    other = np.where(public, last[False], last[True])
    there = (other >= 0) & (vertex[other] == vertex)
    return np.asarray(np.where(there, day - day[other], np.inf), dtype=np.float64)
