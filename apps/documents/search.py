"""Documents in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.documents.domain.index import search_versions
from apps.documents.rules import visible_documents


def search_documents(user: Any, query: str) -> Iterator[Hit]:
    """The ten best documents this user may read, searched in title and content."""
    versions = search_versions(query, limit=200)
    found = visible_documents(user).filter(versions__in=versions).distinct()[:10]
    for document in found:
        yield Hit(
            kind=_("Dokument"),
            title=document.title,
            url=document.get_absolute_url(),
            detail=f"{document.number}, {document.get_category_display()}",
        )
