from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"
    verbose_name = _("Zahlungsverkehr")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.payments.models import PaymentOrder, PaymentRun

        register_verbs(
            {
                "payments.mandate_given": _("Lastschriftmandat erfasst"),
                "payments.mandate_revoked": _("Lastschriftmandat widerrufen"),
                "payments.creditor_id_set": _("Gläubiger-Identifikationsnummer hinterlegt"),
                "payments.transfer_ordered": _("Überweisung vorgemerkt"),
                "payments.transfer_withdrawn": _("Überweisung zurückgezogen"),
                "payments.run_drafted": _("Zahlungslauf entworfen"),
                "payments.run_released": _("Zahlungslauf freigegeben"),
                "payments.run_discarded": _("Zahlungslauf verworfen"),
            }
        )
        protect(PaymentRun, when="OLD.state <> 'draft'")
        protect(PaymentOrder, when="OLD.end_to_end_id <> ''", except_columns=("is_standing",))
