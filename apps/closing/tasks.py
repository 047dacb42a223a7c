"""Work in the background: the auditor's package."""

from functools import partial

from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.closing.domain.package import make_package, steps_of
from apps.closing.prints import print_report
from apps.core.jobs import start_job, working
from apps.core.models import Job

KIND = "closing.package"


def start_package(year: int, *, by: User) -> Job:
    return start_job(
        package_year,
        kind=KIND,
        key=str(year),
        title=_("Prüfungspaket %s zusammenstellen") % year,
        by=by,
        total=steps_of(year),
        return_url=reverse("closing:packages", args=[year]),
    )


@task
def package_year(job_id: int) -> None:
    with working(job_id) as progress:
        year = int(progress.job.key)
        progress.begin(steps_of(year))
        at = timezone.now()
        report = partial(print_report, on=timezone.localdate(at), created=at)
        package = make_package(year, by=progress.job.started_by, at=at, print_report=report, step=progress.step)
        progress.report = _("%(count)s Dateien, Prüfsumme %(sha256)s") % {
            "count": package.file_count,
            "sha256": package.sha256,
        }
