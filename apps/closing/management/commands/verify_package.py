"""Verify an auditor's package; the same check lies as `pruefen.py` inside every package."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.closing.calculations.verification import package_hash, verify
from apps.closing.models import AuditPackage


class Command(BaseCommand):
    help = (
        "Prüft ein Prüfungspaket: Prüfsummen, Soll gleich Haben, Nummern, Salden, Belege, Protokoll und Änderungen, und ob es "
        "hier erstellt wurde. Rückgabe 1, wenn etwas nicht stimmt."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="das Paket (.zip) oder ein entpackter Ordner")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        problems, index = verify(file)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(
            self.style.SUCCESS(
                f"{index['organisation']}, {index['year']}: {len(index['files'])} Dateien, alles stimmt überein."
            )
        )
        if not (digest := package_hash(file)):
            self.stdout.write("Ein entpackter Ordner hat keine eigene Prüfsumme; prüfen Sie auch die ZIP-Datei.")
        elif package := AuditPackage.objects.filter(sha256=digest).first():
            self.stdout.write(self.style.SUCCESS(f"{package}, hier erstellt. Prüfsumme {digest}"))
        else:
            self.stdout.write(self.style.WARNING(f"Dieses Paket wurde hier nicht erstellt. Prüfsumme {digest}"))
