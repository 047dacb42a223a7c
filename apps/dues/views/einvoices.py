"""E-invoices of the dues: what is held back and why, the data of one invoice, their download."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.downloads import Download
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import number
from apps.core.views import Action, Badge, DownloadView, ObjectPage, TablePage
from apps.dues.domain.data import stored_xml
from apps.dues.domain.remedies import remedies_for
from apps.dues.models import InvoiceData
from apps.dues.rules import get_invoice
from apps.dues.views.invoices import HOME, INVOICES
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.parsing import parse
from apps.einvoice.presenting import Shown
from apps.einvoice.reading import read_semantic


def reasons(row: InvoiceData) -> str:
    return render_to_string("dues/parts/held_back.html", {"data": row, "remedies": remedies_for(row)})


class HeldBackList(TablePage):
    """Invoices that did not leave because their e-invoice breaks an official rule."""

    permission = "dues.view_invoicedata"
    title = gettext_lazy("Zurückgehaltene Rechnungen")
    lead = gettext_lazy(
        "Ihre E-Rechnung verletzt eine amtliche Regel, deshalb ist weder sie noch das PDF entstanden. Ergänzen Sie die Angaben und drucken Sie erneut."
    )
    count_label = gettext_lazy("Rechnungen")
    search_fields = ("invoice__number", "note__number", "invoice__city_label", "note__invoice__city_label")
    search_label = gettext_lazy("Nummer oder Stadt")
    filters = (Filter("format", gettext_lazy("Rechnungsformat"), InvoiceForm.choices[1:], field="form"),)
    columns = (
        Column("piece", gettext_lazy("Nummer"), value=lambda row: row.piece.number, link=True),
        Column("city", gettext_lazy("Stadt"), value=lambda row: row.billed.city_label),
        Column("form", gettext_lazy("Rechnungsformat"), sort=True),
        Column("judged_on", gettext_lazy("Rechnungsdatum"), sort=True),
        Column("amount", gettext_lazy("Betrag"), align="right", value=lambda row: row.piece.amount),
        Column(
            "findings",
            gettext_lazy("Was fehlt"),
            value=lambda row: " ".join(finding["text"] for finding in row.broken_rules),
            render=reasons,
        ),
    )
    empty_title = gettext_lazy("Nichts zurückgehalten")
    empty_text = gettext_lazy("Alle E-Rechnungen entsprechen den amtlichen Regeln.")

    def get_queryset(self) -> QuerySet[InvoiceData]:
        return InvoiceData.objects.held_back().with_pieces()

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.print_invoices") or not self.get_queryset().exists():
            return []
        return [Action(_("Erneut prüfen und drucken"), reverse("dues:print"), primary=True)]


class DataOfInvoice:
    """The issued e-invoice of an invoice the person may see."""

    request: Any
    kwargs: dict[str, Any]
    permission = "dues.view_invoice"
    of_note = False

    def get_object(self) -> Any:
        return get_invoice(self.request.user, self.kwargs["number"])

    @property
    def data(self) -> InvoiceData:
        owner = {"note__invoice": self.object} if self.of_note else {"invoice": self.object}  # type: ignore[attr-defined]
        found = InvoiceData.objects.with_pieces().select_related("document").filter(**owner).first()
        if found is None or found.is_held_back:
            raise Http404
        return found


class DataPage(DataOfInvoice, ObjectPage):
    """The e-invoice in plain words, as whoever receives it can read it."""

    template_name = "dues/invoice_data.html"

    def get_title(self) -> str:
        return _("E-Rechnung zu %s") % self.shown_data.piece.number

    def get_lead(self) -> str:
        return _("Das steht in den maschinenlesbaren Daten, Format %s.") % self.shown_data.get_form_display()

    def get_badge(self) -> Badge:
        findings = len(self.shown_data.findings)
        return Badge(_("%s Hinweise") % number(findings), "warning") if findings else Badge(_("geprüft"), "success")

    @property
    def shown_data(self) -> InvoiceData:
        if not hasattr(self, "_data"):
            self._data = self.data
        return self._data

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, (self.object.number, self.object.get_absolute_url())]

    def get_actions(self) -> list[Action]:
        name = "dues:note_data_file" if self.of_note else "dues:invoice_data_file"
        return [Action(_("XML herunterladen"), reverse(name, args=[self.object.number]), primary=True, icon="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invoice = read_semantic(parse(stored_xml(self.shown_data)))
        return super().get_context_data(shown=Shown(invoice), data=self.shown_data, **kwargs)


class NoteDataPage(DataPage):
    of_note = True


class DataFile(DataOfInvoice, DownloadView):
    def get_download(self) -> Download:
        data = self.data
        return Download(stored_xml(data), f"{data.piece.number}.xml", "application/xml")


class NoteDataFile(DataFile):
    of_note = True
