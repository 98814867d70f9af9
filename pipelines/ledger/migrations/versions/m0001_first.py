"""The first tables."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table of the first release."""
    text, number = sa.Text(), sa.Integer()

    def table(name: str, keys: str, needed: str = "", optional: str = "", *more: sa.Column[Any]) -> None:
        op.create_table(name, *(sa.Column(c, text, primary_key=True, nullable=False) for c in keys.split()),
                        *(sa.Column(c, text, nullable=False) for c in needed.split()),
                        *(sa.Column(c, text, nullable=True) for c in optional.split()), *more)

    table("blobs", "sha256", "", "", sa.Column("size", number, nullable=False))
    table("fetches", "location", "source sha256", "fetched_at reader")
    table("documents", "id version", "status sha256 location text", "url title published publisher")
    table("items", "item", "document version")
    table("extractions", "document", "extractor body")
    table("statements", "id", "document kind status body", "date", sa.Column("position", number, nullable=False),
          sa.Column("confidence", sa.Float(), nullable=False))
    table("organizations", "id", "body")
    table("ties", "id", "body")
    table("names", "document name", "organization")
    table("issued_ids", "id", "", "current_id")
    table("rejects", "stage source item sha256 reason")
    table("meta", "key", "", "", sa.Column("value", number, nullable=False))
    op.create_index("ix_documents_status", "documents", ["status"])
    op.create_index("ix_items_document", "items", ["document"])
    op.create_index("ix_statements_document", "statements", ["document"])
