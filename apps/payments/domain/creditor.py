"""Our number as a creditor of direct debits."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.payments.calculations.sepa import is_creditor_id
from apps.payments.domain.errors import RunNotPossible
from apps.payments.models import CreditorIdentifier


def known_creditor_id(on: date) -> str:
    """Empty as long as there is none."""
    found = CreditorIdentifier.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    return found.value if found else ""


def creditor_id(on: date) -> str:
    number = known_creditor_id(on)
    if not number:
        raise RunNotPossible(
            _("Es ist noch keine Gläubiger-Identifikationsnummer hinterlegt. Sie bekommen sie von der Bundesbank.")
        )
    return number


@transaction.atomic
def set_creditor_id(*, value: str, valid_from: date, by: Any) -> CreditorIdentifier:
    """Record the creditor identifier given by the Bundesbank; its check digits must be right (mod 97)."""
    value = "".join(value.split()).upper()
    if not is_creditor_id(value):
        raise RunNotPossible(
            _("Die Gläubiger-Identifikationsnummer „%s“ ist nicht gültig (Prüfziffer).") % value, field="value"
        )
    if CreditorIdentifier.objects.filter(valid_from=valid_from).exists():
        raise RunNotPossible(_("Für diesen Tag ist schon eine Nummer hinterlegt."), field="valid_from")
    with act("payments.creditor_id_set", by=by, data={"value": value}) as record:
        found = CreditorIdentifier.objects.create(value=value, valid_from=valid_from)
        record.subject = found
    return found
