"""Every overdue item: its level, or why it is left in peace."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.money import euros
from apps.core.templatetags.formats import day, euro
from apps.dispatch.domain.recipients import recipients_of
from apps.dues.domain.collected import collections_on
from apps.dues.domain.payments import free_credits
from apps.dues.domain.sending import has_left, on_its_way
from apps.dues.models import Allocation, Invoice
from apps.dunning import calculations
from apps.dunning.calculations import InterestStep, Payment, Rate, RateUnknown
from apps.dunning.domain.errors import BaseRateMissing
from apps.dunning.enums import Finding
from apps.dunning.models import DunningBlock, DunningItem, DunningLevel, DunningProcedure
from apps.organisation.domain.queries import decimal_parameter
from apps.organisation.models import LegalParameter


@dataclass(frozen=True)
class Last:
    """The last letter that counts for an item."""

    level: int
    name: str
    on: date
    pay_by: date

    def __str__(self) -> str:
        return _("%(name)s vom %(day)s") % {"name": self.name, "day": day(self.on)}


@dataclass(frozen=True)
class Known:
    """Everything the judgement of an item needs, read once for all."""

    procedure: DunningProcedure
    levels: Sequence[DunningLevel]
    on: date
    last: dict[int, Last]
    blocks: dict[tuple[str, int], DunningBlock]
    addresses: dict[int, Sequence[str]]
    collected: dict[int, str]
    credits: dict[int, Decimal]


def assess(
    procedure: DunningProcedure, *, on: date, despite_credit: Mapping[int, Decimal] | None = None
) -> list[DunningItem]:
    """Unsaved items of every invoice overdue on that day, by city; the same number of queries for any number.

    `despite_credit`: cities to remind although they have just this credit.
    """
    overdue = Invoice.objects.overdue(on).without_details().select_related("city")
    overdue = overdue.annotate(has_left=has_left(), is_queued=on_its_way()).order_by("city_label", "due_on", "pk")
    invoices = list(overdue)
    cities = {invoice.city_id: invoice.city for invoice in invoices}
    recipients = recipients_of(cities.values(), on=on, is_invoice=False)
    known = Known(
        procedure=procedure,
        levels=list(procedure.levels.order_by("number")),
        on=on,
        last=last_letters(invoices),
        blocks=blocks_on(on),
        addresses={pk: recipient.lines for pk, recipient in recipients.items()},
        collected=collections_on(on),
        credits=dict(free_credits().items() - (despite_credit or {}).items()),
    )
    items = [judge(invoice, known) for invoice in invoices]
    spare_small_sums(items, procedure.minimum.amount)
    if procedure.charges_interest:
        add_interest(items, known)
    for position, item in enumerate(items, start=1):
        item.position = position
    return items


def last_letters(invoices: Sequence[Invoice]) -> dict[int, Last]:
    rows = DunningItem.objects.filter(letter__withdrawn_on__isnull=True, letter__isnull=False, invoice__in=invoices)
    rows = (
        rows.order_by("letter__issued_on", "level")
        .select_related("letter")
        .only("invoice_id", "level", "level_name", "letter__issued_on", "letter__pay_by")
    )
    return {
        row.invoice_id: Last(row.level, row.level_name, row.letter.issued_on, row.letter.pay_by)
        for row in rows
        if row.letter and row.level is not None
    }


def blocks_on(on: date) -> dict[tuple[str, int], DunningBlock]:
    """Blocks that hold on that day, by city and by invoice."""
    blocks = DunningBlock.objects.valid_on(on).order_by("pk")
    return {("invoice", b.invoice_id) if b.invoice_id else ("city", b.city_id): b for b in blocks}


def judge(invoice: Invoice, known: Known) -> DunningItem:
    item = DunningItem(
        invoice=invoice,
        city=invoice.city,
        city_label=invoice.city_label,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        amount=invoice.amount - euros(Decimal(invoice.written_off)),
        paid=euros(Decimal(invoice.allocated)),
        outstanding=euros(Decimal(invoice.outstanding)),
        recipient_lines=list(known.addresses[invoice.city_id]),
    )
    item.finding, item.reason, level = finding_of(invoice, known)
    if level:
        item.level, item.level_name = level.number, level.name
    return item


def finding_of(invoice: Invoice, known: Known) -> tuple[Finding, str, DunningLevel | None]:
    """Collected, blocked, exhausted, waiting, not received, or due for its next level unless there is credit (§ 395 BGB)."""
    if invoice.pk in known.collected:
        return Finding.COLLECTED, known.collected[invoice.pk][:300], None
    block = known.blocks.get(("invoice", invoice.pk)) or known.blocks.get(("city", invoice.city_id))
    if block:
        return Finding.BLOCKED, f"{block.get_kind_display()}: {block.reason}"[:300], None
    last = known.last.get(invoice.pk)
    level = next((each for each in known.levels if last is None or each.number > last.level), None)
    if level is None:
        text = _("%(last)s war die letzte Stufe. Über weitere Schritte entscheidet der Vorstand.")
        return Finding.EXHAUSTED, text % {"last": last}, None
    earliest = earliest_day(invoice, level, last)
    if earliest > known.on:
        text = _("%(name)s frühestens am %(day)s") % {"name": level.name, "day": day(earliest)}
        return Finding.WAITS, text, None
    if not invoice.has_left:  # type: ignore[attr-defined]
        return Finding.UNRECEIVED, whereabouts(invoice), None
    if not known.addresses[invoice.city_id]:
        return Finding.ADDRESS, _("Bitte ergänzen Sie die Anschrift bei der Stadt."), None
    if credit := known.credits.get(invoice.city_id):
        return Finding.CREDIT, _("Guthaben %s, bitte zuerst verrechnen") % euro(credit), None
    if last is None:
        text = _("fällig am %(due)s, seitdem %(days)s Tage") % {"due": day(invoice.due_on), "days": (known.on - invoice.due_on).days}  # fmt: skip
        return Finding.DUNNED, text, level
    text = _("nach %(last)s, Frist bis %(until)s")
    return Finding.DUNNED, text % {"last": last, "until": day(last.pay_by)}, level


def whereabouts(invoice: Invoice) -> str:
    """Why the city can't know the invoice yet: without its fault nobody is in default (§ 286 Abs. 4 BGB)."""
    if invoice.document_id is None:
        return _("Die Rechnung ist noch nicht gedruckt.")
    if not invoice.is_queued:  # type: ignore[attr-defined]
        return _("Die Rechnung ist noch nicht versandt.")
    return _("Die Rechnung liegt noch im Postausgang oder kam zurück.")


def earliest_day(invoice: Invoice, level: DunningLevel, last: Last | None) -> date:
    """Days after the due date, later after the letter before, and never before the date that letter set has passed."""
    if last is None:
        return invoice.due_on + timedelta(days=max(level.days_after, 1))
    return max(last.on + timedelta(days=level.days_after), last.pay_by + timedelta(days=1))


def spare_small_sums(items: Iterable[DunningItem], minimum: Decimal) -> None:
    """A city that owes less than the minimum in all is left in peace."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    dunned = [item for item in items if item.finding == Finding.DUNNED]
    for item in dunned:
        sums[item.city_id] += item.outstanding.amount
    for item in dunned:
        if sums[item.city_id] < minimum:
            item.finding, item.level, item.level_name = Finding.SMALL, None, ""
            item.reason = _("zusammen %(sum)s, Mindestbetrag %(minimum)s") % {
                "sum": euro(sums[item.city_id]),
                "minimum": euro(minimum),
            }


# interest


def add_interest(items: Sequence[DunningItem], known: Known) -> None:
    """Interest of every item whose level shows it, with its calculation."""
    showing = {level.number for level in known.levels if level.shows_interest}
    charged = [item for item in items if item.level in showing]
    points = interest_points(known.procedure, known.on)
    rates, paid = base_rates(), payments_on(charged)
    for item in charged:
        steps = steps_of(item, points=points, rates=rates, payments=paid[item.invoice_id], on=known.on)
        item.interest = euros(calculations.interest(steps))
        item.steps = [described(step) for step in steps]


def interest_points(procedure: DunningProcedure, on: date) -> Decimal:
    """Dues are no consideration: five points unless the statutes say otherwise (§ 288 Abs. 1, 3 BGB)."""
    if procedure.interest_points is not None:
        return procedure.interest_points
    return decimal_parameter("interest_points_dues", on)


def base_rates() -> list[Rate]:
    rows = LegalParameter.objects.filter(key="base_rate").order_by("valid_from")
    return [Rate(Decimal(row.value), row.valid_from, row.valid_until) for row in rows]


def payments_on(items: Sequence[DunningItem]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    rows = Allocation.objects.money().filter(invoice__in=[item.invoice_id for item in items])
    for invoice_id, on, amount in rows.values_list("invoice_id", "booked_on", "amount"):
        found[invoice_id].append(Payment(on, amount))
    return found


def steps_of(
    item: DunningItem, *, points: Decimal, rates: Sequence[Rate], payments: Sequence[Payment], on: date
) -> list[InterestStep]:
    """From the day after the due date (already moved by § 193 BGB) to the day of the letter, both counted."""
    try:
        return calculations.interest_steps(
            item.amount.amount,
            first=item.due_on + timedelta(days=1),
            last=on,
            points=points,
            rates=rates,
            payments=payments,
        )
    except RateUnknown as error:
        raise BaseRateMissing(
            _(
                "Für den %s ist kein Basiszinssatz hinterlegt (§ 247 BGB). Bitte tragen Sie ihn unter „Rechtliche Werte“ ein."
            )
            % day(error.day)
        ) from error


def described(step: InterestStep) -> dict[str, Any]:
    return {
        "first": str(step.first),
        "last": str(step.last),
        "days": step.days,
        "principal": f"{step.principal:.2f}",
        "percent": str(step.percent),
        "exact": f"{round(Decimal(step.exact.numerator) / Decimal(step.exact.denominator), 4)}",
    }
