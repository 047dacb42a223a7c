"""What the start page and the search learn from here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.roles import Role, has_role
from apps.core.registries import Duty, Hit
from apps.resolutions.domain.queries import with_wording
from apps.resolutions.enums import ResolutionState
from apps.resolutions.models import Resolution
from apps.resolutions.rules import open_follow_ups, visible_resolutions

is_board = has_role(Role.BOARD)


def search_resolutions(user: Any, query: str) -> Iterator[Hit]:
    """The ten newest resolutions this person may read with every word in title, number or wording."""
    found = with_wording(visible_resolutions(user)).select_related("body")
    for word in query.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word) | Q(wording__icontains=word))
    for resolution in found.order_by(F("decided_on").desc(nulls_last=True), "-pk")[:10]:
        state = resolution.reference or resolution.get_state_display()
        yield Hit(_("Beschluss"), resolution.title, resolution.get_absolute_url(), f"{state}, {resolution.body}")


def resolution_duties(user: Any, today: date) -> Iterator[Duty]:
    """Follow-ups that wait for this person; for the board also drafts and motions that wait for a vote."""
    if not user.is_authenticated:
        return
    for follow_up in open_follow_ups(user, today)[:20]:
        due = follow_up.due_on
        late, soon = bool(due and due < today), bool(due and (due - today).days <= 14)
        yield Duty(
            _("Beschluss umsetzen: %s") % follow_up.task,
            follow_up.get_absolute_url(),
            f"{follow_up.resolution}, {follow_up.who}",
            due,
            "danger" if late else "warning" if soon else "info",
        )
    if is_board(user):
        yield from board_duties()


def board_duties() -> Iterator[Duty]:
    open_ones = Resolution.objects.open().select_related("body").order_by("-pk")[:10]
    for resolution in open_ones:
        if resolution.state == ResolutionState.PROPOSED:
            url = reverse("resolutions:decide", args=[resolution.pk])
            yield Duty(_("Abstimmung festhalten: %s") % resolution.title, url, str(resolution.body), tone="warning")
        else:
            title = _("Entwurf fertigstellen: %s") % resolution.title
            yield Duty(title, resolution.get_absolute_url(), str(resolution.body))
