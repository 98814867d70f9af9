"""What became of documents: older versions whose statements are kept, gone and withdrawn ones, what of them is kept, what
is forgotten; who is extracting which document now. Rejects get a short key, which PostgreSQL can index.
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nlp.model import digest

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns and tables; statements and rejects move into tables with other keys."""
    text, number = sa.Text(), sa.Integer()

    def needed(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, text, nullable=False) for name in names]

    def keys(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, text, primary_key=True, nullable=False) for name in names]

    op.add_column("documents", sa.Column("fetched_at", text, nullable=True))
    op.add_column("documents", sa.Column("number", number, nullable=False, server_default="1"))
    op.add_column("documents", sa.Column("text_sha256", text, nullable=True))
    op.add_column("blobs", sa.Column("removed", text, nullable=True))
    op.create_index("ix_documents_location", "documents", ["location"])
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    op.create_index("ix_fetches_sha256", "fetches", ["sha256"])

    op.create_table("told", *keys("document", "version"), *needed("extractor", "body"))
    op.create_table("told_statements", *keys("document", "version", "id"), *needed("kind", "status", "body"),
                    sa.Column("position", number, nullable=False), sa.Column("date", text, nullable=True),
                    sa.Column("confidence", sa.Float(), nullable=False))
    current = "JOIN documents d ON d.id = x.document AND d.status = 'current'"
    op.execute("INSERT INTO told (document, version, extractor, body) "
               f"SELECT x.document, d.version, x.extractor, x.body FROM extractions x {current}")
    columns = "id, kind, status, body, position, date, confidence"
    selected = ", ".join(f"x.{name}" for name in columns.split(", "))
    op.execute(f"INSERT INTO told_statements (document, version, {columns}) "
               f"SELECT x.document, d.version, {selected} FROM statements x {current}")
    for old, new in (("extractions", "told"), ("statements", "told_statements")):
        op.drop_table(old)
        op.rename_table(new, old)
    op.create_index("ix_statements_id", "statements", ["id"])

    connection = op.get_bind()
    kept = connection.execute(sa.text("SELECT stage, source, item, sha256, reason FROM rejects")).all()
    op.drop_table("rejects")
    op.create_table("rejects", *keys("id"), *needed("stage", "source", "item", "sha256", "reason"))
    for r in kept:
        connection.execute(
            sa.text("INSERT INTO rejects VALUES (:id, :stage, :source, :item, :sha256, :reason)"),
            {"id": f"{digest(r.stage, r.source)}:{digest(r.item, r.sha256, r.reason)}", **r._mapping})

    op.create_table("withdrawals", *keys("document", "by"), *needed("reason"))
    op.create_table("tombstones", *keys("id"), *needed("kind", "reason"), sa.Column("length", number, nullable=True),
                    sa.Column("forgotten_on", text, nullable=True))
    op.create_table("leases", *keys("document", "version"), *needed("worker"),
                    sa.Column("until", sa.Float(), nullable=False))
