"""What bodies offer to the search and to the start page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.bodies.domain.queries import board_members
from apps.bodies.enums import BodyKind
from apps.bodies.models import Term
from apps.core.registries import Duty, Hit
from apps.organisation.domain.queries import legal_mode_on
from apps.organisation.enums import LegalMode

AHEAD = timedelta(days=90)


def search_bodies(user: Any, query: str) -> Iterator[Hit]:
    """Bodies by name, and people who sit in them."""
    if not user.has_perm("bodies.view_body"):
        return
    named = (
        Q(body__name__icontains=query)
        | Q(person_name__icontains=query)
        | Q(user__last_name__icontains=query)
        | Q(user__first_name__icontains=query)
    )
    for term in Term.objects.filter(named).select_related("body", "user", "office").order_by("-valid_from")[:10]:
        yield Hit(_("Gremium"), str(term), term.body.get_absolute_url(), str(term.body))


def body_duties(user: Any, today: date) -> Iterator[Duty]:
    """Board terms that end soon, and board members not yet entered in the register (BGB § 67)."""
    if not user.has_perm("bodies.change_term"):
        return
    registered = legal_mode_on(today) == LegalMode.EV
    for term in board_members(today):
        if registered and term.office and term.office.represents and term.registered_on is None:
            yield Duty(
                _("%s: Eintragung ins Vereinsregister vermerken") % term.person,
                term.get_absolute_url(),
                _("Jede Änderung des Vorstands ist anzumelden (§ 67 BGB)."),
                tone="warning",
            )
    ending = Term.objects.filter(
        body__kind=BodyKind.BOARD, valid_until__gt=today, valid_until__lte=today + AHEAD
    ).select_related("body", "office", "user")
    for term in ending:
        yield Duty(
            _("Amtszeit endet: %s") % term, term.get_absolute_url(), due_on=term.valid_until, detail=str(term.body)
        )
