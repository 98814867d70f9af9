"""How results look on a terminal: tables, bars, the summary of a run and the tour of the demo."""
from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph.tied_to import MOST_PARTIES
from pipelines.progress import Report

if TYPE_CHECKING:
    from graph.library import Kakehashi, Told
    from pipelines.definitions import RunCounts
    from queries.catalogue import Question

#: Rejects that a summary lists at most.
_REJECTS = 20
#: Characters that a cell of .xlsx holds, and those that it cannot hold.
_CELL = 32_767
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COUNTED = """
MATCH (r:Release) WITH count(r) AS releases
MATCH (o:Organization) WITH releases, count(o) AS organizations
OPTIONAL MATCH (t:Tie) WITH releases, organizations, count(t) AS ties
OPTIONAL MATCH (p:Person) RETURN releases, organizations, ties, count(p) AS persons
"""
_WORDS = """
MATCH (o:Organization {name: $name})-[:PARTY_TO {role: 'broker'}]->(t:Tie)<-[s:STATES]-(r:Release)
RETURN s.sentence AS sentence, r.title AS title ORDER BY sentence LIMIT 3
"""


@contextmanager
def bars(console: Console) -> Iterator[Report]:
    """A progress bar a stage, drawn while the block runs."""
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console)
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if not tasks:  # what has nothing to report draws nothing
            progress.start()
        if stage not in tasks:
            tasks[stage] = progress.add_task(stage, total=total)
        progress.update(tasks[stage], completed=done, total=total)

    try:
        yield report
    finally:
        if tasks:
            progress.stop()


def table(console: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """A table of texts; markup in them is drawn."""
    drawn = Table(title=title, title_justify="left")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*map(str, row))
    console.print(drawn)


def questions(console: Console, asked: Sequence[Question]) -> None:
    """The questions of the catalogue, each with its parameters, their defaults and what they mean."""
    for one in asked:
        console.print(f"[bold]{one.name}[/]  {escape(one.title)}")
        for parameter in one.parameters:
            default = "" if parameter.default is None else f" (left out: {parameter.default})"
            console.print(f"    --{parameter.name}  {escape(parameter.meaning + default)}")


def frame(console: Console, answer: pd.DataFrame, title: str | None, csv: bool = False,
          excel: Path | None = None) -> None:
    """A frame as a drawn table, as CSV on standard output, or as a file for a spreadsheet: .xlsx, else CSV with a byte order
    mark, in which no text becomes a formula. Of a question of the catalogue (which has a title) the ids beside a row's own
    (columns «…_id») are in the files alone."""
    if excel is not None:
        cut = spreadsheet(_joined(answer), excel)
        console.print(f"{len(answer)} rows in {excel}", markup=False)
        if cut:
            console.print(f"{cut} texts are longer than a cell holds and were cut at {_CELL:,} characters: a .csv file has them whole")
    elif csv:
        _joined(answer).to_csv(sys.stdout, index=False)
    else:
        drawn = answer[[c for c in answer.columns if title is None or not str(c).endswith(("_id", "_ids"))]]
        rows = [[escape(cell(value)) for value in row] for row in drawn.itertuples(index=False)]
        table(console, [escape(str(c)) for c in drawn.columns], rows, title)
        console.print("1 row" if len(answer) == 1 else f"{len(answer):,} rows")


def spreadsheet(answer: pd.DataFrame, file: Path) -> int:
    """A frame of plain values as a file that a spreadsheet opens; texts that look like formulas stay texts. How many texts are
    too long for a cell of .xlsx and were cut. Control characters, which it cannot hold, become «�»."""
    from graph.export.package import safe

    if file.suffix.lower() != ".xlsx":
        answer.rename(columns=lambda name: safe(str(name))).map(lambda v: safe(v) if isinstance(v, str) else v).to_csv(
            file, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        return 0
    written = answer.map(lambda v: _UNWRITABLE.sub("�", v) if isinstance(v, str) else v)
    cut = int(written.map(lambda v: isinstance(v, str) and len(v) > _CELL).to_numpy().sum())
    with pd.ExcelWriter(file, engine="openpyxl") as writer:
        written.map(lambda v: v[:_CELL] if isinstance(v, str) else v).to_excel(writer, index=False)
        for row in next(iter(writer.sheets.values())).iter_rows():
            for one in row:
                if one.data_type == "f":  # openpyxl takes what begins with «=» for a formula
                    one.data_type = "s"
    return cut


def _joined(answer: pd.DataFrame) -> pd.DataFrame:
    """Lists as texts joined by «; », so that every cell is a plain value."""
    return answer.map(lambda v: "; ".join(map(str, v)) if isinstance(v, list) else v)


def cell(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    return f"{value:.3f}" if isinstance(value, float) and not value.is_integer() else _whole(value)


def _whole(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


def brokers(console: Console, ranked: pd.DataFrame, limit: int, title: str) -> None:
    """The first intermediaries of a slice with the reasons for their order in words; CSV and Excel have every measure."""
    if ranked.empty:
        console.print("No intermediary in this slice: one needs a tie to the public, and a tie to another sector or a release that "
                      "calls it one.")
    else:
        rows = [[row.rank, escape(str(row.name)), row.type, _reason(row)] for row in ranked.head(limit).itertuples(index=False)]
        table(console, ["", "intermediary", "type", "why"], rows, title)
        if len(ranked) > limit:
            console.print(f"{limit} of {len(ranked)}; --limit {len(ranked)} for all")
        console.print("A pair is open where the two have no tie of their own; each is divided among all that are tied to both.")
    _not_counted(console, ranked.attrs.get("left_out", 0), ranked.attrs.get("too_large", 0))


def _not_counted(console: Console, left_out: int, too_large: int) -> None:
    if left_out:
        console.print(f"{left_out} ties overlap the slice without lying in it and are not counted; --loose takes them")
    if too_large:
        console.print(f"{too_large} ties of more than {MOST_PARTIES} parties tell too little of any two of them and are not counted")


def _reason(row: Any) -> str:
    from graph.brokerage.explanation import acts_in_words

    acts = acts_in_words(row._asdict())
    named = f"; {', '.join(acts)}" if acts else ""
    later = f", {row.later_pairs} of them tied later" if row.later_pairs else ""
    own = f"{row.open_pairs:.1f}".removesuffix(".0")
    return (f"{_score(row.score, 3)}: {_counted(row.pairs, 'public–private pair')}{later}; its share of the open ones {own}; "
            f"{row.public_ties} public, {_counted(row.other_ties, 'other partner')}{named}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _score(score: float, digits: int) -> str:
    """A probability; one that is smaller than its digits can tell is not 0."""
    return f"{score:.{digits}f}" if score >= 10.0**-digits else f"<{10.0**-digits:.{digits}f}"


def broker(console: Console, told: Told, limit: int) -> None:
    """Why one organisation ranks where it does: the terms and their sum, the first pairs, the words."""
    one = told.explanation
    console.print(f"[bold]{escape(told.names.get(one.organization, one.organization))}[/]  {one.organization}")
    place = f"place {one.place} of {one.of}" if one.place is not None else (
        f"not ranked among the {one.of}: it has ties to one side and no release tells of an introduction, or none to the public")
    console.print(f"{place}, score {_score(one.score, 4)}\n")
    rows = [[row.term, f"{row.evidence:+.2f}", f"{escape(str(row.words))}\n[dim]= {escape(str(row.made_of))}[/]"]
            for row in one.terms.itertuples(index=False)]
    total = one.terms["evidence"].sum() + one.bias
    rows += [["bias", f"{one.bias:+.2f}", "anybody, before anything is known"],
             ["sum", f"{total:+.2f}", f"logarithm of the odds: 1 / (1 + e^{-total:.2f}) = {one.score:.4g}"]]
    table(console, ["term", "evidence", "why"], rows, "What makes the score: weight × (logarithm - that of a usual candidate)")
    pairs = told.named_pairs()
    if len(pairs):
        table(console, list(pairs.columns), [[escape(cell(v)) for v in row] for row in
                                             pairs.head(limit).itertuples(index=False)],
              f"Its pairs ({_first(limit, len(pairs), '--limit N, or --csv, for all')})")
    if told.words.empty:
        console.print("No release tells of an introduction by it.")
    else:
        console.print(f"What releases say ({_first(limit, len(told.words), '--limit N for all')}):")
    for row in told.words.head(limit).itertuples(index=False):
        console.print(f"  {row.level}: «{escape(str(row.sentence))}» — {escape(str(row.title))}, {row.published}")
    _not_counted(console, told.left_out, told.search.contacts.too_large)


def _first(limit: int, all_of_them: int, more: str) -> str:
    """How many of how many are shown, and how to see the rest."""
    if all_of_them <= limit:
        return f"all {all_of_them}" if all_of_them > 1 else "1"
    return f"{limit} of {all_of_them}; {more.replace('N', str(all_of_them))}"


def run_summary(console: Console, counts: RunCounts) -> None:
    """What a run did, stage by stage, and the inputs it could not read."""
    table(console, ["stage", "new", "unchanged", "rejected"],
          [[s.stage, s.new, s.unchanged, s.rejected] for s in counts.stages], "What this run did")
    if counts.rejects:
        console.print(f"Kept aside so far, each with its reason: {len(counts.rejects)}")
    for reject in counts.rejects[:_REJECTS]:
        console.print(f"[yellow]rejected[/] {escape(reject.item)}: {escape(reject.reason)}")
    if counts.failed:
        console.print(f"[red]The run stopped at «{counts.failed}».[/] {escape(counts.error or '')}")


def demo(console: Console, kakehashi: Kakehashi, home: str | None) -> None:
    """What is in the graph, the ten best-connected intermediaries and why, and how to go on."""
    counted = kakehashi.cypher(_COUNTED).iloc[0]
    console.print("\n[bold]In the graph:[/] " + ", ".join(f"{counted[name]} {name}" for name in counted.index))
    ranked = kakehashi.brokers()
    brokers(console, ranked.head(10), 10, "The ten best-connected intermediaries, and why")
    if len(ranked):
        first = str(ranked.iloc[0]["name"])
        console.print(f"\n[bold]The words behind the first, {escape(first)}:[/]")
        for row in kakehashi.cypher(_WORDS, name=first).itertuples(index=False):
            console.print(f"  «{escape(str(row.sentence))}» — {escape(str(row.title))}")
    prefix = f"KAKEHASHI_HOME={home} " if home else ""
    console.print("\n[bold]How to go on:[/]")
    for command, what in (("query", "list the questions that are ready to ask"),
                          ("query intermediaries", "who introduced whom, with the sentence"),
                          ("graph shell", "ask in Cypher"),
                          ("graph up --browser", "look at the graph in the Neo4j browser"),
                          ("graph down", "stop the server")):
        console.print(f"  {prefix}.venv/bin/kakehashi {command:<22} # {what}")
