"""The log of downloads."""

from datetime import date, timedelta

from apps.accounts.models import User
from apps.documents.models import DocumentVersion, Download

KEPT = timedelta(days=365)


def record_download(version: DocumentVersion, *, by: User | None) -> Download:
    """Note who took a copy of which version."""
    return Download.objects.create(version=version, user=by)


def forget_old_downloads(*, on: date) -> int:
    """Delete entries older than 12 months (retention of access logs, Art. 5 Abs. 1 lit. e DSGVO); return how many."""
    count, _by_model = Download.objects.filter(at__date__lt=on - KEPT).delete()
    return count
