"""Questions about documents."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from apps.documents.models import Document, DocumentVersion


def with_newest_version(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Annotate `newest_version`, `newest_filename`, `newest_size`."""
    newest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-version")
    return documents.annotate(
        newest_version=Subquery(newest.values("version")[:1]),
        newest_filename=Subquery(newest.values("filename")[:1]),
        newest_size=Subquery(newest.values("size")[:1]),
    )


class Verdict(StrEnum):
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verification:
    """What the public learns: whether a file is known and which version of which document it is."""

    verdict: Verdict
    version: DocumentVersion | None = None
    newest: DocumentVersion | None = None


def verify_digest(sha256: str) -> Verification:
    """Judge a file by its SHA-256: unchanged (in force), superseded by a newer version, or unknown."""
    versions = list(
        DocumentVersion.objects.filter(Q(document__versions__sha256=sha256))
        .select_related("document")
        .order_by("document_id", "version")
        .distinct()
    )
    newest = {version.document_id: version for version in versions}
    known = [version for version in versions if version.sha256 == sha256]
    if not known:
        return Verification(Verdict.UNKNOWN)
    in_force = [version for version in known if newest[version.document_id].pk == version.pk]
    version = in_force[-1] if in_force else known[-1]
    verdict = Verdict.UNCHANGED if in_force else Verdict.SUPERSEDED
    return Verification(verdict, version, newest[version.document_id])


def verify_number(number: str) -> Verification:
    """Find the version in force of the document with this number."""
    version = (
        DocumentVersion.objects.filter(document__number__iexact=number.strip())
        .select_related("document")
        .order_by(F("version").desc())
        .first()
    )
    return Verification(Verdict.UNCHANGED, version, version) if version else Verification(Verdict.UNKNOWN)
