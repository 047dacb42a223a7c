"""Verify an auditor's package; the same check lies as `pruefen.py` inside every package."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.closing.calculations.verification import verify


class Command(BaseCommand):
    help = "Prüft ein Prüfungspaket: Prüfsummen, Soll gleich Haben, Nummern, Salden, Belege. Rückgabe 1, wenn etwas nicht stimmt."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="das Paket (.zip)")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        problems, index = verify(file)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(
            self.style.SUCCESS(
                f"{index['organisation']}, {index['year']}: {len(index['files'])} Dateien, alles stimmt."
            )
        )
