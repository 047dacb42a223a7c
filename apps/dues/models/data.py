from typing import Any, Self, cast

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.dues.enums import DataState
from apps.dues.models.invoice import CreditNote, Invoice
from apps.einvoice.enums import XRECHNUNG, InvoiceForm, Severity


class InvoiceDataQuerySet(models.QuerySet["InvoiceData"]):
    def held_back(self) -> Self:
        return self.filter(state=DataState.HELD_BACK)

    def with_pieces(self) -> Self:
        return self.select_related("invoice__city", "note__invoice__city")


class InvoiceData(models.Model):
    """The e-invoice of an invoice or credit note: issued with the PDF, or held back together with it.

    An XRechnung is a document of its own; the data of a ZUGFeRD lie inside the PDF. Issued data are final (database trigger).
    """

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, related_name="data", verbose_name=_("Beitragsrechnung")
    )
    note = models.OneToOneField(
        CreditNote, models.PROTECT, null=True, related_name="data", verbose_name=_("Stornorechnung")
    )
    form = models.CharField(_("Format"), max_length=16, choices=InvoiceForm.choices)
    state = models.CharField(_("Stand"), max_length=12, choices=DataState.choices)
    findings = models.JSONField(_("Feststellungen"), default=list, blank=True)
    judged_on = models.DateField(_("geprüft am"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="invoice_data", verbose_name=_("XRechnung")
    )

    objects = InvoiceDataQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("E-Rechnung")
        verbose_name_plural = _("E-Rechnungen")
        ordering = ["pk"]
        constraints = [
            choices_constraint("form", InvoiceForm, name="dues_invoicedata_form_known"),
            choices_constraint("state", DataState, name="dues_invoicedata_state_known"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, note__isnull=True) | Q(invoice__isnull=True, note__isnull=False),
                name="dues_invoicedata_of_one_piece",
            ),
            models.CheckConstraint(
                condition=Q(state=DataState.HELD_BACK, document__isnull=True)
                | Q(state=DataState.ISSUED, form=InvoiceForm.ZUGFERD, document__isnull=True)
                | Q(state=DataState.ISSUED, form__in=XRECHNUNG, document__isnull=False),
                name="dues_invoicedata_document_if_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.piece} ({self.get_form_display()})"

    def get_absolute_url(self) -> str:
        if self.is_held_back:
            return self.piece.get_absolute_url()
        return reverse("dues:note_data" if self.note_id else "dues:invoice_data", args=[self.billed.number])

    @property
    def piece(self) -> Invoice | CreditNote:
        return self.note or self.billed

    @property
    def billed(self) -> Invoice:
        """The invoice it is about."""
        return cast(Invoice, self.note.invoice if self.note else self.invoice)

    @property
    def is_held_back(self) -> bool:
        return self.state == DataState.HELD_BACK

    @property
    def broken_rules(self) -> list[dict[str, Any]]:
        """The findings for which it is held back."""
        return [finding for finding in self.findings if finding["severity"] == Severity.FATAL]
