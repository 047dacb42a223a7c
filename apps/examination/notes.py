"""What the examination says on the page of the annual accounts: how far it is, and whether the board is discharged.

And its report for the auditor's package.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Note
from apps.core.templatetags.formats import day
from apps.examination.enums import ItemState
from apps.examination.models import Examination
from apps.examination.rules import visible_examinations
from apps.resolutions.enums import ResolutionState

MOTION_TONES = {ResolutionState.ADOPTED: "success", ResolutionState.REJECTED: "danger"}


def accounts_notes(user: Any, accounts: Any) -> Iterator[Note]:
    """Two queries at most: the appointments of an auditor, and the examination."""
    examination = (
        visible_examinations(user)
        .filter(year=accounts.year)
        .annotate(left=Count("items", filter=~Q(items__state=ItemState.TICKED)))
        .first()
    )
    if examination is None:
        if user.has_perm("examination.appoint") and not accounts.is_closed:
            yield Note(
                _("Kassenprüfung"),
                _("Es sind noch keine Kassenprüfer:innen eingetragen."),
                reverse("examination:appoint"),
                tone="warning",
            )
        return
    yield Note(
        str(examination),
        progress(examination),
        examination.get_absolute_url(),
        tone="success" if examination.is_reported else "info",
    )
    if motion := examination.motion:
        title, tone = _("Entlastung des Vorstands"), MOTION_TONES.get(ResolutionState(motion.state), "info")
        yield Note(title, examination.discharge, motion.get_absolute_url(), tone)


def report_keys(year: int) -> Any:
    """The key of the report on a year, if there is one."""
    return Examination.objects.filter(year=year, report__isnull=False).values("report")


def progress(examination: Any) -> str:
    if examination.is_reported:
        return _("Bericht vom %(day)s: %(recommendation)s.") % {
            "day": day(examination.reported_on),
            "recommendation": examination.get_recommendation_display(),
        }
    if not examination.sample_method:
        return _("Die Stichprobe ist noch nicht gezogen.")
    if not examination.left:
        return _("Alle Buchungen der Stichprobe sind geprüft; der Bericht ist noch nicht unterzeichnet.")
    return (
        ngettext(
            "%s Buchung der Stichprobe ist noch zu prüfen.",
            "%s Buchungen der Stichprobe sind noch zu prüfen.",
            examination.left,
        )
        % examination.left
    )
