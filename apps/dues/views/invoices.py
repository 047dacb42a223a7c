"""Invoices: list, one invoice, its PDF, its cancellation, credit applied to it."""

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.registries import notes_for
from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, euro
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, Guarded, ObjectPage, TablePage
from apps.documents.models import Document
from apps.dues.domain.cancelling import cancel_invoice, guard_cancellable
from apps.dues.domain.payments import credit_balance
from apps.dues.domain.queries import all_invoice_totals, invoice_totals, receipts, waived_of, write_offs_of
from apps.dues.domain.remedies import Remedy, remedies_for
from apps.dues.domain.sending import sendings_of
from apps.dues.enums import InvoiceStatus
from apps.dues.forms import ReasonForm
from apps.dues.models import CreditNote, DuesRun, Invoice, InvoiceData
from apps.dues.prints import invoice_inputs
from apps.dues.rules import get_invoice, may_see_all, visible_invoices
from apps.dues.tasks import start_printing
from apps.members.enums import Land
from apps.vouchers.domain.cash import has_cash_box

ALL_OPEN = "offen"
HOME = (gettext_lazy("Beiträge"), reverse_lazy("dues:overview"))
INVOICES = (gettext_lazy("Rechnungen"), reverse_lazy("dues:invoices"))
TONES = {
    InvoiceStatus.OPEN: "info",
    InvoiceStatus.PARTLY_PAID: "info",
    InvoiceStatus.OVERDUE: "danger",
    InvoiceStatus.PAID: "success",
    InvoiceStatus.OVERPAID: "warning",
    InvoiceStatus.WRITTEN_OFF: "neutral",
    InvoiceStatus.CANCELLED: "neutral",
}


def years(user: Any) -> list[tuple[str, str]]:
    """Years with an invoice this person may see; runs are few, invoices many."""
    of_run = visible_invoices(user).filter(run=OuterRef("pk"))
    found = DuesRun.objects.filter(Exists(of_run)).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def status_badge(invoice: Invoice) -> Badge:
    status = invoice.status_on(timezone.localdate())
    return Badge(status.label, TONES[status])


def status_reason(invoice: Invoice) -> str:
    """Why the invoice has this status, in a sentence."""
    today = timezone.localdate()
    figures = {
        "paid": euro(invoice.allocated),
        "lost": euro(invoice.written_off),
        "open": euro(invoice.outstanding),
        "due": day(invoice.due_on),
    }
    match invoice.status_on(today):
        case InvoiceStatus.CANCELLED:
            return _("Am %s durch eine Stornorechnung aufgehoben.") % day(invoice.cancelled_on)
        case InvoiceStatus.OVERPAID:
            return overpaid_reason(invoice)
        case InvoiceStatus.WRITTEN_OFF:
            return _("Gezahlt sind %(paid)s, ausgebucht sind %(lost)s. Offen ist nichts mehr.") % figures
        case InvoiceStatus.PAID:
            return _("Zugeordnet sind %(paid)s, genau der geforderte Betrag.") % figures
        case InvoiceStatus.OVERDUE:
            return (
                _(
                    "Fällig war sie am %(due)s, offen sind %(open)s. Seit dem Tag danach ist die Stadt in Verzug (§ 286 Abs. 2 BGB)."
                )
                % figures
            )
        case InvoiceStatus.PARTLY_PAID:
            return _("Zugeordnet sind %(paid)s, offen sind %(open)s, fällig am %(due)s.") % figures
    return _("Noch keine Zahlung zugeordnet, fällig am %(due)s.") % figures


def overpaid_reason(invoice: Invoice) -> str:
    figures = {
        "paid": euro(invoice.allocated),
        "lost": euro(invoice.written_off),
        "more": euro(-invoice.outstanding),
    }
    if invoice.written_off:
        return (
            _(
                "Zugeordnet sind %(paid)s, ausgebucht %(lost)s, also %(more)s zu viel. Der Überschuss ist Guthaben der Stadt."
            )
            % figures
        )
    return (
        _("Zugeordnet sind %(paid)s, also %(more)s mehr als gefordert. Der Überschuss ist Guthaben der Stadt.")
        % figures
    )


class InvoiceList(TablePage):
    permission = "dues.view_invoice"
    title = gettext_lazy("Beitragsrechnungen")
    count_label = gettext_lazy("Rechnungen")
    default_sort = "-number"
    search_fields = ("number", "city_label", "reference")
    search_label = gettext_lazy("Nummer, Stadt oder Referenz")
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter(
            "stand",
            gettext_lazy("Stand"),
            [(ALL_OPEN, gettext_lazy("alle offenen")), *InvoiceStatus.choices],
            apply=lambda rows, value: (
                rows.open() if value == ALL_OPEN else rows.with_status(value, timezone.localdate())
            ),
        ),
        Filter("land", gettext_lazy("Land"), Land.choices, field="city__land"),
    )
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("city_label", gettext_lazy("Stadt"), sort=True),
        Column("issued_on", gettext_lazy("Rechnungsdatum"), sort=True),
        Column("due_on", gettext_lazy("fällig"), sort=True),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
        Column("allocated", gettext_lazy("zugeordnet"), sort=True, align="right", total="allocated", format=euro),
        Column("owed", gettext_lazy("offen"), sort="outstanding", align="right", total="owed", format=euro),
        Column(
            "status",
            gettext_lazy("Stand"),
            value=lambda row: row.status_on(timezone.localdate()).label,
            render=lambda row: badge(status_badge(row).label, status_badge(row).tone),
        ),
        Column("reference", gettext_lazy("Referenz")),
    )
    empty_title = gettext_lazy("Noch keine Rechnungen")
    empty_text = gettext_lazy("Rechnungen entstehen mit dem Beitragslauf eines Jahres.")

    def get_queryset(self) -> QuerySet[Invoice]:
        return visible_invoices(self.request.user).with_balance().without_details()

    def sum_up(self, rows: QuerySet[Invoice]) -> tuple[int, dict[str, Any]]:
        is_all = not self.chosen and may_see_all(self.request.user)
        return all_invoice_totals() if is_all else invoice_totals(rows)

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.view_writeoff"):
            return []
        return [Action(_("Ausbuchungen"), reverse("dues:write_offs"))]

    def get_empty_action(self) -> Action | None:
        if not self.request.user.has_perm("dues.prepare_run"):
            return None
        return Action(_("Beitragslauf beginnen"), reverse("dues:run_create"))


class InvoicePage(ObjectPage):
    permission = "dues.view_invoice"
    template_name = "dues/invoice.html"

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Beitragsrechnung %(number)s, %(city)s") % {
            "number": self.object.number,
            "city": self.object.city_label,
        }

    def get_badge(self) -> Badge:
        return status_badge(self.object)

    def get_lead(self) -> str:
        return status_reason(self.object)

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES]

    @cached_property
    def note(self) -> CreditNote | None:
        return CreditNote.objects.filter(invoice=self.object).select_related("document", "issued_by").first()

    @cached_property
    def data(self) -> list[InvoiceData]:
        """E-invoices of the invoice and of its cancellation."""
        of_both = Q(invoice=self.object) | Q(note__invoice=self.object)
        return list(InvoiceData.objects.filter(of_both).with_pieces())

    @property
    def held_back(self) -> list[tuple[InvoiceData, list[Remedy]]]:
        """With the pages where the treasurer mends it; a city has nothing to mend and sees a PDF that is still to come."""
        if not self.request.user.has_perm("dues.view_invoicedata"):
            return []
        return [(data, remedies_for(data)) for data in self.data if data.is_held_back]

    @property
    def issued_data(self) -> list[InvoiceData]:
        return [data for data in self.data if not data.is_held_back]

    @cached_property
    def credit(self) -> Decimal:
        return credit_balance(self.object.city)

    def get_actions(self) -> list[Action]:
        invoice, user = self.object, self.request.user
        actions = []
        if invoice.document_id:
            url = reverse("dues:invoice_pdf", args=[invoice.number])
            actions.append(Action(_("Rechnung als PDF"), url, primary=True, icon="download"))
        if self.note and self.note.document_id:
            url = reverse("dues:credit_note_pdf", args=[invoice.number])
            actions.append(Action(_("Stornorechnung als PDF"), url, icon="download"))
        actions += [Action(_("E-Rechnung ansehen"), data.get_absolute_url()) for data in self.issued_data]
        if self.credit and invoice.outstanding > 0 and user.has_perm("dues.apply_credit"):
            actions.append(Action(_("Guthaben verrechnen"), reverse("dues:apply_credit", args=[invoice.number])))
        if invoice.outstanding > 0 and user.has_perm("dues.accept_cash") and has_cash_box(timezone.localdate()):
            actions.append(Action(_("Barzahlung annehmen"), reverse("dues:accept_cash", args=[invoice.number])))
        if invoice.outstanding > 0 and user.has_perm("dues.write_off"):
            actions.append(Action(_("Ausbuchen …"), reverse("dues:write_off_create", args=[invoice.number])))
        if not invoice.is_cancelled and not invoice.written_off and user.has_perm("dues.cancel_invoice"):
            actions.append(Action(_("Stornieren …"), reverse("dues:invoice_cancel", args=[invoice.number])))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            surplus=max(-self.object.outstanding, Decimal(0)),
            payments=self.payments(),
            write_offs=self.write_offs(),
            waived=bool(self.object.written_off) and waived_of(self.object) == self.object.written_off,
            note=self.note,
            held_back=self.held_back,
            inputs=invoice_inputs(self.object),
            credit=self.credit,
            notes=notes_for("dues.invoice", self.request.user, self.object),
            sendings=sendings_of(self.object) if self.request.user.has_perm("dispatch.view_dispatch") else (),
            **kwargs,
        )

    def payments(self) -> Table | None:
        rows = list(receipts(self.object))
        columns = (
            Column("booked_on", _("Datum")),
            Column("kind", _("Art")),
            Column("text", _("Erläuterung"), link=self.receipt_url),
            Column("entry", _("Buchung"), link=self.entry_url),
            Column("amount", _("Betrag"), align="right", total="amount"),
        )
        return Table(columns, rows, _("Zahlungen"), {"amount": self.object.allocated}) if rows else None

    def write_offs(self) -> Table | None:
        """Who sees all sees why; the city sees what of it stands."""
        if not self.request.user.has_perm("dues.view_writeoff"):
            return None
        columns = (
            Column("number", _("Ausbuchung"), link=True),
            Column("booked_on", _("zum")),
            Column("ground", _("Grund")),
            Column("state", _("Stand"), value=lambda row: _("zurückgenommen") if row.taken_back_with else _("gilt")),
            Column("amount", _("Betrag"), align="right"),
        )
        rows = list(write_offs_of(self.object))
        return Table(columns, rows, _("Ausbuchungen")) if rows else None

    def receipt_url(self, row: Any) -> str | None:
        """The receipt of what was paid in cash; the city may read it too."""
        document = row.entry.voucher if row.entry else None
        is_of_city = document and document.city_id == self.object.city_id
        return str(document.get_absolute_url()) if is_of_city else None

    def entry_url(self, row: Any) -> str | None:
        may_see = row.entry and self.request.user.has_perm("ledger.view_entry")
        return str(row.entry.get_absolute_url()) if may_see else None


class DocumentRedirect(Guarded):
    """To the stored PDF; the library checks and logs the download."""

    permission = "dues.view_invoice"

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_document(self) -> Document | None:
        return self.object.document

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = self.get_document()
        version = document.versions.order_by("-version").first() if document else None
        if version is None:
            raise Http404
        return HttpResponseRedirect(version.get_absolute_url())


class CreditNoteRedirect(DocumentRedirect):
    def get_document(self) -> Document | None:
        note = CreditNote.objects.filter(invoice=self.object).select_related("document").first()
        return note.document if note else None


class InvoiceCancel(ConfirmPage):
    permission = "dues.cancel_invoice"
    form_class = ReasonForm
    danger = True
    final = gettext_lazy("Eine Stornierung kann nicht zurückgenommen werden.")
    submit_label = gettext_lazy("Stornorechnung ausstellen")

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Rechnung %s stornieren?") % self.object.number

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, (self.object.number, self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[Any, Any]]:
        invoice = self.object
        return [
            (_("Stadt"), invoice.city_label),
            (_("Betrag"), invoice.amount),
            (_("bereits zugeordnet"), euro(invoice.allocated)),
        ]

    def get_consequences(self) -> list[str]:
        invoice = self.object
        guard_cancellable(invoice)
        return [
            _("Es entsteht eine Stornorechnung über %s. Die Rechnung bleibt erhalten.") % euro(invoice.amount),
            _("Die Forderung wird in der Buchhaltung zurückgebucht."),
            *(
                [
                    _("Die gezahlten %s werden Guthaben der Stadt. Verrechnet wird es nicht von selbst (§ 395 BGB).")
                    % euro(invoice.allocated)
                ]
                if invoice.allocated > 0
                else []
            ),
        ]

    def perform(self, form: ReasonForm) -> str:
        note = cancel_invoice(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        start_printing(by=self.request.user, return_url=self.object.get_absolute_url())
        self.success(
            _("Stornorechnung %(number)s über %(amount)s ausgestellt.") % {"number": note, "amount": euro(note.amount)}
        )
        return self.object.get_absolute_url()
