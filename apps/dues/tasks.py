"""Work in the background: print what has no PDF yet."""

from django.tasks import task
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.jobs import release_stale_jobs, start_job, working
from apps.core.models import Job
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.queries import held_back_count, missing_documents
from apps.dues.models import Announcement
from apps.dues.printing import print_now

KIND = "dues.print"
LETTERS = "dues.print_announcements"


def start_printing(*, by: User | None, return_url: str = "") -> Job | None:
    """Print what has no PDF yet; nothing to do gives None. Work that a killed worker left is taken up again."""
    release_stale_jobs()
    missing = missing_documents()
    if not missing:
        return None
    return start_job(
        print_missing,
        kind=KIND,
        key="all",
        title=_("Beitragsrechnungen drucken und ablegen"),
        by=by,
        total=missing,
        return_url=return_url or reverse("dues:invoices"),
    )


@task
def print_missing(job_id: int) -> None:
    """Print what is missing, with a bar that follows."""
    with working(job_id) as progress:
        progress.begin(missing_documents())
        count = print_now(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(count)s PDF gedruckt und abgelegt.") % {"count": count} + held_back_report()


def held_back_report() -> str:
    count = held_back_count()
    if not count:
        return ""
    return " " + _("%s zurückgehalten, weil die E-Rechnung amtliche Regeln verletzt (siehe Beiträge).") % count


def start_printing_announcements(*, by: User | None, return_url: str) -> Job | None:
    """Print the letters of announcements that have none yet; nothing to do gives None."""
    release_stale_jobs()
    missing = Announcement.objects.without_document().count()
    if not missing:
        return None
    return start_job(
        print_letters,
        kind=LETTERS,
        key="all",
        title=_("Beitragsvorankündigungen drucken und ablegen"),
        by=by,
        total=missing,
        return_url=return_url,
    )


@task
def print_letters(job_id: int) -> None:
    with working(job_id) as progress:
        progress.begin(Announcement.objects.without_document().count())
        count = print_announcements(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(count)s PDF gedruckt und abgelegt.") % {"count": count}
