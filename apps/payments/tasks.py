"""Work in the background: print the pre-notifications, release a run of many payments."""

from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.jobs import start_job, working
from apps.core.models import Job
from apps.core.templatetags.formats import euro, number
from apps.payments.domain.releasing import release_run
from apps.payments.models import PaymentRun
from apps.payments.printing import missing_notices, print_now


def start_printing(*, by: User | None, return_url: str = "") -> Job | None:
    """Print what has no PDF yet; nothing to do gives None. Work that a killed worker left is taken up again."""
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


def start_releasing(run: PaymentRun, *, by: User) -> Job:
    title = _("Zahlungslauf %s freigeben") % run
    return start_job(
        release, kind="payments.release", key=str(run.pk), title=title, by=by, return_url=run.get_absolute_url()
    )


@task
def release(job_id: int) -> None:
    with working(job_id) as progress:
        job = progress.job
        release_run(PaymentRun.objects.get(pk=int(job.key)), by=job.started_by, on=timezone.localdate())
        run = PaymentRun.objects.with_sums().get(pk=int(job.key))
        progress.report = _(
            "%(count)s Zahlungen über zusammen %(total)s sind freigegeben. Laden Sie die Datei jetzt im Online-Banking hoch."
        ) % {"count": number(run.count), "total": euro(run.total)}  # type: ignore[attr-defined]
