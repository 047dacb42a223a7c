"""In which form the cities want their invoices."""

from datetime import date

from django.db import transaction

from apps.einvoice.enums import InvoiceForm
from apps.members.domain.cities import change_city
from apps.members.enums import EinvoiceChannel
from apps.portal.demo.cast import LEITWEG, REGISTERED_ON, Cast

ZUGFERD = ("Aachen", "Braunschweig", "Dresden", "Münster")
LATE = date(2026, 11, 9)


@transaction.atomic
def wish_forms(cast: Cast) -> None:
    """Cities with a Leitweg-ID take XRechnung, one through the portal of its Land; some take ZUGFeRD by mail."""
    for place, name in enumerate(sorted(LEITWEG)):
        form = InvoiceForm.XRECHNUNG_UBL if place % 2 == 0 else InvoiceForm.XRECHNUNG_CII
        channel = EinvoiceChannel.XRECHNUNG_PORTAL if place == 0 else EinvoiceChannel.PDF_MAIL
        wish = {"invoice_form": form, "einvoice_channel": channel}
        change_city(cast.cities[name], wish, by=cast.office, on=REGISTERED_ON)
    for name in ZUGFERD:
        mail = f"rechnung@{cast.cities[name].slug}.example"
        taken: dict[str, str] = {"invoice_form": InvoiceForm.ZUGFERD, "invoice_email": mail}
        change_city(cast.cities[name], taken, by=cast.office, on=REGISTERED_ON)


@transaction.atomic
def wish_without_leitweg_id(cast: Cast) -> None:
    """A city changes its mind and forgets its Leitweg-ID: the preview of 2027 warns, printing would hold its invoice back."""
    change_city(cast.cities["Wuppertal"], {"invoice_form": InvoiceForm.XRECHNUNG_UBL}, by=cast.office, on=LATE)
