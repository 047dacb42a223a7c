from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"
    verbose_name = _("Zahlungsverkehr")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import (
            register_actions,
            register_duties,
            register_job,
            register_notes,
            register_search,
        )
        from apps.dues.domain.collected import register_announced, register_collections, register_direct_debits
        from apps.dues.domain.promises import register_promises
        from apps.payments import notes
        from apps.payments.domain.announcing import direct_debits, still_to_collect, where_announced
        from apps.payments.domain.collecting import still_collecting, where_they_stand
        from apps.payments.domain.transfers import promised_refunds, transfers_under_way, where_it_stands
        from apps.payments.duties import duties
        from apps.payments.kinds import register_kinds
        from apps.payments.models import PaymentOrder, PaymentRun, PreNotification
        from apps.payments.search import search_mandates, search_runs
        from apps.vouchers.domain.under_way import PaymentsUnderWay, register_payments_under_way

        register_verbs(VERBS)
        register_payments_under_way(PaymentsUnderWay(lambda: transfers_under_way().values("voucher"), where_it_stands))
        register_announced(lambda on: still_to_collect(on).values("pk"), where_announced)
        register_collections(lambda on: still_collecting(on).values("invoice"), where_they_stand)
        register_direct_debits(direct_debits)
        register_duties(duties)
        register_search(search_runs)
        register_search(search_mandates)
        register_kinds()
        register_job("payments.print", "payments.draft_run")
        register_job("payments.release", "payments.view_paymentrun")
        register_notes("dues.account", notes.account_notes)
        register_notes("dues.invoice", notes.invoice_notes)
        register_notes("vouchers.voucher", notes.voucher_notes)
        register_actions("vouchers.voucher", notes.voucher_actions)
        register_actions("vouchers.due", notes.due_actions)
        register_actions("dues.credit", notes.credit_actions)
        register_promises(promised_refunds)
        protect(PaymentRun, when="OLD.state <> 'draft'")
        protect(PaymentOrder, when="OLD.end_to_end_id <> ''", except_columns=("is_standing", "refusal"))
        protect(PreNotification, except_columns=("document",))
        protect(PreNotification, when="OLD.document_id IS NOT NULL")


VERBS = {
    "payments.mandate_given": _("Lastschriftmandat erfasst"),
    "payments.original_filed": _("Original des Mandats abgelegt"),
    "payments.mandate_revoked": _("Lastschriftmandat widerrufen"),
    "payments.creditor_id_set": _("Gläubiger-Identifikationsnummer hinterlegt"),
    "payments.transfers_ordered": _("Überweisungen vorgemerkt"),
    "payments.transfer_withdrawn": _("Überweisung zurückgezogen"),
    "payments.run_drafted": _("Zahlungslauf entworfen"),
    "payments.order_taken_out": _("Zahlung aus dem Lauf genommen"),
    "payments.notices_written": _("Vorabankündigungen geschrieben"),
    "payments.notices_filed": _("PDF der Vorabankündigungen abgelegt"),
    "payments.run_released": _("Zahlungslauf freigegeben"),
    "payments.run_discarded": _("Zahlungslauf verworfen"),
    "payments.orders_refused": _("Zahlungen von der Bank nicht ausgeführt"),
}
