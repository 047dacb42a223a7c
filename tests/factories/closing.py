"""A small association whose year 2027 can be closed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf

from apps.accounts.models import User
from apps.budget.models import BudgetLine, BudgetPlan
from apps.closing.domain.closing import adopt_accounts, begin_accounts, close_year, prepare_accounts, record_examination
from apps.closing.models import AnnualAccounts
from apps.core.money import euros
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account, Entry
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.domain.values import set_tax_status
from apps.organisation.enums import TaxStatus
from apps.resolutions.models import Resolution
from apps.vouchers.domain.cash import count_cash
from apps.vouchers.models import CashCount
from tests.factories.dues import ensure_accounts
from tests.factories.resolutions import make_decided

YEAR = 2027
NEXT = date(2028, 3, 1)


def post(on: date, *lines: Line, text: str = "Buchung", reference: str = "R-1") -> Entry:
    return post_entry(on=on, text=text, lines=lines, source="banking.line", reference=reference, by=None)


def debit(account: str, amount: str, **options: object) -> Line:
    return Line(account, debit=Decimal(amount), **options)  # type: ignore[arg-type]


def credit(account: str, amount: str, **options: object) -> Line:
    return Line(account, credit=Decimal(amount), **options)  # type: ignore[arg-type]


def make_books(year: int = YEAR) -> list[Entry]:
    """Dues raised and half paid, a room rented and not yet paid, interest, a fee for an event."""
    ensure_accounts()
    load_reference_data()
    return [
        post(date(year, 1, 15), debit("RECEIVABLE_DUES", "1000.00"), credit("DUES", "1000.00"), text="Beitrag"),
        post(date(year, 3, 1), debit("BANK", "600.00"), credit("RECEIVABLE_DUES", "600.00"), text="Zahlung"),
        post(date(year, 5, 2), debit("ROOM", "200.00"), credit("PAYABLE", "200.00"), text="Saalmiete"),
        post(date(year, 6, 1), debit("CATERING", "80.00"), credit("BANK", "80.00"), text="Bewirtung"),
        post(
            date(year, 7, 1),
            debit("BANK", "130.00"),
            credit("INTEREST", "30.00"),
            credit("FEES_EVENT", "100.00"),
            text="Zinsen; Teilnahme",
        ),
    ]


def make_charitable(on: date = date(2020, 1, 1)) -> None:
    load_reference_data()
    set_tax_status(TaxStatus.CHARITABLE, valid_from=on, source="Bescheid", by=None)


def make_resolution() -> Resolution:
    return make_decided(kind="accounts", title="Jahresabschluss 2027", day=date(2028, 2, 20), on=date(2028, 1, 20))


def count_cash_on(day: date, *, by: User) -> CashCount:
    """Fifty euros in one note."""
    pieces = {Decimal(50): 1}
    return count_cash(counted_on=day, pieces=pieces, witness="Ada", protocol=empty_page, by=by, on=NEXT)


def empty_page(_count: CashCount) -> bytes:
    pdf, content = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(content)
    return content.getvalue()


def make_plan(amounts: Mapping[str, int], year: int = YEAR) -> BudgetPlan:
    """An adopted plan by keys of accounts."""
    plan = BudgetPlan.objects.create(year=year, version=1)
    for key, amount in amounts.items():
        BudgetLine.objects.create(plan=plan, account=Account.objects.get(key=key), amount=euros(amount))
    adopted = {"state": "adopted", "resolution": make_resolution(), "adopted_on": date(year, 1, 1)}
    BudgetPlan.objects.filter(pk=plan.pk).update(**adopted)
    return plan


def make_accounts(until: str = "draft", year: int = YEAR) -> AnnualAccounts:
    """Annual accounts brought up to a state."""
    accounts = begin_accounts(year, by=None, on=NEXT)
    if until != "draft":
        accounts = prepare_accounts(accounts, by=None, on=NEXT)
    if until in {"examined", "adopted", "closed"}:
        accounts = record_examination(accounts, result="Keine Beanstandungen", by=None, on=NEXT)
    if until in {"adopted", "closed"}:
        accounts = adopt_accounts(accounts, make_resolution(), by=None)
    if until == "closed":
        accounts = close_year(accounts, by=None, on=NEXT)
    return accounts
