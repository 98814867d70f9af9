"""How well the intermediaries that were planted are found: `python -m bench.finder [--fit] [--seeds N]`.

Prints, for each maker of bench/planted.py, the average precision and the precision of the first 50 of the finder (with
and without broker acts) beside every textbook measure over the same candidates. `--fit` fits the weights anew on
regional countries of seeds 0 to 59, moderate and hostile, and writes graph/brokerage/weights.json; the table is of other
seeds, and of the growing countries, that no weight was fitted on.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bench.planted import MAKERS, Country
from graph.brokerage import (
    betweenness,
    bridging_coefficient,
    constraint,
    effective_size,
    gould_fernandez,
    participation,
)
from graph.brokerage.finder import Search, features, search, weights
from graph.brokerage.gould_fernandez import partial_credit
from graph.brokerage.network import Floats

WEIGHTS = Path(__file__).parents[1] / "graph" / "brokerage" / "weights.json"
_FITTED_ON = range(60)
#: Seeds of the table: after those that were fitted on.
_FIRST_SHOWN = 1_000
_RIDGE = 1e-5
#: Where the search for the intercepts begins: intermediaries are few.
_RARE = -6.0
#: Average precision and precision of the first 50.
Found = tuple[float, float]


def quality(ranked: Sequence[str], wanted: frozenset[str]) -> Found:
    """Average precision (Σ precision at each hit ÷ hits that there are) and the precision of the first 50."""
    hit = np.isin(np.array(ranked, dtype=object), list(wanted))
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return float(precision[hit].sum() / max(len(wanted), 1)), float(hit[:50].sum() / 50)


def textbook(found: Search, country: Country) -> dict[str, Found]:
    """Every textbook measure over the same candidates; equal values are in the order of ids."""
    net = found.contacts.network
    sector = country.organizations.set_index("id")["sector"].reindex(net.ids)
    groups = sector.astype(object).where(sector.notna(), None).tolist()
    public = np.bincount(net.sources, np.asarray(found.side == 0)[net.neighbours], net.size)
    private = np.bincount(net.sources, np.asarray(found.side == 1)[net.neighbours], net.size)
    degree = net.degree.astype(float)
    between = betweenness(net)
    values: dict[str, Floats] = {
        "degree": degree, "betweenness": between, "Gould–Fernandez": gould_fernandez(net, groups)["brokerage"].to_numpy(),
        "partial credit": partial_credit(net, groups)["brokerage"].to_numpy(),
        "1 − constraint": 1 - constraint(net), "1 − weighted constraint": 1 - constraint(net, weighted=True),
        "effective size": effective_size(net), "effective size ÷ degree": effective_size(net) / np.maximum(degree, 1),
        "sector balance": np.minimum(public, private) / np.maximum(np.maximum(public, private), 1),
        "participation": participation(net, groups), "bridging": between * bridging_coefficient(net)}
    candidates = np.isin(np.array(net.ids, dtype=object), found.ranked["organization"].to_numpy(dtype=object))
    ids = np.array(net.ids, dtype=object)[candidates]
    return {name: quality(ids[np.argsort(-np.nan_to_num(value[candidates], nan=-np.inf), kind="stable")].tolist(),
                          country.intermediaries) for name, value in values.items()}


def shown(country: Country) -> dict[str, Found]:
    """The finder with and without acts, and the textbook, on one country."""
    frames = (country.organizations, country.ties, country.parties)
    alone = search(*frames, country.broker_acts.head(0))
    told = search(*frames, country.broker_acts)
    return {"finder": quality(alone.ranked["organization"].tolist(), country.intermediaries),
            "finder, a quarter told": quality(told.ranked["organization"].tolist(), country.intermediaries),
            **textbook(alone, country)}


def table(maker: Callable[[int], Country], seeds: Sequence[int]) -> pd.DataFrame:
    """A row a measure: means and least of average precision, mean precision of the first 50."""
    rows = [(name, *found) for seed in seeds for name, found in shown(maker(seed)).items()]
    frame = pd.DataFrame(rows, columns=["measure", "average precision", "precision of 50"])
    grouped = frame.groupby("measure", sort=False)
    return pd.DataFrame({"average precision": grouped["average precision"].mean(),
                         "least": grouped["average precision"].min(),
                         "precision of 50": grouped["precision of 50"].mean()}).reset_index()


def fit(countries: Sequence[Country], console: Console) -> dict[str, Any]:
    """Weights by logistic regression, each country weighing alike and no weight below 0: more of a term never makes
    somebody less of an intermediary.

    Each country has an intercept of its own: what tells intermediaries from others in a country is asked, not what tells
    a country of many ties from one of few. The bias is then the one that gives all countries together as many
    intermediaries as they have.
    """
    from scipy.optimize import brentq, minimize
    from scipy.special import expit

    found, planted, weight, of = [], [], [], []
    for number, country in enumerate(countries, 1):
        counts = search(country.organizations, country.ties, country.parties, country.broker_acts.head(0)).counts
        counts = counts[(counts["public_partners"] > 0) & (counts["private_partners"] > 0)]
        # in an order that does not depend on the weights that were there before
        counts = counts.sort_values("organization")
        found.append(features(counts))
        hit = counts["organization"].isin(country.intermediaries).to_numpy(dtype=float)
        planted.append(hit)
        weight.append(np.full(len(hit), 1 / max(hit.sum(), 1)))
        of.append(np.full(len(hit), number - 1))
        console.print(f"{number} of {len(countries)} countries read", end="\r")
    names = list(found[0].columns)
    x, y, w = pd.concat(found).to_numpy(), np.concatenate(planted), np.concatenate(weight)
    w, country_of, n = w / w.sum(), np.concatenate(of), len(countries)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / scale

    def loss(p: Floats) -> tuple[float, Floats]:
        odds = p[country_of] + z @ p[n:]
        error = w * (expit(odds) - y)
        value = (w * (np.logaddexp(0, odds) - y * odds)).sum() + _RIDGE * (p[n:] ** 2).sum()
        return value, np.concatenate([np.bincount(country_of, error, n), z.T @ error + 2 * _RIDGE * p[n:]])

    start = np.concatenate([np.full(n, _RARE), np.zeros(len(names))])
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None)] * n + [(0, None)] * len(names)).x[n:]
    bias = brentq(lambda one: float((w * (expit(one + z @ done) - y)).sum()), -100, 100)
    return {"bias": round(float(bias), 3),
            "weight": {name: round(float(v), 2) for name, v in zip(names, done / scale, strict=True)},
            "usual": {name: round(float(v), 3) for name, v in zip(names, mean, strict=True)}}


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit when asked to, then print the tables."""
    parser = argparse.ArgumentParser(description="How well planted intermediaries are found.")
    parser.add_argument("--fit", action="store_true", help="fit graph/brokerage/weights.json first; some minutes")
    parser.add_argument("--seeds", type=int, default=10, help="countries of each maker to show")
    options = parser.parse_args(arguments)
    console = Console(width=120)
    if options.fit:
        makers = (MAKERS["regional, moderate"], MAKERS["regional, hostile"])
        fitted = fit([maker(seed) for seed in _FITTED_ON for maker in makers], console)
        WEIGHTS.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
        weights.cache_clear()
        console.print(fitted)
    for name, maker in MAKERS.items():
        drawn = Table(title=f"{name}: {options.seeds} countries", title_justify="left", box=SIMPLE)
        found = table(maker, range(_FIRST_SHOWN, _FIRST_SHOWN + options.seeds))
        for column in found.columns:
            drawn.add_column(column, justify="left" if column == "measure" else "right")
        for row in found.itertuples(index=False):
            drawn.add_row(row[0], *(f"{value:.2f}" for value in row[1:]))
        console.print(drawn)


if __name__ == "__main__":
    main()
