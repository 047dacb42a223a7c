"""Who contracts, who may do the next step, whom we owe."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.organisation.domain.bank_details import check_bic, check_iban
from apps.organisation.domain.queries import legal_mode_on, parameter
from apps.organisation.enums import LegalMode
from apps.vouchers.domain.errors import DetailsMissing, SamePerson
from apps.vouchers.domain.own_accounts import guard_foreign
from apps.vouchers.models import Creditor, Voucher

FIELDS = ("name", "street", "postcode", "place", "email", "vat_id", "iban", "bic")


@transaction.atomic
def save_creditor(creditor: Creditor | None, *, by: Any, **fields: str) -> Creditor:
    """Add a creditor or change one; older vouchers keep the bank details they were received with."""
    present = Creditor.objects.select_for_update().get(pk=creditor.pk) if creditor else Creditor()
    for name in FIELDS:
        setattr(present, name, fields.get(name, "").strip())
    present.iban = guard_foreign(check_iban(present.iban)) if present.iban else ""
    present.bic = check_bic(present.bic) if present.bic else ""
    with act("vouchers.creditor_saved", by=by) as record:
        present.save()
        record.subject = present
    return present


def guard_city(city: Any, on: date) -> None:
    """Without a legal form nobody acts for the network: a city contracts, or who acts is personally liable (§ 54 (2) BGB)."""
    if city is None and legal_mode_on(on) == LegalMode.INFORMAL:
        raise DetailsMissing(
            _(
                "Solange das Netzwerk keine Rechtsform hat, kann nur eine Stadt Vertragspartnerin sein; sonst haftet, wer "
                "handelt, persönlich (§ 54 Abs. 2 BGB). Bitte nennen Sie die Stadt."
            ),
            field="contracting_city",
        )


def four_eyes(on: date) -> bool:
    return parameter("voucher_four_eyes", on) == 1


def guard_second_person(voucher: Voucher, *, other: Any, by: Any, on: date) -> None:
    if other is not None and by is not None and other.pk == by.pk and four_eyes(on):
        raise SamePerson(
            _("Vier-Augen-Prinzip: %(person)s hat %(voucher)s schon bestätigt. Diesen Schritt muss jemand anderes tun.")
            % {"person": other, "voucher": voucher}
        )
