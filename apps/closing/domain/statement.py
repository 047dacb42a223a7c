"""The annual statement: income and expenditure, assets, open items, reserves of a year, as figures that can be frozen."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Self

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.budget.models import BudgetPlan
from apps.closing.calculations.cashflow import Part
from apps.closing.domain.ages import AgeRow, age_rows
from apps.closing.domain.books import Books
from apps.closing.domain.cash import CashYear, Sums
from apps.closing.domain.open_items import OpenRow
from apps.closing.enums import Direction, OpenSide, ReserveKind
from apps.closing.models import AnnualAccounts, ReserveMovement
from apps.core.money import round_cents
from apps.ledger.domain.queries import BalanceRow
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Account

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class ResultRow:
    """Money of an account of income or expense within a sphere, positive on its own side; `plan` stands once per account."""

    sphere: str
    account: str
    name: str
    heading: str
    is_income: bool
    actual: Decimal
    previous: Decimal
    plan: Decimal | None


@dataclass(frozen=True)
class StockRow:
    """An account of assets, debts or own funds, at the beginning and the end of the year; positive on its own side."""

    account: str
    name: str
    heading: str
    kind: str
    is_money: bool
    opening: Decimal
    closing: Decimal


@dataclass(frozen=True)
class NeutralRow:
    """Money that moved without being income or expense: fixed assets, own funds, unclear or advance payments."""

    account: str
    name: str
    amount: Decimal


@dataclass(frozen=True)
class ReserveRow:
    kind: str
    opening: Decimal
    formed: Decimal
    dissolved: Decimal

    @property
    def label(self) -> str:
        return str(ReserveKind(self.kind).label)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.formed - self.dissolved


@dataclass(frozen=True)
class Statement:
    """All figures of a year. What derives from them is a property, so that frozen figures stay the whole truth."""

    year: int
    results: Sequence[ResultRow]
    stock: Sequence[StockRow]
    neutral: Sequence[NeutralRow]
    ages: Sequence[AgeRow]
    reserves: Sequence[ReserveRow]
    accrual_result: Decimal
    entry_count: int
    last_entry: str
    plan_title: str = ""

    def side(self, *, income: bool, sphere: str = "") -> list[ResultRow]:
        return [row for row in self.results if row.is_income == income and sphere in {"", row.sphere}]

    def total(self, field: str, *, income: bool, sphere: str = "") -> Decimal:
        return sum((getattr(row, field) or ZERO for row in self.side(income=income, sphere=sphere)), ZERO)

    @property
    def spheres(self) -> list[str]:
        used = {row.sphere for row in self.results}
        return [sphere for sphere in Sphere.values if sphere in used]

    @property
    def business_income(self) -> Decimal:
        return self.total("actual", income=True, sphere=Sphere.BUSINESS)

    def surplus(self, field: str = "actual", sphere: str = "") -> Decimal:
        return self.total(field, income=True, sphere=sphere) - self.total(field, income=False, sphere=sphere)

    @property
    def money(self) -> list[StockRow]:
        return [row for row in self.stock if row.is_money]

    @property
    def money_opening(self) -> Decimal:
        return sum((row.opening for row in self.money), ZERO)

    @property
    def money_closing(self) -> Decimal:
        return sum((row.closing for row in self.money), ZERO)

    @property
    def neutral_total(self) -> Decimal:
        return sum((row.amount for row in self.neutral), ZERO)

    @property
    def is_proven(self) -> bool:
        """Opening money + surplus + money without effect on the result = closing money; assets less debts = own funds."""
        money = self.money_opening + self.surplus() + self.neutral_total == self.money_closing
        own_funds = self.stock_total(AccountKind.EQUITY) + self.accrual_result
        return money and own_funds == self.net_assets

    @property
    def result_row(self) -> StockRow:
        """The result of the year among the own funds: no entry carries it, the books begin the next year with it."""
        name = _("Ergebnis %s nach Rechnungen, ob bezahlt oder nicht") % self.year
        return StockRow("", name, _("Vereinsvermögen"), AccountKind.EQUITY, False, ZERO, self.accrual_result)

    @property
    def stock_with_result(self) -> list[StockRow]:
        return [*self.stock, self.result_row] if self.accrual_result else list(self.stock)

    def of_kind(self, kind: str) -> list[StockRow]:
        return [row for row in self.stock if row.kind == kind]

    def stock_total(self, kind: str, moment: str = "closing") -> Decimal:
        return sum((getattr(row, moment) for row in self.of_kind(kind)), ZERO)

    @property
    def net_assets(self) -> Decimal:
        """What belongs to the association: assets less debts (Vereinsvermögen)."""
        return self.stock_total(AccountKind.ASSET) - self.stock_total(AccountKind.LIABILITY)

    @property
    def net_assets_before(self) -> Decimal:
        return self.stock_total(AccountKind.ASSET, "opening") - self.stock_total(AccountKind.LIABILITY, "opening")

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return found

    @property
    def hash(self) -> str:
        return figures_hash(self.as_json())

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        rows = {
            "results": ResultRow,
            "stock": StockRow,
            "neutral": NeutralRow,
            "ages": AgeRow,
            "reserves": ReserveRow,
        }
        typed = {name: [restored(kind, row) for row in stored[name]] for name, kind in rows.items()}
        return cls(**stored | typed | {"accrual_result": Decimal(stored["accrual_result"])})


def restored(kind: type, row: dict[str, Any]) -> Any:
    """A row with its amounts as such."""
    amounts = {name for name, hint in kind.__annotations__.items() if "Decimal" in str(hint)}
    return kind(
        **{name: Decimal(value) if name in amounts and value is not None else value for name, value in row.items()}
    )


def figures_hash(figures: dict[str, Any]) -> str:
    canonical = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


def statement_for(accounts: AnnualAccounts, books: Books | None = None) -> Statement:
    """The frozen figures if there are some, else those of the books now."""
    return Statement.from_json(accounts.figures) if accounts.figures else build_statement(accounts.year, books)


def ages_for(accounts: AnnualAccounts, books: Books) -> Sequence[AgeRow]:
    """Like `statement_for`, for a page that shows nothing but what is open."""
    return Statement.from_json(accounts.figures).ages if accounts.figures else age_rows(books)


def sums_for(accounts: AnnualAccounts, books: Books) -> Statement:
    """Like `statement_for`, for a page that shows only the sums: without plan, credit apart, ages and reserves."""
    return Statement.from_json(accounts.figures) if accounts.figures else bare_statement(books, {})


def build_statement(year: int, books: Books | None = None) -> Statement:
    """Everything the statement of a year shows, from the postings."""
    books = books or Books(year)
    plan, plan_title = planned_amounts(books.plan)
    bare = bare_statement(books, plan)
    return replace(
        bare,
        stock=gross_stock(bare.stock, books),
        neutral=neutral_rows(books.cash, books.chart.accounts, books.chart.parts),
        ages=age_rows(books),
        reserves=reserve_rows(year),
        plan_title=plan_title,
    )


def bare_statement(books: Books, plan: dict[str, Decimal]) -> Statement:
    """Income, expenses and stocks of the year."""
    accounts, parts, balance = books.chart.accounts, books.chart.parts, books.balance
    result = [row for row in balance.rows if parts[row.account.number] is Part.RESULT]
    stock = [row for row in balance.rows if parts[row.account.number] is not Part.RESULT]
    return Statement(
        year=books.year,
        results=result_rows(books.cash, books.cash_before, plan, accounts, parts),
        stock=[stock_row(row, parts) for row in stock],
        neutral=[],
        ages=[],
        reserves=[],
        accrual_result=round_cents(sum((row.credit - row.debit for row in result), ZERO)),
        entry_count=books.last_entry.number if books.last_entry else 0,
        last_entry=str(books.last_entry or ""),
    )


def planned_amounts(plan: BudgetPlan | None) -> tuple[dict[str, Decimal], str]:
    if plan is None:
        return {}, ""
    sums = plan.lines.order_by().values_list("account__number").annotate(sum=Sum("amount"))
    return {number: round_cents(Decimal(total)) for number, total in sums}, str(plan)


def sums_of(cash: CashYear, parts: dict[str, Part]) -> Sums:
    """Money effect per sphere and account of the result."""
    return {place: amount for place, amount in cash.sums.items() if parts[place[1]] is Part.RESULT}


def result_rows(
    cash: CashYear, before: CashYear, plan: dict[str, Decimal], accounts: dict[str, Account], parts: dict[str, Part]
) -> list[ResultRow]:
    """One row per sphere and account with money this year or last year or a plan."""
    now, then = sums_of(cash, parts), sums_of(before, parts)
    keys = {*now, *then}
    homes = {number: home_sphere(number, now, accounts) for number in plan}
    keys |= {(sphere, number) for number, sphere in homes.items()}
    order = {sphere: position for position, sphere in enumerate(Sphere.values)}
    rows = []
    for sphere, number in sorted(keys, key=lambda key: (order[key[0]], key[1])):
        account = accounts[number]
        is_income = account.kind == AccountKind.INCOME
        sign = 1 if is_income else -1
        actual, previous = (sign * sums.get((sphere, number), ZERO) + ZERO for sums in (now, then))
        planned = plan[number] if homes.get(number) == sphere else None
        if actual or previous or planned:
            name, heading = account.name, account.statement_line
            rows.append(ResultRow(sphere, number, name, heading, is_income, actual, previous, planned))
    return rows


def home_sphere(number: str, now: Sums, accounts: dict[str, Account]) -> str:
    """The row of an account that carries its plan: its own sphere, or the only one it was booked in."""
    used = [sphere for sphere, account in now if account == number]
    return used[0] if len(used) == 1 else accounts[number].sphere


def stock_row(row: BalanceRow, parts: dict[str, Part]) -> StockRow:
    account = row.account
    sign = 1 if account.kind == AccountKind.ASSET else -1
    return StockRow(
        account=account.number,
        name=account.name,
        heading=account.statement_line,
        kind=account.kind,
        is_money=parts[account.number] is Part.MONEY,
        opening=round_cents(sign * row.opening) + ZERO,
        closing=round_cents(sign * row.closing) + ZERO,
    )


def neutral_rows(cash: CashYear, accounts: dict[str, Account], parts: dict[str, Part]) -> list[NeutralRow]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for (_sphere, number), amount in cash.sums.items():
        if parts[number] is not Part.RESULT:
            sums[number] += amount
    return [NeutralRow(number, accounts[number].name, amount) for number, amount in sorted(sums.items()) if amount]


def gross_stock(rows: Sequence[StockRow], books: Books) -> list[StockRow]:
    """Credit of cities among the debts instead of less claims on other cities (no netting, § 246 (2) HGB)."""
    before, now = credits_by_account(books.open_before), credits_by_account(books.open_rows)
    gross: list[StockRow] = []
    for row in rows:
        opening, closing = before.get(row.account, ZERO), now.get(row.account, ZERO)
        if row.kind != AccountKind.ASSET or not (opening or closing):
            gross.append(row)
            continue
        gross.append(replace(row, opening=row.opening + opening, closing=row.closing + closing))
        name, heading = _("Guthaben der Städte auf diesem Konto"), _("Verbindlichkeiten")
        gross.append(StockRow(row.account, name, heading, AccountKind.LIABILITY, False, opening, closing))
    return gross


def credits_by_account(rows: Iterable[OpenRow]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row.side == OpenSide.CREDIT:
            sums[row.account] -= row.amount
    return sums


def reserve_rows(year: int) -> list[ReserveRow]:
    """Reserves at the beginning of the year, formed and dissolved in it."""
    movements = list(ReserveMovement.objects.filter(year__lte=year))
    rows = (reserve_row(kind, year, [each for each in movements if each.kind == kind]) for kind in ReserveKind.values)
    return [row for row in rows if row.opening or row.formed or row.dissolved]


def reserve_row(kind: str, year: int, movements: Iterable[ReserveMovement]) -> ReserveRow:
    sums = {"opening": ZERO, Direction.FORM: ZERO, Direction.DISSOLVE: ZERO}
    for movement in movements:
        amount = movement.amount.amount
        if movement.year == year:
            sums[movement.direction] += amount
        else:
            sums["opening"] += amount if movement.direction == Direction.FORM else -amount
    return ReserveRow(kind, sums["opening"], sums[Direction.FORM], sums[Direction.DISSOLVE])
