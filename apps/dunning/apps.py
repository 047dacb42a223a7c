from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DunningConfig(AppConfig):
    name = "apps.dunning"
    label = "dunning"
    verbose_name = _("Mahnwesen")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_job, register_notes, register_search
        from apps.dues.domain.side_claims import register_side_claims
        from apps.dunning import models
        from apps.dunning.domain.side_claims import open_claims
        from apps.dunning.duties import duties
        from apps.dunning.kinds import register_kinds
        from apps.dunning.notes import account_notes, invoice_notes
        from apps.dunning.search import search

        register_verbs(VERBS)
        register_duties(duties)
        register_search(search)
        register_job("dunning.print", "dunning.run")
        register_kinds()
        register_side_claims(open_claims)
        register_notes("dues.account", account_notes)
        register_notes("dues.invoice", invoice_notes)
        protect(models.DunningProcedure, when="OLD.state = 'in_force'", except_columns=["valid_until"])
        protect(models.DunningLevel, when="OLD.is_final")
        protect(models.DunningRun, except_columns=["state", "issued_on", "issued_by"])
        protect(models.DunningRun, when="OLD.state <> 'preview'")
        protect(models.DunningItem, except_columns=["letter"])
        protect(models.DunningItem, when="OLD.letter_id IS NOT NULL")
        protect(models.DunningLetter, except_columns=["document", "withdrawn_on", "withdrawal_reason"])
        protect(models.DunningLetter, when="OLD.document_id IS NOT NULL", except_columns=WITHDRAWAL)
        protect(models.DunningLetter, when="OLD.withdrawn_on IS NOT NULL", except_columns=["document"])
        protect(models.DunningBlock, except_columns=["valid_until"])
        protect(models.Waiver)
        protect(models.WaivedClaim)
        protect(models.LimitationEvent, except_columns=["revoked_on"])


WITHDRAWAL = ["withdrawn_on", "withdrawal_reason"]

VERBS = {
    "dunning.procedure_saved": _("Mahnordnung als Entwurf gespeichert"),
    "dunning.procedure_in_force": _("Mahnordnung in Kraft gesetzt"),
    "dunning.run_prepared": _("Vorschau des Mahnlaufs erstellt"),
    "dunning.run_discarded": _("Vorschau des Mahnlaufs verworfen"),
    "dunning.run_issued": _("Mahnschreiben ausgestellt"),
    "dunning.letters_filed": _("PDF der Mahnschreiben abgelegt"),
    "dunning.letter_withdrawn": _("Mahnschreiben zurückgenommen"),
    "dunning.claims_waived": _("Zinsen und Kosten erlassen"),
    "dunning.blocked": _("Mahnsperre eingetragen"),
    "dunning.block_lifted": _("Mahnsperre aufgehoben"),
    "dunning.limitation_recorded": _("Ereignis der Verjährung eingetragen"),
    "dunning.limitation_revoked": _("Ereignis der Verjährung gestrichen"),
}
