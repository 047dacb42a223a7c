"""What a printed statement shows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.banking.domain.proof import AccountProof
from apps.banking.models import Statement, StatementLine
from apps.core.templatetags.formats import day, euro, iban
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf


@dataclass(frozen=True)
class StatementPrint:
    """The statement, its lines with their entries, and the proof of balances."""

    statement: Statement
    positions: list[StatementLine]
    facts: tuple[tuple[str, str], ...]


def statement_print(statement: Statement) -> StatementPrint:
    return StatementPrint(
        statement,
        list(statement.positions.select_related("line__entry").order_by("position")),
        (
            (_("Konto"), f"{statement.bank_account}, {iban(statement.bank_account.iban)}"),
            (_("Zeitraum"), f"{day(statement.opened_on)} – {day(statement.closed_on)}"),
            (_("Format"), statement.get_format_display()),
            (_("Anfangssaldo"), euro(statement.opening) if statement.opening is not None else _("nicht genannt")),
            (_("Umsätze zusammen"), euro(statement_total(statement))),
            (_("Endsaldo"), euro(statement.closing) if statement.closing is not None else _("nicht genannt")),
        ),
    )


def statement_total(statement: Statement) -> Decimal:
    """The sum of the lines: the difference of the balances where there are any."""
    if statement.opening is not None and statement.closing is not None:
        difference: Decimal = statement.closing.amount - statement.opening.amount
        return difference
    return statement.positions.aggregate(total=Sum("line__amount"))["total"] or Decimal("0.00")


def print_statement(statement: Statement, *, on: date, created: datetime) -> bytes:
    """The statement as PDF, as it stands in the books on that day."""
    shown = statement_print(statement)
    return render_pdf(
        "pdf/banking_statement.html",
        {
            "print": shown,
            "letterhead": letterhead(on),
            "subtitle": _("Stand der Buchungen am %s") % day(on),
            "facts": shown.facts,
        },
        title=_("Kontoauszug %s") % statement,
        created=created,
    )


def print_proof(proof: AccountProof, *, on: date, created: datetime) -> bytes:
    """The proof of balances of a year as PDF."""
    account = proof.bank_account
    return render_pdf(
        "pdf/banking_proof.html",
        {
            "proof": proof,
            "letterhead": letterhead(on),
            "subtitle": _("Stand der Buchungen am %s") % day(on),
            "facts": (
                (_("Konto"), f"{account}, {iban(account.iban)}"),
                (_("Konto der Buchhaltung"), str(account.account)),
                (_("Jahr"), str(proof.year)),
                (
                    _("Ergebnis"),
                    _("Jeder Tag geht auf.") if proof.is_proven else _("Es gibt Abweichungen, siehe unten."),
                ),
            ),
        },
        title=_("Saldennachweis %(year)s") % {"year": proof.year},
        created=created,
    )
