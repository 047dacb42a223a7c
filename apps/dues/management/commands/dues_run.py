"""manage.py dues_run YEAR [--preview | --issue] [--on DATE]: the dues run from the command line.

Exit code 0: done, or nothing to do. 1: refused; the sentence says why.
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.templatetags.formats import day, euro
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.queries import missing_documents
from apps.dues.domain.runs import prepare_run
from apps.dues.models import DuesRun
from apps.dues.tasks import start_printing


class Command(BaseCommand):
    help = "Beitragslauf eines Jahres: Vorschau festhalten (--preview, Vorgabe) oder ausstellen (--issue)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, metavar="JAHR")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--preview", action="store_true", help="Vorschau festhalten (Vorgabe)")
        what.add_argument("--issue", action="store_true", help="die Vorschau ausstellen; ohne Vorschau eine erstellen")
        parser.add_argument("--on", type=date.fromisoformat, metavar="JJJJ-MM-TT", help="Tag des Laufs, sonst heute")

    def handle(self, *args: Any, **options: Any) -> None:
        year, on = options["year"], options["on"] or timezone.localdate()
        issued = DuesRun.objects.issued().filter(year=year, sequence=0).first()
        if issued:
            self.nothing_to_do(issued)
            return
        try:
            if options["issue"]:
                self.issue(year, on)
            else:
                self.report(prepare_run(year, by=None, on=on))
        except DomainError as error:
            raise CommandError(error.message) from error

    def nothing_to_do(self, run: DuesRun) -> None:
        self.stdout.write(
            f"{run}: am {day(run.issued_on)} ausgestellt, {run.count} Rechnungen, zusammen {euro(run.total)}. Nichts zu tun."
        )
        missing = missing_documents()
        if missing:
            start_printing(by=None)
            self.stdout.write(f"{missing} PDF fehlen noch und entstehen im Hintergrund.")

    def issue(self, year: int, on: date) -> None:
        run = DuesRun.objects.previews().filter(year=year).first() or prepare_run(year, by=None, on=on)
        invoices = issue_run(run, by=None, on=on)
        start_printing(by=None)
        span = f"{invoices[0].number} bis {invoices[-1].number}" if invoices else "keine"
        self.stdout.write(f"{run}: {len(invoices)} Rechnungen ausgestellt ({span}), zusammen {euro(run.total)}.")
        self.stdout.write("Die PDF-Dateien entstehen im Hintergrund.")

    def report(self, run: DuesRun) -> None:
        """Every city with its fee, what is missing, the sum."""
        for row in run.assessments.order_by("position"):
            self.stdout.write(
                f"{row.position:>6}  {row.city_label:<32} {euro(row.amount):>16}{'  Lastschrift' if row.direct_debit else ''}"
            )
            for finding in row.findings:
                self.stdout.write(f"        {'Fehlt' if finding['blocks'] else 'Hinweis'}: {finding['text']}")
        for finding in run.findings:
            self.stdout.write(f"Fehlt: {finding['text']}")
        self.stdout.write(f"{run}: Vorschau mit {run.count} Rechnungen, zusammen {euro(run.total)}.")
        self.stdout.write(f"Prüfsumme {run.content_hash}")
