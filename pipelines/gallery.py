"""docs/gallery.md: every question with its Cypher and what it answers on the bundled sample; pictures where one tells more.

    KAKEHASHI_HOME=.kakehashi-demo python -m pipelines.gallery        (make gallery runs the sample first)

The text comes from the headers of `queries/*.cypher` alone (`text`); the answers are put in where it says so.
"""
from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from graph.library import Kakehashi
from pipelines.show import cell
from queries import GROUPS, Question, questions

#: Rows of an answer that are shown, and characters of a cell.
ROWS, _WIDE = 6, 60
FOLDER = Path("docs")
_HEAD = """# Gallery of questions

{count} questions that are ready to ask, group by group, each with the Cypher that answers it and the first rows of its answer on
the bundled [sample](../sample/README.md), in which everything is invented. Ask them with `kakehashi query NAME`, with other values by
`--parameter value`; `--print` gives Cypher to paste into any shell, `--csv` and `--excel FILE` the whole answer, and
`kakehashi export DIR --query NAME` the answer with its [part of the graph](exports.md). From Python: `Kakehashi().query("NAME", parameter=value)`.

This page is made by `make gallery` from the files in `queries/`; a question of yours is one more file there.

"""


def text(asked: list[Question], answers: Mapping[str, str] | None = None) -> str:
    """The page. Without `answers` each is left empty: what the catalogue alone says."""
    parts = [_HEAD.format(count=len(asked))]
    for group, heading in GROUPS.items():
        ours = [one for one in asked if one.group == group]
        parts.append(f"- [{heading}](#{_anchor(heading)}): "
                     + ", ".join(f"[{one.name}](#{_anchor(one.title)})" for one in ours) + "\n")
    for group, heading in GROUPS.items():
        parts.append(f"\n## {heading}\n")
        parts += [_section(one, (answers or {}).get(one.name, "")) for one in asked if one.group == group]
    return "".join(parts)


def without_answers(page: str) -> str:
    """A page with its answers taken out."""
    return re.sub(r"(<!-- answer -->\n).*?(<!-- end -->\n)", r"\1\2", page, flags=re.DOTALL)


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _section(one: Question, answer: str) -> str:
    parameters = "".join(f"| `{p.name}` | `{_default(p.default)}` | {p.meaning} |\n" for p in one.parameters)
    table = f"\n| parameter | left out | meaning |\n|---|---|---|\n{parameters}" if parameters else ""
    return (f"\n### {one.title}\n\n`kakehashi query {one.name}`\n\n{one.about}\n{table}\n"
            f"<!-- answer -->\n{answer}<!-- end -->\n\n<details><summary>Cypher</summary>\n\n```cypher\n"
            f"{one.cypher}\n```\n\n</details>\n")


def _default(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def table(answer: pd.DataFrame) -> str:
    """The first rows of an answer in Markdown, without the ids; what is cut off is said."""
    if answer.empty:
        return "The sample has no such row.\n"
    columns = [c for c in answer.columns if c not in ("id", "tie_id") and not str(c).endswith(("_id", "_ids"))]
    lines = ["| " + " | ".join(map(str, columns)) + " |", "|" + "---|" * len(columns)]
    for row in answer[columns].head(ROWS).itertuples(index=False):
        lines.append("| " + " | ".join(_short(cell(value)) for value in row) + " |")
    more = len(answer) - ROWS
    return "\n".join(lines) + "\n" + (f"\nand {more} more row{'' if more == 1 else 's'}\n" if more > 0 else "")


def _short(words: str) -> str:
    plain = words.replace("|", "\\|").replace("\n", " ")
    return plain if len(plain) <= _WIDE else plain[:_WIDE - 1] + "…"


# --- pictures --------------------------------------------------------------------------------------------------------

def _sectors(axes: Any, answer: pd.DataFrame) -> None:
    names = ["public", "private", "academic", "civil", "hybrid"]
    rows: Iterable[Any] = answer.itertuples(index=False)
    pairs = {frozenset((row.sector, row.other_sector)): int(row.pairs) for row in rows}
    grid = [[pairs.get(frozenset((one, other)), 0) for other in names] for one in names]
    most = max(map(max, grid))
    axes.imshow(grid, cmap="Blues")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    for i, row in enumerate(grid):
        for j, count in enumerate(row):
            axes.text(j, i, str(count), ha="center", va="center", color="white" if count > most / 2 else "black")
    axes.set_title("pairs of organisations with a tie")


def _themes(axes: Any, answer: pd.DataFrame) -> None:
    shown = answer.head(12).iloc[::-1]
    axes.barh(shown["theme"], shown["agreements"], color="#4878a8")
    axes.set_xlabel("agreements that came about")


def _timeline(axes: Any, answer: pd.DataFrame) -> None:
    kinds = answer.groupby("kind")["concluded"].sum().sort_values(ascending=False).head(4).index
    grid = answer.assign(kind=answer["kind"].where(answer["kind"].isin(kinds), "others")) \
        .pivot_table(index="fiscal_year", columns="kind", values="concluded", aggfunc="sum", fill_value=0)
    grid[[*kinds, "others"]].plot.bar(stacked=True, ax=axes, width=0.8)
    axes.set_xlabel("fiscal year")
    axes.set_ylabel("agreements concluded")
    axes.legend(fontsize=8)


def _spread(axes: Any, answer: pd.DataFrame) -> None:
    axes.step(answer["fiscal_year"], answer["reached"], where="post", color="#4878a8")
    axes.plot(answer["fiscal_year"], answer["reached"], "o", color="#4878a8")
    rows: Iterable[Any] = answer.itertuples(index=False)
    for row in rows:
        axes.annotate("、".join(row.public_bodies), (row.fiscal_year, row.reached), textcoords="offset points", xytext=(6, -10),
                      fontsize=7)
    axes.set_xlabel("fiscal year")
    axes.set_ylabel("public bodies reached")
    axes.margins(x=0.15)


def _composition(axes: Any, answer: pd.DataFrame) -> None:
    sectors = ["public", "private", "academic", "civil", "hybrid"]
    answer.iloc[::-1].set_index("collective")[sectors].plot.barh(stacked=True, ax=axes, width=0.6)
    axes.set_xlabel("members")
    axes.set_ylabel("")
    axes.legend(fontsize=8)


def _rising(axes: Any, answer: pd.DataFrame) -> None:
    shown = pd.concat([answer.head(6), answer.tail(6)]).drop_duplicates("theme").iloc[::-1]
    axes.barh(shown["theme"], shown["change"], color=["#4878a8" if c >= 0 else "#c46a4a" for c in shown["change"]])
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("change of the share, percentage points")


def _ways(axes: Any, answer: pd.DataFrame) -> None:
    """Introductions: who stands between whom, a wheel an intermediary."""
    wheels: dict[str, list[str]] = {}
    rows: Iterable[Any] = answer.itertuples(index=False)
    for row in rows:
        told = wheels.setdefault(row.broker, [])
        told += [one for one in row.connected if one not in told]
    for number, (broker, others) in enumerate(wheels.items()):
        middle = 5.4 * number
        for at, other in enumerate(others):
            angle = 2 * math.pi * (at + 0.5) / len(others)
            x, y = middle + math.cos(angle), math.sin(angle)
            axes.plot([middle, x], [0, y], color="#bbbbbb", zorder=1)
            axes.scatter([x], [y], s=60, color="#9fb8d0", zorder=2)
            axes.text(middle + 1.12 * math.cos(angle), 1.14 * math.sin(angle), other, fontsize=7, va="center",
                      ha="left" if math.cos(angle) > 0 else "right")
        axes.scatter([middle], [0], s=260, color="#c46a4a", zorder=2)
        axes.text(middle, -1.6, broker, ha="center", fontsize=9)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.margins(0.12, 0.1)


#: Question → what draws its answer.
PICTURES: dict[str, Callable[[Any, pd.DataFrame], None]] = {
    "sectors": _sectors, "themes": _themes, "timeline": _timeline, "intermediaries": _ways, "spread_of_a_company": _spread,
    "composition": _composition, "rising_themes": _rising}


def draw(name: str, answer: pd.DataFrame, file: Path) -> None:
    """The picture of one answer as PNG; the same answer gives the same bytes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import matplotlib_fontja

    matplotlib_fontja.japanize()
    figure, axes = plt.subplots(figsize=(7, 4.5) if name != "intermediaries" else (14, 3.6), dpi=90)
    PICTURES[name](axes, answer)
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
    plt.close(figure)


def make(kakehashi: Kakehashi, folder: Path) -> None:
    """Ask every question and write the page and its pictures."""
    (folder / "gallery").mkdir(exist_ok=True)
    asked, answers = questions(), {}
    for one in asked:
        answer = kakehashi.query(one.name)
        picture = ""
        if one.name in PICTURES and len(answer):
            draw(one.name, answer, folder / "gallery" / f"{one.name}.png")
            picture = f"\n![{one.title}](gallery/{one.name}.png)\n"
        answers[one.name] = table(answer) + picture
    (folder / "gallery.md").write_text(text(asked, answers), encoding="utf-8")


if __name__ == "__main__":
    with Kakehashi(os.environ.get("KAKEHASHI_HOME")) as opened:
        make(opened, FOLDER)
    sys.stdout.write(f"{FOLDER / 'gallery.md'} and {len(PICTURES)} pictures\n")
