from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    name = "apps.budget"
    label = "budget"
    verbose_name = _("Haushalt")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.budget.duties import budget_duties, budget_year
        from apps.core.registries import register_duties, register_milestones

        register_verbs(
            {
                "budget.plan_drafted": _("Haushaltsplan begonnen"),
                "budget.amounts_set": _("Haushaltsansätze geändert"),
                "budget.plan_proposed": _("Haushaltsplan zur Beschlussfassung vorgelegt"),
                "budget.plan_returned": _("Haushaltsplan zur Überarbeitung zurückgenommen"),
                "budget.plan_adopted": _("Haushaltsplan beschlossen"),
                "budget.plan_withdrawn": _("Haushaltsplan zurückgezogen"),
                "budget.plan_printed": _("Haushaltsplan gedruckt"),
                "budget.forecast_set": _("Prognose festgelegt"),
                "budget.commitment_entered": _("Verpflichtung erfasst"),
                "budget.posting_referred": _("Buchung einer Verpflichtung zugeordnet"),
                "budget.posting_released": _("Zuordnung einer Buchung aufgehoben"),
                "budget.commitment_closed": _("Verpflichtung geschlossen"),
                "budget.commitment_reopened": _("Verpflichtung wieder geöffnet"),
                "budget.meeting_recorded": _("Netzwerktreffen erfasst"),
                "budget.meeting_changed": _("Netzwerktreffen geändert"),
                "budget.cost_recorded": _("Getragene Kosten erfasst"),
                "budget.cost_changed": _("Getragene Kosten berichtigt"),
                "budget.cost_removed": _("Getragene Kosten entfernt"),
            }
        )
        register_duties(budget_duties)
        register_milestones(budget_year)
        protect(self.get_model("BudgetPlan"), when="OLD.state IN ('adopted', 'superseded')", except_columns=("state",))
        protect(self.get_model("BudgetLine"), when="OLD.is_final")
