"""What payments ask of treasurer and board: drafts to release, files for the bank, transfers that wait."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.models import ExpectedPayment
from apps.core.registries import Duty, Found, Waiting
from apps.core.templatetags.formats import euro
from apps.core.waiting import of_the_day
from apps.payments.domain.announcing import still_to_collect
from apps.payments.enums import LAPSING, RunState
from apps.payments.models import Mandate, PaymentOrder, PaymentRun

LATE, AHEAD = timedelta(days=5), timedelta(days=30)


def duties(user: Any, today: date) -> Iterator[Waiting]:
    if user.has_perm("payments.release_run"):
        yield Waiting(PaymentRun.objects.drafts().exclude(drafted_by=user), drafts, day="due_on")
    if user.has_perm("payments.draft_run"):
        yield from treasurer_duties(today)


@of_the_day
def treasurer_duties(today: date) -> Iterator[Waiting]:
    """Debits and transfers without a run, mandates that lapse, files to hand in, what the bank should have booked."""
    yield Waiting(PaymentOrder.objects.waiting(), waiting_transfers, amount="amount")
    drafted = PaymentOrder.objects.standing().filter(invoice=OuterRef("pk"))
    announced = still_to_collect(today).filter(~Exists(drafted), due_on__lte=today + AHEAD)
    yield Waiting(announced, announced_debits, amount="outstanding", day="due_on")
    yield Waiting(Mandate.objects.lapsing(today), lapsing_mandates)
    missing = ExpectedPayment.objects.waiting().filter(end_to_end_id=OuterRef("end_to_end_id"))
    unbooked = PaymentOrder.objects.filter(Exists(missing), run=OuterRef("pk"))
    released = PaymentRun.objects.filter(Exists(unbooked), state=RunState.RELEASED, due_on__gt=today)
    yield Waiting(released, to_hand_in, day="due_on")
    late = PaymentOrder.objects.filter(run__state=RunState.RELEASED, run__due_on__lt=today - LATE)
    yield Waiting(late.filter(Exists(missing)), not_booked, amount="amount")


def drafts(found: Found) -> Duty:
    title = ngettext("%s Zahlungslauf freizugeben", "%s Zahlungsläufe freizugeben", found.count) % found.count
    url = reverse("payments:runs") + "?stand=draft"
    return Duty(title, url, _("Vier Augen: entworfen hat jemand anderes."), due_on=found.day)


def waiting_transfers(found: Found) -> Duty:
    title = ngettext("%s Überweisung wartet auf einen Lauf", "%s Überweisungen warten auf einen Lauf", found.count)
    return Duty(title % found.count, reverse("payments:transfers"), _("zusammen %s") % euro(found.total))


def announced_debits(found: Found) -> Duty:
    title = ngettext("%s Lastschrift steht in keinem Lauf", "%s Lastschriften stehen in keinem Lauf", found.count)
    detail = _("zusammen %s; die Rechnungen kündigen den Einzug an.") % euro(found.total)
    return Duty(title % found.count, reverse("payments:collect"), detail, due_on=found.day)


def lapsing_mandates(found: Found) -> Duty:
    title = ngettext("%s Lastschriftmandat verfällt bald", "%s Lastschriftmandate verfallen bald", found.count)
    detail = _("Nur ein Einzug davor erhält es; sonst braucht es ein neues Mandat.")
    return Duty(title % found.count, f"{reverse('payments:mandates')}?stand={LAPSING}", detail)


def to_hand_in(found: Found) -> Duty:
    title = ngettext("%s Datei für die Bank hochzuladen", "%s Dateien für die Bank hochzuladen", found.count)
    url = reverse("payments:runs") + "?stand=released"
    return Duty(title % found.count, url, _("Der Zahlungslauf ist freigegeben."), due_on=found.day)


def not_booked(found: Found) -> Duty:
    title = ngettext(
        "%s Zahlung hat die Bank noch nicht gebucht", "%s Zahlungen hat die Bank noch nicht gebucht", found.count
    )
    detail = _("zusammen %s; vielleicht fehlt ein Kontoauszug, oder sie wurden nicht ausgeführt.") % euro(found.total)
    return Duty(title % found.count, reverse("payments:runs") + "?stand=released", detail, tone="warning")
