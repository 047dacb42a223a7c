from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.members.domain.register import Particulars, import_municipalities
from apps.members.reports import register_lines


class Command(BaseCommand):
    help = _("Liest das Gemeindeverzeichnis des Statistischen Bundesamts ein (GV100AD als .txt oder .zip, oder CSV).")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--reference-date", type=date.fromisoformat, help=_("Stichtag der Einwohnerzahlen"))
        parser.add_argument("--census-base", default="", help=_("Zensusbasis, zum Beispiel „Zensus 2022“"))
        parser.add_argument("--published-on", type=date.fromisoformat, help=_("Tag der Veröffentlichung"))

    def handle(self, *args: Any, **options: Any) -> None:
        given = Particulars(options["reference_date"], options["census_base"], options["published_on"])
        try:
            content = options["file"].read_bytes()
        except OSError:
            raise CommandError(_("Die Datei %s kann nicht gelesen werden.") % options["file"]) from None
        try:
            report = import_municipalities(content, by=None, given=given)
        except DomainError as error:
            raise CommandError(error.message) from None
        for line in register_lines(report):
            self.stdout.write(line)
