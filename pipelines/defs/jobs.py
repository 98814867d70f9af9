"""Jobs: `fetch` asks sources, `refresh` takes in what lies here, `rebuild_graph` projects the ledger again, `prune` tidies up."""
import time

import dagster as dg

from pipelines.defs import assets
from pipelines.settings import Settings

_SOURCES = dg.AssetSelection.groups("sources")
#: Runs that are deleted at once.
_MANY = 200
_DONE = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]

refresh = dg.define_asset_job(
    "refresh", selection=dg.AssetSelection.all() - _SOURCES | dg.AssetSelection.assets(assets.archive),
    description="Take in the files of folders and bring the graph and its scores up to date. Asks no site.")

# waiting is most of its work, so sources are asked side by side; the pools keep two steps from one host
fetch = dg.define_asset_job(
    "fetch", selection=_SOURCES, executor_def=dg.multiprocess_executor.configured({"max_concurrent": 4}, name="side_by_side"),
    description="Ask sources for what is new; what follows from it is made by itself.")

rebuild_graph = dg.define_asset_job(
    "rebuild_graph", selection=dg.AssetSelection.assets(assets.ties, assets.reprints, assets.graph, assets.brokers),
    description="Resolve all statements again and project them; readers never see an empty graph.")


@dg.op
def forget_old_runs(context: dg.OpExecutionContext) -> None:
    """Delete the runs, with their events and logs, that ended longer ago than they are kept."""
    end = time.time() - Settings.from_environment().keep_runs * 86_400.0
    old = dg.RunsFilter(statuses=_DONE, updated_before=_moment(end))
    deleted = 0
    while runs := context.instance.get_runs(old, limit=_MANY):
        for run in runs:
            context.instance.delete_run(run.run_id)
            context.instance.compute_log_manager.delete_logs(prefix=[run.run_id])
            deleted += 1
    context.log.info(f"{deleted} runs deleted")
    context.add_output_metadata({"deleted": deleted})


def _moment(seconds: float):  # type: ignore[no-untyped-def]
    import datetime as dt

    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@dg.job(description="Delete old runs from Dagster's history. Ledger, archive and graph are not touched.")
def prune() -> None:
    """One step."""
    forget_old_runs()
