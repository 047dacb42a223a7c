"""Full-text index over all versions: stems are made in Python, the database stores and ranks them (FTS5 or tsvector)."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, connections

from apps.documents.calculations import WORD, stem, stems

CREATE = {
    "sqlite": ["CREATE VIRTUAL TABLE IF NOT EXISTS documents_fulltext USING fts5(stems, tokenize='unicode61')"],
    "postgresql": [
        "CREATE TABLE IF NOT EXISTS documents_fulltext (version_id bigint PRIMARY KEY, stems tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS documents_fulltext_stems ON documents_fulltext USING gin(stems)",
    ],
}
INSERT = {
    "sqlite": "INSERT INTO documents_fulltext (rowid, stems) VALUES (%s, %s)",
    "postgresql": "INSERT INTO documents_fulltext (version_id, stems) VALUES (%s, to_tsvector('simple', %s))",
}
SELECT = {
    "sqlite": "SELECT rowid FROM documents_fulltext WHERE documents_fulltext MATCH %s ORDER BY rank LIMIT %s",
    "postgresql": (
        "SELECT version_id FROM documents_fulltext, to_tsquery('simple', %s) AS query "
        "WHERE stems @@ query ORDER BY ts_rank(stems, query) DESC, version_id DESC LIMIT %s"
    ),
}


def create_index(using: str = "default", **options: Any) -> None:
    """Where the tables of the index are missing: no model describes them. Called after every migrate."""
    with connections[using].cursor() as cursor:
        for statement in CREATE[connections[using].vendor]:
            cursor.execute(statement)


def add_to_index(texts: Iterable[tuple[int, str]]) -> None:
    """Index pairs of version id and text."""
    rows = [(version_id, " ".join(stems(text))) for version_id, text in texts]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT[connection.vendor], rows)


def search_versions(query: str, *, limit: int = 1000) -> list[int]:
    """Return ids of versions in which every word of `query` begins some word, best first."""
    words = [found for word in WORD.findall(query) if (found := stem(word))]
    if not words:
        return []
    expression = (
        " AND ".join(f'"{word}"*' for word in words)
        if connection.vendor == "sqlite"
        else " & ".join(f"{word}:*" for word in words)
    )
    with connection.cursor() as cursor:
        cursor.execute(SELECT[connection.vendor], [expression, limit])
        return [row[0] for row in cursor.fetchall()]
