"""What payments add to pages of lower floors: invoices, accounts and credit of cities, vouchers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.registries import Note
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action
from apps.dues.domain.payments import free_credits
from apps.dues.models import Invoice
from apps.members.models import City
from apps.payments.domain.mandates import state_of, usable_mandates
from apps.payments.domain.transfers import payables_to_order
from apps.payments.enums import MandateState
from apps.payments.models import Mandate, PaymentOrder
from apps.payments.rules import visible_orders
from apps.vouchers.models import Voucher


def account_notes(user: Any, city: City) -> Iterator[Note]:
    """The mandate that holds, and a refund on its way."""
    if not user.has_perm("payments.view_mandate"):
        return
    mandate = usable_mandates(timezone.localdate(), city).get(city.pk)
    if mandate:
        detail = _("%(reference)s vom %(day)s") % {"reference": mandate.reference, "day": day(mandate.signed_on)}
        yield Note(_("Lastschriftmandat"), detail, mandate.get_absolute_url(), "success")
    yield from order_notes(visible_orders(user).filter(city=city))


def invoice_notes(user: Any, invoice: Invoice) -> Iterator[Note]:
    found = list(order_notes(visible_orders(user).filter(invoice=invoice)))
    yield from found or announced_note(user, invoice)


def announced_note(user: Any, invoice: Invoice) -> Iterator[Note]:
    """The invoice announced a debit that nobody has ordered: it waits for its run, or the mandate no longer holds."""
    if not (invoice.direct_debit and user.has_perm("payments.view_mandate") and invoice.outstanding > 0):
        return
    mandate = Mandate.objects.get(reference=invoice.direct_debit["mandate"])
    state = state_of(mandate, timezone.localdate())
    if state == MandateState.VALID:
        detail = _("laut Rechnung zum %s, noch in keinem Zahlungslauf") % day(invoice.due_on)
        yield Note(_("Wird eingezogen"), detail, mandate.get_absolute_url())
    else:
        detail = _("Das Mandat ist %s. Bitte sagen Sie der Stadt, dass sie überweisen soll.") % state.label
        yield Note(_("Einzug angekündigt, aber nicht möglich"), detail, mandate.get_absolute_url(), "warning")


def voucher_notes(user: Any, voucher: Voucher) -> Iterator[Note]:
    yield from order_notes(visible_orders(user).filter(voucher=voucher))


def order_notes(orders: QuerySet[PaymentOrder]) -> Iterator[Note]:
    """Each order that stands, or stands in a released run."""
    for order in orders.with_outcome().select_related("run").order_by("-pk")[:3]:  # type: ignore[attr-defined]
        if order.run is None:
            if order.is_standing:
                yield Note(_("zur Überweisung vorgemerkt"), euro(order.amount), reverse("payments:transfers"))
            continue
        detail = _("%(amount)s im Zahlungslauf %(run)s zum %(day)s") % {
            "amount": euro(order.amount),
            "run": order.run,
            "day": day(order.run.due_on),
        }
        yield Note(order_words(order), detail, order.run.get_absolute_url(), "warning" if order.return_id else "info")


def order_words(order: Any) -> str:
    if not order.end_to_end_id:
        return _("im Entwurf eines Zahlungslaufs")
    kind = _("Lastschrift") if order.mandate_id else _("Überweisung")
    return f"{kind} {order.outcome.label}"


def voucher_actions(user: Any, voucher: Voucher) -> Iterator[Action]:
    if user.has_perm("payments.draft_run") and payables_to_order().filter(pk=voucher.pk).exists():
        yield Action(_("Überweisung vormerken"), reverse("payments:pay", args=[voucher.number]), primary=True)


def due_actions(user: Any, _nothing: Any) -> Iterator[Action]:
    if user.has_perm("payments.draft_run"):
        yield Action(_("Überweisungen vormerken"), reverse("payments:payables"), primary=True)


def credit_actions(user: Any, city: City) -> Iterator[Action]:
    if user.has_perm("payments.draft_run") and city.pk in free_credits():
        yield Action(_("Guthaben erstatten"), reverse("payments:refund", args=[city.slug]), primary=True)
