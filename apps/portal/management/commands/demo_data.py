"""Build the demo association."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.domain.anchors import make_anchor
from apps.portal.demo import (
    auditing,
    budgets,
    cast,
    closing,
    decisions,
    dues,
    einvoices,
    first_year,
    letters,
    library,
    money,
    payments,
    vouchers,
)


class Command(BaseCommand):
    help = "Baut den Demo-Verein durch die Handlungen auf, die auch Menschen ausführen. Vorhandene Daten bleiben unberührt."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            if User.objects.filter(email="administration@demo.example").exists():
                self.stdout.write("Der Demo-Verein ist schon da; nichts geändert.")
                return
            raise CommandError("In dieser Datenbank arbeiten schon Menschen. Der Demo-Verein braucht eine leere.")
        started = time.monotonic()
        with transaction.atomic():
            self.build()
        self.stdout.write(self.style.SUCCESS(f"Der Demo-Verein steht nach {time.monotonic() - started:.0f} Sekunden."))

    def build(self) -> None:
        everyone = self.say("Städte, Menschen und Gremien", cast.build_cast)
        self.say("Rechnungsformate", lambda: einvoices.wish_forms(everyone))
        self.say("Anschriften für Rechnungen", lambda: letters.tell_addresses(everyone))
        past = self.say("Beschlüsse", lambda: decisions.decide_past(everyone))
        self.say("Startbeitrag und Haushalt 2025", lambda: first_year.begin_first_year(everyone, past))
        self.say("Belege, Kontoauszug und Buchungen 2025", lambda: first_year.keep_books_2025(everyone))
        self.say("Beitragsordnung", lambda: money.adopt_fee_schedule(everyone, past["ordinance"]))
        self.say("Beiträge 2026", lambda: money.raise_dues_2026(everyone))
        self.say("Beitragsvorankündigung 2027", lambda: dues.announce_dues_2027(everyone))
        self.say("Versand der Rechnungen 2026", lambda: letters.send_invoices_2026(everyone))
        self.say("Kontoauszüge und Buchungen 2026", lambda: money.keep_books_2026(everyone))
        self.say("Mahnordnung", lambda: letters.adopt_dunning_procedure(everyone, past["ordinance"]))
        self.say("Erinnerungen 2026", lambda: letters.remind_2026(everyone))
        self.say("Belege, Kasse und Anlagen", lambda: vouchers.keep_vouchers(everyone))
        self.say("Nachgereichte Rechnungen", lambda: vouchers.hand_in_bills(everyone))
        self.say("Lastschriften und Überweisungen", lambda: payments.order_payments(everyone))
        self.say("Haushalt und Anträge", lambda: decisions.decide_present(everyone))
        self.say("Entwurf der Beitragsordnung 2028", lambda: dues.draft_fee_schedule_2028(everyone))
        self.say("Verpflichtungen", lambda: budgets.bind_money(everyone))
        self.say("Kosten der federführenden Städte", lambda: budgets.record_lead_city_costs(everyone))
        self.say("Positionspapiere", lambda: decisions.write_papers(everyone))
        self.say("Dokumente", lambda: library.fill_library(everyone))
        self.say("Rechnungsformat ohne Leitweg-ID", lambda: einvoices.wish_without_leitweg_id(everyone))
        self.say("Kontoauszug 2027", lambda: money.offer_statement_2027(everyone))
        self.say("Jahresabschluss 2025", lambda: closing.prepare_2025(everyone))
        self.say("Kassenprüfung 2025", lambda: auditing.examine_2025(everyone, past["auditors2025"]))
        self.say("Feststellung und Abschluss 2025", lambda: closing.close_2025(everyone))
        self.say("Entlastung 2025", lambda: auditing.discharge_2025(everyone))
        self.say("Kassenprüfung 2026", lambda: auditing.examine_2026(everyone))
        make_anchor(medium="Demo-Daten")

    def say[T](self, what: str, step: Callable[[], T]) -> T:
        self.stdout.write(f"  {what} …")
        return step()
