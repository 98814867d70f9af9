"""`kakehashi export`: the graph, or an answer's part of it, as files."""
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines import show
from pipelines.commands.parameters import known, parameters
from pipelines.settings import Settings


def export(context: typer.Context,
           folder: Annotated[Path, typer.Argument(help="The folder to write; an earlier export in it is replaced.")],
           formats: Annotated[list[str] | None, typer.Option("--format", help="csv, parquet, graphml or gexf; several times "
                                                                              "for several. Left out: csv.")] = None,
           query: Annotated[str | None, typer.Option(help="A question whose answer, with the part of the graph that it is "
                                                          "about, is written; its parameters are options.")] = None,
           excel: Annotated[bool, typer.Option("--excel", help="CSV that spreadsheets open rightly: UTF-8 with a byte order "
                                                               "mark, texts that look like formulas escaped.")] = False,
           licence: Annotated[str, typer.Option(help="The data's licence, by its SPDX name.")] = "CC-BY-4.0") -> None:
    """Write the whole graph, or an answer and its part of the graph, for other programs, with what a paper cites."""
    from graph.library import Kakehashi

    given = parameters(context.args)
    if given and query is None:
        raise ValueError(f"--{next(iter(given))} is a parameter of a question: name one with --query")
    known(given)
    if excel and formats and "csv" not in formats:
        raise ValueError("--excel is about CSV files: add --format csv")
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    with Kakehashi(Settings.from_environment().home) as kakehashi, show.bars(err) as report:
        written = kakehashi.export(folder, formats or ["csv"], query, excel=excel, licence=licence, progress=report, **given)
    for path in written:
        out.print(f"{path}: {path.stat().st_size:,} bytes", markup=False)
