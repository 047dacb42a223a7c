"""What the printed journal, account sheet and trial balance show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, euro
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.queries import AccountSheet, TrialBalance
from apps.ledger.models import Entry
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf


@dataclass(frozen=True)
class JournalPrint:
    """Entries of a period with their lines, in the order of their numbers."""

    start: date
    end: date
    entries: list[Entry]


@dataclass(frozen=True)
class OwnVoucher:
    """A voucher the association makes out to itself, because there is none of others (Eigenbeleg)."""

    text: str
    document_on: date
    reason: str
    lines: list[Line]
    made_by: str


def print_own_voucher(shown: OwnVoucher, *, on: date, created: datetime) -> bytes:
    total = sum((line.debit for line in shown.lines if line.debit), Decimal(0))
    facts = [
        (_("Belegdatum"), day(shown.document_on)),
        (_("Betrag"), euro(total)),
        (_("Erstellt von"), shown.made_by),
        (_("Erstellt am"), day(on)),
    ]
    return _render("pdf/ledger_own_voucher.html", shown, _("Eigenbeleg"), facts, on=on, created=created)


def journal_print(entries: Iterable[Entry], *, start: date, end: date) -> JournalPrint:
    return JournalPrint(start, end, list(entries))


def period(start: date, end: date) -> str:
    return f"{day(start)} – {day(end)}"


def print_journal(shown: JournalPrint, *, on: date, created: datetime) -> bytes:
    facts = [(_("Zeitraum"), period(shown.start, shown.end)), (_("Buchungen"), str(len(shown.entries)))]
    return _render("pdf/ledger_journal.html", shown, _("Journal"), facts, on=on, created=created)


def print_sheet(shown: AccountSheet, *, on: date, created: datetime) -> bytes:
    facts = [
        (_("Zeitraum"), period(shown.start, shown.end)),
        (_("Anfangsbestand"), euro(shown.opening)),
        (_("Endbestand"), euro(shown.closing)),
    ]
    title = _("Kontoblatt %s") % shown.account
    return _render("pdf/ledger_sheet.html", shown, title, facts, on=on, created=created)


def print_balance(shown: TrialBalance, *, on: date, created: datetime) -> bytes:
    facts = [(_("Zeitraum"), period(shown.start, shown.end))]
    return _render("pdf/ledger_balance.html", shown, _("Summen- und Saldenliste"), facts, on=on, created=created)


def _render(
    template: str, shown: object, title: str, facts: list[tuple[str, str]], *, on: date, created: datetime
) -> bytes:
    context = {
        "print": shown,
        "letterhead": letterhead(on),
        "subtitle": _("Stand der Bücher am %s") % day(on),
        "facts": facts,
    }
    return render_pdf(template, context, title=title, created=created)
