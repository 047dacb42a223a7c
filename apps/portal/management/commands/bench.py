"""manage.py bench: how long everything takes with many members, lines and entries, as JSON.

It works in a database and a folder of its own, made for it and removed afterwards. Progress goes to stderr.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.portal.bench.report import PARTS, Wanted, measure_all
from apps.portal.bench.scratch import scratch_database
from apps.portal.bench.targets import judge


class Command(BaseCommand):
    help = "Misst Beitragslauf, Kontoauszug, Protokoll, Seiten und PDF in einer eigenen Datenbank und gibt JSON aus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, nargs="+", default=[1000, 10952], metavar="ANZAHL")
        parser.add_argument("--lines", type=int, default=10_000, help="Zeilen des Kontoauszugs")
        parser.add_argument("--entries", type=int, default=200_000, help="Einträge des Protokolls")
        parser.add_argument("--pdfs", type=int, default=40, help="Rechnungen, die gedruckt werden")
        parser.add_argument("--rounds", type=int, default=3, help="Durchgänge, aus denen der mittlere zählt")
        parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="nur diese Teile messen")

        parser.add_argument(
            "--decade",
            type=int,
            nargs="?",
            const=10_952,
            default=0,
            metavar="STÄDTE",
            help="statt alles anderen: zehn Jahre so vieler Städte füllen und jede Seite der Kasse messen (Vorgabe 10952)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(
            members=options["members"],
            lines=options["lines"],
            entries=options["entries"],
            pdfs=options["pdfs"],
            rounds=options["rounds"],
            parts=options["only"],
            on=timezone.localdate(),
            decade=options["decade"],
        )
        self.say("make the database")
        with scratch_database():
            report = measure_all(wanted, self.say)
        report["targets"] = judge(report)
        self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))

    def say(self, text: str) -> None:
        self.stderr.write(f"{timezone.localtime():%H:%M:%S} {text}")
