"""What Kassenbericht and use of funds show on paper, and the tables both screen and files share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.closing.calculations.funds import Vintage
from apps.closing.domain.ages import AGES, AgeRow, age_label
from apps.closing.domain.books import Books
from apps.closing.domain.bridge import BridgeRow
from apps.closing.domain.funds import FundsStatement, funds_statement, is_charitable
from apps.closing.domain.statement import ResultRow, Statement, statement_for
from apps.closing.domain.tax_checks import BusinessIncome, stated_business
from apps.closing.enums import OpenSide
from apps.closing.models import AnnualAccounts
from apps.core.charts import bar_chart, share_bar
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, euro
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Entry
from apps.members.models import City
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf
from apps.resolutions.issuing import verification_url
from apps.vouchers.models import Voucher

ZERO = Decimal("0.00")


def money(name: str, label: Any, **options: Any) -> Column:
    return Column(name, label, align="right", format=lambda value: "–" if value is None else euro(value), **options)


@dataclass(frozen=True)
class SidePrint:
    """Income or expenses of a sphere with their sums."""

    label: str
    rows: Sequence[ResultRow]
    actual: Decimal
    previous: Decimal
    plan: Decimal


@dataclass(frozen=True)
class SpherePrint:
    label: str
    sides: Sequence[SidePrint]
    surplus: Decimal
    previous: Decimal
    plan: Decimal


@dataclass(frozen=True)
class AgesPrint:
    """What is open at the end of a year, by age."""

    rows: Sequence[AgeRow]

    @property
    def chart(self) -> str:
        """Open claims by age, in the classes of the list beside it."""
        sums: dict[str, Decimal] = {age_label(*span): ZERO for span in AGES}
        for row in self.rows:
            if row.side == OpenSide.CLAIM:
                sums[row.label] += row.amount
        shares = [(label, amount) for label, amount in sums.items() if amount]
        return share_bar(_("Offene Forderungen nach Alter"), shares) if shares else ""

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """Claims, credit of cities and debts, each for itself."""
        labels = {OpenSide.CLAIM: _("Forderungen"), OpenSide.CREDIT: _("Guthaben der Städte")}
        labels[OpenSide.DEBT] = _("Verbindlichkeiten")
        return [
            (label, sum((row.amount for row in self.rows if row.side == side), ZERO)) for side, label in labels.items()
        ]


class StatementPrint:
    """The statement of a year, cut into what pages and papers show."""

    def __init__(self, accounts: AnnualAccounts, books: Books | None = None) -> None:
        self.accounts = accounts
        self.statement: Statement = statement_for(accounts, books)

    @cached_property
    def business(self) -> BusinessIncome | None:
        return stated_business(self.statement)

    @cached_property
    def spheres(self) -> list[SpherePrint]:
        statement = self.statement
        return [
            SpherePrint(
                str(Sphere(sphere).label),
                [self.side(True, sphere), self.side(False, sphere)],
                statement.surplus("actual", sphere),
                statement.surplus("previous", sphere),
                statement.surplus("plan", sphere),
            )
            for sphere in statement.spheres
        ]

    def side(self, income: bool, sphere: str = "") -> SidePrint:
        figures = self.statement
        return SidePrint(
            _("Einnahmen") if income else _("Ausgaben"),
            figures.side(income=income, sphere=sphere),
            figures.total("actual", income=income, sphere=sphere),
            figures.total("previous", income=income, sphere=sphere),
            figures.total("plan", income=income, sphere=sphere),
        )

    @property
    def totals(self) -> list[SidePrint]:
        return [self.side(True), self.side(False)]

    @property
    def planned_surplus(self) -> Decimal:
        return self.statement.surplus("plan")

    @property
    def previous_surplus(self) -> Decimal:
        return self.statement.surplus("previous")

    @property
    def stock(self) -> list[tuple[str, list[Any], Decimal, Decimal]]:
        labels = (
            (AccountKind.ASSET, _("Vermögen")),
            (AccountKind.LIABILITY, _("Verbindlichkeiten")),
            (AccountKind.EQUITY, _("Eigene Mittel")),
        )
        groups = [
            (label, [row for row in self.statement.stock_with_result if row.kind == kind]) for kind, label in labels
        ]
        return [
            (label, rows, sum((row.opening for row in rows), ZERO), sum((row.closing for row in rows), ZERO))
            for label, rows in groups
            if rows
        ]

    @property
    def chart(self) -> str:
        """Income and expenses by heading: this year, last year, plan."""
        rows: dict[str, list[Decimal]] = {}
        for row in self.statement.results:
            label = f"{_('Einnahmen') if row.is_income else _('Ausgaben')}: {row.heading or row.name}"
            sums = rows.setdefault(label, [ZERO, ZERO, ZERO])
            for index, value in enumerate((row.actual, row.previous, row.plan or ZERO)):
                sums[index] += value
        year = self.statement.year
        ordered = sorted(rows.items(), key=lambda item: (item[0].startswith(_("Ausgaben")), item[0]))
        series = [str(year), str(year - 1), _("Plan %s") % year]
        return bar_chart(_("Einnahmen und Ausgaben nach Gruppen"), ordered, series)

    @property
    def ages(self) -> AgesPrint:
        return AgesPrint(self.statement.ages)


def account_link(year: int, number: str) -> str:
    return f"{reverse('ledger:account', args=[number])}?von={year}-01-01&bis={year}-12-31"


def result_table(shown: StatementPrint) -> Table:
    """Income and expenditure by sphere and account with last year and plan."""
    year = shown.statement.year
    columns = (
        Column("sphere", _("Bereich"), value=lambda row: Sphere(row.sphere).label),
        Column("side", _("Seite"), value=lambda row: _("Einnahmen") if row.is_income else _("Ausgaben")),
        Column("heading", _("Gruppe")),
        Column("account", _("Konto"), link=lambda row: account_link(year, row.account), format=str),
        Column("name", _("Bezeichnung")),
        money("actual", str(year)),
        money("previous", str(year - 1)),
        money("plan", _("Plan %s") % year),
    )
    return Table(columns, shown.statement.results, _("Einnahmen-Überschuss-Rechnung %s") % year)


def bridge_table(rows: Sequence[BridgeRow], year: int) -> Table:
    """What the sheet of an account shows beside what was paid."""
    columns = (
        Column("account", _("Konto"), link=lambda row: account_link(year, row.account), format=str),
        Column("name", _("Bezeichnung")),
        money("booked", _("auf dem Konto gebucht")),
        money("paid", _("in %s bezahlt") % year),
        money("difference", _("Unterschied")),
    )
    return Table(columns, rows, _("Von den Konten zur Einnahmen-Überschuss-Rechnung"))


def stock_table(shown: StatementPrint) -> Table:
    year = shown.statement.year
    columns = (
        Column("kind", _("Art"), value=lambda row: AccountKind(row.kind).label),
        Column("heading", _("Gruppe")),
        Column(
            "account", _("Konto"), link=lambda row: account_link(year, row.account) if row.account else "", format=str
        ),
        Column("name", _("Bezeichnung")),
        money("opening", day(date(year, 1, 1))),
        money("closing", day(date(year, 12, 31))),
    )
    return Table(columns, shown.statement.stock_with_result, _("Vermögensübersicht %s") % year)


@dataclass(frozen=True)
class OpenItemRow:
    """An open item with the words for people; either a claim or a debt (credit of a city among the debts)."""

    side: OpenSide
    account: str
    name: str
    city: str
    on: date
    due_on: date | None
    days: int
    entry: Entry
    purpose: str
    claim: Decimal | None
    debt: Decimal | None


def open_item_rows(year: int, limit: int | None = None) -> list[OpenItemRow]:
    return open_items(Books(year), limit)[0]


def open_items(books: Books, limit: int | None = None) -> tuple[list[OpenItemRow], dict[str, Decimal]]:
    """Open items at the end of a year, the oldest first, and the sums of all claims and debts.

    Only as many as are shown are put in words.
    """
    items, accounts = books.open_rows, books.chart.accounts
    shown = items[:limit]
    cities = dict(City.objects.filter(pk__in={row.city_id for row in shown if row.city_id}).values_list("pk", "name"))
    entries = Entry.objects.in_bulk({item.entry_id for item in shown})
    bills = Voucher.objects.filter(entry__in=[item.entry_id for item in shown if item.side == OpenSide.DEBT])
    creditors = dict(bills.values_list("entry", "creditor__name"))
    rows = [
        OpenItemRow(
            item.side,
            item.account,
            accounts[item.account].name,
            cities.get(item.city_id or 0) or creditors.get(item.entry_id, ""),
            item.on,
            item.due_on,
            item.days(books.end),
            entries[item.entry_id],
            item.purpose,
            item.amount if item.amount > 0 else None,
            -item.amount if item.amount < 0 else None,
        )
        for item in shown
    ]
    return rows, {
        "claim": sum((item.amount for item in items if item.amount > 0), ZERO),
        "debt": -sum((item.amount for item in items if item.amount < 0), ZERO),
    }


def open_item_table(books: Books, limit: int | None = None) -> Table:
    year = books.year
    rows, totals = open_items(books, limit)
    columns = (
        Column("account", _("Konto"), link=lambda row: account_link(year, row.account), format=str),
        Column("side", _("Art"), value=lambda row: row.side.label),
        Column("city", _("Stadt oder Kreditor:in")),
        Column("purpose", _("wofür")),
        Column("on", _("entstanden")),
        Column("due_on", _("fällig")),
        Column("days", _("Tage"), align="right"),
        Column("entry", _("Buchung"), value=lambda row: str(row.entry), link=lambda row: row.entry.get_absolute_url()),
        money("claim", _("Forderung"), total="claim"),
        money("debt", _("Verbindlichkeit"), total="debt"),
    )
    caption = _("Offene Posten am 31.12.%s") % year
    return Table(columns, rows, caption, totals if rows else {}, empty=_("Nichts ist offen."))


def vintage_table(funds: FundsStatement) -> Table:
    """Funds by year of inflow and until when they are to be used; below the limit there is no last day."""

    def state(vintage: Vintage) -> str:
        if not vintage.rest:
            return _("verwendet")
        if funds.is_exempt:
            return _("keine Frist (Freigrenze)")
        return _("Frist abgelaufen") if vintage in funds.late else _("in der Frist")

    columns = [
        Column("year", _("Zufluss"), format=str),
        Column("state", _("Stand"), value=state),
        money("inflow", _("zugeflossen")),
        money("used", _("verwendet")),
        money("rest", _("noch übrig")),
    ]
    if not funds.is_exempt:
        columns.append(Column("until", _("spätestens bis"), align="right"))
    return Table(columns, funds.vintages, _("Mittel nach dem Jahr ihres Zuflusses"))


def free_table(funds: FundsStatement) -> Table:
    columns = (
        Column("year", _("Jahr"), format=str),
        money("limit", _("Höchstbetrag")),
        money("carried", _("nachholbar")),
        money("formed", _("gebildet")),
        money("left", _("noch möglich")),
    )
    return Table(columns, funds.free, _("Spielraum der freien Rücklage (§ 62 Abs. 1 Nr. 3 AO)"))


def report_facts(accounts: AnnualAccounts) -> list[tuple[str, str]]:
    facts = [
        (_("Zeitraum"), f"{day(accounts.first_day)} – {day(accounts.last_day)}"),
        (_("Stand"), str(accounts.get_state_display())),
    ]
    if accounts.prepared_on:
        facts.append((_("Aufgestellt"), day(accounts.prepared_on)))
    if accounts.examined_on:
        facts.append((_("Geprüft"), f"{day(accounts.examined_on)}. {accounts.examination_note}"))
    if accounts.resolution:
        facts.append((_("Beschlossen durch"), str(accounts.resolution)))
    if accounts.figures_hash:
        facts.append((_("Prüfsumme der Zahlen"), accounts.figures_hash))
    return facts


def print_report(accounts: AnnualAccounts, *, number: str = "", on: date, created: datetime) -> bytes:
    """The Kassenbericht (domain rule 8.12) as PDF; filed, it bears the number under which it can be verified."""
    shown = StatementPrint(accounts)
    context = {
        "print": shown,
        "statement": shown.statement,
        "accounts": accounts,
        "open_items": open_item_rows(accounts.year, 100),
        "charitable": is_charitable(accounts.year),
        "letterhead": letterhead(on),
        "subtitle": _("Einnahmen und Ausgaben, Vermögen, offene Posten und Rücklagen"),
        "facts": report_facts(accounts),
        "draft": not accounts.is_frozen,
        "on": on,
        "number": number,
        "url": verification_url(number) if number else "",
    }
    return render_pdf("pdf/closing_report.html", context, title=_("Kassenbericht %s") % accounts.year, created=created)


def print_funds(year: int, *, on: date, created: datetime) -> bytes:
    """The statement of the use of funds as PDF."""
    funds = funds_statement(year)
    context = {
        "funds": funds,
        "tables": [vintage_table(funds), free_table(funds)],
        "letterhead": letterhead(on),
        "subtitle": _("Zeitnahe Verwendung nach § 55 Abs. 1 Nr. 5 AO, Rücklagen nach § 62 AO"),
        "facts": [(_("Geschäftsjahr"), str(year)), (_("Stand der Bücher"), day(on))],
        "on": on,
    }
    return render_pdf(
        "pdf/closing_funds.html", context, title=_("Mittelverwendungsrechnung %s") % year, created=created
    )
