"""What the page of a file says about the voucher it belongs to."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Note
from apps.documents.models import Document
from apps.vouchers.rules import visible_vouchers


def document_notes(user: Any, document: Document) -> Iterator[Note]:
    for voucher in visible_vouchers(user).filter(Q(document=document) | Q(structured=document)):
        yield Note(
            _("Beleg"), f"{voucher}: {voucher.text}" if voucher.text else str(voucher), voucher.get_absolute_url()
        )
