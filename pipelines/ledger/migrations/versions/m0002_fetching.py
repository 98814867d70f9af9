"""Every fetch ever made, hosts and when they may be asked again, their robots.txt, and what a fetch tells the reader."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables, and to the newest bytes of each location what came with them."""
    text, number, real = sa.Text(), sa.Integer(), sa.Float()
    op.create_table(
        "fetch_log", sa.Column("id", number, primary_key=True, autoincrement=True),
        *(sa.Column(c, text, nullable=False) for c in ["url", "source", "kind", "outcome", "headers", "fetched_at", "run"]),
        *(sa.Column(c, text, nullable=True) for c in ["final_url", "failure", "detail", "sha256", "etag", "last_modified"]),
        sa.Column("status", number, nullable=True), sa.Column("size", number, nullable=True),
        sa.Column("attempts", number, nullable=False), sa.Column("seconds", real, nullable=False))
    op.create_index("ix_fetch_log_url", "fetch_log", ["url", "id"])
    op.create_index("ix_fetch_log_source", "fetch_log", ["source", "id"])
    op.create_index("ix_fetch_log_run", "fetch_log", ["run"])
    op.create_table(
        "hosts", sa.Column("host", text, primary_key=True, nullable=False),
        sa.Column("free_at", real, nullable=False), sa.Column("holder", text, nullable=True),
        sa.Column("held_until", real, nullable=False), sa.Column("failures", number, nullable=False),
        sa.Column("reason", text, nullable=True))
    op.create_table(
        "robots", sa.Column("origin", text, primary_key=True, nullable=False),
        sa.Column("verdict", text, nullable=False), sa.Column("text", text, nullable=False),
        sa.Column("detail", text, nullable=False), sa.Column("fetched_at", real, nullable=False),
        sa.Column("expires_at", real, nullable=False))
    for column in ("url", "headers", "title", "published", "publisher"):
        op.add_column("fetches", sa.Column(column, text, nullable=True))
