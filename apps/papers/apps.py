from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "apps.papers"
    label = "papers"
    verbose_name = _("Positionspapiere")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_search
        from apps.papers.models import Signature, SignatureWithdrawal
        from apps.papers.offers import paper_duties, search_papers

        protect(Signature, when="OLD.withdrawn_on IS NULL", except_columns=("withdrawn_on",))
        protect(Signature, when="OLD.withdrawn_on IS NOT NULL")
        protect(SignatureWithdrawal)
        register_search(search_papers)
        register_duties(paper_duties)
        register_verbs(
            {
                "papers.drafted": _("Positionspapier begonnen"),
                "papers.revised": _("Positionspapier geändert"),
                "papers.frozen": _("Textschluss: Positionspapier zur Mitzeichnung gestellt"),
                "papers.reopened": _("Positionspapier zur Überarbeitung geöffnet"),
                "papers.signed": _("Positionspapier unterzeichnet"),
                "papers.signature_withdrawn": _("Unterschrift zurückgezogen"),
                "papers.published": _("Positionspapier veröffentlicht"),
                "papers.withdrawn": _("Positionspapier zurückgezogen"),
                "papers.printed": _("Positionspapier gedruckt"),
            }
        )
