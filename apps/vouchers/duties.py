"""What vouchers ask of treasurer and board."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.registries import Duty
from apps.core.templatetags.formats import euro
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.enums import VoucherKind, VoucherState
from apps.vouchers.models import Voucher


def duties(user: Any, today: date) -> Iterator[Duty]:
    if not user.has_perm("vouchers.check_voucher"):
        return
    counts = Voucher.objects.aggregate(
        received=Count("pk", filter=Q(state=VoucherState.RECEIVED)),
        checked=Count("pk", filter=Q(state=VoucherState.CHECKED)),
        approved=Count("pk", filter=Q(state=VoucherState.APPROVED) & ~Q(kind=VoucherKind.CONTRACT)),
    )
    keeps = user.has_perm("vouchers.keep_voucher")
    steps = [
        ("received", _("%s Belege zu erfassen und zu prüfen"), True),
        ("checked", _("%s Belege zur Zahlung anzuweisen"), True),
        ("approved", _("%s Belege zu buchen"), keeps),
    ]
    for state, title, mine in steps:
        if mine and counts[state]:
            yield Duty(title % counts[state], reverse("vouchers:vouchers") + f"?stand={state}")
    if keeps:
        yield from payments(today)


def payments(today: date) -> Iterator[Duty]:
    due = [(voucher.due_on or today, voucher.outstanding) for voucher in open_payables()]  # type: ignore[attr-defined]
    if due:
        total = sum(amount for _day, amount in due)
        first = min(day for day, _amount in due)
        yield Duty(
            _("%s Eingangsrechnungen zu bezahlen") % len(due),
            reverse("vouchers:due"),
            _("zusammen %s") % euro(total),
            due_on=first,
            tone="danger" if first < today else "info",
        )
