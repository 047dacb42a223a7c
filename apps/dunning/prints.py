"""What the printed reminder shows."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day
from apps.dunning.models import DunningItem, DunningLetter
from apps.pdf.letterhead import Letterhead
from apps.pdf.qr import epc_qr_svg
from apps.pdf.render import PdfJob


def letter_title(letter: DunningLetter) -> str:
    return f"{letter.level_name} {letter.number}"


def letter_job(letter: DunningLetter, items: Sequence[DunningItem], letterhead: Letterhead) -> PdfJob:
    pairs = (
        (_("Ihr Zeichen"), letter.customer_reference),
        (_("Unser Zeichen"), letter.number),
        (_("Telefon"), letterhead.phone),
        (_("E-Mail"), letterhead.email),
        (_("Datum"), day(letter.issued_on)),
    )
    numbers = ", ".join(item.invoice.number for item in items)
    subject = _("%(level)s zu Beitragsrechnung %(numbers)s") if len(items) == 1 else _("%(level)s zu %(count)s Beitragsrechnungen")  # fmt: skip
    context = {
        "letterhead": letterhead,
        "recipient": letter.recipient_lines,
        "information": [pair for pair in pairs if pair[1]],
        "subject": subject % {"level": letter.level_name, "numbers": numbers, "count": len(items)},
        "letter": letter,
        "items": items,
        "interest": [(item, shown_steps(item)) for item in items if item.steps],
        "copies": [item.invoice.number for item in items] if not letter.level else [],
        **payment_of(letter),
    }
    created = timezone.make_aware(datetime.combine(letter.issued_on, time(12)))
    return PdfJob("pdf/dunning_letter.html", context, letter_title(letter), created, letterhead.name)


def shown_steps(item: DunningItem) -> list[dict[str, Any]]:
    return [
        {
            **step,
            "first": date.fromisoformat(step["first"]),
            "last": date.fromisoformat(step["last"]),
            "principal": Decimal(step["principal"]),
            "percent": Decimal(step["percent"]),
            "exact": Decimal(step["exact"]),
        }
        for step in item.steps
    ]


def payment_of(letter: DunningLetter) -> dict[str, Any]:
    """The transfer in plain text and as code (EPC069-12): a reference or a text, never both."""
    payee = letter.payee
    target = {"reference": letter.reference} if letter.reference else {"text": letter.purpose}
    return {
        "payee": payee["account_holder"],
        "iban": payee["iban"],
        "bic": payee["bic"],
        "bank_name": payee["bank_name"],
        "amount": letter.total,
        "due": letter.pay_by,
        **target,
        "qr": epc_qr_svg(payee["account_holder"], payee["iban"], letter.total.amount, **target),
    }
