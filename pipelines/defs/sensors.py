"""What goes on by itself: whatever follows from news, and telling somebody of failures and of sources that fell silent."""
import json
import os

import dagster as dg

from pipelines import alerts
from pipelines.defs import fetching
from pipelines.defs.resources import Stores
from pipelines.settings import Settings
from pipelines.status import status

#: Looks at what has changed and starts what follows from it. It asks no site.
follow = dg.AutomationConditionSensorDefinition(
    "follow_the_news", target=dg.AssetSelection.all(), default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30, emit_backfills=False)
_NOBODY = dg.SkipReason("KAKEHASHI_ALERT_URL is not set: nobody is told")


@dg.run_failure_sensor(name="tell_failures", default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30,
                       description="Posts every run that failed to KAKEHASHI_ALERT_URL.")
def tell_failures(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """One message a run."""
    settings = Settings.from_environment()
    if settings.alert_url is None:
        return _NOBODY
    run, failed = context.dagster_run, [e for e in context.get_step_failure_events() if not _is_of_a_source(e)]
    if not failed and context.get_step_failure_events():
        return dg.SkipReason("what sources do is told by tell_troubles, once as long as it lasts")
    steps = [e.step_key for e in failed if e.step_key]
    reasons = [e.step_failure_data.error_display_string for e in failed]
    alerts.post(settings.alert_url, {
        "event": "run_failed", "job": run.job_name, "run": run.run_id, "day": run.tags.get("dagster/partition"),
        "steps": steps, "error": _first_line(reasons[0] if reasons else context.failure_event.message or "")}, os.environ)
    return None


def _is_of_a_source(event: dg.DagsterEvent) -> bool:
    """Whether a step failed for what a site did."""
    told = event.step_failure_data.user_failure_data
    return told is not None and fetching.ROBOTS in told.metadata


def _first_line(text: str) -> str:
    """What went wrong, without where in the code."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


@dg.sensor(name="tell_troubles", default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=1_800,
           description="Posts what `kakehashi status` says of sources to KAKEHASHI_ALERT_URL, once as long as it lasts.")
def tell_troubles(context: dg.SensorEvaluationContext, stores: Stores) -> dg.SkipReason:
    """A message for each line that was not there the last time."""
    settings = Settings.from_environment()
    if settings.alert_url is None:
        return _NOBODY
    with stores.ledger() as ledger:
        found = status(ledger, settings, stores.clock().now())
    lines = {f"{one.name} {line.text.split(':')[0]}": (one.name, line) for one in found.sources for line in one.lines}
    told = set(json.loads(context.cursor)) if context.cursor else set()
    sent = set()
    for key in sorted(lines.keys() - told):
        name, line = lines[key]
        if not alerts.post(settings.alert_url, {"event": "source_in_trouble", "source": name, "state": line.state,
                                                "line": line.text}, os.environ):
            break  # nobody is at home; all of them are told at the next look
        sent.add(key)
    context.update_cursor(json.dumps(sorted((told & lines.keys()) | sent)))
    return dg.SkipReason(f"{len(sent)} told, {len(lines)} in all")
