"""`kakehashi brokers`: the intermediaries of a slice, why one of them is one, and its picture."""
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines import show
from pipelines.commands.parameters import known
from pipelines.settings import Settings

_out = Console(soft_wrap=True, highlight=False)
#: Rows on the screen where no limit is given.
_SHOWN = 20


def brokers(prefecture: Annotated[str | None, typer.Option(help="Ties of public bodies of this prefecture.")] = None,
            theme: Annotated[str | None, typer.Option(help="Ties about this theme.")] = None,
            since: Annotated[str | None, typer.Option(help="First fiscal year, year, month or day: FY2020, 2020, 2020-04.")
                             ] = None,
            until: Annotated[str | None, typer.Option(help="Last fiscal year, year, month or day.")] = None,
            loose: Annotated[bool, typer.Option("--loose", help="Also ties that only overlap the period.")] = False,
            status: Annotated[list[str] | None, typer.Option(help="Ties of this status; may be given again. Left out: "
                                                                  "concluded, renewed and ended.")] = None,
            explain: Annotated[str | None, typer.Option(help="One organisation, by name or id: its terms, how they make "
                                                             "the score, its pairs, and the words.")] = None,
            plot: Annotated[Path | None, typer.Option(help="Draw the neighbourhood of the explained organisation, or of "
                                                           "the first, to this .png or .svg file.")] = None,
            limit: Annotated[int | None, typer.Option(help=f"Rows at most. Left out: {_SHOWN} on the screen, all in a file.",
                                                      min=1)] = None,
            csv: Annotated[bool, typer.Option("--csv", help="A header line and plain values on standard output.")] = False,
            excel: Annotated[Path | None, typer.Option("--excel", help="Write the answer to this .xlsx file.")] = None,
            ) -> None:
    """The intermediaries, best first, and why they rank where they do; --csv and --excel have every measure."""
    from graph.library import Kakehashi
    from graph.reading import EMPTY

    known({key: one for key, one in (("prefecture", prefecture), ("theme", theme)) if one is not None})
    for one in status or ():
        known({"status": one})
    if plot is not None:
        _drawable(plot)
    chosen: dict[str, Any] = {"prefecture": prefecture, "theme": theme, "since": since, "until": until, "loose": loose,
                              "statuses": status or None}
    with Kakehashi(Settings.from_environment().home) as kakehashi:
        if explain is None:
            ranked = kakehashi.brokers(**chosen)
            if csv or excel:
                show.frame(_out, ranked.head(limit or len(ranked)), None, csv, excel)
            elif ranked.empty and kakehashi.empty():
                raise ValueError(EMPTY)
            else:
                show.brokers(_out, ranked, limit or _SHOWN, "Intermediaries, best first")
            explain = str(ranked.iloc[0]["id"]) if plot is not None and len(ranked) else None
            if explain is None:
                return
            told = kakehashi.explain_broker(explain, **chosen)
        else:
            told = kakehashi.explain_broker(explain, **chosen)
            if csv or excel:
                pairs = told.named_pairs()
                show.frame(_out, pairs.head(limit or len(pairs)), None, csv, excel)
            else:
                show.broker(_out, told, limit or _SHOWN)
    if plot is not None:
        from graph.brokerage.picture import neighbourhood

        neighbourhood(told.search, told.explanation, told.names, plot)
        if not csv:
            _out.print(f"drawn in {plot}", markup=False)


def _drawable(file: Path) -> None:
    """Raises ValueError before anything is measured for what no picture can be written to."""
    from graph.brokerage.picture import SUFFIXES

    if file.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a picture is a .png or .svg file, not {file.name}")
    if not file.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {file.parent} to draw {file.name} in")
