from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VouchersConfig(AppConfig):
    name = "apps.vouchers"
    label = "vouchers"
    verbose_name = _("Belege und Kasse")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_notes, register_search
        from apps.ledger.expected import register_due_items
        from apps.ledger.sources import register_source
        from apps.vouchers import models
        from apps.vouchers.domain.expected import open_bills
        from apps.vouchers.duties import duties
        from apps.vouchers.notes import document_notes
        from apps.vouchers.search import search

        register_verbs(VERBS)
        register_search(search)
        register_duties(duties)
        register_due_items(open_bills)
        register_notes("documents.document", document_notes)
        register_source("vouchers.voucher", _("Beleg"), url_for=voucher_url)
        register_source("vouchers.payment", _("Zahlung eines Belegs"))
        register_source("vouchers.cash", _("Kasse"), url_for=cash_url)
        register_source("vouchers.depreciation", _("Anlagen"), url_for=asset_url)
        protect(models.Voucher, except_columns=free_columns(models.Voucher))
        protect(models.Voucher, when="OLD.state = 'posted'", except_columns=["state", "entry", *CHECKS])
        protect(models.Voucher, when="OLD.state = 'rejected'")
        protect(models.VoucherLine, when="OLD.entry_id IS NOT NULL")
        protect(models.Settlement, except_columns=["returned_with"])
        protect(models.CashEntry)
        protect(models.CashCount, except_columns=["document", "difference_entry"])
        protect(models.CashCount, when="OLD.document_id IS NOT NULL")
        protect(models.FixedAsset, except_columns=["disposed_on", "disposal_reason", "disposal_entry"])
        protect(models.FixedAsset, when="OLD.disposed_on IS NOT NULL")
        protect(models.Depreciation, except_columns=["is_standing"])


CHECKS = ("factual_by", "factual_on", "arithmetical_by", "arithmetical_on", "approved_by", "approved_on")
ALWAYS_KEPT = {"id", "year", "sequence", "number", "document", "structured", "received_on"}

VERBS = {
    "vouchers.creditor_saved": _("Kreditor:in erfasst oder geändert"),
    "vouchers.received": _("Beleg eingegangen"),
    "vouchers.described": _("Beleg erfasst und kontiert"),
    "vouchers.factual_confirmed": _("Sachlich richtig bestätigt"),
    "vouchers.arithmetical_confirmed": _("Rechnerisch richtig bestätigt"),
    "vouchers.approved": _("Zahlung angewiesen"),
    "vouchers.returned": _("Beleg zur Änderung zurückgegeben"),
    "vouchers.rejected": _("Beleg zurückgewiesen"),
    "vouchers.posted": _("Beleg gebucht"),
    "vouchers.reversed": _("Buchung des Belegs storniert"),
    "vouchers.settled": _("Zahlung einem Beleg zugeordnet"),
    "vouchers.payment_returned": _("Zahlung eines Belegs kam zurück"),
    "vouchers.cash_recorded": _("Kassenbuchung"),
    "vouchers.cash_reversed": _("Kassenbuchung storniert"),
    "vouchers.cash_counted": _("Kasse gezählt"),
    "vouchers.asset_recorded": _("Anlagegut aufgenommen"),
    "vouchers.asset_disposed": _("Anlagegut abgegangen"),
    "vouchers.depreciated": _("Abschreibungen gebucht"),
    "vouchers.depreciation_reversed": _("Abschreibung storniert"),
}


def free_columns(model: type) -> list[str]:
    fields = model._meta.concrete_fields  # type: ignore[attr-defined]
    return [field.name for field in fields if field.name not in ALWAYS_KEPT]


def voucher_url(number: str) -> str | None:
    from django.urls import reverse

    return reverse("vouchers:voucher", args=[number])


def cash_url(number: str) -> str | None:
    from django.urls import reverse

    return reverse("vouchers:cash")


def asset_url(number: str) -> str | None:
    from django.urls import reverse

    return reverse("vouchers:asset", args=[number])
