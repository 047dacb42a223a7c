from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClosingConfig(AppConfig):
    name = "apps.closing"
    label = "closing"
    verbose_name = _("Jahresabschluss")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.closing.duties import closing_duties, closing_year
        from apps.closing.models import AnnualAccounts, AuditPackage, ReserveMovement
        from apps.core.registries import register_duties, register_job, register_milestones
        from apps.ledger.sources import register_source

        protect(AnnualAccounts, when="OLD.state = 'closed'")
        protect(ReserveMovement)
        protect(AuditPackage)
        register_source("closing.reserve", _("Rücklage"))
        register_verbs(
            {
                "closing.begun": _("Jahresabschluss begonnen"),
                "closing.note_set": _("Erläuterungen zum Jahresabschluss geschrieben"),
                "closing.prepared": _("Jahresabschluss aufgestellt"),
                "closing.returned": _("Jahresabschluss zurückgenommen"),
                "closing.examined": _("Prüfung des Jahresabschlusses eingetragen"),
                "closing.adopted": _("Jahresabschluss beschlossen"),
                "closing.closed": _("Geschäftsjahr abgeschlossen"),
                "closing.reserve_moved": _("Rücklage gebildet oder aufgelöst"),
                "closing.adviser_set": _("Angaben der Steuerberatung eingetragen"),
                "closing.exported": _("Buchungen an die Steuerberatung ausgegeben"),
                "closing.package_made": _("Prüfungspaket erstellt"),
            }
        )
        register_duties(closing_duties)
        register_milestones(closing_year)
        register_job("closing.package", "closing.view_auditpackage")
