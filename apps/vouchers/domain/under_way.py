"""Vouchers whose payment is under way elsewhere, so that nobody pays them a second time; payments tells us which."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.vouchers.domain.errors import PaymentUnderWay
from apps.vouchers.models import Voucher, VoucherQuerySet


@dataclass(frozen=True)
class PaymentsUnderWay:
    """`vouchers()` gives the keys of all whose payment is under way, `words(voucher)` where one of them stands."""

    vouchers: Callable[[], QuerySet]
    words: Callable[[Voucher], str]


sources: list[PaymentsUnderWay] = []


def register_payments_under_way(source: PaymentsUnderWay) -> None:
    sources.append(source)


def without_payment_under_way(vouchers: VoucherQuerySet) -> VoucherQuerySet:
    for source in sources:
        vouchers = vouchers.exclude(pk__in=source.vouchers())
    return vouchers


def payment_under_way(voucher: Voucher) -> str:
    """Where the payment of the voucher stands: »im freigegebenen Zahlungslauf ZL-2027-0001«; empty if nobody pays it yet."""
    found = (source for source in sources if source.vouchers().filter(voucher=voucher).exists())
    return next((source.words(voucher) for source in found), "")


def guard_not_under_way(voucher: Voucher) -> None:
    """Ask with the voucher locked: who orders its payment locks it too."""
    if where := payment_under_way(voucher):
        raise PaymentUnderWay(
            _("%(voucher)s wird schon überwiesen: %(where)s. Bitte nehmen Sie die Überweisung zuerst dort zurück.")
            % {"voucher": voucher, "where": where}
        )
