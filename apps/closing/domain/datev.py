"""The entries of a business year as a DATEV file: one row per pair of account and contra account."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.closing.calculations.datev import ENCODING, Header, Row, Side, pair_up, write_file
from apps.closing.domain.errors import NotExportable, SettingsMissing
from apps.closing.enums import AccountsState, DatevContent
from apps.closing.models import AdviserSettings, AnnualAccounts
from apps.dues.models import Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import trial_balance
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.enums import Side as LedgerSide
from apps.ledger.models import Account, Entry
from apps.vouchers.models import Voucher

# sphere → KOST1 of SKR 42
COST1 = {Sphere.IDEAL: "1", Sphere.ASSETS: "2", Sphere.PURPOSE: "3", Sphere.BUSINESS: "4", Sphere.UNALLOCATED: "9"}
LENGTHS = range(4, 9)
RESULT = {AccountKind.INCOME, AccountKind.EXPENSE}


@transaction.atomic
def set_adviser(*, consultant_number: int, client_number: int, chart: str, by: User | None) -> AdviserSettings:
    """Enter the numbers under which the tax adviser keeps the association."""
    settings = AdviserSettings.objects.select_for_update().first() or AdviserSettings()
    with act("closing.adviser_set", by=by) as entry:
        settings.consultant_number, settings.client_number, settings.chart = consultant_number, client_number, chart
        settings.save()
        entry.subject = settings
    return settings


def adviser() -> AdviserSettings:
    found = AdviserSettings.objects.first()
    if found is None:
        raise SettingsMissing(_("Bitte tragen Sie zuerst Berater- und Mandantennummer ein."))
    return found


def account_length() -> int:
    """Length of the account numbers; DATEV knows only one for all (4 to 8 digits)."""
    numbers = list(Account.objects.values_list("number", flat=True))
    lengths = {len(number) if number.isdecimal() else 0 for number in numbers}
    if len(lengths) != 1 or not lengths <= set(LENGTHS):
        raise NotExportable(
            _(
                "DATEV verlangt Kontonummern aus Ziffern in gleicher Länge (4 bis 8). Bitte passen Sie den Kontenplan an."
            )
        )
    return lengths.pop()


@transaction.atomic
def export_for_adviser(year: int, content: DatevContent, *, by: User, at: datetime) -> bytes:
    """The file of a year, and in the journal who took it when (domain rule: exports are logged)."""
    file = export_year(year, content, created=at, by=str(by))
    with act("closing.exported", by=by, data={"year": year, "file": content, "sha256": sha256(file).hexdigest()}):
        return file


def export_year(year: int, content: DatevContent = DatevContent.BOOKINGS, *, created: datetime, by: str) -> bytes:
    """The whole business year as one file: its bookings, or the balances it began with."""
    settings = adviser()
    openings = content == DatevContent.OPENINGS
    header = Header(
        created=created,
        exported_by=by.encode(ENCODING, "replace").decode(ENCODING).replace('"', ""),
        consultant=settings.consultant_number,
        client=settings.client_number,
        year_start=date(year, 1, 1),
        account_length=account_length(),
        start=date(year, 1, 1),
        end=date(year, 12, 31),
        name=f"Saldenvorträge {year}" if openings else f"Buchungen {year}",
        chart=settings.chart,
    )
    return write_file(header, opening_rows(year) if openings else datev_rows(year))


def closed_year_before(year: Any) -> QuerySet[AnnualAccounts]:
    """The accounts of the year before (or of an outer row's), if they are closed: only then its balances can't change any more."""
    return AnnualAccounts.objects.filter(year=year - 1, state=AccountsState.CLOSED)


def opening_rows(year: int) -> Iterator[Row]:
    """The balances at the beginning of the year against the account for carried balances (9000 in DATEV's charts)."""
    if not closed_year_before(year).exists():
        raise NotExportable(_("Saldenvorträge gibt es, sobald das Jahr %s abgeschlossen ist.") % (year - 1))
    contra, first = account("OPENING").number, date(year, 1, 1)
    for row in trial_balance(start=first, end=date(year, 12, 31)).rows:
        if row.opening and row.account.number != contra:
            yield Row(
                amount=abs(row.opening),
                is_debit=row.opening > 0,
                account=row.account.number,
                contra=contra,
                on=first,
                reference=f"SV-{year}",
                text=_("Saldenvortrag %s") % row.account.name,
            )


def datev_rows(year: int) -> Iterator[Row]:
    """Rows in the order of the entries; those of invoices and bills say when they fall due."""
    entries: Any = (
        Entry.objects.filter(year=year).order_by("number").prefetch_related("lines__account", "lines__cost_centre")
    )
    transit = Account.objects.filter(key="TRANSIT").values_list("number", flat=True).first() or ""
    due: dict[int | None, date | None] = dict(Invoice.objects.filter(entry__year=year).values_list("entry", "due_on"))
    due |= dict(Voucher.objects.filter(entry__year=year).values_list("entry", "due_on"))
    for entry in entries.iterator(chunk_size=500):
        for row in entry_rows(entry, transit):
            yield replace(row, due=due.get(entry.pk))


def entry_rows(entry: Entry, transit: str) -> Iterator[Row]:
    """Pairs of one entry. A reversal is written as what it takes back, marked »Generalumkehr«.

    A row has one sphere: two accounts of the result with different ones meet on the account for money on its way.
    """
    lines = sorted(entry.lines.all(), key=lambda line: line.pk)
    debits = [side_of(line) for line in lines if line.side == LedgerSide.DEBIT]
    credits_ = [side_of(line) for line in lines if line.side == LedgerSide.CREDIT]
    is_reversal = entry.reverses_id is not None
    if is_reversal:
        debits, credits_ = credits_, debits
    for amount, debit, credit in pair_up(debits, credits_):
        marks = {(side.sphere, side.cost_centre) for side in (debit, credit) if side.sphere}
        between = Side(transit, amount)
        pairs = [(debit, credit)] if len(marks) < 2 else [(debit, between), (between, credit)]
        for one, other in pairs:
            marked = one if one.sphere else other
            yield Row(
                amount=amount,
                is_debit=True,
                account=one.account,
                contra=other.account,
                on=entry.booked_on,
                reference=entry.reference or str(entry),
                text=entry.text,
                sphere=marked.sphere,
                cost_centre=marked.cost_centre,
                is_reversal=is_reversal,
            )


def side_of(line: Any) -> Side:
    if line.account.kind not in RESULT:
        return Side(line.account.number, line.amount.amount)
    centre = line.cost_centre.number if line.cost_centre else ""
    return Side(line.account.number, line.amount.amount, COST1[Sphere(line.sphere)], centre)
