"""What is to be read and extracted stands in indexes: a question for it costs what it finds, not what is there."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Documents name their extractor in the place of their extractions; indexes; totals of what there is."""
    op.add_column("documents", sa.Column("extractor", sa.Text(), nullable=True))
    op.execute("UPDATE documents SET extractor = (SELECT x.extractor FROM extractions x WHERE x.document = documents.id "
               "AND x.version = documents.version)")
    op.drop_column("extractions", "extractor")
    op.drop_index("ix_documents_status", "documents")
    op.create_index("ix_documents_status", "documents", ["status", "fetched_at"])
    counts = sa.text("status != 'superseded'")
    op.create_index("ix_documents_extractor", "documents", ["extractor", "fetched_at"], sqlite_where=counts,
                    postgresql_where=counts)
    op.create_index("ix_documents_url", "documents", ["url"], postgresql_using="hash")
    op.create_index("ix_fetches_reader", "fetches", ["reader", "fetched_at"])
    op.create_index("ix_fetches_fetched_at", "fetches", ["fetched_at"])
    op.create_index("ix_issued_ids_current_id", "issued_ids", ["current_id"])
    op.create_index("ix_links_start", "links", ["start"])
    for name, rows in (("documents", "documents WHERE status IN ('current', 'gone')"), ("fetches", "fetches")):
        # a new ledger has no rows at all: a backup may be copied into it
        op.execute(f"INSERT INTO meta (key, value) SELECT '{name}', counted.number FROM (SELECT count(*) AS number FROM {rows}) "
                   "AS counted WHERE counted.number > 0")
