"""`kakehashi status`: what is well, and what is not with what to do about it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipelines import show
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.fetch.clock import Clock
    from pipelines.status import Place, SourceStatus, Status

out = Console(soft_wrap=True, highlight=False)

#: Rejects that are listed at most.
_SHOWN = 20
_COLOURS = {"ok": "green", "look": "yellow", "broken": "red", "off": "dim"}


def status(csv: Annotated[bool, typer.Option("--csv", help="The sources as CSV: a header line and plain values.")] = False,
           ) -> None:
    """How sources, ledger, graph and disk are. Asks no site and starts nothing; exit code 1 where something is broken."""
    from pipelines import follower
    from pipelines.ledger import Ledger
    from pipelines.status import status as now_is

    settings = Settings.from_environment()
    with Ledger.open(settings.ledger_url) as ledger:
        found, is_followed = now_is(ledger, settings, clock().now()), follower.is_at_work(ledger)
    if csv:
        _csv(found)
    else:
        _tables(found)
        _server(settings)
        out.print("follower: " + ("at work" if is_followed else "none at work; `kakehashi follow` or `serve` starts one"), markup=False)
    if found.broken:
        raise SystemExit(1)


def clock() -> Clock:
    """What time it is."""
    from pipelines.fetch.clock import Clock

    return Clock()


def _csv(found: Status) -> None:
    import pandas as pd

    rows = [{"source": one.name, "title": one.title, "state": one.state, "schedule": one.schedule,
             "last_success": one.last_success, "last_new": one.last_new, "new_today": one.new_today,
             "new_7_days": one.new_week, "lost": one.words_of_lost, "problems": " | ".join(line.text for line in one.lines)} for one in found.sources]
    show.frame(out, pd.DataFrame(rows, columns=["source", "title", "state", "schedule", "last_success", "last_new",
                                                "new_today", "new_7_days", "lost", "problems"]), None, csv=True)


def _tables(found: Status) -> None:
    if found.sources:
        show.table(out, ["source", "", "last success", "last new", "new today", "7 days"], list(map(_row, found.sources)))
    else:
        out.print("No source is asked; `kakehashi sources list` shows them, `kakehashi sources enable NAME` lets one be asked.")
    for one in found.sources:
        for line in one.lines:
            out.print(f"[{_COLOURS[line.state]}]{escape(one.name)}[/] {escape(line.text)}")
        if one.lost:
            out.print(f"[dim]{escape(one.name)}[/] releases that could not be had so far: {one.words_of_lost}")
    for text in found.resting:
        out.print(f"[yellow]host[/] {escape(text)}")
    for flaw in found.flaws:
        out.print(f"[red]file[/] {escape(str(flaw))}")
    _kept_aside(found)
    _work(found)
    show.table(out, ["on disk", "where", "size"], [[p.what, escape(p.where), _bytes(p)] for p in found.places])
    out.print(f"{found.free / 1e9:,.1f} GB are free", markup=False)


def _row(one: SourceStatus) -> list[object]:
    return [escape(one.name), f"[{_COLOURS[one.state]}]{one.state}[/]", _time(one.last_success), _time(one.last_new),
            one.new_today, one.new_week]


def _time(stamp: str | None) -> str:
    return stamp[:16].replace("T", " ") if stamp else "never"


def _kept_aside(found: Status) -> None:
    if found.rejects:
        stages = ", ".join(f"{number:,} in «{stage}»" for stage, number in found.rejects_by_stage.items())
        out.print(f"Kept aside, each with its reason: {stages}", markup=False)
    for one in found.rejects[:_SHOWN]:
        out.print(f"[yellow]rejected[/] {escape(one.item)}: {escape(one.reason)}")
    if len(found.rejects) > _SHOWN:
        out.print(f"… and {len(found.rejects) - _SHOWN:,} more", markup=False)


def _work(found: Status) -> None:
    counts, left, versions = found.counts, found.left, found.versions
    out.print(f"{counts['documents']:,} documents, {counts['statements']:,} statements, {counts['organizations']:,} "
              f"organizations, {counts['ties']:,} ties", markup=False)
    if left.unread or left.unextracted:
        out.print(f"[yellow]left[/] {left.unread:,} files to read, {left.unextracted:,} documents to extract; the next run "
                  "does them")
    if left.outdated or left.superseded:
        out.print(f"[yellow]older[/] {left.outdated:,} files read and {left.superseded:,} documents extracted by an older "
                  f"version, from {left.first} on; a backfill of these days, or `kakehashi run`, does them again")
    out.print(f"ledger version {versions.ledger}; resolved: {_version(versions.resolved, versions.ledger)}; "
              f"graph: {_version(versions.graph, versions.ledger)}", markup=False)


def _version(one: int | None, ledger: int) -> str:
    if one is None:
        return "never"
    return "up to date" if one == ledger else f"version {one}, {ledger - one:,} changes behind"


def _bytes(place: Place) -> str:
    if place.size is None:
        return "elsewhere"
    return f"{place.size / 1e6:,.1f} MB" if place.size < 1e9 else f"{place.size / 1e9:,.1f} GB"


def _server(settings: Settings) -> None:
    """Where the graph's server is, which is not started for this."""
    import os

    from graph.server import manager

    if uri := os.environ.get("NEO4J_URI"):
        out.print(f"graph server: {uri}", markup=False)
        return
    now = manager.status(settings.home / "neo4j")
    where = f" at {now.process.uri}" if now.state == "running" and now.process else ""
    out.print(f"graph server: {now.state}{where}", markup=False)
