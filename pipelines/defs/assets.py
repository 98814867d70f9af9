"""The way a fact travels, an asset a stage: archive → documents → statements → ties → graph → brokers.

What comes is asked for by day of arrival; organisations, ties and graph are made of all days together.
"""
import datetime as dt
from pathlib import Path

import dagster as dg
from sqlalchemy import Table

from pipelines import follower, progress, sources, stages
from pipelines.defs import days, fetching
from pipelines.defs.automation import AGAIN, NEWS, NEWS_AT_ONCE, NEWS_OR_MORNING, told_apart
from pipelines.defs.resources import Stores
from pipelines.defs.shards import sharded
from pipelines.ledger import Ledger, tables
from pipelines.ledger.rows import count
from pipelines.settings import Settings

#: Beyond this a stage that should follow every morning's news does not.
_DAILY = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=48), warn_window=dt.timedelta(hours=30))
#: Organisations, ties and graph are made by one run at a time.
_ONE = "graph"
#: The share of documents with damaged characters, without words, or unreadable from which on a day is looked at.
_DAMAGED = 0.02


class Intake(dg.Config):
    """Files and folders to take in; empty: the folders of the configured sources."""

    paths: list[str] = []


def _sources() -> list[sources.Source]:
    """The sources whose files are sound; the others are told of where they are asked."""
    return list(sources.check(Settings.from_environment().config)[0].values())


def _is_followed(context: dg.AssetExecutionContext, ledger: Ledger) -> bool:
    """Whether a follower has done what there is to do, unless somebody asks for it by hand: then all is made again."""
    return not days.is_again(context) and follower.done_by_another(ledger)


def _followed(ledger: Ledger, *made: Table) -> stages.Counts:
    """What is there, where a follower has made it."""
    with ledger.reading() as c:
        return stages.Counts(unchanged=sum(count(c, table) for table in made), more={"by_follower": 1})


def _result(counts: stages.Counts, version: str, *checks: dg.AssetCheckResult) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"new": counts.new, "unchanged": counts.unchanged, "rejected": counts.rejected,
                                          "seconds": counts.seconds, **counts.more},
                                data_version=dg.DataVersion(version), check_results=checks)


@dg.asset(group_name="sources", kinds={"file"}, partitions_def=days.DAYS, backfill_policy=days.RANGE, retry_policy=AGAIN)
def archive(context: dg.AssetExecutionContext, config: Intake, stores: Stores) -> dg.MaterializeResult[None]:
    """Files that were dropped into the folders of sources: bytes as received, content-addressed, never altered."""
    span = days.of(context)
    with told_apart(), stores.ledger() as ledger:
        paths = [Path(p) for p in config.paths] or sources.folders(Settings.from_environment().config)
        if stores.today() not in span:  # what came on past days is here already
            paths = []
        done = stages.collect(ledger, stores.archive(), paths, progress.of("archive"), stores.clock().stamp)
        return _result(done, ledger.arrival_mark(span))


#: One asset a source of the web that may be asked.
fetched = [fetching.asset_of(one) for one in fetching.open_sources()]


@dg.asset(group_name="releases", deps=[archive, *fetched], kinds={"sql"}, partitions_def=days.DAYS,
          backfill_policy=days.RANGE, automation_condition=NEWS_AT_ONCE, retry_policy=AGAIN, pool="documents",
          check_specs=[dg.AssetCheckSpec(name, asset="documents") for name in ("encoding", "words")])
def documents(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Decoded text, title, publication date and publisher of each release."""
    span = days.of(context)
    with told_apart(), stores.ledger() as ledger:
        if days.is_again(context):
            ledger.read_again(span)
        done = stages.read(ledger, stores.archive(), progress.of("documents"), sources.living(_sources()), span)
        look = ledger.look(span)
        most = _DAMAGED * max(look.documents, 1)
        return _result(done, str(ledger.version()),
                       _seen("encoding", look.damaged <= most, documents=look.documents, damaged=look.damaged),
                       _seen("words", look.empty + look.unreadable <= most, documents=look.documents, empty=look.empty,
                             unreadable=look.unreadable))


def _seen(name: str, passed: bool, **counted: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(check_name=name, passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=counted)


if Settings.from_environment().workers > 1:
    statements = sharded(Settings.from_environment().workers)
else:
    @dg.asset(group_name="statements", deps=[documents], kinds={"spacy", "sql"}, partitions_def=days.DAYS,
              backfill_policy=days.RANGE, automation_condition=NEWS, retry_policy=AGAIN)
    def statements(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[None]:
        """What each document says holds between named organisations, with the words that say it."""
        from nlp.reader import Reader

        with told_apart(), stores.ledger() as ledger:
            if days.is_again(context):
                ledger.extract_again(days.of(context))
            done = stages.extract(ledger, Reader(), progress.of("statements"), days=days.of(context))
            return _result(done, str(ledger.version()))


@dg.asset(group_name="statements", deps=[statements], kinds={"sql"}, automation_condition=NEWS_OR_MORNING,
          retry_policy=AGAIN, pool=_ONE, freshness_policy=_DAILY)
def ties(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[None]:
    """One organisation and one tie for all the statements that mean it; what notices take back is left out."""
    with told_apart(), stores.ledger() as ledger:
        if _is_followed(context, ledger):
            return _result(_followed(ledger, tables.organizations, tables.ties), str(ledger.version()))
        stages.withdraw(ledger)
        done = stages.resolve(ledger, progress.of("ties"))
        return _result(done, str(ledger.version()))


@dg.asset(group_name="statements", deps=[ties], kinds={"sql"}, automation_condition=NEWS, retry_policy=AGAIN, pool=_ONE)
def reprints(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[None]:
    """Which releases say again what an older one said, on another page."""
    with told_apart(), stores.ledger() as ledger:
        if _is_followed(context, ledger):
            return _result(_followed(ledger, tables.reprints), str(ledger.version()))
        found = stages.reprints(ledger, progress.of("reprints"))
        # the last that needs whole texts
        stages.let_go(ledger, stores.archive(), sources.evidence(_sources()))
        return _result(found, str(ledger.version()))


@dg.asset(group_name="graph", deps=[ties, reprints], kinds={"neo4j"}, automation_condition=NEWS, retry_policy=AGAIN, pool=_ONE)
def graph(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[None]:
    """The projection of the ledger in Neo4j; loading again changes nothing."""
    with told_apart(), stores.ledger() as ledger:
        if _is_followed(context, ledger):
            return _result(_followed(ledger, tables.documents), str(ledger.version()))
        with stores.graph() as (driver, database):
            return _result(stages.load(ledger, driver, database, progress.of("graph")), str(ledger.version()))


@dg.asset(group_name="graph", deps=[graph], kinds={"neo4j"}, automation_condition=NEWS, retry_policy=AGAIN, pool=_ONE,
          freshness_policy=_DAILY)
def brokers(stores: Stores) -> dg.MaterializeResult[None]:
    """Brokerage scores of the whole graph, stamped with the ledger's version."""
    with told_apart(), stores.ledger() as ledger, stores.graph() as (driver, database):
        return _result(stages.measure(ledger, driver, database, progress.of("brokers")), str(ledger.version()))
