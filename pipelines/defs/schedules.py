"""When sites are asked: a look every ten minutes at whose time has come, and a nightly tidying up."""
import datetime as dt

import dagster as dg

from pipelines import sources
from pipelines.defs import days, fetching, jobs
from pipelines.defs.assets import archive, fetched
from pipelines.defs.resources import Stores
from pipelines.fetch.clock import JST
from pipelines.fetch.identity import user_agent
from pipelines.ledger import daily
from pipelines.settings import Settings
from pipelines.sources import Source, agenda

_EVERY = dt.timedelta(minutes=10)


@dg.schedule(name="fetch_when_due", job=jobs.fetch, cron_schedule="*/10 * * * *", execution_timezone="Asia/Tokyo",
             default_status=dg.DefaultScheduleStatus.RUNNING,
             description="Each source at the times of its schedule. What was missed while nothing ran is made up for once.")
def fetch_when_due(context: dg.ScheduleEvaluationContext, stores: Stores) -> dg.RunRequest | dg.SkipReason:
    """One run for all whose time has come."""
    now = context.scheduled_execution_time.astimezone(JST)
    settings = Settings.from_environment()
    known = [one for one in sources.check(settings.config)[0].values() if one.is_open]
    due, why = _due(stores, settings, known, now)
    if not due:
        return dg.SkipReason(why or f"no source is due; {len(known)} are enabled")
    keys = {fetching.key(one.name) if one.is_web else archive.key for one, _ in due}
    round_ = f"{now:%Y-%m-%dT%H:%M}"
    slots = " ".join(f"{one.name}@{slot}" for one, slot in due)
    return dg.RunRequest(run_key=slots, partition_key=f"{now:%Y-%m-%d}", asset_selection=sorted(keys), tags={days.ROUND: round_})


def _due(stores: Stores, settings: Settings, known: list[Source], now: dt.datetime) -> tuple[list[tuple[Source, str]], str]:
    """The sources whose time has come, each with the time that it was, and why others are left out."""
    with stores.ledger() as ledger, ledger.reading() as c:
        asked = daily.asked_last(c)
    loaded, due, why = {one.key for one in fetched}, list[tuple[Source, str]](), ""
    try:
        user_agent(settings.contact)
        nobody = ""
    except ValueError as error:
        nobody = str(error)
    for one in known:
        last = asked.get(one.name) if one.is_web else (now - _EVERY).isoformat()
        since = dt.datetime.fromisoformat(last) if last else None
        if since is not None and not agenda.is_due(one, since, now):
            continue
        if one.is_web and (nobody or fetching.key(one.name) not in loaded):
            why = nobody or f"{one.name} is new here; load the definitions again"
            continue
        due.append((one, agenda.next_time(one, since).isoformat() if since is not None else "first"))
    return due, why


nightly = dg.ScheduleDefinition(name="prune_nightly", job=jobs.prune, cron_schedule="10 3 * * *",
                                execution_timezone="Asia/Tokyo", default_status=dg.DefaultScheduleStatus.RUNNING)
