"""Mandates: given with the signed original, revoked, lapsed when unused."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.accounts import checked_iban
from apps.banking.domain.errors import NoBankAccount
from apps.core.numbers import take_numbers
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
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


@dataclass(frozen=True)
class Original:
    """The signed paper as a file."""

    name: str
    content: bytes


@transaction.atomic
def give_mandate(
    *,
    city: City,
    debtor_name: str,
    iban: str,
    instrument: str,
    sequence: str,
    signed_on: date,
    reference: str = "",
    notice_days: int | None = None,
    original: Original | None = None,
    by: Any,
    on: date,
) -> Mandate:
    """Record a signed mandate (SEPA rulebook: reference of at most 35 characters, unique for the creditor).

    Without a reference it gets the next of ours. `notice_days`: a shorter pre-notification agreed with the city.
    """
    mandate = Mandate(
        reference=checked_reference(reference.strip()) if reference.strip() else next_reference(on),
        city=city,
        debtor_name=debtor_name.strip(),
        iban=iban,
        instrument=instrument,
        sequence=sequence,
        signed_on=signed_on,
        notice_days=notice_days,
    )
    if signed_on > on:
        raise MandateNotPossible(_("Das Mandat kann nicht in der Zukunft unterschrieben sein."), field="signed_on")
    try:
        mandate.iban = checked_iban(iban)
    except NoBankAccount as error:
        raise MandateNotPossible(error.message, field="iban") from error
    guard_new(mandate)
    with act("payments.mandate_given", by=by) as record:
        mandate.save()
        if original:
            mandate.document = file_original(mandate, original, by=by, on=on)
            mandate.save(update_fields=["document"])
        record.subject = mandate
    return mandate


def guard_new(mandate: Mandate) -> None:
    """A second click, or the same paper recorded twice."""
    City.objects.select_for_update().get(pk=mandate.city.pk)
    same = Mandate.objects.filter(
        city=mandate.city,
        iban=mandate.iban,
        signed_on=mandate.signed_on,
        instrument=mandate.instrument,
        revoked_on=None,
    )
    if found := same.first():
        raise MandateNotPossible(_("Dieses Mandat ist schon erfasst, mit der Referenz %s.") % found.reference)


def is_reference(text: str) -> bool:
    """At most 35 characters that banks accept."""
    return 0 < len(text) <= 35 and accepted(text, 35) == text


def checked_reference(reference: str) -> str:
    if not is_reference(reference):
        raise MandateNotPossible(
            _("Die Mandatsreferenz hat höchstens 35 Zeichen: Buchstaben ohne Umlaute, Ziffern und / ? : ( ) . , ' + -"),
            field="reference",
        )
    if Mandate.objects.filter(reference=reference).exists():
        raise MandateNotPossible(_("Diese Mandatsreferenz gibt es schon."), field="reference")
    return reference


def next_reference(on: date) -> str:
    """M-2027-0001; one that was typed before is passed over."""
    while True:
        [number] = take_numbers(f"payments.mandate:{on.year}")
        reference = f"M-{on.year}-{number:04}"
        if not Mandate.objects.filter(reference=reference).exists():
            return reference


@transaction.atomic
def reserve_reference(on: date) -> str:
    """The reference for a form that a city will sign; it is never given again."""
    return next_reference(on)


def file_original(mandate: Mandate, original: Original, *, by: Any, on: date) -> Document:
    return file_document(
        content=original.content,
        filename=original.name,
        title=_("Lastschriftmandat %(reference)s, %(city)s") % {"reference": mandate.reference, "city": mandate.city},
        category=Category.BANK,
        access=Access.TREASURY,
        city=mandate.city,
        origin="payments.mandate",
        subject=mandate,
        by=by,
        on=on,
    )


@transaction.atomic
def add_original(mandate: Mandate, original: Original, *, by: Any, on: date) -> Mandate:
    """File the signed paper later; it is kept at least 14 months after the last collection."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("city").get(pk=mandate.pk)
    if mandate.document_id:
        raise MandateNotPossible(_("Das Original liegt schon in der Ablage."), field="file")
    with act("payments.original_filed", mandate, by=by):
        mandate.document = file_original(mandate, original, by=by, on=on)
        mandate.save(update_fields=["document"])
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


def usable_mandates(due_on: date, city: City | None = None) -> dict[int, Mandate]:
    """The latest mandate of each city (or only of this one) that may be used on that day."""
    months = lapse_months(due_on)
    rows = Mandate.objects.filter(signed_on__lte=due_on).select_related("city").order_by("signed_on", "pk")
    rows = rows.filter(city=city) if city else rows
    return {row.city_id: row for row in rows if row.state_on(due_on, months) == MandateState.VALID}
