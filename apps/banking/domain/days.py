"""No bank books far ahead: a day in the future is a fault of the file, and of all that was read with it."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.banking.calculations.archive import FileContent
from apps.banking.domain.errors import StatementRefused
from apps.core.templatetags.formats import day, euro


def guard_days(name: str, content: FileContent, on: date) -> None:
    """Refuse the file if a line or a statement lies after the last day a bank may have booked (`BANK_DAYS_AHEAD`)."""
    latest = on + timedelta(days=settings.BANK_DAYS_AHEAD)
    for line, what, booked_on in days_of(content):
        if booked_on > latest:
            raise StatementRefused(
                _(
                    "Datei „%(file)s“, Zeile %(line)s: %(what)s trägt den Tag %(day)s. Der liegt in der Zukunft; angenommen wird "
                    "höchstens der %(latest)s. Bitte laden Sie den Auszug noch einmal bei Ihrer Bank herunter."
                )
                % {"file": name, "line": line, "what": what, "day": day(booked_on), "latest": day(latest)},
                field="files",
            )


def days_of(content: FileContent) -> Iterator[tuple[int, str, date]]:
    """Every day the file speaks of, with its line and what it belongs to."""
    for statement in content.statements:
        for movement in statement.movements:
            yield movement.line, _("Der Umsatz über %s") % euro(movement.amount), movement.booked_on
        label = _("Der Auszug %s") % statement.number if statement.number else _("Der Auszug")
        yield statement.line, label, max(statement.opened_on, statement.closed_on)
    for notice in content.notices:
        yield notice.line, _("Die Sammelbuchung über %s") % euro(notice.amount), notice.booked_on
