"""What the bank asks of the treasurer, and of whoever clears up a line."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.enums import LineState
from apps.banking.models import BankLine
from apps.core.registries import Duty, Found, Waiting
from apps.core.templatetags.formats import euro


def bank_duties(user: Any, today: date) -> Iterator[Waiting]:
    """Lines that wait for booking, and unclear lines of this person."""
    if not user.has_perm("banking.view_bankline"):
        return
    if user.has_perm("banking.book_line"):
        yield Waiting(BankLine.objects.open(), open_lines, "amount")
    yield Waiting(BankLine.objects.in_state(LineState.UNCLEAR).filter(owner=user), unclear_lines)


def open_lines(found: Found) -> Duty:
    title = ngettext("%s Bankumsatz wartet auf Buchung", "%s Bankumsätze warten auf Buchung", found.count)
    return Duty(title % found.count, reverse("banking:lines"), _("zusammen %s") % euro(found.total), tone="warning")


def unclear_lines(found: Found) -> Duty:
    title = ngettext("%s ungeklärter Bankumsatz bei Ihnen", "%s ungeklärte Bankumsätze bei Ihnen", found.count)
    return Duty(title % found.count, f"{reverse('banking:lines')}?stand=unclear", tone="warning")
