"""Codes to photograph, as SVG with a text alternative."""

from decimal import Decimal

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.pdf.calculations import epc_payload

LARGEST_EPC_VERSION = 13
QUIET_ZONE = 4


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
    svg = code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff")
    return mark_safe(svg.replace(">", f' role="img"><title>{escape(title)}</title>', 1))  # noqa: S308
