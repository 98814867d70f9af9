"""When sites are asked: a look every ten minutes at whose time has come, and a nightly tidying up."""
import datetime as dt

import dagster as dg

from pipelines import sources
from pipelines.defs import days, fetching, jobs
from pipelines.defs.assets import archive, fetched
from pipelines.defs.resources import Stores
from pipelines.fetch.clock import JST
from pipelines.fetch.identity import user_agent
from pipelines.ledger import daily, revision
from pipelines.settings import Settings
from pipelines.sources import Source, agenda

_EVERY = dt.timedelta(minutes=10)
_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED]


@dg.schedule(name="fetch_when_due", job=jobs.fetch, cron_schedule="*/10 * * * *", execution_timezone="Asia/Tokyo",
             default_status=dg.DefaultScheduleStatus.RUNNING,
             description="Each source at the times of its schedule. What was missed while nothing ran is made up for once.")
def fetch_when_due(context: dg.ScheduleEvaluationContext, stores: Stores) -> dg.RunRequest | dg.SkipReason:
    """One run for all whose time has come."""
    now = context.scheduled_execution_time.astimezone(JST)
    settings = Settings.from_environment()
    known = [one for one in sources.check(settings.config)[0].values() if one.is_open]
    due, why = _due(stores, settings, known, now)
    on_its_way = _on_its_way(context.instance)
    due = [(one, slot) for one, slot in due if _key(one) not in on_its_way]
    if not due:
        return dg.SkipReason(why or f"no source is due; {len(known)} are enabled")
    keys = {_key(one) for one, _ in due}
    round_ = f"{now:%Y-%m-%dT%H:%M}"
    slots = " ".join(f"{one.name}@{slot}" for one, slot in due)
    return dg.RunRequest(run_key=slots, partition_key=f"{now:%Y-%m-%d}", asset_selection=sorted(keys), tags={days.ROUND: round_})


def _key(source: Source) -> dg.AssetKey:
    return fetching.key(source.name) if source.is_web else archive.key


def _on_its_way(instance: dg.DagsterInstance) -> set[dg.AssetKey]:
    """What a run is about to ask that has not begun or not ended yet."""
    runs = instance.get_runs(dg.RunsFilter(job_name=jobs.fetch.name, statuses=_WAITING))
    return {key for run in runs for key in run.asset_selection or ()}


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


@dg.schedule(name="finish_what_is_left", job=jobs.refresh, cron_schedule="25 * * * *", execution_timezone="Asia/Tokyo",
             default_status=dg.DefaultScheduleStatus.RUNNING,
             description="What failed, or came while something else was being made, is not left until the next news.")
def finish_what_is_left(context: dg.ScheduleEvaluationContext, stores: Stores) -> dg.RunRequest | dg.SkipReason:
    """One run over all that is left, unless something is at it."""
    from nlp.reader import EXTRACTOR
    from pipelines.reading import READER

    running = context.instance.get_runs(dg.RunsFilter(statuses=_WAITING))
    if any(run.job_name != jobs.fetch.name for run in running):
        return dg.SkipReason("something is being made")
    with stores.ledger() as ledger:
        left = ledger.left(READER, EXTRACTOR)
        with ledger.reading() as c:
            is_loaded = revision.loaded(c) == revision.current(c)
    if is_loaded and not left.unread and not left.unextracted:
        return dg.SkipReason("nothing is left")
    return dg.RunRequest(partition_key=f"{context.scheduled_execution_time.astimezone(JST):%Y-%m-%d}")


nightly = dg.ScheduleDefinition(name="prune_nightly", job=jobs.prune, cron_schedule="10 3 * * *",
                                execution_timezone="Asia/Tokyo", default_status=dg.DefaultScheduleStatus.RUNNING)
