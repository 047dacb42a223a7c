"""What payments ask of treasurer and board: drafts to release, files for the bank, transfers that wait."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.banking.models import ExpectedPayment
from apps.core.registries import Duty, Waiting
from apps.core.templatetags.formats import euro
from apps.payments.enums import RunState
from apps.payments.models import PaymentOrder, PaymentRun

LATE = timedelta(days=5)


def duties(user: Any, today: date) -> Iterator[Waiting]:
    if user.has_perm("payments.release_run"):
        yield Waiting(PaymentRun.objects.drafts().exclude(drafted_by=user), drafts)
    if user.has_perm("payments.draft_run"):
        yield Waiting(PaymentOrder.objects.waiting(), waiting_transfers, "amount")
        released = PaymentRun.objects.filter(state=RunState.RELEASED)
        yield Waiting(released.filter(due_on__gt=today), to_upload)
        missing = ExpectedPayment.objects.waiting().filter(end_to_end_id=OuterRef("end_to_end_id"))
        late = PaymentOrder.objects.filter(run__state=RunState.RELEASED, run__due_on__lt=today - LATE)
        yield Waiting(late.filter(Exists(missing)), not_booked, "amount")


def drafts(count: int, _total: Any) -> Duty:
    url = reverse("payments:runs") + "?stand=draft"
    return Duty(_("%s Zahlungsläufe freizugeben") % count, url, _("Vier Augen: entworfen hat jemand anderes."))


def waiting_transfers(count: int, total: Any) -> Duty:
    return Duty(
        _("%s Überweisungen warten auf einen Lauf") % count,
        reverse("payments:transfers"),
        _("zusammen %s") % euro(total),
    )


def to_upload(count: int, _total: Any) -> Duty:
    url = reverse("payments:runs") + "?stand=released"
    return Duty(_("%s Zahlungsläufe freigegeben") % count, url, _("Ist die Datei im Online-Banking hochgeladen?"))


def not_booked(count: int, total: Any) -> Duty:
    return Duty(
        _("%s Zahlungen hat die Bank noch nicht gebucht") % count,
        reverse("payments:runs") + "?stand=released",
        _("zusammen %s; vielleicht fehlt ein Kontoauszug, oder sie wurden nicht ausgeführt.") % euro(total),
        tone="warning",
    )
