"""The invoice data inside a PDF (ZUGFeRD, Factur-X): an embedded file of a known name."""

import zlib
from io import BytesIO

import pikepdf
from django.utils.translation import gettext as _

from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.parsing import LARGEST_XML, too_large

NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
FLATE = (pikepdf.Name("/FlateDecode"), [pikepdf.Name("/FlateDecode")])


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def xml_inside(content: bytes) -> bytes:
    """Return the embedded invoice of a PDF, unpacked no further than an invoice may be large."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            embedded = {name.lower(): attachment for name, attachment in pdf.attachments.items()}
            name = next((name for name in NAMES if name in embedded), None)
            if name is None:
                raise NotAnEInvoice(
                    _(
                        "Das PDF enthält keine Rechnungsdaten (factur-x.xml). Es ist eine gewöhnliche Rechnung, keine E-Rechnung."
                    ),
                    field="file",
                )
            return unpacked(embedded[name].get_file().obj)
    except pikepdf.PasswordError:
        raise NotAnEInvoice(
            _("Das PDF ist mit einem Kennwort geschützt und kann nicht gelesen werden."), field="file"
        ) from None
    except (pikepdf.PdfError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise NotAnEInvoice(
            _("Das PDF ist beschädigt und kann nicht gelesen werden (%s).") % error, field="file"
        ) from None


def unpacked(stream: pikepdf.Object) -> bytes:
    raw, packing = stream.read_raw_bytes(), stream.get("/Filter")
    if packing is None or packing == []:
        return raw
    if packing not in FLATE or stream.get("/DecodeParms") is not None:
        raise NotAnEInvoice(_("Die Rechnungsdaten im PDF sind auf eine unübliche Weise gepackt."), field="file")
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(raw, LARGEST_XML + 1)
    if len(content) > LARGEST_XML:
        raise too_large()
    return content
