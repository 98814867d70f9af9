"""The way a fact travels, an asset a stage: archive → documents → statements → ties → graph → brokers."""
from pathlib import Path

import dagster as dg

from pipelines import progress, retention, sources, stages
from pipelines.defs.resources import Stores
from pipelines.defs.shards import sharded
from pipelines.settings import Settings

#: The graph may be restarting; everything else fails for good at once.
_AGAIN = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


class Intake(dg.Config):
    """Files and folders to take in; empty: the folders of the configured sources."""

    paths: list[str] = []


def _sources() -> list[sources.Source]:
    """The sources whose files are sound; the others are told of where they are asked."""
    return list(sources.check(Settings.from_environment().config)[0].values())


def _result(counts: stages.Counts) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"new": counts.new, "unchanged": counts.unchanged,
                                          "rejected": counts.rejected, "seconds": counts.seconds, **counts.more})


@dg.asset(group_name="releases", kinds={"file"})
def archive(config: Intake, stores: Stores) -> dg.MaterializeResult[None]:
    """Bytes as received, content-addressed, never altered."""
    paths = [Path(p) for p in config.paths] or sources.folders(Settings.from_environment().config)
    with stores.ledger() as ledger:
        return _result(stages.collect(ledger, stores.archive(), paths, progress.of("archive")))


@dg.asset(group_name="releases", deps=[archive], kinds={"sql"})
def documents(stores: Stores) -> dg.MaterializeResult[None]:
    """Decoded text, title, publication date and publisher of each release."""
    with stores.ledger() as ledger:
        return _result(stages.read(ledger, stores.archive(), progress.of("documents"), retention.living(_sources())))


if Settings.from_environment().workers > 1:
    statements = sharded(Settings.from_environment().workers)
else:
    @dg.asset(group_name="statements", deps=[documents], kinds={"spacy", "sql"})
    def statements(stores: Stores) -> dg.MaterializeResult[None]:
        """What each document says holds between named organisations, with the words that say it."""
        from nlp.reader import Reader

        with stores.ledger() as ledger:
            return _result(stages.extract(ledger, Reader(), progress.of("statements")))


@dg.asset(group_name="statements", deps=[statements], kinds={"sql"})
def ties(stores: Stores) -> dg.MaterializeResult[None]:
    """One organisation and one tie for all the statements that mean it."""
    with stores.ledger() as ledger:
        stages.withdraw(ledger)
        return _result(stages.resolve(ledger, progress.of("ties")))


@dg.asset(group_name="statements", deps=[ties], kinds={"sql"})
def reprints(stores: Stores) -> dg.MaterializeResult[None]:
    """Which releases say again what an older one said, on another page."""
    with stores.ledger() as ledger:
        found = stages.reprints(ledger, progress.of("reprints"))
        # the last that needs whole texts
        stages.let_go(ledger, stores.archive(), retention.evidence_only(_sources()))
        return _result(found)


@dg.asset(group_name="graph", deps=[ties, reprints], kinds={"neo4j"}, retry_policy=_AGAIN)
def graph(stores: Stores) -> dg.MaterializeResult[None]:
    """The projection of the ledger in Neo4j; loading again changes nothing."""
    with stores.ledger() as ledger, stores.graph() as (driver, database):
        return _result(stages.load(ledger, driver, database, progress.of("graph")))


@dg.asset(group_name="graph", deps=[graph], kinds={"neo4j"}, retry_policy=_AGAIN)
def brokers(stores: Stores) -> dg.MaterializeResult[None]:
    """Brokerage scores of the whole graph, stamped with the ledger's version."""
    with stores.ledger() as ledger, stores.graph() as (driver, database):
        return _result(stages.measure(ledger, driver, database, progress.of("brokers")))
