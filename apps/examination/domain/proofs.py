"""Proof of the balances of a year, from the rows themselves (opening + sum = closing): books, bank and cash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.domain.proof import prove_account
from apps.banking.models import BankLine
from apps.closing.domain.bank_checks import bank_accounts
from apps.core.money import round_cents
from apps.core.templatetags.formats import day, euro, number
from apps.ledger.domain.queries import balance_of, trial_balance
from apps.ledger.models import Account, Entry, EntryLine
from apps.vouchers.models import CashCount


@dataclass(frozen=True)
class Proof:
    """Two figures that must be equal; without one to compare with (no statement, no count) nothing is proven."""

    label: str
    expected: Decimal | None
    found: Decimal
    note: str = ""
    is_money: bool = True

    @property
    def difference(self) -> Decimal:
        """In whole cents: SQLite adds up with binary numbers."""
        return round_cents(self.found - (self.expected or Decimal(0)))

    @property
    def shown(self) -> tuple[object, object]:
        """The expected figure and the found one, in words."""
        show = (lambda amount: euro(round_cents(amount))) if self.is_money else number
        return "–" if self.expected is None else show(self.expected), show(self.found)

    @property
    def holds(self) -> bool:
        return self.expected is not None and not self.difference


def count_of(label: str, found: int, note: str = "") -> Proof:
    """Something of which there must be none."""
    return Proof(label, Decimal(0), Decimal(found), note, is_money=False)


def proofs(year: int) -> list[Proof]:
    return [*book_proofs(year), *bank_proofs(year), *cash_proofs(year)]


def book_proofs(year: int) -> list[Proof]:
    """Debit = credit, balances sum to zero, no gap in the numbers, no entry without proof."""
    balance = trial_balance(start=date(year, 1, 1), end=date(year, 12, 31))
    numbers = Entry.objects.filter(year=year).aggregate(
        count=Count("pk"),
        lowest=Min("number"),
        highest=Max("number"),
        unproven=Count("pk", filter=Q(voucher__isnull=True, reference="")),
    )
    return [
        Proof(_("Summe Soll = Summe Haben"), balance.debit, balance.credit),
        Proof(_("Alle Salden am Jahresende ergeben null"), Decimal(0), balance.closing),
        Proof(
            _("Buchungsnummern ohne Lücke"), Decimal(numbers["highest"] or 0), Decimal(numbers["count"]), is_money=False
        ),
        count_of(_("Buchungen ohne Beleg und Belegnummer"), numbers["unproven"]),
    ]


def bank_proofs(year: int) -> list[Proof]:
    """Per bank account: the statements follow one another, every day adds up, and bank and books agree on the last day.

    The same proof the treasurer sees (`banking.domain.proof`, `closing.domain.bank_checks`): auditors find no other figures.
    """
    return [proof for account in bank_accounts(date(year, 12, 31)) for proof in proofs_of(account, year)]


def proofs_of(account: Any, year: int) -> Iterator[Proof]:
    end = date(year, 12, 31)
    books, shown = balance_of(account.account, until=end), prove_account(account, year)
    if year in shown.years:
        told = list(shown.warnings)
        yield count_of(_("%s: Lücken zwischen den Auszügen") % account, len(told), " ".join(told[:2]))
        yield count_of(_("%s: Tage, die nicht aufgehen") % account, shown.faults)
        yield count_of(_("%s: Umsätze aus Dateien ohne Salden") % account, len(shown.unproven))
    elif loose := account.lines.told_once().filter(booked_on__year=year).count():
        yield count_of(_("%s: Umsätze aus Dateien ohne Salden") % account, loose)
    waiting = BankLine.objects.filter(bank_account=account, booked_on__lte=end).open().count()
    notes = [ngettext("%s Umsatz ist noch nicht verbucht.", "%s Umsätze sind noch nicht verbucht.", waiting) % waiting]
    bank = None if account.opened_on is None else account.opening + account.moved
    if bank is None:
        notes.append(_("Ein Auszug, der bis zum %s reicht, fehlt.") % day(end))
    if bank is not None or books or account.last_closing is not None:
        label = _("%(account)s: Buchhaltung = Bank am %(day)s") % {"account": account, "day": day(end)}
        yield Proof(label, bank, books, " ".join(notes if waiting else notes[1:]))


def cash_proofs(year: int) -> list[Proof]:
    """The cash counted last in the year against the books of that day; cash that nobody counted is not proven."""
    cash, end = Account.objects.filter(key="CASH").first(), date(year, 12, 31)
    if cash is None or not EntryLine.objects.filter(account=cash, entry__booked_on__lte=end).exists():
        return []
    count = CashCount.objects.filter(counted_on__year=year).order_by("-counted_on", "-pk").first()
    if count is None:
        books = balance_of(cash, until=end)
        return [Proof(_("Kasse: Buchhaltung = gezählt"), None, books, _("In diesem Jahr wurde nicht gezählt."))]
    label = _("Kasse: Buchhaltung = gezählt am %s") % day(count.counted_on)
    missing = count.counted.amount - count.expected.amount
    note = _("Differenz der Zählung: %s, verbucht.") % euro(missing) if missing else ""
    return [Proof(label, count.counted.amount, balance_of(cash, until=count.counted_on), note)]
