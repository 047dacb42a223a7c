"""What the database knows of its own rows."""

from django.db import connection


def refresh_statistics() -> None:
    """Let the database look again at how values are spread, so that it chooses its indexes well.

    SQLite never does so by itself, PostgreSQL not at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
