"""How the end of the year is estimated, line by line."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.budget.domain.queries import compare_plan, plan_in_force
from apps.budget.enums import ForecastRule
from apps.budget.models import LineForecast
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.core.templatetags.formats import euro
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account, CostCentre


class ForecastIncomplete(DomainError):
    """An own figure needs an amount and a reason."""


def guard_spent(year: int, account: Account, cost_centre: CostCentre | None, figure: Decimal) -> None:
    """What is spent or bound already is not spent less at the end of the year."""
    plan = plan_in_force(year)
    if plan is None or account.kind != AccountKind.EXPENSE:
        return
    place = (account.number, cost_centre.number if cost_centre else "")
    lines = compare_plan(plan).expenses.figures
    spent = next((line.actual + line.committed for line in lines if (line.number, line.centre) == place), Decimal(0))
    if figure < spent:
        raise ForecastIncomplete(
            _("Gebucht und gebunden sind schon %s. Weniger kann es am Jahresende nicht werden.") % euro(spent),
            field="figure",
        )


@transaction.atomic
def set_forecast(
    year: int,
    account: Account,
    cost_centre: CostCentre | None = None,
    *,
    rule: ForecastRule | str,
    figure: Decimal | None = None,
    reason: str = "",
    by: User | None,
) -> LineForecast:
    """Choose how one line of the year is forecast; only an own figure carries an amount, and it needs its reason."""
    if rule == ForecastRule.OWN and figure is None:
        raise ForecastIncomplete(_("Bitte geben Sie den Wert an, den Sie erwarten."), field="figure")
    if rule == ForecastRule.OWN and not reason.strip():
        raise ForecastIncomplete(_("Bitte begründen Sie den eigenen Wert."), field="reason")
    if rule == ForecastRule.OWN and figure is not None:
        guard_spent(year, account, cost_centre, figure)
    own = euros(figure) if rule == ForecastRule.OWN and figure is not None else None
    row = LineForecast.objects.select_for_update().filter(year=year, account=account, cost_centre=cost_centre).first()
    row = row or LineForecast(year=year, account=account, cost_centre=cost_centre)
    row.rule, row.figure, row.reason = rule, own, reason.strip()
    with act("budget.forecast_set", by=by, data={"year": year, "account": account.number, "rule": rule}) as entry:
        row.save()
        entry.subject = row
    return row
