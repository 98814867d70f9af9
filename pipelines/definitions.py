"""Everything Dagster knows of, and the way to run it from the command line.

The definitions are named here one by one, not found in a project folder, so that an installed wheel without a
pyproject.toml above it loads them as well.
"""
from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines import progress, worker
from pipelines.days import FIRST, Days
from pipelines.defs import assets, checks, days, fetching, jobs, schedules, sensors
from pipelines.defs.resources import Stores
from pipelines.fetch.outcomes import Told
from pipelines.ledger import Reject
from pipelines.settings import Settings

_EXECUTORS = {"in-process": dg.in_process_executor, "multiprocess": dg.multiprocess_executor}
_UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
#: Stages in the order they run, as the summary of a run shows them.
STAGES = ("archive", "documents", "statements", "ties", "reprints", "graph", "brokers")


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors, with the executor that KAKEHASHI_EXECUTOR names."""
    return dg.Definitions(assets=dg.load_assets_from_modules([assets]),
                          asset_checks=dg.load_asset_checks_from_modules([checks]),
                          jobs=[jobs.fetch, jobs.refresh, jobs.rebuild_graph, jobs.prune],
                          schedules=[schedules.fetch_when_due, schedules.finish_what_is_left, schedules.nightly],
                          sensors=[sensors.follow, sensors.tell_failures, sensors.tell_troubles],
                          resources={"stores": Stores()}, executor=_executor(Settings.from_environment()))


def _executor(settings: Settings) -> dg.ExecutorDefinition:
    if settings.executor == "celery":
        try:
            from pipelines.defs import workers
        except ModuleNotFoundError as error:
            raise ValueError("KAKEHASHI_EXECUTOR=celery needs Celery: pip install 'kakehashi[workers]'") from error
        return workers.executor(settings)
    if settings.executor not in _EXECUTORS:
        raise ValueError(f"KAKEHASHI_EXECUTOR is {settings.executor!r}; it can be {', '.join(_EXECUTORS)} or celery")
    return _EXECUTORS[settings.executor]


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What one stage of a run did."""

    stage: str
    new: int
    unchanged: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did, the inputs it could not read, and the stage that failed with its error, if one did."""

    stages: tuple[StageCounts, ...]
    rejects: tuple[Reject, ...]
    failed: str | None = None
    error: str | None = None


def run(paths: list[Path], report: progress.Report) -> RunCounts:
    """Take in the paths through the job `refresh`, in this process; Dagster's history of it is kept at home.

    All that is left to do is done, whatever the day it arrived on.
    """
    # the terminal shows bars and a summary; Dagster keeps its own log of the run at home
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if paths:
        config["ops"] = {"archive": {"config": {"paths": [str(p.resolve()) for p in paths]}}}
    settle()
    with dg.DagsterInstance.from_config(str(history())) as instance, progress.watched_by(report):
        result = defs().resolve_job_def("refresh").execute_in_process(run_config=config, instance=instance, tags=_days(),
                                                                  raise_on_error=False)
    return _counted(result)


def _days() -> dict[str, str]:
    """The tags of a run over all days of which something is left, today included."""
    from nlp.reader import EXTRACTOR
    from pipelines.reading import READER

    stores = Stores()
    with stores.ledger() as ledger:
        first = ledger.left(READER, EXTRACTOR).first
    today = stores.today()
    return {days.COMMAND: worker.name(), "dagster/asset_partition_range_end": str(today),
            "dagster/asset_partition_range_start": str(max(FIRST, min(first or today, today)))}


def settle(*, all_launched: bool = False) -> int:
    """End runs in the history whose process is gone: they would hold up those after them. How many there were.

    Runs from the command line name their process. `all_launched` says that nothing else runs on this history, so that
    every run that a daemon had launched on this machine is over; those are tried again as its settings say.
    """
    with dg.DagsterInstance.from_config(str(history())) as instance:
        local = all_launched and type(instance.run_launcher).__name__ == "DefaultRunLauncher"
        dead = [run for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
                if (not worker.alive(run.tags[days.COMMAND]) if days.COMMAND in run.tags else local)]
        for run in dead:
            instance.report_run_failed(run, "its process is gone; it was killed, or the machine was")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        return len(dead)


def note_fetched(told: Iterable[Told]) -> None:
    """Let Dagster's history know what came from sources without it."""
    stores = Stores()
    today = stores.today()
    with dg.DagsterInstance.from_config(str(history())) as instance, stores.ledger() as ledger:
        for one in told:
            if one.index_failure is None:
                version = ledger.arrival_mark(Days(today, today), one.source)
                instance.report_runless_asset_event(dg.AssetMaterialization(
                    fetching.key(one.source), partition=str(today), tags={"dagster/data_version": version},
                    metadata={"new": one.new, "unchanged": one.unchanged, "robots_denied": one.robots_denied,
                              "failed": sum(one.failed.values()) - one.robots_denied, "by": "kakehashi ingest"}))


def history() -> Path:
    """Dagster's own folder under the home, which `dagster dev` shares when DAGSTER_HOME names it."""
    folder = Path(os.environ.get("DAGSTER_HOME") or Settings.from_environment().home / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    # what earlier versions wrote was of their making too
    if not settings.exists() or settings.read_text(encoding="utf-8") == "telemetry:\n  enabled: false\n":
        settings.write_bytes(files("pipelines.defs").joinpath("dagster.yaml").read_bytes())
    for name in ("dagster", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return folder


def _counted(result: dg.ExecuteInProcessResult) -> RunCounts:
    counts: dict[str, StageCounts] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        if (stage := made.asset_key.to_user_string()) in STAGES:
            new, unchanged, rejected = (int(str(made.metadata[key].value)) for key in ("new", "unchanged", "rejected"))
            counts[stage] = StageCounts(stage, new, unchanged, rejected)  # of each of its days the same
    failed, error = _failure(result)
    with Stores().ledger() as ledger:
        return RunCounts(tuple(counts[one] for one in STAGES if one in counts), tuple(ledger.rejects()), failed, error)


def _failure(result: dg.ExecuteInProcessResult) -> tuple[str | None, str | None]:
    for event in result.all_events:
        if event.is_step_failure:
            cause = event.step_failure_data.error
            while cause and cause.cause:
                cause = cause.cause
            return event.step_key, cause.message.strip() if cause else None
    return (None, None) if result.success else ("checks", "a blocking check failed; see `dagster dev`")

