"""manage.py nightly: what should happen once a night."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.jobs import release_stale_jobs
from apps.core.statistics import refresh_statistics
from apps.documents.domain.downloads import forget_old_downloads
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.queries import wrong_balances
from apps.dues.printing import print_now
from apps.dunning.printing import print_now as print_reminders
from apps.ledger.domain.integrity import check_books


class Command(BaseCommand):
    help = "Einmal in der Nacht: Protokoll prüfen und verankern, Bücher prüfen, Liegengebliebenes fortsetzen, Abrufe vergessen, Indizes auffrischen."

    def handle(self, *args: Any, **options: Any) -> None:
        released = release_stale_jobs()
        if released:
            self.stdout.write(f"{released} abgebrochene Hintergrundarbeiten freigegeben.")
        if printed := print_now(by=None) + print_announcements(by=None):
            self.stdout.write(f"{printed} liegengebliebene PDF gedruckt und abgelegt.")
        if reminded := print_reminders(by=None):
            self.stdout.write(f"{reminded} liegengebliebene Mahnschreiben gedruckt und in den Postausgang gelegt.")
        self.stdout.write(f"{forget_old_downloads(on=timezone.localdate())} alte Abrufe vergessen.")
        refresh_statistics()
        faults = [*check_books(), *(f"Rechnung {number}: Der Stand stimmt nicht." for number in wrong_balances())]
        for fault in faults:
            self.stderr.write(str(fault))
        call_command("verify_audit", "--anchor", stdout=self.stdout, stderr=self.stderr)
        if faults:
            raise CommandError("Die Bücher stimmen nicht.")
        self.stdout.write("Die Bücher stimmen.")
