"""Proof of the balances of a year, from the rows themselves (domain rule 6.10: opening + sum = closing)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from apps.banking.models import BankAccount, BankLine, Statement
from apps.core.money import round_cents
from apps.core.templatetags.formats import euro, number
from apps.ledger.domain.queries import balance_of, trial_balance
from apps.ledger.models import Entry


@dataclass(frozen=True)
class Proof:
    """Two figures that must be equal."""

    label: str
    expected: Decimal
    found: Decimal
    note: str = ""
    is_money: bool = True

    @property
    def difference(self) -> Decimal:
        """In whole cents: SQLite adds up with binary numbers."""
        return round_cents(self.found - self.expected)

    @property
    def shown(self) -> tuple[object, object]:
        show = euro if self.is_money else number
        return show(round_cents(self.expected) if self.is_money else self.expected), show(
            round_cents(self.found) if self.is_money else self.found
        )

    @property
    def holds(self) -> bool:
        return not self.difference


def proofs(year: int) -> list[Proof]:
    return [*book_proofs(year), *bank_proofs(year)]


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
        Proof(_("Buchungen ohne Beleg und Belegnummer"), Decimal(0), Decimal(numbers["unproven"]), is_money=False),
    ]


def bank_proofs(year: int) -> list[Proof]:
    """Per bank account: each statement begins where the one before ended, and the books agree with the last one."""
    found = []
    for account in BankAccount.objects.select_related("account"):
        statements = list(
            Statement.objects.filter(bank_account=account, closed_on__year=year).order_by("closed_on", "pk")
        )
        if not statements:
            continue
        breaks = sum(earlier.closing != later.opening for earlier, later in pairwise(statements))
        last = statements[-1]
        waiting = BankLine.objects.filter(bank_account=account, booked_on__lte=last.closed_on).open().count()
        found += [
            Proof(
                _("%s: Auszüge schließen aneinander an (Brüche)") % account, Decimal(0), Decimal(breaks), is_money=False
            ),
            Proof(
                _("%(account)s: Buchhaltung = Kontoauszug am %(day)s")
                % {"account": account, "day": f"{last.closed_on:%d.%m.%Y}"},
                last.closing.amount,
                balance_of(account.account, until=last.closed_on),
                note=_("%s Umsätze sind noch nicht verbucht.") % waiting if waiting else "",
            ),
        ]
    return found
