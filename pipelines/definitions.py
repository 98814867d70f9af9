"""Everything Dagster knows of, and the way to run it from the command line.

The definitions are named here one by one, not found in a project folder, so that an installed wheel without a
pyproject.toml above it loads them as well.
"""
from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines import progress
from pipelines.defs import assets, checks, jobs
from pipelines.defs.resources import Stores
from pipelines.ledger import Reject
from pipelines.settings import Settings

_EXECUTORS = {"in-process": dg.in_process_executor, "multiprocess": dg.multiprocess_executor}
#: Stages in the order they run, as the summary of a run shows them.
STAGES = ("archive", "documents", "statements", "ties", "reprints", "graph", "brokers")


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs and schedules, with the executor that KAKEHASHI_EXECUTOR names."""
    return dg.Definitions(assets=dg.load_assets_from_modules([assets]),
                          asset_checks=dg.load_asset_checks_from_modules([checks]),
                          jobs=[jobs.refresh, jobs.rebuild_graph], schedules=[jobs.daily],
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
    """Take in the paths through the job `refresh`, in this process; Dagster's history of it is kept at home."""
    # the terminal shows bars and a summary; Dagster keeps its own log of the run at home
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if paths:
        config["ops"] = {"archive": {"config": {"paths": [str(p.resolve()) for p in paths]}}}
    with dg.DagsterInstance.from_config(str(history())) as instance, progress.watched_by(report):
        result = defs().resolve_job_def("refresh").execute_in_process(run_config=config, instance=instance,
                                                                  raise_on_error=False)
    return _counted(result)


def history() -> Path:
    """Dagster's own folder under the home, which `dagster dev` shares when DAGSTER_HOME names it."""
    folder = Path(os.environ.get("DAGSTER_HOME") or Settings.from_environment().home / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        settings.write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    for name in ("dagster", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return folder


def _counted(result: dg.ExecuteInProcessResult) -> RunCounts:
    counts = []
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        if (stage := made.asset_key.to_user_string()) in STAGES:
            new, unchanged, rejected = (int(str(made.metadata[key].value)) for key in ("new", "unchanged", "rejected"))
            counts.append(StageCounts(stage, new, unchanged, rejected))
    counts.sort(key=lambda one: STAGES.index(one.stage))
    failed, error = _failure(result)
    with Stores().ledger() as ledger:
        return RunCounts(tuple(counts), tuple(ledger.rejects()), failed, error)


def _failure(result: dg.ExecuteInProcessResult) -> tuple[str | None, str | None]:
    for event in result.all_events:
        if event.is_step_failure:
            cause = event.step_failure_data.error
            while cause and cause.cause:
                cause = cause.cause
            return event.step_key, cause.message.strip() if cause else None
    return (None, None) if result.success else ("checks", "a blocking check failed; see `dagster dev`")

