"""What the pipeline knows, in SQL: fetches, documents, statements, organisations, ties and rejects."""
from __future__ import annotations

from pipelines.ledger.ledger import Ledger
from pipelines.ledger.records import Draft, Fetch, Reject, Version

__all__ = ["Draft", "Fetch", "Ledger", "Reject", "Version"]
