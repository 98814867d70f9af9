"""`kakehashi ingest`: ask the sources for what is new, and bring the graph up to date."""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipelines import show
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.fetch.client import Client
    from pipelines.fetch.clock import Clock
    from pipelines.fetch.ingest import Outcome
    from pipelines.fetch.outcomes import Told
    from pipelines.ledger import Ledger
    from pipelines.sources import Source

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def ingest(source: Annotated[list[str] | None, typer.Option("--source", help="Only this source; can be said again.")] = None,
           since: Annotated[str | None, typer.Option(help="Only releases of this day or later, e.g. 2026-04-01.")] = None,
           ) -> None:
    """Fetch what is new from the enabled sources, read it and load it. Exit code 1 where something needs a person."""
    from pipelines import definitions
    from pipelines.fetch.identity import user_agent
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    user_agent(settings.contact)
    day = _day(since)
    known = _asked(settings, source or [])
    with Ledger.open(settings.ledger_url) as ledger, show.bars(err) as report:
        outcome, told = _fetch(ledger, settings, known, day, lambda done, total: report("fetch", done, total))
        problems = _problems(ledger, settings, known)
        definitions.note_fetched(told)
    _say(outcome, told, problems)
    with show.bars(err) as report:
        counts = definitions.run([], report)
    show.run_summary(out, counts)
    if counts.failed or any(one.index_failure for one in told) or any(level == "fatal" for level, _ in problems):
        raise SystemExit(1)


def _day(since: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(since) if since else None
    except ValueError:
        raise ValueError(f"--since {since} is no day; write it as 2026-04-01") from None


def _asked(settings: Settings, names: list[str]) -> list[Source]:
    """The sources to ask. Raises ValueError for one that may not be asked, and where there is none."""
    from pipelines import sources

    known = [sources.one(settings.config, name) for name in names] or list(sources.sources(settings.config).values())
    for one in known:
        if names and not one.is_web:
            raise ValueError(f"{one.name} is a folder; `kakehashi run {one.path}` takes its files in")
        if names and not one.is_open:
            raise ValueError(f"{one.name} is not enabled; read its terms, then `kakehashi sources enable {one.name}`")
    found = [one for one in known if one.is_web and one.is_open]
    if not found:
        raise ValueError("no source is enabled; `kakehashi sources list` shows them, `kakehashi sources enable NAME` lets "
                         "one be asked")
    return found


def _fetch(ledger: Ledger, settings: Settings, known: list[Source], since: dt.date | None,
           report: Callable[[int, int], None]) -> tuple[Outcome, list[Told]]:
    from pipelines import stages
    from pipelines.fetch import outcomes, unfinished
    from pipelines.fetch.archive import Archive

    names = [one.name for one in known]
    wanted = {"sources": names, "since": since.isoformat() if since else None}
    with client(ledger, settings) as asking, unfinished.begun(settings.home, asking.clock.stamp(), wanted) as run:
        if run.resumed:
            err.print(f"going on with «{run.name}», which was stopped", markup=False)
        outcome = stages.fetch(Archive(settings.archive_url), asking, known, run.name, since, report)
        return outcome, outcomes.of_run(ledger, run.name, names)


def _problems(ledger: Ledger, settings: Settings, known: list[Source]) -> list[tuple[str, str]]:
    """(level, line) of what is wrong with the sources after this run."""
    from pipelines.fetch import health
    from pipelines.fetch.archive import Archive
    from pipelines.sources import intake, judge

    names, archive, now = {one.name for one in known}, Archive(settings.archive_url), clock()
    today = dt.date.fromisoformat(now.stamp()[:10])
    failures = [(one.failure.lasting, one.line) for one in health.problems(ledger) if one.source in names]
    expected = [(problem.level, f"{problem.source}: {problem.line}") for one in known
                for problem in judge(one, *intake.day(ledger, archive, one, today))]
    return [*failures, *expected, *(("resting", line) for line in health.resting(ledger, now.now()))]


def _say(outcome: Outcome, told: list[Told], problems: list[tuple[str, str]]) -> None:
    rows = [[escape(one.source), one.new, one.unchanged, sum(one.failed.values()) or "", escape(one.words)] for one in told]
    show.table(out, ["source", "new", "unchanged", "failed", "why"], rows, "What the sources gave")
    out.print(f"addresses, indexes included: {outcome.new:,} new, {outcome.unchanged:,} unchanged, {outcome.known:,} known and not asked, "
              f"{sum(outcome.failed.values()):,} failed; {outcome.requests:,} requests in {outcome.seconds:,.1f} s", markup=False)
    for level, line in problems:
        colour = "red" if level in ("fatal", "permanent") else "yellow"
        out.print(f"[{colour}]{level}[/] {escape(line)}")


def clock() -> Clock:
    """What time it is."""
    from pipelines.fetch.clock import Clock

    return Clock()


def client(ledger: Ledger, settings: Settings) -> Client:
    """The polite client that asks."""
    from pipelines.fetch.client import Client

    return Client(ledger, settings.contact)
