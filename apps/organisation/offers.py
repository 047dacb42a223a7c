"""What an empty database asks of those who set it up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.registries import Duty, Waiting
from apps.organisation.models import LegalForm, Profile


def first_steps(user: Any, today: date) -> Iterator[Waiting]:
    """The particulars without which no letter can be written and no bill be paid."""
    if not user.has_perm("organisation.change_profile"):
        return
    me = User.objects.filter(pk=user.pk)
    known = Profile.objects.exclude(street="").exclude(town="").exclude(iban="")
    particulars = Duty(
        _("Angaben zur Organisation ergänzen"),
        reverse("organisation:profile_change"),
        _("Name, Anschrift und Bankverbindung stehen auf jedem Brief."),
        tone="warning",
    )
    yield Waiting(me.exclude(Exists(known)), lambda _found: particulars)
    legal_form = Duty(
        _("Rechtsform hinterlegen"),
        reverse("organisation:legal_form_change"),
        _("Bis dahin gilt: Netzwerk ohne Rechtsform."),
        tone="warning",
    )
    yield Waiting(me.exclude(Exists(LegalForm.objects.all())), lambda _found: legal_form)
