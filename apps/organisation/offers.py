"""What an empty database asks of those who set it up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.registries import Duty, Waiting
from apps.organisation.models import LegalForm, LegalParameter, Profile


def first_steps(user: Any, today: date) -> Iterator[Waiting]:
    """The particulars without which no letter can be written, no bill be paid and no reserve be formed."""
    me = User.objects.filter(pk=user.pk)
    if user.has_perm("organisation.change_profile"):
        yield from who_we_are(me)
    if user.has_perm("organisation.add_legalparameter"):
        tax_status = Duty(
            _("Steuerlichen Status eintragen"),
            reverse("organisation:tax_status"),
            _(
                "Nur ein gemeinnütziger Verein bildet Rücklagen und weist die Verwendung seiner Mittel nach (§§ 55, 62 AO)."
            ),
        )
        yield Waiting(me.exclude(Exists(LegalParameter.objects.filter(key="tax_status"))), lambda _found: tax_status)


def who_we_are(me: QuerySet[User]) -> Iterator[Waiting]:
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
