"""What proves an entry to others (§ 146 (1), § 147 (1) Nr. 4 AO)."""

from django.utils.translation import gettext as _

from apps.documents.calculations import content_type_of
from apps.einvoice.reading import is_einvoice
from apps.ledger.domain.errors import NotAVoucher


def guard_proof(filename: str, content: bytes, *, field: str) -> None:
    """A document as it came, or an e-invoice: what anybody can type or what other programs exchange proves nothing."""
    media_type = content_type_of(filename, content) or ""
    if media_type.startswith("text/"):
        raise NotAVoucher(
            _("Eine Textdatei ist kein Beleg. Bitte legen Sie PDF, Bild oder E-Rechnung ab."), field=field
        )
    if media_type == "application/xml" and not is_einvoice(content):
        raise NotAVoucher(_("Diese XML-Datei ist keine E-Rechnung. Bitte legen Sie den Beleg selbst ab."), field=field)
