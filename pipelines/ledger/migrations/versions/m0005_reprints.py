"""Which releases say again what another said, and what is computed of texts to find them."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables; all are filled by the next search for reprints."""
    text = sa.Text()
    op.create_table("signatures", sa.Column("text", text, primary_key=True, nullable=False),
                    sa.Column("scheme", text, nullable=False), sa.Column("size", sa.Integer(), nullable=False),
                    sa.Column("hashes", sa.LargeBinary(), nullable=False))
    op.create_table("overlaps", sa.Column("one", text, primary_key=True, nullable=False),
                    sa.Column("other", text, primary_key=True, nullable=False),
                    sa.Column("containment", sa.Float(), nullable=False))
    op.create_table("reprints", sa.Column("document", text, primary_key=True, nullable=False),
                    sa.Column("original", text, nullable=False), sa.Column("containment", sa.Float(), nullable=False))
