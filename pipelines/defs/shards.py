"""The asset `statements` in several steps, so that several workers extract one backlog.

Each step leases documents from the ledger until none is left: none is done twice, a quick worker does more, and what a
worker had that died is done by the others.
"""
from collections import Counter

import dagster as dg

from pipelines import progress, stages
from pipelines.defs import days
from pipelines.defs.automation import AGAIN, NEWS, told_apart
from pipelines.defs.resources import Stores

_NAME = "statements"
_COUNTED = ("new", "rejected", "statements")


@dg.op(ins={"documents": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing), retry_policy=AGAIN)
def begun(context: dg.OpExecutionContext, stores: Stores) -> None:
    """Where somebody asks for these days again, there is something to extract again."""
    if days.is_again(context):
        with told_apart(), stores.ledger() as ledger:
            ledger.extract_again(days.of(context))


@dg.op(ins={"begun": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing), retry_policy=AGAIN)
def shard(context: dg.OpExecutionContext, stores: Stores) -> None:
    """Extract what no other step is extracting, until nothing is left."""
    from nlp.reader import Reader

    with told_apart(), stores.ledger() as ledger:
        done = stages.extract(ledger, Reader(), progress.of(_NAME), days=days.of(context))
    context.log_event(dg.AssetObservation(_NAME, metadata={"new": done.new, "rejected": done.rejected, **done.more,
                                                           "seconds": done.seconds}))


@dg.op(ins={"shards": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing), name="told")
def told(context: dg.OpExecutionContext, stores: Stores) -> dg.Output[None]:
    """What all steps of this run did together."""
    records = context.instance.get_records_for_run(context.run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION).records
    total: Counter[str] = Counter()
    for record in records:
        event = record.event_log_entry.dagster_event
        seen = event.asset_observation_data.asset_observation if event is not None else None
        if seen is not None and seen.asset_key == dg.AssetKey(_NAME):
            total.update({key: int(str(seen.metadata[key].value)) for key in _COUNTED if key in seen.metadata})
    with stores.ledger() as ledger:
        documents, version = ledger.document_count(), str(ledger.version())
    return dg.Output(None, data_version=dg.DataVersion(version), metadata={"new": total["new"], "unchanged": max(documents - total["new"], 0),
                                     "rejected": total["rejected"], "statements": total["statements"]})


def sharded(steps: int) -> dg.AssetsDefinition:
    """The asset in so many steps that can run at the same time."""
    @dg.graph_asset(name=_NAME, group_name=_NAME, kinds={"spacy", "sql"}, partitions_def=days.DAYS,
                    backfill_policy=days.RANGE, automation_condition=NEWS,
                    ins={"documents": dg.AssetIn(dagster_type=dg.Nothing)},
                    description="What each document says holds between named organisations, with the words that say it.")
    def statements(documents):  # type: ignore[no-untyped-def]  # dagster calls it with what stands for the asset
        ready = begun(documents=documents)
        return told(shards=[shard.alias(f"shard_{number}")(begun=ready) for number in range(1, steps + 1)])

    found: dg.AssetsDefinition = statements
    return found
