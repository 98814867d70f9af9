"""What an operator does with all that is kept: verify the archive, forget, back up, restore."""
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines import show
from pipelines.settings import Settings

archive_app = typer.Typer(no_args_is_help=True, help="The bytes as they were received.")
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

#: Names that a list shows at most.
_SHOWN = 20


@archive_app.command()
def verify() -> None:
    """Read all bytes and compare them with their names and the ledger; changes nothing. Exit code 1 for any fault, 2 where
    the archive's store does not answer: then nothing is known."""
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    with Ledger.open(settings.ledger_url) as ledger, show.bars(err) as report:
        found = Archive(settings.archive_url).verify(ledger.kept_bytes(), lambda done, total: report("archive", done, total))
        removed = set(ledger.removed_bytes()) & set(found.orphans)
    out.print(f"{found.sound:,} sound", markup=False)
    for names, what in ((found.damaged, "damaged: delete the file and fetch or run again"),
                        (found.missing, "missing: run again with the file, or fetch again"),
                        (sorted(removed), "should have been removed: `kakehashi archive sweep` removes them"),
                        (sorted(set(found.orphans) - removed), "not in the ledger: nothing needs them"),
                        (found.unfinished, "unfinished: left by a run that was killed; `kakehashi archive sweep` removes them")):
        for name in names[:_SHOWN]:
            out.print(f"  {name}", markup=False)
        if names:
            out.print(f"{len(names):,} {what}", markup=False)
    if found.damaged or found.missing or removed:
        raise SystemExit(1)


@archive_app.command()
def sweep() -> None:
    """Remove what killed runs left: unfinished files, and bytes that were to be removed."""
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    archive = Archive(settings.archive_url)
    with Ledger.open(settings.ledger_url) as ledger:
        removed = sum(archive.delete(sha256) for sha256 in ledger.removed_bytes())
    out.print(f"removed {removed:,} files of bytes and {archive.sweep():,} unfinished ones", markup=False)


def forget(what: Annotated[str, typer.Argument(metavar="URL|PERSON", help="A release's address, or a person's name or id.")],
           reason: Annotated[str, typer.Option(help="Who asked for it and why; it is all that stays.")],
           yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
           missing_are_lost: Annotated[bool, typer.Option("--missing-are-lost", help=(
               "Files that the archive misses, or that are damaged, are gone for good: forget without them."))] = False) -> None:
    """Remove a release or a person everywhere, for good; a hash keeps them from coming back."""
    from pipelines import forget as forgetting
    from pipelines.fetch.archive import Archive
    from pipelines.fetch.clock import Clock
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    if not yes and not typer.confirm(f"Forget {what} for good? Nothing brings it back", err=True):
        raise SystemExit(1)
    with Ledger.open(settings.ledger_url) as ledger:
        gone = forgetting.forget(ledger, Archive(settings.archive_url), what, reason, Clock().stamp()[:10],
                                 missing_are_lost=missing_are_lost)
    out.print(f"forgotten: {gone.releases:,} releases, {gone.files:,} files of the archive, {gone.mentions:,} mentions",
              markup=False)
    if gone.lost:
        out.print(f"{gone.lost:,} files of the archive could be neither searched nor removed, as they are missing or damaged. They count as removed: "
                  "should they be back, `kakehashi archive verify` tells of them and `kakehashi archive sweep` removes them",
                  markup=False)
    for address in gone.addresses:
        out.print(f"  the name is in an address, which only its owner can change: {address}", markup=False)
    for place in forgetting.written(settings.config, what):
        out.print(f"  it is in a file of yours, change that yourself: {place}", markup=False)
    out.print("The graph loses it with the next load: kakehashi run. Backups that were made before still have it.",
              markup=False)


def backup(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")],
           no_bytes: Annotated[bool, typer.Option("--no-bytes", help="Only the archive's manifest, not its bytes.")] = False,
           ) -> None:
    """Copy ledger, archive, sources and decisions into a folder."""
    from pipelines.backup import backup as copy

    with show.bars(err) as report:
        copied = copy(Settings.from_environment(), folder, with_bytes=not no_bytes, report=report)
    _say(copied.documents, copied.files, copied.config, copied.missing, f"in {folder}")


def restore(folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `kakehashi backup` made.")]) -> None:
    """Make an empty installation what a backup holds; `kakehashi run` then builds the graph."""
    from pipelines.backup import restore as bring_back

    with show.bars(err) as report:
        copied = bring_back(Settings.from_environment(), folder, report=report)
    _say(copied.documents, copied.files, copied.config, copied.missing, f"from {folder}; `kakehashi run` builds the graph")


def worker(name: Annotated[str, typer.Option(help="What it is called among the workers of this machine.")] = "kakehashi") -> None:
    """Take steps of runs from the broker, one at a time, until told to stop (KAKEHASHI_EXECUTOR=celery)."""
    try:
        from pipelines.defs.workers import work
    except ModuleNotFoundError as error:
        raise ValueError("a worker needs Celery: pip install 'kakehashi[workers]'") from error
    work(Settings.from_environment(), name)


def _say(documents: int, files: int, config: int, missing: tuple[str, ...], where: str) -> None:
    out.print(f"{documents:,} documents, {files:,} files of the archive and {config:,} of sources and decisions {where}",
              markup=False)
    for name in missing[:_SHOWN]:
        out.print(f"  {name}", markup=False)
    if missing:
        out.print(f"{len(missing):,} files are missing in the archive; `kakehashi archive verify` tells more", markup=False)
        raise SystemExit(1)
