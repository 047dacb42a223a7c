"""What proves an entry to others (§ 146 (1), § 147 (1) Nr. 4 AO)."""

from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.documents.calculations import content_type_of
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.einvoice.reading import is_einvoice
from apps.ledger.domain.errors import NotAVoucher, VoucherMissing
from apps.ledger.models import AddedVoucher, Entry


def guard_proof(filename: str, content: bytes, *, field: str) -> None:
    """A document as it came, or an e-invoice: what anybody can type or what other programs exchange proves nothing."""
    media_type = content_type_of(filename, content) or ""
    if media_type.startswith("text/"):
        raise NotAVoucher(
            _("Eine Textdatei ist kein Beleg. Bitte legen Sie PDF, Bild oder E-Rechnung ab."), field=field
        )
    if media_type == "application/xml" and not is_einvoice(content):
        raise NotAVoucher(_("Diese XML-Datei ist keine E-Rechnung. Bitte legen Sie den Beleg selbst ab."), field=field)


@transaction.atomic
def add_voucher(entry: Entry, *, filename: str, content: bytes, by: Any, on: date) -> AddedVoucher:
    """Hand in the bill of an entry that was posted without it. The entry itself stays untouched, also in a closed year.

    Any entry may get one; pages offer it where a bill is expected (`EntryQuerySet.without_bill`).
    """
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if not content:
        raise VoucherMissing(_("Bitte laden Sie den Beleg hoch."), field="voucher")
    guard_proof(filename, content, field="voucher")
    if entry.added_vouchers.filter(document__versions__sha256=sha256(content).hexdigest()).exists():
        raise NotAVoucher(_("Diese Datei ist der Buchung schon beigefügt."), field="voucher")
    with act("ledger.voucher_added", entry, by=by) as record:
        document = file_document(
            content=content,
            filename=filename,
            title=_("Beleg: %s") % entry.text,
            category=Category.VOUCHER,
            access=Access.TREASURY,
            origin="ledger.voucher",
            by=by,
            on=on,
        )
        record.data["document"] = document.number
        return AddedVoucher.objects.create(entry=entry, document=document, added_on=on, added_by=by)
