"""What the start page and the search learn from here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.roles import Role, has_role
from apps.core.registries import Duty, Found, Hit, Waiting
from apps.resolutions.domain.queries import with_wording
from apps.resolutions.enums import ResolutionState
from apps.resolutions.models import FollowUp, Resolution
from apps.resolutions.rules import open_follow_ups, visible_resolutions

SHOWN = 20

is_board = has_role(Role.BOARD)


def search_resolutions(user: Any, query: str) -> Iterator[Hit]:
    """The ten newest resolutions this person may read with every word in title, number or wording."""
    found = with_wording(visible_resolutions(user)).select_related("body")
    for word in query.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word) | Q(wording__icontains=word))
    for resolution in found.order_by(F("decided_on").desc(nulls_last=True), "-pk")[:10]:
        state = resolution.reference or resolution.get_state_display()
        yield Hit(_("Beschluss"), resolution.title, resolution.get_absolute_url(), f"{state}, {resolution.body}")


def resolution_duties(user: Any, today: date) -> Iterator[Duty | Waiting]:
    """Follow-ups that wait for this person; for the board also drafts and motions that wait for a vote."""
    if not user.is_authenticated:
        return
    for follow_up in open_follow_ups(user, today)[:SHOWN]:
        yield _to_carry_out(follow_up, today)
    if is_board(user):
        proposed = Resolution.objects.filter(state=ResolutionState.PROPOSED)
        yield Waiting(proposed, _to_vote_on, first="pk", name="title")
        drafts = Resolution.objects.open().exclude(state=ResolutionState.PROPOSED)
        yield Waiting(drafts, _to_finish, first="pk", name="title")


def _to_carry_out(follow_up: FollowUp, today: date) -> Duty:
    due = follow_up.due_on
    late, soon = bool(due and due < today), bool(due and (due - today).days <= 14)
    return Duty(
        _("Beschluss umsetzen: %s") % follow_up.task,
        follow_up.get_absolute_url(),
        f"{follow_up.resolution}, {follow_up.who}",
        due,
        "danger" if late else "warning" if soon else "info",
    )


def _to_vote_on(found: Found) -> Duty:
    title = ngettext(
        "Abstimmung festhalten: %(title)s", "%(count)s Abstimmungen festhalten, zum Beispiel: %(title)s", found.count
    )
    one = found.count == 1
    url = reverse("resolutions:decide", args=[found.first]) if one else _register(ResolutionState.PROPOSED)
    return Duty(title % {"count": found.count, "title": found.name}, url, tone="warning")


def _to_finish(found: Found) -> Duty:
    title = ngettext(
        "Entwurf fertigstellen: %(title)s", "%(count)s Entwürfe fertigstellen, zum Beispiel: %(title)s", found.count
    )
    one = found.count == 1
    url = reverse("resolutions:resolution", args=[found.first]) if one else _register(ResolutionState.DRAFT)
    return Duty(title % {"count": found.count, "title": found.name}, url)


def _register(state: str) -> str:
    return f"{reverse('resolutions:register')}?stand={state}"
