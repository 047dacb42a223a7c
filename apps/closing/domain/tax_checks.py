"""What the tax law makes of the income of a year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.closing.domain.books import LEGAL, Books
from apps.closing.domain.check import Check
from apps.closing.domain.statement import Statement
from apps.closing.enums import Level
from apps.core.templatetags.formats import euro
from apps.ledger.enums import AccountKind, Sphere
from apps.organisation.domain.queries import values_on
from apps.organisation.enums import TaxStatus

LIMIT = "ao_64_limit"


@dataclass(frozen=True)
class BusinessIncome:
    """Gross income of the taxable economic business of a tax-privileged body beside its limit (§ 64 (3) AO)."""

    income: Decimal
    limit: Decimal

    @property
    def is_taxable(self) -> bool:
        """Up to the limit, which is included, the business is not taxed."""
        return self.income > self.limit


def business_income(income: Decimal, legal: Mapping[str, Decimal | str]) -> BusinessIncome | None:
    """None where § 64 AO doesn't apply."""
    limit = legal.get(LIMIT)
    if legal.get("tax_status") != TaxStatus.CHARITABLE or not isinstance(limit, Decimal):
        return None
    return BusinessIncome(income, limit)


def stated_business(statement: Statement) -> BusinessIncome | None:
    """Of a statement, frozen or not; without such income there is nothing to ask."""
    income = statement.business_income
    return business_income(income, values_on(LEGAL, date(statement.year, 12, 31))) if income else None


def tax_checks(books: Books) -> Iterator[Check]:
    """Above the limit the business is taxed: that is for the tax adviser before the accounts are drawn up."""
    incomes, sums = books.chart.of_kind(AccountKind.INCOME), books.cash.sums.items()
    gross = (amount for (sphere, number), amount in sums if sphere == Sphere.BUSINESS and number in incomes)
    business = business_income(sum(gross, Decimal(0)), books.legal)
    if business is None:
        return
    values = {"income": euro(business.income), "limit": euro(business.limit)}
    title, rule = _("Wirtschaftlicher Geschäftsbetrieb liegt unter der Besteuerungsgrenze"), "§ 64 Abs. 3 AO"
    if business.is_taxable:
        detail = _(
            "Die Einnahmen von %(income)s übersteigen %(limit)s. Der Geschäftsbetrieb wird besteuert; bitte klären Sie das mit "
            "der Steuerberatung."
        )
        yield Check(title, Level.WARNING, detail % values, rule=rule)
    else:
        detail = _("Einnahmen %(income)s, Grenze %(limit)s, jeweils mit Umsatzsteuer.")
        yield Check(title, Level.OK, detail % values, rule=rule)
