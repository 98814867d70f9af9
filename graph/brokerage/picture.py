"""The neighbourhood of an intermediary as a picture: PNG or SVG."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pandas as pd

from graph.brokerage.explanation import Explanation
from graph.brokerage.finder import Search
from graph.brokerage.introductions import PRIVATE, PUBLIC

SUFFIXES = (".png", ".svg")
#: Partners that are drawn of one side at most; the picture says how many are left out.
MOST = 18
_COLOURS = {"public": "#1f6f8b", "private": "#c8553d", "other": "#7a7a7a", "broker": "#2d2a32", "later": "#e0a100",
            "earlier": "#b8b8b8"}
_SIDES = {"public": "public", "private": "private", "other": "other sectors"}


def neighbourhood(found: Search, explanation: Explanation, names: Mapping[str, str], file: Path) -> None:
    """Draw an organisation between its public partners (left) and private ones (right), other sectors below.

    Lines between partners are their direct ties: dashed where they came later than its ties with both. The same input
    gives the same picture. Raises ValueError for a file that is neither .png nor .svg.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a picture is a .png or .svg file, not {file.name}")
    # imported late: drawing is rare and the library takes a second
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import matplotlib_fontja

    matplotlib_fontja.japanize()
    with plt.rc_context({"svg.hashsalt": "kakehashi", "svg.fonttype": "path"}):
        figure, axes = plt.subplots(figsize=(12, 8))
        _draw(axes, found, explanation, names)
        metadata: dict[str, Any] = {"Date": None} if file.suffix.lower() == ".svg" else {"Software": None}
        figure.savefig(file, dpi=150, bbox_inches="tight", metadata=metadata)
        plt.close(figure)


def _draw(axes: Any, found: Search, explanation: Explanation, names: Mapping[str, str]) -> None:
    drawn, left_out = _partners(found, explanation.organization)
    places = _places(drawn)
    for x, y, side in places.values():
        axes.plot([0, x], [0, y], color=_COLOURS[side], lw=1.2, alpha=.55, zorder=1)
    tied = explanation.pairs[explanation.pairs["state"].isin(["later", "before", "unknown", "with"])]
    for public, private, state in zip(tied["public"], tied["private"], tied["state"], strict=True):
        if public in places and private in places:
            (x, y, _), (u, w, _) = places[public], places[private]
            later = state == "later"
            axes.annotate("", (u, w), (x, y), zorder=2, arrowprops={
                "arrowstyle": "-", "connectionstyle": "arc3,rad=0.25", "lw": 1.6 if later else 1.0,
                "ls": (0, (4, 3)) if later else "-", "color": _COLOURS["later" if later else "earlier"]})
    for name, (x, y, side) in places.items():
        axes.scatter([x], [y], s=70, color=_COLOURS[side], zorder=3)
        ha = "right" if side == "public" else "left" if side == "private" else "center"
        dx, dy = (-.03, 0) if side == "public" else (.03, 0) if side == "private" else (0, -.05)
        axes.text(x + dx, y + dy, _short(names.get(name, name)), ha=ha, va="center" if dy == 0 else "top", fontsize=10)
    axes.scatter([0], [0], s=260, color=_COLOURS["broker"], zorder=4)
    axes.text(0, .07, names.get(explanation.organization, explanation.organization), ha="center", va="bottom", fontsize=14,
              zorder=5, bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": "none", "alpha": .85})
    _legend(axes, drawn)
    more = f"; {left_out} further partners not drawn" if left_out else ""
    place = "not ranked" if explanation.place is None else f"place {explanation.place} of {explanation.of}"
    axes.set_title(f"{place}, score {explanation.score:.3f}: "
                   f"{len(explanation.pairs)} pairs of a public body and a company, "
                   f"{int((explanation.pairs['state'] == 'later').sum())} tied later{more}", fontsize=11)
    axes.set_xlim(-1.75, 1.75)
    axes.set_ylim(-1.3, 1.15)
    axes.set_axis_off()


def _partners(found: Search, organization: str) -> tuple[dict[str, list[str]], int]:
    """The partners by side, the strongest first, at most MOST of each, and how many are left out."""
    net = found.contacts.network
    v = net.ids.index(organization)
    arcs = slice(net.start[v], net.start[v + 1])
    frame = pd.DataFrame({"name": [net.ids[x] for x in net.neighbours[arcs]], "weight": net.arc_weight[arcs],
                          "side": [{PUBLIC: "public", PRIVATE: "private"}.get(int(found.side[x]), "other")
                                   for x in net.neighbours[arcs]]})
    frame = frame.sort_values(["weight", "name"], ascending=[False, True])
    taken = {side: frame.loc[frame["side"] == side, "name"].tolist()[:MOST] for side in _SIDES}
    return taken, len(frame) - sum(map(len, taken.values()))


def _places(drawn: Mapping[str, Sequence[str]]) -> dict[str, tuple[float, float, str]]:
    middle = {"public": pi, "private": 0.0, "other": -pi / 2}
    width = {"public": 1.9, "private": 1.9, "other": .8}
    places = {}
    for side, members in drawn.items():
        for i, name in enumerate(members):
            share = (i + .5) / len(members) - .5
            angle = middle[side] + share * width[side]
            places[name] = (cos(angle), sin(angle), side)
    return places


def _legend(axes: Any, drawn: Mapping[str, Sequence[str]]) -> None:
    from matplotlib.lines import Line2D

    shown = [Line2D([], [], marker="o", ls="", color=_COLOURS[side], label=label)
             for side, label in _SIDES.items() if drawn[side]]
    shown += [Line2D([], [], color=_COLOURS["later"], ls=(0, (4, 3)), label="tied later"),
              Line2D([], [], color=_COLOURS["earlier"], label="tied before, with it, or in unknown order")]
    axes.legend(handles=shown, loc="lower center", ncols=len(shown), frameon=False, bbox_to_anchor=(.5, -.04))


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"
