"""People's decisions as they stood when organisations were last resolved, and what holds between organisations."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables; both are filled by the next resolution."""
    text = sa.Text()
    op.create_table("decisions", sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
                    *[sa.Column(name, text, nullable=False) for name in (
                        "kind", "subject", "object", "who", "decided_on", "why", "refused")])
    op.create_table("links", *[sa.Column(name, text, primary_key=True, nullable=False) for name in ("type", "start", "end")],
                    sa.Column("body", text, nullable=False))
