"""Interest and costs that the letters claim beside the dues: what was claimed, paid, waived, and is still open."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, F, Max, Q, Sum, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.core.money import euros, round_cents
from apps.dues.domain.payments import lock_city
from apps.dues.domain.side_claims import ACCOUNT, SideClaim
from apps.dues.models import Invoice
from apps.dunning.domain.errors import NothingToWaive, ReasonMissing
from apps.dunning.models import DunningItem, DunningLetter, Waiver
from apps.ledger.enums import Side
from apps.ledger.models import EntryLine
from apps.members.models import City

ZERO = Decimal("0.00")
AMOUNT = DecimalField(max_digits=14, decimal_places=2)
NO_LETTER = Value("")


@dataclass
class Claimed:
    """Of one city."""

    interest: Decimal = ZERO
    fees: Decimal = ZERO
    paid: Decimal = ZERO
    waived: Decimal = ZERO
    letters: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.interest + self.fees

    @property
    def open(self) -> Decimal:
        return max(self.total - self.paid - self.waived, ZERO)


def claimed(city: City | None = None) -> dict[int, Claimed]:
    """What the standing letters claim of each city (of this one, or of all), in one query.

    The interest of a letter runs from the first day of default, so of several letters about an invoice the highest counts;
    costs are claimed once by each letter. A cancelled invoice bears no interest. Paid is what the books hold, whoever posted it.
    """
    only = Q(city=city) if city else Q()
    letters = DunningLetter.objects.standing().filter(only).filter(Q(fee__gt=0) | Q(interest__gt=0))
    items = DunningItem.objects.filter(only, letter__withdrawn_on__isnull=True, interest__gt=0, letter__isnull=False)
    per_invoice = items.filter(invoice__in=Invoice.objects.standing()).order_by().values("city", "invoice")
    lines = EntryLine.objects.filter(only, account__key=ACCOUNT, city__isnull=False).order_by().values("city")
    credit, debit = (Sum("amount", filter=Q(side=side), default=0) for side in (Side.CREDIT, Side.DEBIT))
    waivers = Waiver.objects.filter(only).order_by().values("city")
    one, *others = (
        rows_of("fees", letters.order_by(), F("fee"), F("number")),
        rows_of("interest", per_invoice, Max("interest")),
        rows_of("paid", lines, Cast(credit, AMOUNT) - Cast(debit, AMOUNT)),
        rows_of("waived", waivers, Sum("amount")),
    )
    found: dict[int, Claimed] = defaultdict(Claimed)
    for kind, city_id, number, amount in one.union(*others, all=True).order_by("kind", "told"):
        of_city = found[city_id]
        setattr(of_city, kind, getattr(of_city, kind) + round_cents(Decimal(amount)))
        if number:
            of_city.letters += (number,)
    return dict(found)


def rows_of(kind: str, rows: Any, amount: Any, number: Any = NO_LETTER) -> Any:
    """Kind, city, number of the letter and amount of each row or group."""
    told = rows.annotate(kind=Value(kind), told=Cast(number, TextField()), sum=Cast(amount, AMOUNT))
    return told.values_list("kind", "city", "told", "sum")


def open_claims(city: City | None = None) -> Mapping[int, SideClaim]:
    return {
        city_id: SideClaim(each.open, ", ".join(each.letters)) for city_id, each in claimed(city).items() if each.open
    }


def claimed_of(city: City) -> Claimed:
    return claimed(city).get(city.pk, Claimed())


@transaction.atomic
def waive_claims(city: City, *, reason: str, by: Any, on: date) -> Waiver:
    """Ask no more for the open interest and costs of a city; a later letter may claim new ones."""
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, warum Zinsen und Kosten erlassen werden."), field="reason")
    lock_city(city.pk)
    amount = claimed_of(city).open
    if not amount:
        raise NothingToWaive(_("Von %s sind keine Zinsen und Kosten offen.") % city)
    with act("dunning.claims_waived", city, by=by, reason=reason.strip(), data={"amount": str(amount)}):
        return Waiver.objects.create(
            city=city, amount=euros(amount), reason=reason.strip()[:300], waived_on=on, waived_by=by
        )
