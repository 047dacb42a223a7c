"""Work in the background: print the letters."""

from django.tasks import task
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.jobs import start_job, working
from apps.core.models import Job
from apps.dunning.domain.queries import missing_documents
from apps.dunning.printing import print_now


def start_printing(*, by: User | None, return_url: str = "") -> Job | None:
    """Print what has no PDF yet; nothing to do gives None. Work that a killed worker left is taken up again."""
    missing = missing_documents()
    if not missing:
        return None
    return start_job(
        print_letters,
        kind="dunning.print",
        key="all",
        title=_("Mahnschreiben drucken und ablegen"),
        by=by,
        total=missing,
        return_url=return_url or reverse("dunning:letters"),
    )


@task
def print_letters(job_id: int) -> None:
    with working(job_id) as progress:
        progress.begin(missing_documents())
        count = print_now(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(count)s Mahnschreiben gedruckt, abgelegt und in den Postausgang gelegt.") % {
            "count": count
        }
