"""What the closing asks for, one step after the other."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.roles import Role, current_roles
from apps.closing.enums import AccountsState
from apps.closing.models import AnnualAccounts
from apps.core.registries import Duty, Found, Milestone, Waiting
from apps.ledger.models import Entry
from apps.organisation.domain.queries import decimal_parameters
from apps.organisation.models import LegalParameter

DUE_MONTH = "annual_accounts_due_month"


def closing_duties(user: Any, today: date) -> Iterator[Waiting]:
    """For the treasurer every year that is over and not closed; for the auditors those that wait for them."""
    roles = current_roles(user)
    if Role.TREASURER in roles:
        yield from treasurer_duties(today)
    elif Role.AUDITOR in roles:
        prepared = AnnualAccounts.objects.filter(state=AccountsState.PREPARED)
        yield Waiting(prepared, lambda found: to_examine(found.first), first="year")


def treasurer_duties(today: date) -> Iterator[Waiting]:
    steps = {
        AccountsState.DRAFT: _("Checkliste durchgehen und aufstellen"),
        AccountsState.PREPARED: _("Aufgestellt. Die Kassenprüfung steht aus."),
        AccountsState.EXAMINED: _("Geprüft. Der Beschluss der Versammlung steht aus."),
        AccountsState.ADOPTED: _("Beschlossen. Jetzt kann das Jahr abgeschlossen werden."),
    }
    begun = AnnualAccounts.objects.filter(year=OuterRef("year"))
    waiting = years_with_books().filter(year__lt=today.year).exclude(Exists(begun))
    year = year_and_due_month(today)
    yield Waiting(waiting, next_step("closing:years", _("Noch nicht begonnen."), today), first=year)
    for state, detail in steps.items():
        accounts = AnnualAccounts.objects.filter(state=state, year__lt=today.year)
        yield Waiting(accounts, next_step("closing:accounts", detail, today), first=year)


def years_with_books() -> Any:
    """The first entry of each year."""
    return Entry.objects.filter(number=1)


def next_step(place: str, detail: str, today: date) -> Callable[[Found], Duty]:
    """For the oldest of the years that wait for the same step; `first` is year and due month."""

    def duty(found: Found) -> Duty:
        year, month = divmod(found.first, 100)
        due_on = end_of_month(year + 1, month)
        return Duty(
            _("Jahresabschluss %s") % year,
            reverse(place, args=[year] if place == "closing:accounts" else []),
            detail,
            due_on=due_on,
            tone="danger" if due_on < today else "warning",
        )

    return duty


def year_and_due_month(today: date) -> Any:
    """The year of a row and the month in which its accounts are due by the rule of today, as one number: 202505."""
    rule = LegalParameter.objects.filter(key=DUE_MONTH, valid_from__lte=today).order_by("-valid_from")
    return F("year") * 100 + Cast(Subquery(rule.values("value")[:1]), IntegerField())


def to_examine(year: int) -> Duty:
    return Duty(_("Jahresabschluss %s prüfen") % year, reverse("closing:accounts", args=[year]), tone="warning")


def closing_year(user: Any, years: Sequence[int]) -> Iterator[Milestone]:
    """What the treasurer does about the books of a year once it is over."""
    if not user.has_perm("closing.change_annualaccounts"):
        return
    url = reverse("closing:years")
    for year, due_on in due_days(years).items():
        accounts, books = AnnualAccounts.objects.filter(year=year), years_with_books().filter(year=year)
        prepared = accounts.exclude(state=AccountsState.DRAFT)
        yield Milestone(_("Jahresabschluss %s aufstellen") % year, due_on, url, prepared, books)
        closed = accounts.filter(state=AccountsState.CLOSED)
        yield Milestone(_("Geschäftsjahr %s abschließen") % year, date(year + 1, 12, 31), url, closed, books)


def due_days(years: Sequence[int]) -> dict[int, date]:
    """End of the month in which the accounts of each year are due."""
    begins = [date(year + 1, 1, 1) for year in years]
    months = decimal_parameters(DUE_MONTH, begins)
    return {day.year - 1: end_of_month(day.year, int(month)) for day, month in months.items()}


def end_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
