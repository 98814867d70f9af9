"""Alembic's entry: runs the steps on the connection that `Database.open` hands over."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from pipelines.ledger.database import VERSION_TABLES
from pipelines.ledger.tables import metadata


def _order_by_code_points(connection: sa.Connection) -> None:
    """Give every text column of the ledger in PostgreSQL the order that SQLite and Python have."""
    quoted = connection.dialect.identifier_preparer.quote
    tables = [table.name for table in metadata.sorted_tables]
    columns = connection.execute(
        sa.text("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name = ANY(:tables) "
                "ORDER BY table_name, column_name"), {"tables": tables}).all()
    for table, column in columns:
        connection.exec_driver_sql(f'ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(column)} TYPE TEXT COLLATE "C"')


connection: sa.Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False,
                  version_table=VERSION_TABLES[connection.dialect.name])
context.run_migrations()
if connection.dialect.name == "postgresql":
    _order_by_code_points(connection)
