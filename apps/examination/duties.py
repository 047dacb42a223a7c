"""What waits for auditors and treasurer."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Milestone, Waiting
from apps.examination.enums import ItemState
from apps.examination.models import Examination, Question, SampleItem
from apps.examination.rules import is_examined
from apps.ledger.models import Entry
from apps.resolutions.enums import ResolutionState

REPORT_DUE = (6, 30)  # month and day of the year after: in time for the assembly


def examination_duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.is_authenticated:
        return
    mine = Examination.objects.filter(auditors__user=user.pk)
    yield from auditor_duties(mine)
    if is_examined(user):
        asked = Question.objects.filter(answer="", examination__report__isnull=True)
        asked = asked.exclude(examination__in=mine.values("pk"))
        yield Waiting(asked, to_answer, first="examination__year")


def auditor_duties(mine: QuerySet[Examination]) -> Iterator[Waiting]:
    running = mine.filter(report__isnull=True)
    yield Waiting(running.filter(sample_method=""), next_step(_("Stichprobe noch nicht gezogen")), first="year")
    items = SampleItem.objects.filter(examination__in=running.exclude(sample_method="").values("pk"))
    unchecked = items.exclude(state=ItemState.TICKED)
    yield Waiting(unchecked, next_step(_("Buchungen noch zu prüfen: %s")), first="examination__year")
    questions = Question.objects.filter(examination__in=running.values("pk"))
    yield Waiting(questions.filter(answer=""), next_step(_("Fragen ohne Antwort: %s")), first="examination__year")
    answered = questions.exclude(answer="").filter(item__isnull=False).exclude(item__state=ItemState.TICKED)
    yield Waiting(answered, next_step(_("Antworten liegen vor: %s")), first="examination__year")
    done = running.exclude(sample_method="").exclude(pk__in=unchecked.values("examination"))
    yield Waiting(done, next_step(_("Alle Buchungen geprüft. Ergebnis und Bericht stehen aus.")), first="year")


def examination_year(user: Any, years: Sequence[int]) -> Iterator[Milestone]:
    """The books of a year are examined by the middle of the next one, and the assembly discharges the board."""
    if not (user.has_perm("examination.appoint") or is_examined(user)):
        return
    for year in years:
        url, of_year = reverse("examination:examinations"), Examination.objects.filter(year=year)
        books = Entry.objects.filter(year=year, number=1)
        reported = of_year.filter(report__isnull=False)
        yield Milestone(_("Kassenprüfung %s abschließen") % year, date(year + 1, *REPORT_DUE), url, reported, books)
        discharged = of_year.filter(motion__state=ResolutionState.ADOPTED)
        yield Milestone(_("Entlastung für %s beschließen") % year, date(year + 1, 12, 31), url, discharged, books)


def next_step(detail: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        return Duty(
            _("Kassenprüfung %s") % found.first,
            reverse("examination:examination", args=[found.first]),
            detail % found.count if "%s" in detail else detail,
            due_on=date(found.first + 1, *REPORT_DUE),
        )

    return duty


def to_answer(found: Found) -> Duty:
    title = ngettext(
        "Eine Frage der Kassenprüfung %(year)s beantworten",
        "%(count)s Fragen der Kassenprüfung %(year)s beantworten",
        found.count,
    )
    url = reverse("examination:examination", args=[found.first])
    return Duty(title % {"count": found.count, "year": found.first}, url, tone="warning")
