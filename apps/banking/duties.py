"""What the bank asks of the treasurer, and of whoever clears up a line."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.domain.queries import worklist
from apps.core.registries import Duty


def bank_duties(user: Any, today: date) -> Iterator[Duty]:
    """Lines that wait for booking, and unclear lines of this person."""
    if not user.has_perm("banking.view_bankline"):
        return
    work = worklist(user)
    lines = reverse("banking:lines")
    if work.open and user.has_perm("banking.book_line"):
        title = ngettext("%s Bankumsatz wartet auf Buchung", "%s Bankumsätze warten auf Buchung", work.open) % work.open
        yield Duty(title, lines, _("%s davon sind eindeutig") % work.certain, tone="warning")
    if work.mine:
        title = ngettext("%s ungeklärter Bankumsatz bei Ihnen", "%s ungeklärte Bankumsätze bei Ihnen", work.mine)
        yield Duty(title % work.mine, f"{lines}?stand=unclear", tone="warning")
