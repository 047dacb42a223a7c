"""Work in the background: send what is released, print a batch."""

from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.jobs import start_job, working
from apps.core.models import Job
from apps.dispatch.domain.sending import send_released
from apps.dispatch.models import Dispatch, PrintBatch
from apps.dispatch.printing import print_batch


def start_sending(*, by: User | None, return_url: str = "") -> Job | None:
    """Send the released mails; nothing to do gives None. What a killed worker left is taken up again."""
    waiting = Dispatch.objects.to_mail().count()
    if not waiting:
        return None
    return start_job(
        send_mails,
        kind="dispatch.send",
        key="all",
        title=_("E-Mails senden"),
        by=by,
        total=waiting,
        return_url=return_url or reverse("dispatch:outbox"),
    )


@task
def send_mails(job_id: int) -> None:
    with working(job_id) as progress:
        progress.begin(Dispatch.objects.to_mail().count())
        sent, others = send_released(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(sent)s E-Mails gesendet.") % {"sent": sent}
        if others:
            progress.report += " " + _("%(count)s sind gescheitert oder unklar.") % {"count": others}


def start_batch_printing(batch: PrintBatch, *, by: User | None) -> Job:
    return start_job(
        print_letters,
        kind="dispatch.print",
        key=str(batch.pk),
        title=_("Druckdatei %(batch)s erstellen") % {"batch": batch},
        by=by,
        total=batch.count,
        return_url=batch.get_absolute_url(),
    )


@task
def print_letters(job_id: int) -> None:
    with working(job_id) as progress:
        batch = PrintBatch.objects.get(pk=int(progress.job.key))
        progress.begin(batch.count)
        print_batch(batch, by=progress.job.started_by, on=timezone.localdate(), step=progress.step)
        progress.report = ngettext(
            "%(count)s Brief in einer Datei.", "%(count)s Briefe in einer Datei.", batch.count
        ) % {"count": batch.count}
