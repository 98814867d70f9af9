"""An asset a source that may be asked: what its site gave on a day, in the archive."""
import datetime as dt
from itertools import islice, pairwise
from urllib.parse import urlsplit

import dagster as dg
from cronsim import CronSim

from pipelines import progress, sources, stages
from pipelines.defs import days
from pipelines.defs.automation import AGAIN_LATER, told_apart
from pipelines.defs.resources import Stores
from pipelines.fetch import outcomes
from pipelines.fetch.ingest import Outcome
from pipelines.fetch.outcomes import Told
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.sources import Source, intake

#: So many times of a schedule are looked at: those of a month, of a schedule that is as frequent as one can be.
_TIMES = 400
#: In the metadata of whatever a source has to do with, failures too.
ROBOTS = "robots_denied"
_CHECKS = {"fatal": "volume", "warn": "volume", "alarm": "staleness"}


def key(name: str) -> dg.AssetKey:
    """The asset of a source."""
    return dg.AssetKey(["archive", name])


def asset_of(source: Source) -> dg.AssetsDefinition:
    """The asset of one source; its host is a pool, so that no two steps ask one host at a time."""
    @dg.asset(key=key(source.name), group_name="sources", kinds={source.kind}, partitions_def=days.DAYS,
              backfill_policy=days.RANGE, retry_policy=AGAIN_LATER, pool=urlsplit((source.url or ("",))[0]).hostname,
              freshness_policy=_freshness(source), description=source.title,
              check_specs=[dg.AssetCheckSpec(name, asset=key(source.name)) for name in ("volume", "staleness")],
              metadata={"schedule": source.schedule, "index": "\n".join(source.url or ()), "file": str(source.file)})
    def fetched(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with told_apart(), stores.ledger() as ledger:
            return _fetched(context, stores, ledger, source.name)

    found: dg.AssetsDefinition = fetched
    return found


def _fetched(context: dg.AssetExecutionContext, stores: Stores, ledger: Ledger, name: str) -> dg.MaterializeResult[None]:
    """Ask the site where today is among the days; what came on other days is here already, or will never be."""
    span, today = days.of(context), stores.today()
    # the file counts as it is now: a source may have been disabled since these definitions were read
    source = sources.one(Settings.from_environment().config, name)
    more: dict[str, int | float | str] = {"asked": "no: past days are not asked for again"}
    if today in span:
        if not source.is_open:
            raise dg.Failure(f"{name} is not enabled any more; load the definitions again", allow_retries=False)
        with stores.client(ledger) as client:
            done = stages.fetch(stores.archive(), client, [source], days.round_of(context), report=progress.of("archive"))
        [told] = outcomes.of_run(ledger, days.round_of(context), [name])
        more = _by_outcome(done, told)
        if told.index_failure is not None:
            raise dg.Failure(_why(ledger, name), metadata=more, allow_retries=told.may_pass_soon)
    return dg.MaterializeResult(metadata=more, data_version=dg.DataVersion(ledger.arrival_mark(span, name)),
                                check_results=_judged(stores, ledger, source, min(today, span.last)))


def _by_outcome(done: Outcome, told: Told) -> dict[str, int | float | str]:
    """Releases by what became of them, what of the run came before it was killed included; `requests` are this step's."""
    failed = {label: number for label, number in sorted(told.failed.items()) if label != "robots_denied"}
    return {"new": told.new, "unchanged": told.unchanged, "known": done.known, "requests": done.requests,
            "seconds": done.seconds, ROBOTS: told.robots_denied, "failed": sum(failed.values()),
            **{f"failed: {label}": number for label, number in failed.items()}}


def _why(ledger: Ledger, name: str) -> str:
    from pipelines.fetch import health

    return "\n".join(one.line for one in health.problems(ledger) if one.source == name and one.is_index)


def _judged(stores: Stores, ledger: Ledger, source: Source, on: dt.date) -> list[dg.AssetCheckResult]:
    day, last = intake.day(ledger, stores.archive(), source, on)
    found = sources.judge(source, day, last)
    return [dg.AssetCheckResult(
        check_name=name, passed=not (lines := [one for one in found if _CHECKS[one.level] == name]),
        severity=dg.AssetCheckSeverity.ERROR if any(one.level == "fatal" for one in lines) else dg.AssetCheckSeverity.WARN,
        metadata={"problems": "\n".join(one.line for one in lines), "named by the index": day.found, "new": day.new,
                  "last day with news before": last.isoformat() if last else "none"})
        for name in ("volume", "staleness")]


def _freshness(source: Source) -> dg.FreshnessPolicy:
    """Late an hour after the longest pause of its schedule, and overdue after six."""
    times = list(islice(CronSim(source.schedule, dt.datetime(2026, 1, 1)), _TIMES))
    longest = max(after - before for before, after in pairwise(times))
    return dg.FreshnessPolicy.time_window(fail_window=longest + dt.timedelta(hours=6),
                                          warn_window=longest + dt.timedelta(hours=1))


def open_sources() -> list[Source]:
    """The sources of the web that may be asked, as the files are now; files with flaws are told of by `sources check`."""
    known, _ = sources.check(Settings.from_environment().config)
    return [one for one in known.values() if one.is_web and one.is_open]


