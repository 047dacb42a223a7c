"""Work in the background: prepare, issue and announce for many cities, print what has no PDF yet, fill the outbox."""

from datetime import date

from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.jobs import Progress, many, start_job, working
from apps.core.models import Job
from apps.core.templatetags.formats import euro, number
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.queries import held_back_count, missing_documents
from apps.dues.domain.runs import prepare_run
from apps.dues.domain.sending import (
    queue_announcements,
    queue_unsent,
    unsent_announcements,
    unsent_invoices,
    unsent_notes,
)
from apps.dues.models import Announcement, AnnouncementRun, DuesRun
from apps.dues.printing import print_now
from apps.members.domain.queries import member_cities

KIND = "dues.print"
LETTERS = "dues.print_announcements"
PREPARE, ISSUE, SEND = "dues.prepare_run", "dues.issue_run", "dues.send"
FORECAST, ANNOUNCE, SEND_LETTERS = "dues.prepare_announcement", "dues.announce", "dues.send_announcements"


def many_members(today: date) -> bool:
    return many(member_cities(today).count())


def start_preparing(year: int, *, by: User | None) -> Job:
    title = _("Vorschau der Beiträge %s erstellen") % year
    return start_job(prepare, kind=PREPARE, key=str(year), title=title, by=by, return_url=reverse("dues:runs"))


@task
def prepare(job_id: int) -> None:
    with working(job_id) as progress:
        job = progress.job
        run = prepare_run(int(job.key), by=job.started_by, on=timezone.localdate(), supplement=True)
        progress.report = ngettext(
            "%(count)s Stadt, %(total)s.", "%(count)s Städte, zusammen %(total)s.", run.count
        ) % {
            "count": number(run.count),
            "total": euro(run.total),
        }
        progress.return_url = run.get_absolute_url()


def start_issuing(run: DuesRun, *, by: User | None) -> Job:
    title = _("%s ausstellen") % run
    return start_job(issue, kind=ISSUE, key=str(run.pk), title=title, by=by, return_url=run.get_absolute_url())


@task
def issue(job_id: int) -> None:
    """Issue, then print in a job of its own."""
    with working(job_id) as progress:
        job = progress.job
        run = DuesRun.objects.get(pk=int(job.key))
        invoices = issue_run(run, by=job.started_by, on=timezone.localdate())
        progress.report = ngettext(
            "%(count)s Rechnung über %(total)s ausgestellt. Die PDF-Datei entsteht nun.",
            "%(count)s Rechnungen ausgestellt, zusammen %(total)s. Die PDF-Dateien entstehen nun.",
            len(invoices),
        ) % {
            "count": number(len(invoices)),
            "total": euro(run.total),
        }
        follow_up(progress, start_printing(by=job.started_by, return_url=job.return_url))


def start_forecast(year: int, *, decided_by: date, by: User | None) -> Job:
    return start_job(
        forecast,
        kind=FORECAST,
        key=f"{year} {decided_by}",
        title=_("Vorschau der Beitragsvorankündigung %(year)s und %(next)s erstellen")
        % {"year": year, "next": year + 1},
        by=by,
        return_url=reverse("dues:announcement_runs"),
    )


@task
def forecast(job_id: int) -> None:
    with working(job_id) as progress:
        job = progress.job
        year, decided_by = job.key.split()
        run = prepare_announcement(
            int(year), decided_by=date.fromisoformat(decided_by), by=job.started_by, on=timezone.localdate()
        )
        progress.report = ngettext(
            "%s Stadt erfährt etwas Neues.", "%s Städte erfahren etwas Neues.", run.count
        ) % number(run.count)
        progress.return_url = run.get_absolute_url()


def start_announcing(run: AnnouncementRun, *, by: User | None) -> Job:
    title = _("%s bekannt geben") % run
    return start_job(tell, kind=ANNOUNCE, key=str(run.pk), title=title, by=by, return_url=run.get_absolute_url())


@task
def tell(job_id: int) -> None:
    """Announce, then print in a job of its own."""
    with working(job_id) as progress:
        job = progress.job
        run = announce(AnnouncementRun.objects.get(pk=int(job.key)), by=job.started_by, on=timezone.localdate())
        progress.report = ngettext(
            "%s Stadt bekannt gegeben. Das Schreiben entsteht nun.",
            "%s Städten bekannt gegeben. Die Schreiben entstehen nun.",
            run.count,
        ) % number(run.count)
        follow_up(progress, start_printing_announcements(by=job.started_by, return_url=job.return_url))


def follow_up(progress: Progress, job: Job | None) -> None:
    if job:
        progress.return_url = reverse("core:job", args=[job.pk])


def start_printing(*, by: User | None, return_url: str = "") -> Job | None:
    """Print what has no PDF yet; nothing to do gives None."""
    missing = missing_documents()
    if not missing:
        return None
    title, back = _("Beitragsrechnungen drucken und ablegen"), return_url or reverse("dues:invoices")
    return start_job(print_missing, kind=KIND, key="all", title=title, by=by, total=missing, return_url=back)


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
    missing = Announcement.objects.without_document().count()
    if not missing:
        return None
    title = _("Beitragsvorankündigungen drucken und ablegen")
    return start_job(print_letters, kind=LETTERS, key="all", title=title, by=by, total=missing, return_url=return_url)


@task
def print_letters(job_id: int) -> None:
    with working(job_id) as progress:
        progress.begin(Announcement.objects.without_document().count())
        count = print_announcements(by=progress.job.started_by, step=progress.step)
        progress.report = _("%(count)s PDF gedruckt und abgelegt.") % {"count": count}


def start_queueing(run: DuesRun | None, *, by: User | None, return_url: str) -> Job:
    title, key = _("Rechnungen in den Postausgang legen"), str(run.pk) if run else "all"
    return start_job(queue_invoices, kind=SEND, key=key, title=title, by=by, return_url=return_url)


@task
def queue_invoices(job_id: int) -> None:
    with working(job_id) as progress:
        run = DuesRun.objects.filter(pk=key_of(progress)).first()
        progress.begin(unsent_invoices(run).count() + unsent_notes(run).count())
        count = queue_unsent(run, by=progress.job.started_by, on=timezone.localdate(), step=progress.step)
        progress.report = queued(count)


def start_queueing_letters(run: AnnouncementRun | None, *, by: User | None, return_url: str) -> Job:
    title, key = _("Schreiben in den Postausgang legen"), str(run.pk) if run else "all"
    return start_job(queue_letters, kind=SEND_LETTERS, key=key, title=title, by=by, return_url=return_url)


@task
def queue_letters(job_id: int) -> None:
    with working(job_id) as progress:
        run = AnnouncementRun.objects.filter(pk=key_of(progress)).first()
        progress.begin(unsent_announcements(run).count())
        count = queue_announcements(run, by=progress.job.started_by, on=timezone.localdate(), step=progress.step)
        progress.report = queued(count)


def key_of(progress: Progress) -> int:
    """The number of the run the work is for; 0: of all runs."""
    key = progress.job.key
    return int(key) if key.isdecimal() else 0


def queued(count: int) -> str:
    return ngettext(
        "%s Sendung liegt im Postausgang und wartet auf Freigabe.",
        "%s Sendungen liegen im Postausgang und warten auf Freigabe.",
        count,
    ) % number(count)
