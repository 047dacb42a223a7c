"""The lines of a plan as XLSX: written for a spreadsheet, read back with every fault named by its row."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from apps.budget.domain.planning import Place, Planned
from apps.budget.models import BudgetLine, BudgetPlan
from apps.core.errors import DomainError
from apps.core.forms import parse_german
from apps.core.tables import Column
from apps.ledger.models import Account, CostCentre

COLUMNS = (
    Column("account__number", gettext_lazy("Konto")),
    Column("account__name", gettext_lazy("Bezeichnung")),
    Column("cost_centre__number", gettext_lazy("Kostenstelle")),
    Column("amount", gettext_lazy("Ansatz")),
    Column("amount_next", gettext_lazy("Vorausschau 1")),
    Column("amount_after", gettext_lazy("Vorausschau 2")),
    Column("month", gettext_lazy("Monat")),
    Column("explanation", gettext_lazy("Erläuterung")),
)
LARGEST = Decimal(10) ** 12


class SheetUnreadable(DomainError):
    """The file is not a spreadsheet, or a column is missing."""


class SheetFaulty(DomainError):
    """Some rows can't be taken over."""


@dataclass(frozen=True)
class Change:
    """One place of the plan as it is and as the file has it (None: no line)."""

    label: str
    before: Planned | None
    after: Planned | None


@dataclass
class Sheet:
    amounts: dict[Place, Planned] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet; accounts and cost centres must be there, each place once."""
    rows = list(sheet_rows(content))
    headings = [str(value or "").strip() for value in rows[0]] if rows else []
    missing = [
        str(column.label) for column in COLUMNS if str(column.label) not in headings and column.name != "account__name"
    ]
    if missing:
        raise SheetUnreadable(_("In der ersten Zeile fehlen die Spalten: %s.") % ", ".join(missing), field="file")
    accounts = {account.number: account for account in Account.objects.result()}
    centres = CostCentre.objects.in_bulk(field_name="number")
    sheet = Sheet()
    for number, row in enumerate(rows[1:], start=2):
        values = dict(zip(headings, row, strict=False))
        if values.get(str(COLUMNS[0].label)) in {None, ""} or values[str(COLUMNS[0].label)] == _("Summe"):
            continue
        try:
            place, planned = read_row(
                {column.name: values.get(str(column.label)) for column in COLUMNS}, accounts, centres
            )
            if place in sheet.amounts:
                raise ValueError(_("Konto und Kostenstelle stehen schon in einer früheren Zeile."))
            sheet.amounts[place] = planned
        except ValueError as fault:
            sheet.faults.append(_("Zeile %(number)s: %(fault)s") % {"number": number, "fault": fault})
    return sheet


def sheet_rows(content: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError):
        raise SheetUnreadable(_("Die Datei ist keine Excel-Datei (XLSX)."), field="file") from None
    yield from book.worksheets[0].iter_rows(values_only=True)


def read_row(
    values: dict[str, Any], accounts: dict[str, Account], centres: dict[str, CostCentre]
) -> tuple[Place, Planned]:
    account, centre = values["account__number"], values["cost_centre__number"]
    if str(account) not in accounts:
        raise ValueError(
            _("Das Konto „%s“ gibt es nicht, oder es ist kein Konto für Einnahmen oder Ausgaben.") % account
        )
    if centre and str(centre) not in centres:
        raise ValueError(_("Die Kostenstelle „%s“ gibt es nicht.") % centre)
    planned = Planned(
        read_amount(values["amount"]),
        str(values["explanation"] or "").strip()[:250],
        following=read_amount(values["amount_next"]),
        after_next=read_amount(values["amount_after"]),
        month=read_month(values["month"]),
    )
    return (accounts[str(account)], centres[str(centre)] if centre else None), planned


def read_amount(value: Any) -> Decimal:
    """An amount as a number or as German text; not negative, whole cents."""
    try:
        amount = parse_german(value) if isinstance(value, str) and value else Decimal(str(value or 0))
    except (InvalidOperation, ValueError):
        raise ValueError(_("„%s“ ist kein Betrag.") % value) from None
    if not 0 <= amount < LARGEST or amount != round(amount, 2):
        raise ValueError(_("„%s“ ist kein Betrag in Euro und Cent ab null.") % value)
    return round(amount, 2)


def read_month(value: Any) -> int | None:
    if value in {None, ""}:
        return None
    if str(value) not in {str(month) for month in range(1, 13)}:
        raise ValueError(_("„%s“ ist kein Monat von 1 bis 12.") % value)
    return int(value)


def changes(plan: BudgetPlan, sheet: Sheet) -> list[Change]:
    """What taking the sheet over would change; places missing in the sheet lose their line."""
    present = {place_of(line): planned_of(line) for line in plan.lines.select_related("account", "cost_centre")}
    wanted = {place: planned for place, planned in sheet.amounts.items() if not planned.is_empty}
    places = sorted({*present, *wanted}, key=label_of)
    return [
        Change(label_of(place), present.get(place), wanted.get(place))
        for place in places
        if present.get(place) != wanted.get(place)
    ]


def place_of(line: BudgetLine) -> Place:
    return line.account, line.cost_centre


def planned_of(line: BudgetLine) -> Planned:
    return Planned(line.amount.amount, line.explanation, line.amount_next.amount, line.amount_after.amount, line.month)


def label_of(place: Place) -> str:
    account, centre = (place, None) if isinstance(place, Account) else place
    return f"{account} · {centre}" if centre else str(account)
