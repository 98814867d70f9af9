"""The first of what waits are found by an index in their order: a long queue costs what is taken from it."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the indexes beside those by day of arrival."""
    counts = sa.text("status != 'superseded'")
    op.create_index("ix_fetches_waiting", "fetches", ["reader", "location"])
    op.create_index("ix_documents_waiting", "documents", ["extractor", "id", "version"], sqlite_where=counts,
                    postgresql_where=counts)
