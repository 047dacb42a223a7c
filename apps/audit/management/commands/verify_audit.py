from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.audit.domain.anchors import make_anchor
from apps.audit.domain.verification import Report, record_verification, verify
from apps.core.templatetags.formats import number


class Command(BaseCommand):
    help = "Prüft Protokoll und Verlauf von Anfang bis Ende; endet mit 1 und nennt die Stelle, wenn etwas nicht stimmt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", action="store_true", help="hält das Ende als Anker fest, wenn alles stimmt")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify()
        record_verification(report)
        for line in describe(report):
            self.stdout.write(line)
        for text in report.breaks:
            self.stderr.write(f"✗ {text}")
        if report.breaks:
            raise CommandError(_("%(n)d Abweichungen gefunden.") % {"n": len(report.breaks)})
        if options["anchor"]:
            anchor = make_anchor(medium=_("Prüfung"))
            self.stdout.write(_("Anker gesetzt bei Eintrag %(n)d.") % {"n": anchor.sequence})
        self.stdout.write(_("Alles stimmt überein."))


def describe(report: Report) -> list[str]:
    counts = {
        _("Einträge im Protokoll"): report.entries,
        _("davon Angaben gelöscht"): report.erased_entries,
        _("Verlaufstabellen"): report.tables,
        _("Verlaufszeilen"): report.rows,
        _("davon Personendaten gelöscht"): report.erased_rows,
        _("Anker"): report.anchors,
        _("Schutzvorrichtungen"): report.triggers,
    }
    lines = [f"{label}: {number(count)}" for label, count in counts.items()]
    return [
        *lines,
        f"{_('Dauer')}: {number(round(Decimal(report.seconds), 2))} s",
        f"{_('Prüfwert des letzten Eintrags')}: {report.hash}",
    ]
