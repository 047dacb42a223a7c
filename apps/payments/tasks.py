"""Work in the background: print the pre-notifications."""

from django.tasks import task
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.jobs import release_stale_jobs, start_job, working
from apps.core.models import Job
from apps.payments.printing import missing_notices, print_now


def start_printing(*, by: User | None, return_url: str = "") -> Job | None:
    """Print what has no PDF yet; nothing to do gives None. Work that a killed worker left is taken up again."""
    release_stale_jobs()
    missing = missing_notices().count()
    if not missing:
        return None
    return start_job(
        print_notices,
        kind="payments.print",
        key="all",
        title=_("Vorabankündigungen drucken und ablegen"),
        by=by,
        total=missing,
        return_url=return_url or reverse("payments:runs"),
    )


@task
def print_notices(job_id: int) -> None:
    with working(job_id) as progress:
        progress.begin(missing_notices().count())
        count = print_now(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(count)s Vorabankündigungen gedruckt, abgelegt und in den Postausgang gelegt.") % {
            "count": count
        }
