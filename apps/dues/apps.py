from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DuesConfig(AppConfig):
    name = "apps.dues"
    label = "dues"
    verbose_name = _("Beiträge")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_job, register_milestones, register_search
        from apps.core.searching import register_searched
        from apps.dues import models
        from apps.dues.domain.cash import lock_payers, release_paid, words
        from apps.dues.domain.expected import open_claims
        from apps.dues.duties import dues_year, duties
        from apps.dues.kinds import register_kinds
        from apps.dues.search import search
        from apps.dues.triggers import install_triggers
        from apps.ledger.expected import register_due_items
        from apps.ledger.sources import register_source
        from apps.vouchers.domain.cash_uses import CashUse, register_cash_use

        post_migrate.connect(install_triggers, sender=self, dispatch_uid="dues.triggers")
        register_verbs(VERBS)
        register_search(search)
        register_searched("dues_invoice", "number", "city_label", "reference")
        register_duties(duties)
        register_milestones(dues_year)
        register_due_items(open_claims)
        register_kinds()
        register_cash_use(CashUse(lock_payers, release_paid, words))
        for kind, permission in JOBS.items():
            register_job(kind, permission)
        register_source("dues.invoice", _("Beitragsrechnung"), url_for=invoice_url)
        register_source("dues.write_off", _("Ausbuchung"), url_for=write_off_url)
        protect(models.FeeSchedule, when="OLD.state = 'in_force'", except_columns=["valid_until"])
        protect(models.FeeTier, when="OLD.is_final")
        protect(models.DuesRun, when="OLD.state <> 'preview'")
        protect(models.DuesRun, except_columns=["state", "issued_on", "issued_by", "due_on"])
        protect(models.Assessment)
        protect(models.AnnouncementRun, when="OLD.state <> 'preview'")
        protect(models.AnnouncementRun, except_columns=["state", "announced_on", "announced_by"])
        protect(models.Announcement, except_columns=["state", "document"])
        protect(models.Announcement, when="OLD.document_id IS NOT NULL", except_columns=["state"])
        protect(models.Announcement, when="OLD.state = 'superseded' OR OLD.state = 'discarded'")
        protect(models.Invoice, except_columns=["document", "cancelled_on"])
        protect(models.Invoice, when="OLD.document_id IS NOT NULL", except_columns=["cancelled_on"])
        protect(models.Invoice, when="OLD.cancelled_on IS NOT NULL", except_columns=["document"])
        protect(models.CreditNote, except_columns=["document"])
        protect(models.CreditNote, when="OLD.document_id IS NOT NULL")
        protect(models.InvoiceData, when="OLD.state = 'issued'")
        protect(models.Allocation)
        protect(models.WriteOff)


JOBS = {
    "dues.prepare_run": "dues.prepare_run",
    "dues.issue_run": "dues.issue_run",
    "dues.print": "dues.print_invoices",
    "dues.send": "dues.send_invoices",
    "dues.prepare_announcement": "dues.announce",
    "dues.announce": "dues.announce",
    "dues.print_announcements": "dues.announce",
    "dues.send_announcements": "dues.announce",
}

VERBS = {
    "dues.schedule_saved": _("Beitragsordnung als Entwurf gespeichert"),
    "dues.schedule_in_force": _("Beitragsordnung in Kraft gesetzt"),
    "dues.schedule_ended": _("Ende der Beitragsordnung festgelegt"),
    "dues.relief_granted": _("Beitragsnachlass gewährt"),
    "dues.relief_ended": _("Ende des Beitragsnachlasses festgelegt"),
    "dues.announcement_prepared": _("Vorschau der Beitragsvorankündigung erstellt"),
    "dues.announcement_discarded": _("Vorschau der Beitragsvorankündigung verworfen"),
    "dues.announced": _("Voraussichtliche Beiträge bekannt gegeben"),
    "dues.run_prepared": _("Vorschau des Beitragslaufs erstellt"),
    "dues.run_discarded": _("Vorschau des Beitragslaufs verworfen"),
    "dues.run_issued": _("Beitragsrechnungen ausgestellt"),
    "dues.documents_filed": _("PDF der Beitragsrechnungen abgelegt"),
    "dues.invoices_held_back": _("E-Rechnungen zurückgehalten"),
    "dues.invoice_cancelled": _("Beitragsrechnung storniert"),
    "dues.payment_allocated": _("Zahlung zugeordnet"),
    "dues.allocation_released": _("Zuordnung zurückgenommen"),
    "dues.credit_applied": _("Guthaben verrechnet"),
    "dues.credit_refunded": _("Guthaben erstattet"),
    "dues.written_off": _("Forderung ausgebucht"),
    "dues.write_off_taken_back": _("Ausbuchung zurückgenommen"),
    "dues.cash_accepted": _("Barzahlung angenommen"),
}


def invoice_url(number: str) -> str | None:
    from django.urls import reverse

    return reverse("dues:invoice", args=[number])


def write_off_url(number: str) -> str | None:
    from django.urls import reverse

    return reverse("dues:write_off", args=[number])
