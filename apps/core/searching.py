"""Words anywhere in a column, found by an index: on PostgreSQL with the extension pg_trgm, where the server lets us have it.

Without it, and on SQLite, the same searches read the whole table: slower with hundreds of thousands of rows, but no different.
"""

from typing import Any

from django.db import DatabaseError, connections, transaction

EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
searched: dict[str, tuple[str, ...]] = {}


def register_searched(table: str, *columns: str) -> None:
    """Columns in which `icontains` looks for words among very many rows; called in `AppConfig.ready()`."""
    searched[table] = columns


def install_indexes(using: str = "default", **options: Any) -> None:
    """After every migrate. The expression is the one Django compares with."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    tables = set(connection.introspection.table_names()) & searched.keys()
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
    except DatabaseError:
        return
    with connection.cursor() as cursor:
        for table in sorted(tables):
            for column in searched[table]:
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_{column}_words"
                    f" ON {table} USING gin (UPPER({column}::text) gin_trgm_ops)"
                )
