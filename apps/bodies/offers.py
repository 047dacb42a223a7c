"""What bodies offer to the search and to the start page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.bodies.domain.queries import board_members
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Term
from apps.core.registries import Duty, Found, Hit, Waiting
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm

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


def body_duties(user: Any, today: date) -> Iterator[Waiting]:
    """Board terms that end soon, and board members not yet entered in the register (BGB § 67)."""
    if not user.has_perm("bodies.change_term"):
        return
    first = Duty(_("Mitgliederversammlung und Vorstand einrichten"), reverse("bodies:bodies"), tone="warning")
    yield Waiting(User.objects.filter(pk=user.pk).exclude(Exists(Body.objects.all())), lambda _found: first)
    registered = LegalForm.objects.valid_on(today).filter(mode=LegalMode.EV)
    to_enter = board_members(today).filter(Exists(registered), office__represents=True, registered_on__isnull=True)
    yield Waiting(to_enter, _to_enter, name="body__code")
    ending = Term.objects.filter(body__kind=BodyKind.BOARD, valid_until__gt=today, valid_until__lte=today + AHEAD)
    yield Waiting(ending, _terms_end, day="valid_until", name="body__code")


def _to_enter(found: Found) -> Duty:
    title = ngettext(
        "Ein Vorstandsmitglied ist in das Vereinsregister einzutragen",
        "%(count)s Vorstandsmitglieder sind in das Vereinsregister einzutragen",
        found.count,
    )
    return Duty(
        title % {"count": found.count},
        reverse("bodies:body", args=[found.name]),
        _("Jede Änderung des Vorstands ist anzumelden (§ 67 BGB)."),
        tone="warning",
    )


def _terms_end(found: Found) -> Duty:
    title = ngettext("Eine Amtszeit im Vorstand endet", "%(count)s Amtszeiten im Vorstand enden", found.count)
    return Duty(title % {"count": found.count}, reverse("bodies:body", args=[found.name]), due_on=found.day)
