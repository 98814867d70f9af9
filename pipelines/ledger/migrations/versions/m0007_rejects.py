"""What was rejected of a source is found by an index."""
from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the index; a source may be longer than PostgreSQL's ordinary ones take."""
    op.create_index("ix_rejects_source", "rejects", ["source"], postgresql_using="hash")
