"""What pre-notifications and blank mandates show on paper."""

from collections.abc import Sequence as Row
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day
from apps.members.domain.queries import addresses
from apps.members.enums import AddressKind
from apps.members.models import City
from apps.organisation.domain.queries import letterhead
from apps.payments.enums import Instrument, Sequence
from apps.payments.models import PaymentOrder, PreNotification
from apps.pdf.letterhead import Letterhead
from apps.pdf.render import PdfJob


def notice_title(notice: PreNotification) -> str:
    return _("Vorabankündigung der Lastschrift am %s") % day(notice.due_on)


def notice_job(notice: PreNotification, orders: Row[PaymentOrder], printed: Letterhead) -> PdfJob:
    pairs = (
        (_("Ihr Zeichen"), notice.mandate.city.buyer_reference),
        (_("Mandat"), notice.mandate.reference),
        (_("Telefon"), printed.phone),
        (_("E-Mail"), printed.email),
        (_("Datum"), day(notice.dated_on)),
    )
    context: dict[str, Any] = {
        "letterhead": printed,
        "recipient": notice.recipient_lines,
        "information": [pair for pair in pairs if pair[1]],
        "subject": notice_title(notice),
        "notice": notice,
        "orders": orders,
        "differs": any(order.invoice and order.invoice.direct_debit for order in orders),
    }
    created = timezone.make_aware(datetime.combine(notice.dated_on, time(12)))
    return PdfJob("pdf/payments_notice.html", context, notice_title(notice), created, printed.name)


def mandate_job(
    city: City, *, instrument: str, sequence: str, reference: str, days: int, number: str, holder: str, on: date
) -> PdfJob:
    """A mandate to be signed by a city, with the wording of the German banking industry."""
    printed = letterhead(on)
    title = _("SEPA-Firmenlastschrift-Mandat") if instrument == Instrument.B2B else _("SEPA-Basislastschrift-Mandat")
    postal = addresses([city], AddressKind.INVOICE, on).get(city.pk)
    context: dict[str, Any] = {
        "letterhead": printed,
        "recipient": list(postal.lines) if postal else [city.name],
        "information": [(_("Mandat"), reference), (_("Datum"), day(on))],
        "subject": title,
        "creditor": holder,
        "creditor_id": number,
        "reference": reference,
        "instrument": instrument,
        "sequence": Sequence(sequence).label,
        "days": days,
        "blanks": [
            _("Kontoinhaberin"),
            _("Anschrift"),
            _("IBAN"),
            _("Kreditinstitut (BIC)"),
            _("Ort, Datum"),
            _("Unterschrift"),
        ],
    }
    created = timezone.make_aware(datetime.combine(on, time(12)))
    return PdfJob("pdf/payments_mandate.html", context, f"{title} {reference}", created, printed.name)
