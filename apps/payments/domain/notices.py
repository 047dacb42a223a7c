"""Pre-notification: before a debit each city is told amount, day, mandate and creditor (SEPA rulebook: 14 days before)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import day
from apps.dispatch.domain.releasing import withdraw
from apps.dispatch.models import Dispatch
from apps.members.domain.queries import addresses
from apps.members.enums import AddressKind
from apps.payments.calculations.sepa import latest_notice
from apps.payments.domain.announcing import notice_days, told_in_run
from apps.payments.domain.creditor import creditor_id
from apps.payments.domain.errors import RunNotPossible
from apps.payments.domain.runs import locked_draft
from apps.payments.enums import RunKind
from apps.payments.models import Mandate, PaymentRun, PreNotification

NAMED = 5


@transaction.atomic
def write_notices(run: PaymentRun, *, by: Any, on: date) -> int:
    """Write the notices of a draft, one per mandate; return how many are new. They are printed and queued afterwards.

    Whom the invoice has told day, amount, mandate and creditor gets no second letter.
    """
    run = locked_draft(run)
    if run.kind != RunKind.COLLECTION:
        raise RunNotPossible(_("Nur Lastschriften werden vorab angekündigt."))
    sums = run.orders.order_by().values("mandate").annotate(total=Sum("amount")).values_list("mandate", "total")
    totals = {pk: Decimal(total).quantize(CENT) for pk, total in sums}
    told = set(run.notices.values_list("mandate", flat=True)) | told_in_run(run).keys()
    mandates = list(Mandate.objects.filter(pk__in=totals.keys() - told).select_related("city").order_by("city__name"))
    if not mandates:
        return 0
    postal = addresses([mandate.city for mandate in mandates], AddressKind.INVOICE, on)
    number = creditor_id(on)
    with act("payments.notices_written", run, by=by, data={"count": len(mandates)}):
        bulk.create(
            PreNotification,
            [
                PreNotification(
                    run=run,
                    mandate=mandate,
                    amount=euros(totals[mandate.pk]),
                    due_on=run.due_on,
                    creditor_id=number,
                    recipient_lines=lines_of(mandate, postal),
                    dated_on=on,
                )
                for mandate in mandates
            ],
        )
    return len(mandates)


def call_off(notices: Any, *, reason: str, by: Any) -> None:
    """What still waits in the outbox is cancelled; a letter that has left stays as it is."""
    withdraw(
        Dispatch.objects.filter(document__in=notices.exclude(document=None).values("document")), reason=reason, by=by
    )


def lines_of(mandate: Mandate, postal: dict[int, Any]) -> list[str]:
    address = postal.get(mandate.city_id)
    return list(address.lines) if address else [mandate.debtor_name]


def guard_announced(run: PaymentRun, *, on: date) -> None:
    """Every city of the run was told in time: in another way, or by its invoice or a letter that has left the house."""
    late = list(untold(run))
    if late:
        more = _(" und %s weitere") % (len(late) - NAMED) if len(late) > NAMED else ""
        raise RunNotPossible(
            _(
                "Nicht rechtzeitig vorab angekündigt: %s. Geben Sie die Vorabankündigungen im Postausgang frei, "
                "oder nehmen Sie diese Städte aus dem Lauf."
            )
            % (", ".join(late[:NAMED]) + more)
        )


def untold(run: PaymentRun, by_invoice: Mapping[int, date] | None = None) -> Iterator[str]:
    """Cities that were not told by their latest day: »Bonn (bis 17.03.2027)«. `by_invoice`, if asked already: `told_in_run`."""
    days = notice_days(run.due_on)
    sent = dict(run.notices.with_sending().values_list("mandate", "sent_at"))
    by_invoice = told_in_run(run) if by_invoice is None else by_invoice
    mandates = Mandate.objects.filter(pk__in=run.orders.values("mandate")).order_by("city__name")
    for pk, city, agreed in mandates.values_list("pk", "city__name", "notice_days"):
        at = sent.get(pk)
        told_on = (by_invoice.get(pk), run.announced_on, timezone.localtime(at).date() if at else None)
        latest = latest_notice(run.due_on, agreed or days)
        if not any(each and each <= latest for each in told_on):
            yield _("%(city)s (bis %(latest)s)") % {"city": city, "latest": day(latest)}
