"""manage.py check_einvoice FILE…: what the official rules find in e-invoices (XRechnung, ZUGFeRD).

Exit code 1 if a file breaks a rule or can't be read. Nothing is kept.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.templatetags.formats import euro
from apps.einvoice.reading import Reading, read


class Command(BaseCommand):
    help = "Prüft E-Rechnungen nach den amtlichen Regeln (EN 16931, XRechnung, ZUGFeRD)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="DATEI")

    def handle(self, *args: Any, **options: Any) -> None:
        bad = sum(not self.passes(path) for path in options["files"])
        if bad:
            raise CommandError(f"{bad} von {len(options['files'])} Dateien sind nicht in Ordnung.")

    def passes(self, path: Path) -> bool:
        try:
            reading = read(path.read_bytes())
        except OSError as error:
            self.stderr.write(f"{path}: {error.strerror}")
            return False
        except DomainError as error:
            self.stderr.write(f"{path}: {error.message}")
            return False
        self.report(path, reading)
        return reading.is_valid

    def report(self, path: Path, reading: Reading) -> None:
        invoice, where = reading.invoice, "ZUGFeRD" if reading.from_pdf else reading.syntax.upper()
        verdict = "keine Feststellung" if not reading.findings else f"{len(reading.findings)} Feststellungen"
        self.stdout.write(f"{path}: {invoice.number}, {euro(invoice.totals.due)}, {where}: {verdict}")
        for finding in reading.findings:
            self.stdout.write(f"    {finding.rule} ({finding.severity.label}): {finding.text}")
