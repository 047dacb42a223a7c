"""What the page of a file says about the entries it proves."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Note
from apps.documents.models import Document
from apps.ledger.models import Entry

NAMED = 5


def document_notes(user: Any, document: Document) -> Iterator[Note]:
    if not user.has_perm("ledger.view_entry"):
        return
    proven = Entry.objects.filter(Q(voucher=document) | Q(added_vouchers__document=document))
    for entry in proven.distinct().order_by("pk")[:NAMED]:
        yield Note(_("Buchung"), f"{entry}: {entry.text}", entry.get_absolute_url())
