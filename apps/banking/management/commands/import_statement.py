from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.banking.domain.importing import BankFile, ImportReport, import_statements
from apps.banking.models import Statement
from apps.core.errors import DomainError
from apps.core.templatetags.formats import euro


class Command(BaseCommand):
    help = "Liest Kontoauszüge (CAMT.053, .052, .054, MT940, CSV, auch als ZIP) ein: alle Dateien oder keine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="Auszugsdateien")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        try:
            bank_files = [BankFile(path.name, path.read_bytes()) for path in files]
            report = import_statements(bank_files, by=None, on=timezone.localdate())
        except OSError as error:
            raise CommandError(
                _("Die Datei „%(file)s“ kann nicht gelesen werden: %(reason)s")
                % {"file": error.filename, "reason": error.strerror}
            ) from error
        except DomainError as error:
            raise CommandError(_("%(reason)s\nEs wurde nichts eingelesen.") % {"reason": error.message}) from error
        for line in report_lines(report):
            self.stdout.write(line)


def report_lines(report: ImportReport) -> list[str]:
    """What was read, statement by statement, and what was known already."""
    lines = [_("%s: schon eingelesen, nichts Neues.") % name for name in report.known_files]
    lines += [_("Auszug %s: schon eingelesen, nichts Neues.") % label for label in report.known_statements]
    lines += [statement_line(statement) for statement in report.statements]
    if report.notices:
        lines.append(_("%s Sammelaufstellungen.") % report.notices)
    if report.pending:
        lines.append(_("%s vorgemerkte Umsätze wurden noch nicht übernommen.") % report.pending)
    return [*lines, *(_("Hinweis: %s") % warning for warning in report.warnings)]


def statement_line(statement: Statement) -> str:
    values = {"statement": statement, "count": statement.line_count, "new": statement.new_line_count}
    if not statement.is_proven:
        return _("Auszug %(statement)s: %(count)s Umsätze, davon %(new)s neu.") % values
    values |= {"opening": euro(statement.opening), "closing": euro(statement.closing)}
    return (
        _("Auszug %(statement)s: %(count)s Umsätze, davon %(new)s neu. %(opening)s → %(closing)s, geht auf.") % values
    )
