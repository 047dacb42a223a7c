"""What pre-notifications and blank mandates show on paper."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, iban
from apps.payments.models import PaymentOrder, PreNotification
from apps.pdf.letterhead import Letterhead
from apps.pdf.render import PdfJob


def notice_title(notice: PreNotification) -> str:
    return _("Vorabankündigung der Lastschrift am %s") % day(notice.due_on)


def notice_job(notice: PreNotification, orders: Sequence[PaymentOrder], letterhead: Letterhead) -> PdfJob:
    pairs = (
        (_("Ihr Zeichen"), notice.mandate.city.buyer_reference),
        (_("Mandat"), notice.mandate.reference),
        (_("Telefon"), letterhead.phone),
        (_("E-Mail"), letterhead.email),
        (_("Datum"), day(notice.dated_on)),
    )
    context: dict[str, Any] = {
        "letterhead": letterhead,
        "recipient": notice.recipient_lines,
        "information": [pair for pair in pairs if pair[1]],
        "subject": notice_title(notice),
        "notice": notice,
        "orders": orders,
        "hidden_iban": hidden(notice.mandate.iban),
    }
    created = timezone.make_aware(datetime.combine(notice.dated_on, time(12)))
    return PdfJob("pdf/payments_notice.html", context, notice_title(notice), created, letterhead.name)


def hidden(number: str) -> str:
    """The account as the debtor recognises it and nobody else learns it: DE02 XXXX XXXX XXXX XX20 51."""
    return str(iban(number[:4] + "X" * (len(number) - 8) + number[-4:]))
