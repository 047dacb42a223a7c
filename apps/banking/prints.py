"""What a printed statement shows."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

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
            (_("Anfangssaldo"), euro(statement.opening)),
            (_("Umsätze zusammen"), euro(statement.closing - statement.opening)),
            (_("Endsaldo"), euro(statement.closing)),
        ),
    )


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
