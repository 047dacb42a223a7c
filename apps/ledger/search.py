"""Entries in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.core.templatetags.formats import day, euro
from apps.ledger.rules import visible_entries


def search_entries(user: Any, query: str) -> Iterator[Hit]:
    """The ten newest entries whose text or voucher number holds the words, for those who see the books."""
    if not user.has_perm("ledger.view_entry"):
        return
    for entry in visible_entries(user).filter(Q(text__icontains=query) | Q(reference__iexact=query))[:10]:
        detail = f"{entry}, {day(entry.booked_on)}, {euro(entry.amount)}"
        yield Hit(_("Buchung"), entry.text, entry.get_absolute_url(), detail)
