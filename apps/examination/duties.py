"""What waits for auditors and treasurer."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Waiting
from apps.examination.enums import ItemState
from apps.examination.models import Examination, Question, SampleItem
from apps.examination.rules import is_examined


def examination_duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.is_authenticated:
        return
    mine = Examination.objects.filter(auditors__user=user.pk)
    yield from auditor_duties(mine)
    if is_examined(user):
        asked = Question.objects.filter(answer="", examination__report__isnull=True)
        asked = asked.exclude(examination__in=mine.values("pk"))
        yield Waiting(asked, to_answer(today), first="examination__year")


def auditor_duties(mine: QuerySet[Examination]) -> Iterator[Waiting]:
    running = mine.filter(report__isnull=True)
    yield Waiting(running.filter(sample_method=""), next_step(_("Stichprobe noch nicht gezogen")), first="year")
    items = SampleItem.objects.filter(examination__in=running.exclude(sample_method="").values("pk"))
    unchecked = items.exclude(state=ItemState.TICKED)
    yield Waiting(unchecked, next_step(_("Buchungen noch zu prüfen: %s")), first="examination__year")
    done = running.exclude(sample_method="").exclude(pk__in=unchecked.values("examination"))
    yield Waiting(done, next_step(_("Alle Buchungen geprüft. Ergebnis und Bericht stehen aus.")), first="year")


def next_step(detail: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        return Duty(
            _("Kassenprüfung %s") % found.first,
            reverse("examination:examination", args=[found.first]),
            detail % found.count if "%s" in detail else detail,
            due_on=date(found.first + 1, 6, 30),
        )

    return duty


def to_answer(today: date) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = ngettext(
            "Eine Frage der Kassenprüfung %(year)s beantworten",
            "%(count)s Fragen der Kassenprüfung %(year)s beantworten",
            found.count,
        )
        url = reverse("examination:examination", args=[found.first])
        return Duty(title % {"count": found.count, "year": found.first}, url, due_on=today, tone="warning")

    return duty
