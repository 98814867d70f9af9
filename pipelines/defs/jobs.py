"""Jobs and their schedule: `refresh` takes in what is new, `rebuild_graph` projects the ledger again."""
import dagster as dg

from pipelines.defs import assets

refresh = dg.define_asset_job("refresh", selection=dg.AssetSelection.all(),
                              description="Take in new releases and bring the graph and its scores up to date.")

rebuild_graph = dg.define_asset_job(
    "rebuild_graph", selection=dg.AssetSelection.assets(assets.ties, assets.reprints, assets.graph, assets.brokers),
    description="Resolve all statements again and project them; readers never see an empty graph.")

daily = dg.ScheduleDefinition(name="daily", job=refresh, cron_schedule="30 5 * * *", execution_timezone="Asia/Tokyo",
                              description="Every morning, half past five in Japan.")
