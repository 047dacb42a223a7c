"""Interest and costs that the letters claim beside the dues: what was claimed, paid, waived, and is still open."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, Sum
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
    """What the standing letters claim of each city (of this one, or of all), in four queries.

    The interest of a letter runs from the first day of default, so of several letters about an invoice the highest counts;
    costs are claimed once by each letter. A cancelled invoice bears no interest.
    """
    only = Q(city=city) if city else Q()
    found: dict[int, Claimed] = defaultdict(Claimed)
    letters = DunningLetter.objects.standing().filter(only).filter(Q(fee__gt=0) | Q(interest__gt=0)).order_by("pk")
    for city_id, number, fee in letters.values_list("city", "number", "fee"):
        found[city_id].fees += fee
        found[city_id].letters += (number,)
    items = DunningItem.objects.filter(only, letter__withdrawn_on__isnull=True, interest__gt=0, letter__isnull=False)
    items = items.filter(invoice__in=Invoice.objects.standing()).order_by()
    for city_id, _invoice, interest in items.values_list("city", "invoice").annotate(highest=Max("interest")):
        found[city_id].interest += round_cents(interest)
    for city_id, paid in paid_by_city(only).items():
        found[city_id].paid += paid
    waived = Waiver.objects.filter(only).order_by().values_list("city").annotate(total=Sum("amount"))
    for city_id, total in waived:
        found[city_id].waived += round_cents(total)
    return dict(found)


def paid_by_city(only: Q) -> dict[int, Decimal]:
    """What the books hold as paid, whoever posted it; what was reversed has left them."""
    rows = EntryLine.objects.filter(only, account__key=ACCOUNT, city__isnull=False).order_by().values_list("city")
    sums = rows.annotate(
        credit=Sum("amount", filter=Q(side=Side.CREDIT), default=0),
        debit=Sum("amount", filter=Q(side=Side.DEBIT), default=0),
    )
    return {city_id: round_cents(Decimal(credit) - Decimal(debit)) for city_id, credit, debit in sums}


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
