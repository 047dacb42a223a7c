"""Bank lines in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.banking.rules import visible_lines
from apps.core.registries import Hit
from apps.core.templatetags.formats import day, euro


def search_lines(user: Any, query: str) -> Iterator[Hit]:
    """The ten newest lines whose payer or text holds the words, for those who see the bank."""
    if not user.has_perm("banking.view_bankline"):
        return
    for line in visible_lines(user).filter(Q(text__icontains=query) | Q(counterparty__icontains=query))[:10]:
        title = f"{euro(line.amount)} {line.counterparty}"
        yield Hit(_("Bankumsatz"), title, line.get_absolute_url(), f"{day(line.booked_on)}, {line.state.label}")
