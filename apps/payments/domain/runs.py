"""Payment runs: drafts that can be changed, released by a second person, filed with their hash, expected at the bank."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.banking.models import BankAccount
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day
from apps.payments.calculations.sepa import is_bank_day
from apps.payments.domain.errors import RunAlreadyDecided, RunNotPossible
from apps.payments.enums import RunKind, RunState
from apps.payments.models import PaymentOrder, PaymentRun

FARTHEST = timedelta(days=364)


def new_run(
    kind: RunKind, bank_account: BankAccount, due_on: date, *, by: Any, on: date, announced_on: date | None = None
) -> PaymentRun:
    [number] = take_numbers(f"payments.run:{on.year}")
    return PaymentRun.objects.create(
        number=f"ZL-{on.year}-{number:04}",
        kind=kind,
        bank_account=bank_account,
        due_on=due_on,
        announced_on=announced_on,
        drafted_on=on,
        drafted_by=by,
    )


def guard_day(due_on: date, on: date) -> None:
    """Banks execute on TARGET days, and want the file at least a day and at most a year before."""
    if due_on <= on:
        raise RunNotPossible(_("Der Ausführungstag muss nach dem heutigen Tag liegen."), field="due_on")
    if due_on > on + FARTHEST:
        raise RunNotPossible(
            _("Banken nehmen Aufträge höchstens ein Jahr im Voraus an, also bis zum %s.") % day(on + FARTHEST),
            field="due_on",
        )
    if not is_bank_day(due_on):
        raise RunNotPossible(
            _("Am %s führen die Banken keine Zahlungen aus (Wochenende oder Feiertag).") % day(due_on), field="due_on"
        )


def locked_draft(run: PaymentRun) -> PaymentRun:
    run = PaymentRun.objects.select_for_update(of=("self",)).select_related("bank_account").get(pk=run.pk)
    if run.state != RunState.DRAFT:
        raise RunAlreadyDecided(
            _("Der Lauf %(run)s ist inzwischen %(state)s.") % {"run": run, "state": run.get_state_display()}
        )
    return run


def orders_of(run: PaymentRun) -> list[PaymentOrder]:
    related = ("mandate", "invoice", "city", "voucher__creditor")
    return list(run.orders.select_related(*related).order_by("pk"))
