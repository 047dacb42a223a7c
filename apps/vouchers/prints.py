"""Own vouchers and protocols of counted cash on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, euro
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf
from apps.vouchers.models import CashCount


@dataclass(frozen=True)
class OwnVoucher:
    """What an Eigenbeleg states: what for, how much, why there is no other voucher, and who says so."""

    text: str
    amount: Decimal
    dated_on: date
    payee: str
    reason: str
    made_by: str


def print_own_voucher(shown: OwnVoucher, *, on: date, created: datetime) -> bytes:
    facts = [
        (_("Belegdatum"), day(shown.dated_on)),
        (_("Betrag"), euro(shown.amount)),
        (_("Empfänger:in der Zahlung"), shown.payee or "–"),
        (_("Erstellt von"), shown.made_by),
    ]
    return render("pdf/own_voucher.html", _("Eigenbeleg"), {"print": shown, "facts": facts}, on=on, created=created)


def print_count(count: CashCount, *, on: date, created: datetime) -> bytes:
    facts = [
        (_("Gezählt am"), day(count.counted_on)),
        (_("Gezählt von"), str(count.counted_by)),
        (_("Im Beisein von"), count.witness),
    ]
    title = _("Zählprotokoll %s") % count.number
    return render("pdf/cash_count.html", title, {"count": count, "facts": facts}, on=on, created=created)


def render(template: str, title: str, context: dict[str, Any], *, on: date, created: datetime) -> bytes:
    return render_pdf(template, context | {"letterhead": letterhead(on)}, title=title, created=created)
