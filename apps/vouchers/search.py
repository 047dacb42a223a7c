"""Vouchers in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.core.templatetags.formats import euro
from apps.vouchers.rules import visible_vouchers


def search(user: Any, query: str) -> Iterator[Hit]:
    """Vouchers by number, invoice number, creditor or subject."""
    words = query.strip()
    conditions = (
        Q(number__iexact=words)
        | Q(external_number__iexact=words)
        | Q(creditor__name__icontains=words)
        | Q(text__icontains=words)
    )
    for voucher in visible_vouchers(user).filter(conditions).select_related("creditor")[:10]:
        detail = ", ".join(filter(None, (str(voucher.creditor or ""), euro(voucher.gross) if voucher.gross else "")))
        yield Hit(_("Beleg"), f"{voucher} {voucher.text}".strip(), voucher.get_absolute_url(), detail)
