"""Codes to photograph, as SVG with a text alternative."""

from decimal import Decimal

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.pdf.calculations import epc_payload

LARGEST_EPC_VERSION = 13
QUIET_ZONE = 4
PIXELS_PER_MODULE = 4


def epc_qr_svg(name: str, iban: str, amount: Decimal, reference: str = "", text: str = "", bic: str = "") -> SafeString:
    """Return the transfer code (EPC069-12: level M, at most version 13) for `epc_payload` of the same data."""
    code = segno.make_qr(
        epc_payload(name, iban, amount, reference, text, bic), error="m", encoding="utf-8", boost_error=False
    )
    if int(code.version) > LARGEST_EPC_VERSION:
        raise ValueError(f"Version {code.version} of a transfer code is too large.")
    return as_svg(code, _("Zahlen mit Code: die Überweisungsdaten, die daneben stehen, als QR-Code"))


def link_qr_svg(url: str) -> SafeString:
    """Return the address of a page, e.g. of the public check of a document, as a code."""
    return as_svg(segno.make_qr(url, error="m"), _("QR-Code: %(url)s") % {"url": url})


def as_svg(code: segno.QRCode, title: str) -> SafeString:
    """Frame the code, drawn as a bitmap of whole pixels: a print lays out in a tenth of the time five hundred lines take."""
    width, height = code.symbol_size(border=QUIET_ZONE)
    picture = code.png_data_uri(border=QUIET_ZONE, scale=PIXELS_PER_MODULE)
    return mark_safe(  # noqa: S308
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"><title>{escape(title)}</title>'
        f'<image width="{width}" height="{height}" href="{picture}"/></svg>'
    )
