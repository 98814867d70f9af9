"""A partition is a day of arrival in Japan; never an article. What a run has to do of which days."""
import warnings

import dagster as dg

from pipelines.days import FIRST, Days

# policies of backfills and freshness are young; every change of Dagster's version is looked at
warnings.filterwarnings("ignore", category=dg.BetaWarning)
#: Today is one, so that what comes during a day is there the same day.
DAYS = dg.DailyPartitionsDefinition(start_date=FIRST.isoformat(), timezone="Asia/Tokyo", end_offset=1)
#: A range of days is one run: it begins once and reads the models once.
RANGE = dg.BackfillPolicy.single_run()
#: On runs from the command line.
COMMAND = "kakehashi/command"
#: On runs of the schedule: what the run calls itself when it asks sites, so that one that was killed goes on under it.
ROUND = "kakehashi/round"
#: Runs that nobody asked for by name: they do what is left and nothing again.
_BY_ITSELF = ("dagster/schedule_name", "dagster/sensor_name", "dagster/auto_materialize",
              "dagster/from_automation_condition", COMMAND)


def of(context: dg.AssetExecutionContext | dg.OpExecutionContext) -> Days:
    """The days that a run is about."""
    found = context.partition_key_range
    return Days.read(found.start, found.end)


def is_again(context: dg.AssetExecutionContext | dg.OpExecutionContext) -> bool:
    """Whether somebody asks for these days again: a backfill, or a run that was started by hand."""
    return not any(tag in context.run.tags for tag in _BY_ITSELF)


def round_of(context: dg.AssetExecutionContext) -> str:
    """What a run calls itself when it asks sites; one that is retried goes by the same name."""
    return context.run.tags.get(ROUND) or context.run.root_run_id or context.run_id
