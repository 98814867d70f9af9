"""The ledger notes which documents changed when, so that what follows it need not look at the others."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A new table: what changed before is known to nobody who asks only for what changes from now on."""
    op.create_table("changes", sa.Column("document", sa.Text(), primary_key=True), sa.Column("revision", sa.Integer(), nullable=False))
    op.create_index("ix_changes_revision", "changes", ["revision"])
