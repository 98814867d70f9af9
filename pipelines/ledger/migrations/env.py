"""Alembic's entry: runs the steps on the connection that `Ledger.open` hands over."""
from __future__ import annotations

from alembic import context

from pipelines.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata,
                  transactional_ddl=False)
context.run_migrations()
