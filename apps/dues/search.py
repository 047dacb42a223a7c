"""Invoices in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.core.templatetags.formats import day, euro
from apps.dues.rules import visible_invoices


def search(user: Any, query: str) -> Iterator[Hit]:
    """Invoices by number, city or payment reference (spaces in the reference don't matter)."""
    invoices = visible_invoices(user)
    compact = query.replace(" ", "")
    conditions = Q(number__icontains=compact) | Q(reference__icontains=compact) | Q(city_label__icontains=query.strip())
    for invoice in invoices.filter(conditions).order_by("-year", "sequence")[:10]:
        yield Hit(
            kind=_("Beitragsrechnung"),
            title=f"{invoice.number}, {invoice.city_label}",
            url=invoice.get_absolute_url(),
            detail=_("%(amount)s, fällig am %(due)s") % {"amount": euro(invoice.amount), "due": day(invoice.due_on)},
        )
