"""Blocking checks: what has to hold in the ledger before anything is loaded."""
import dagster as dg

from pipelines import stages
from pipelines.defs.assets import ties
from pipelines.defs.resources import Stores


@dg.asset_check(asset=ties, blocking=True)
def every_tie_leads_to_its_words(stores: Stores) -> dg.AssetCheckResult:
    """Each statement's spans lie in its text, its parties are named and each tie has a statement."""
    with stores.ledger() as ledger:
        problems = stages.check(ledger)
    return dg.AssetCheckResult(passed=not problems, metadata={"problems": len(problems), "first": problems[:5]})
