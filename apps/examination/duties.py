"""What waits for auditors and treasurer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.core.registries import Duty
from apps.examination.enums import ItemState
from apps.examination.models import Examination
from apps.examination.rules import appointments, is_examined


def examination_duties(user: Any, today: date) -> Iterator[Duty]:
    """Two queries."""
    mine = appointments(user)
    if not mine and not is_examined(user):
        return
    rows = Examination.objects.filter(report__isnull=True).annotate(
        unchecked=Count("items", filter=~Q(items__state=ItemState.TICKED), distinct=True),
        open_questions=Count("questions", filter=Q(questions__answer=""), distinct=True),
    )
    for row in rows:
        due_on = date(row.year + 1, 6, 30)
        if row.pk in mine:
            detail = (
                _("Stichprobe noch nicht gezogen")
                if not row.sample_method
                else _("%(items)s Buchungen zu prüfen, %(questions)s Fragen ohne Antwort")
                % {"items": row.unchecked, "questions": row.open_questions}
            )
            yield Duty(str(row), row.get_absolute_url(), detail, due_on=due_on)
        elif row.open_questions and is_examined(user):
            title = _("Fragen der Kassenprüfung %s beantworten") % row.year
            yield Duty(
                title, row.get_absolute_url(), _("%s Fragen offen") % row.open_questions, due_on=today, tone="warning"
            )
