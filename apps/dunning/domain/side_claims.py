"""Interest and costs that the letters claim beside the dues: what was claimed, paid, waived, and is still open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from django.db.models import DecimalField, F, Max, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce

from apps.core.money import round_cents
from apps.dues.domain.side_claims import ACCOUNT, SideClaim
from apps.dues.models import Invoice
from apps.dunning.models import DunningItem, DunningLetter, WaivedClaim
from apps.ledger.enums import Side
from apps.ledger.models import EntryLine
from apps.members.models import City

ZERO = Decimal("0.00")
AMOUNT = DecimalField(max_digits=14, decimal_places=2)
NOTHING_TOLD = Value("")
NEW_LETTER = ""


@dataclass(frozen=True)
class Claimed:
    """Of one city: costs by the number of the letter, interest by the key of the invoice, what is waived by either.

    What is waived is extinguished (§ 397 BGB): it counts as far as the same costs or interest are claimed, by whichever letter.
    """

    fees_of: dict[str, Decimal] = field(default_factory=dict)
    interest_of: dict[str, Decimal] = field(default_factory=dict)
    waived_of: dict[str, Decimal] = field(default_factory=dict)
    paid: Decimal = ZERO

    @property
    def fees(self) -> Decimal:
        return sum(self.fees_of.values(), ZERO)

    @property
    def interest(self) -> Decimal:
        return sum(self.interest_of.values(), ZERO)

    @property
    def waived(self) -> Decimal:
        claims = self.fees_of | self.interest_of
        return sum((min(amount, claims.get(told, ZERO)) for told, amount in self.waived_of.items()), ZERO)

    @property
    def total(self) -> Decimal:
        return self.interest + self.fees

    @property
    def open(self) -> Decimal:
        return max(self.total - self.paid - self.waived, ZERO)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(self.fees_of)

    def with_letter(self, interest: Mapping[str, Decimal], fee: Decimal) -> Self:
        """Once one more letter claims this: interest that it claims again counts once."""
        higher = {pk: max(amount, self.interest_of.get(pk, ZERO)) for pk, amount in interest.items()}
        return replace(self, interest_of=self.interest_of | higher, fees_of=self.fees_of | {NEW_LETTER: fee})

    def open_claims(self) -> dict[str, Decimal]:
        """What is open of each claim: payments settle costs before interest, the older first (§§ 366, 367 BGB)."""
        paid, rest = max(self.paid, ZERO), {}
        oldest_first = sorted(self.interest_of.items(), key=lambda each: int(each[0]))
        for told, amount in [*self.fees_of.items(), *oldest_first]:
            owed = max(amount - self.waived_of.get(told, ZERO), ZERO)
            rest[told] = owed - min(owed, paid)
            paid -= min(owed, paid)
        return rest


def claimed(city: City | None = None) -> dict[int, Claimed]:
    """What the standing letters claim of each city (of this one, or of all), in one query.

    The interest of a letter runs from the first day of default, so of several letters about an invoice the highest counts;
    costs are claimed once by each letter. A cancelled invoice bears no interest. Paid is what the books hold, whoever posted it.
    """
    only = Q(city=city.pk) if city else Q()
    letters = DunningLetter.objects.standing().filter(only).filter(Q(fee__gt=0) | Q(interest__gt=0))
    per_invoice = claiming_items().filter(only).order_by().values("city", "invoice")
    lines = EntryLine.objects.filter(only, account__key=ACCOUNT, city__isnull=False).order_by().values("city")
    credit, debit = (Sum("amount", filter=Q(side=side), default=0) for side in (Side.CREDIT, Side.DEBIT))
    waived = WaivedClaim.objects.annotate(city=F("waiver__city")).filter(only).order_by()
    one, *others = (
        rows_of("fees_of", letters.order_by(), F("fee"), F("number")),
        rows_of("interest_of", per_invoice, Max("interest"), F("invoice")),
        rows_of("waived_of", waived, F("amount"), Coalesce(text("invoice"), "letter__number")),
        rows_of("paid", lines, Cast(credit, AMOUNT) - Cast(debit, AMOUNT)),
    )  # fmt: skip
    found: dict[int, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for kind, city_id, told, amount in one.union(*others, all=True).order_by("kind", "told"):
        amounts = found[city_id][kind]
        amounts[told] = amounts.get(told, ZERO) + round_cents(Decimal(amount))
    return {
        city_id: Claimed(kinds["fees_of"], kinds["interest_of"], kinds["waived_of"], sum(kinds["paid"].values(), ZERO))
        for city_id, kinds in found.items()
    }


def settled_of(items: Iterable[DunningItem], fees: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What of the interest and costs each city's next letter would claim is paid or waived already.

    Beside the dues no letter demands more than will be open once it is issued.
    """
    known, found = claimed(), {}
    interest: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for item in items:
        interest[item.city_id][str(item.invoice_id)] = item.interest.amount
    for city_id, fee in fees.items():
        asked = sum(interest[city_id].values(), fee)
        settled = asked - known.get(city_id, Claimed()).with_letter(interest[city_id], fee).open
        if settled > 0:
            found[city_id] = settled
    return found


def claiming_items() -> Any:
    """Items whose letter and invoice stand and bear interest."""
    items = DunningItem.objects.filter(letter__withdrawn_on__isnull=True, interest__gt=0, letter__isnull=False)
    return items.filter(invoice__in=Invoice.objects.standing())


def text(name: str) -> Any:
    return Cast(name, TextField())


def rows_of(kind: str, rows: Any, amount: Any, told: Any = NOTHING_TOLD) -> Any:
    """Kind, city, what it is about and amount of each row or group."""
    named = rows.annotate(kind=Value(kind), told=Cast(told, TextField()), sum=Cast(amount, AMOUNT))
    return named.values_list("kind", "city", "told", "sum")


def open_claims(city: City | None = None) -> Mapping[int, SideClaim]:
    return {
        city_id: SideClaim(each.open, ", ".join(each.letters)) for city_id, each in claimed(city).items() if each.open
    }


def claimed_of(city: City) -> Claimed:
    return claimed(city).get(city.pk, Claimed())
