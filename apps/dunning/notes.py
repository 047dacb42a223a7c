"""What the reminders add to the account of a city and to an invoice, which stand on a lower floor."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.registries import Note
from apps.core.templatetags.formats import day, euro
from apps.dues.models import Invoice
from apps.dunning.domain.queries import blocks_of, reminded_invoices
from apps.dunning.domain.side_claims import claimed_of
from apps.dunning.models import DunningBlock, DunningItem
from apps.dunning.rules import visible_letters
from apps.members.models import City


def account_notes(user: Any, city: City) -> Iterator[Note]:
    """Open items that were reminded of, and blocks; blocks are no business of the city's page."""
    for invoice in reminded_invoices(city):
        yield Note(
            _("%(name)s zu Rechnung %(number)s") % {"name": invoice.letter_name, "number": invoice.number},
            _("vom %(day)s, Frist bis %(until)s") % {"day": day(invoice.letter_on), "until": day(invoice.letter_until)},
            reverse("dunning:letter", args=[invoice.letter_number]),
            "warning",
        )
    sides = claimed_of(city)
    if sides.open:
        yield Note(
            _("Zinsen und Kosten nicht gezahlt: %s") % euro(sides.open),
            _("gefordert mit %s") % ", ".join(sides.letters),
            reverse("dunning:letter", args=[sides.letters[-1]]),
            "warning",
        )
    if user.has_perm("dunning.view_dunningblock"):
        yield from map(block_note, blocks_of(city, timezone.localdate()))


def invoice_notes(user: Any, invoice: Invoice) -> Iterator[Note]:
    letters = visible_letters(user).standing()
    items = DunningItem.objects.filter(invoice=invoice, letter__in=letters).select_related("letter").order_by("-pk")
    for item in items:
        if item.letter:
            detail = _("vom %(day)s, Frist bis %(until)s")
            dates = {"day": day(item.letter.issued_on), "until": day(item.letter.pay_by)}
            yield Note(item.level_name, detail % dates, item.letter.get_absolute_url(), "warning")


def block_note(block: DunningBlock) -> Note:
    until = _("bis %s") % day(block.valid_until) if block.valid_until else _("bis auf Weiteres")
    return Note(_("Mahnsperre: %s") % block.get_kind_display(), f"{until}. {block.reason}", block.get_absolute_url())
