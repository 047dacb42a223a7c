from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExaminationConfig(AppConfig):
    name = "apps.examination"
    label = "examination"
    verbose_name = _("Kassenprüfung")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.closing.domain.package_proofs import register_report
        from apps.core.registries import register_duties, register_milestones, register_notes
        from apps.examination.duties import examination_duties, examination_year
        from apps.examination.notes import accounts_notes, report_keys

        register_verbs(
            {
                "examination.opened": _("Kassenprüfung eröffnet"),
                "examination.sample_drawn": _("Stichprobe gezogen"),
                "examination.entry_picked": _("Buchung zur Prüfung ausgewählt"),
                "examination.item_unticked": _("Haken zurückgenommen"),
                "examination.item_ticked": _("Buchung geprüft"),
                "examination.question_asked": _("Prüfungsfrage gestellt"),
                "examination.question_answered": _("Prüfungsfrage beantwortet"),
                "examination.finding_added": _("Feststellung aufgenommen"),
                "examination.finding_removed": _("Feststellung entfernt"),
                "examination.conclusion_set": _("Prüfungsergebnis formuliert"),
                "examination.signed": _("Prüfungsbericht unterzeichnet"),
                "examination.reported": _("Prüfungsbericht festgestellt"),
                "examination.discharge_drafted": _("Antrag auf Entlastung entworfen"),
                "examination.accounts_confirmed": _("Neu aufgestellter Jahresabschluss bestätigt"),
            }
        )
        register_duties(examination_duties)
        register_milestones(examination_year)
        register_report(report_keys)
        register_notes("closing.accounts", accounts_notes)
        protect(self.get_model("Examination"), when="OLD.report_id IS NOT NULL", except_columns=("motion",))
        protect(self.get_model("SampleItem"), when="OLD.is_final")
        protect(self.get_model("LaterSample"), when="OLD.is_final")
        protect(self.get_model("Question"), when="OLD.is_final")
        protect(self.get_model("Finding"), when="OLD.is_final")
        protect(self.get_model("Auditor"), when="OLD.is_final")
