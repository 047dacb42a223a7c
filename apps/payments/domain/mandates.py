"""Mandates: given with the signed original, revoked, lapsed when unused."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.accounts import checked_iban
from apps.banking.domain.errors import NoBankAccount
from apps.documents.models import Document
from apps.members.models import City
from apps.organisation.domain.queries import decimal_parameter
from apps.payments.calculations.sepa import accepted
from apps.payments.domain.errors import MandateNotPossible
from apps.payments.enums import MandateState
from apps.payments.models import Mandate


def lapse_months(on: date) -> int:
    return int(decimal_parameter("mandate_lapse_months", on))


def state_of(mandate: Mandate, on: date) -> MandateState:
    return mandate.state_on(on, lapse_months(on))


@transaction.atomic
def give_mandate(
    *,
    reference: str,
    city: City,
    debtor_name: str,
    iban: str,
    instrument: str,
    sequence: str,
    signed_on: date,
    document: Document | None = None,
    by: Any,
    on: date,
) -> Mandate:
    """Record a signed mandate (SEPA rulebook: reference of at most 35 characters, unique for the creditor)."""
    reference = reference.strip()
    if not reference or len(reference) > 35 or accepted(reference, 35) != reference:
        raise MandateNotPossible(
            _("Die Mandatsreferenz hat höchstens 35 Zeichen: Buchstaben ohne Umlaute, Ziffern und / ? : ( ) . , ' + -"),
            field="reference",
        )
    if Mandate.objects.filter(reference=reference).exists():
        raise MandateNotPossible(_("Diese Mandatsreferenz gibt es schon."), field="reference")
    if signed_on > on:
        raise MandateNotPossible(_("Das Mandat kann nicht in der Zukunft unterschrieben sein."), field="signed_on")
    try:
        iban = checked_iban(iban)
    except NoBankAccount as error:
        raise MandateNotPossible(error.message, field="iban") from error
    mandate = Mandate(
        reference=reference,
        city=city,
        debtor_name=debtor_name.strip(),
        iban=iban,
        instrument=instrument,
        sequence=sequence,
        signed_on=signed_on,
        document=document,
    )
    with act("payments.mandate_given", by=by) as record:
        mandate.save()
        record.subject = mandate
    return mandate


@transaction.atomic
def revoke_mandate(mandate: Mandate, *, reason: str, by: Any, on: date) -> Mandate:
    """The city withdrew its permission: from that day nothing is collected."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.revoked_on:
        raise MandateNotPossible(_("Das Mandat ist schon widerrufen."))
    if not reason.strip():
        raise MandateNotPossible(_("Bitte geben Sie einen Grund an."), field="reason")
    with act("payments.mandate_revoked", mandate, by=by, reason=reason.strip()):
        mandate.revoked_on = max(on, mandate.signed_on)
        mandate.revocation_reason = reason.strip()
        mandate.save(update_fields=["revoked_on", "revocation_reason"])
    return mandate


def usable_mandates(due_on: date) -> dict[int, Mandate]:
    """The latest mandate of each city that may be used on that day."""
    months = lapse_months(due_on)
    rows = Mandate.objects.filter(signed_on__lte=due_on).select_related("city").order_by("signed_on", "pk")
    return {row.city_id: row for row in rows if row.state_on(due_on, months) == MandateState.VALID}
