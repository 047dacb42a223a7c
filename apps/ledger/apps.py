from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def load_chart(sender: AppConfig, **options: Any) -> None:
    """After every migration and flush there is a chart of accounts."""
    from apps.ledger.domain.seeds import load_chart

    load_chart()


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    label = "ledger"
    verbose_name = _("Buchhaltung")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_notes, register_search
        from apps.core.searching import register_searched
        from apps.ledger.models import AddedVoucher, Entry, EntryLine, PeriodLock
        from apps.ledger.notes import document_notes
        from apps.ledger.search import search_entries
        from apps.ledger.triggers import install_triggers

        for final in (Entry, EntryLine, AddedVoucher, PeriodLock):
            protect(final)

        register_verbs(
            {
                "ledger.entry_posted": _("Buchung festgeschrieben"),
                "ledger.entries_posted": _("Buchungen festgeschrieben"),
                "ledger.entry_reversed": _("Buchung storniert"),
                "ledger.voucher_added": _("Beleg nachgereicht"),
                "ledger.period_closed": _("Zeitraum abgeschlossen"),
                "ledger.account_opened": _("Konto eröffnet"),
                "ledger.account_changed": _("Konto geändert"),
                "ledger.cost_centre_opened": _("Kostenstelle eröffnet"),
                "ledger.cost_centre_changed": _("Kostenstelle geändert"),
                "ledger.chart_imported": _("Kontenplan eingelesen"),
                "ledger.account_closed": _("Konto geschlossen"),
            }
        )
        register_search(search_entries)
        register_notes("documents.document", document_notes)
        register_searched("ledger_entry", "text", "reference")
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="ledger.triggers")
        post_migrate.connect(load_chart, sender=self, dispatch_uid="ledger.chart")
