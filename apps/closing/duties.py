"""What the closing asks for, one step after the other."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.roles import Role, current_roles
from apps.closing.enums import AccountsState
from apps.closing.models import AnnualAccounts
from apps.core.registries import Duty, Milestone
from apps.ledger.models import Entry
from apps.organisation.domain.queries import decimal_parameter


def closing_duties(user: Any, today: date) -> Iterator[Duty]:
    """For the treasurer every year that is over and not closed; for the auditors those that wait for them."""
    roles = current_roles(user)
    if not roles & {Role.TREASURER, Role.AUDITOR}:
        return
    begun = {accounts.year: accounts for accounts in AnnualAccounts.objects.defer("figures")}
    years = Entry.objects.filter(year__lt=today.year).order_by("year").values_list("year", flat=True).distinct()
    for year in [year for year in years if year not in begun or not begun[year].is_closed]:
        accounts = begun.get(year)
        if Role.TREASURER in roles:
            yield duty_of(year, accounts, today)
        elif accounts and accounts.state == AccountsState.PREPARED:
            yield Duty(_("Jahresabschluss %s prüfen") % year, accounts.get_absolute_url(), tone="warning")


def duty_of(year: int, accounts: AnnualAccounts | None, today: date) -> Duty:
    steps = {
        AccountsState.DRAFT: _("Checkliste durchgehen und aufstellen"),
        AccountsState.PREPARED: _("Aufgestellt. Die Kassenprüfung steht aus."),
        AccountsState.EXAMINED: _("Geprüft. Der Beschluss der Versammlung steht aus."),
        AccountsState.ADOPTED: _("Beschlossen. Jetzt kann das Jahr abgeschlossen werden."),
    }
    due_on = due_day(year)
    return Duty(
        _("Jahresabschluss %s") % year,
        accounts.get_absolute_url() if accounts else reverse("closing:years"),
        steps[AccountsState(accounts.state)] if accounts else _("Noch nicht begonnen."),
        due_on=due_on,
        tone="danger" if due_on < today else "warning",
    )


def closing_year(user: Any, year: int) -> Iterator[Milestone]:
    """What the treasurer does about the books of a year once it is over."""
    if not user.has_perm("closing.change_annualaccounts") or not Entry.objects.filter(year=year).exists():
        return
    accounts, url = AnnualAccounts.objects.filter(year=year), reverse("closing:years")
    prepared = accounts.exclude(state=AccountsState.DRAFT)
    yield Milestone(_("Jahresabschluss %s aufstellen") % year, due_day(year), url, prepared)
    closed = accounts.filter(state=AccountsState.CLOSED)
    yield Milestone(_("Geschäftsjahr %s abschließen") % year, date(year + 1, 12, 31), url, closed)


def due_day(year: int) -> date:
    """End of the month in which the accounts of a year are due."""
    month = int(decimal_parameter("annual_accounts_due_month", date(year + 1, 1, 1)))
    return date(year + 1 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
