"""What vouchers ask of treasurer and board."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Waiting
from apps.core.templatetags.formats import euro
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.domain.under_way import without_payment_under_way
from apps.vouchers.enums import VoucherKind, VoucherState
from apps.vouchers.models import Voucher


def duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.has_perm("vouchers.check_voucher"):
        return
    yield Waiting(Voucher.objects.filter(state=VoucherState.RECEIVED), duty_of(to_check, "received"))
    yield Waiting(Voucher.objects.filter(state=VoucherState.CHECKED), duty_of(to_approve, "checked"))
    if user.has_perm("vouchers.keep_voucher"):
        approved = Voucher.objects.filter(state=VoucherState.APPROVED).exclude(kind=VoucherKind.CONTRACT)
        yield Waiting(approved, duty_of(to_post, "approved"))
        yield Waiting(without_payment_under_way(open_payables()), to_pay(today), amount="outstanding", day="due_on")


def duty_of(title: Callable[[int], str], state: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        return Duty(title(found.count) % found.count, reverse("vouchers:vouchers") + f"?stand={state}")

    return duty


def to_check(count: int) -> str:
    return ngettext("%s Beleg zu erfassen und zu prüfen", "%s Belege zu erfassen und zu prüfen", count)


def to_approve(count: int) -> str:
    return ngettext("%s Beleg zur Zahlung anzuweisen", "%s Belege zur Zahlung anzuweisen", count)


def to_post(count: int) -> str:
    return ngettext("%s Beleg zu buchen", "%s Belege zu buchen", count)


def to_pay(today: date) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = ngettext("%s Eingangsrechnung zu bezahlen", "%s Eingangsrechnungen zu bezahlen", found.count)
        first = found.day or today
        return Duty(
            title % found.count,
            reverse("vouchers:due"),
            _("zusammen %s") % euro(found.total),
            due_on=first,
            tone="danger" if first < today else "info",
        )

    return duty
