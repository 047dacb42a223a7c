"""Claims written off: the list, one of them with its voucher, writing off and taking back."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, ObjectPage, TablePage
from apps.documents.models import Document
from apps.dues.domain.collected import guard_not_collected
from apps.dues.domain.payments import free_credit, guard_open
from apps.dues.domain.sending import waivers_sent
from apps.dues.domain.writing_off import small_limit, take_back_write_off
from apps.dues.enums import WriteOffGround
from apps.dues.forms import TakeBackForm, WriteOffForm
from apps.dues.models import Invoice, WriteOff, WriteOffQuerySet
from apps.dues.proving import write_off_with_voucher
from apps.dues.rules import get_invoice, get_write_off, visible_write_offs
from apps.dues.views.invoices import HOME, INVOICES, DocumentRedirect

WRITE_OFFS = (gettext_lazy("Ausbuchungen"), reverse_lazy("dues:write_offs"))
STANDS, TAKEN_BACK = "gilt", "zurueck"


def years(user: Any) -> list[tuple[str, str]]:
    found = visible_write_offs(user).select_related(None).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def by_state(rows: WriteOffQuerySet, value: str) -> WriteOffQuerySet:
    return rows.standing() if value == STANDS else rows.taken_back()


def state_badge(row: WriteOff) -> Badge:
    return Badge(_("zurückgenommen"), "neutral") if row.taken_back_with else Badge(_("ausgebucht"), "info")


class WriteOffList(TablePage):
    permission = "dues.view_writeoff"
    title = gettext_lazy("Ausbuchungen")
    lead = gettext_lazy("Forderungen, die nicht mehr eingehen werden, ganz oder zum Teil.")
    count_label = gettext_lazy("Ausbuchungen")
    default_sort = "-number"
    search_fields = ("number", "invoice__number", "invoice__city_label", "reason")
    search_label = gettext_lazy("Nummer, Rechnung, Stadt oder Erläuterung")
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter("grund", gettext_lazy("Grund"), WriteOffGround.choices, field="ground"),
        Filter(
            "stand",
            gettext_lazy("Stand"),
            ((STANDS, gettext_lazy("ausgebucht")), (TAKEN_BACK, gettext_lazy("zurückgenommen"))),
            apply=by_state,
        ),
    )
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("booked_on", gettext_lazy("ausgebucht zum"), sort=True),
        Column("invoice__number", gettext_lazy("Rechnung"), sort=True),
        Column("invoice__city_label", gettext_lazy("Stadt"), sort=True),
        Column("ground", gettext_lazy("Grund"), sort=True),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
        Column(
            "state",
            gettext_lazy("Stand"),
            value=lambda row: state_badge(row).label,
            render=lambda row: badge(state_badge(row).label, state_badge(row).tone),
        ),
    )
    empty_title = gettext_lazy("Nichts ausgebucht")
    empty_text = gettext_lazy("Eine Forderung buchen Sie auf der Seite ihrer Rechnung aus.")

    def get_queryset(self) -> QuerySet[WriteOff]:
        return visible_write_offs(self.request.user)

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES]


class WriteOffPage(ObjectPage):
    permission = "dues.view_writeoff"
    template_name = "dues/write_off.html"
    object: WriteOff

    def get_object(self) -> WriteOff:
        return get_write_off(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Ausbuchung %s") % self.object

    def get_badge(self) -> Badge:
        return state_badge(self.object)

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, WRITE_OFFS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, may_see = self.object, self.request.user.has_perm("dispatch.view_dispatch")
        sendings = list(waivers_sent(row)) if row.notice_id and may_see else []
        is_untold = bool(row.notice_id and may_see and not sendings and not row.taken_back_with)
        return super().get_context_data(sendings=sendings, is_untold=is_untold, **kwargs)

    def get_actions(self) -> list[Action]:
        row = self.object
        actions = [
            Action(
                _("Ausbuchungsbeleg als PDF"),
                reverse("dues:write_off_pdf", args=[row.number]),
                primary=True,
                icon="download",
            )
        ]
        if row.notice_id:
            url = reverse("dues:waiver_pdf", args=[row.number])
            actions.append(Action(_("Schreiben an die Stadt als PDF"), url, icon="download"))
        if not row.taken_back_with and self.request.user.has_perm("dues.write_off"):
            actions.append(Action(_("Zurücknehmen …"), reverse("dues:write_off_take_back", args=[row.number])))
        return actions


class VoucherRedirect(DocumentRedirect):
    permission = "dues.view_writeoff"

    def get_object(self) -> WriteOff:
        return get_write_off(self.request.user, self.kwargs["number"])

    def get_document(self) -> Document | None:
        return self.object.document


class WaiverRedirect(VoucherRedirect):
    def get_document(self) -> Document | None:
        return self.object.notice


class WriteOffCreate(ConfirmPage):
    permission = "dues.write_off"
    form_class = WriteOffForm
    submit_label = gettext_lazy("Forderung ausbuchen")
    object: Invoice

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Forderung aus Rechnung %s ausbuchen") % self.object.number

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, (self.object.number, self.object.get_absolute_url())]

    def get_initial(self) -> dict[str, Any]:
        return {
            "amount": self.object.owed,
            "ground": self.request.GET.get("grund", ""),
            "booked_on": timezone.localdate(),
        }

    def get_facts(self) -> list[tuple[Any, Any]]:
        invoice = self.object
        return [
            (_("Stadt"), invoice.city_label),
            (_("fällig"), day(invoice.due_on)),
            (_("offen"), euro(invoice.outstanding)),
        ]

    def get_consequences(self) -> list[str]:
        guard_open(self.object)
        guard_not_collected(self.object, on=timezone.localdate())
        return [
            _("Gebucht wird Forderungsverluste an Forderungen; der Ausbuchungsbeleg wird erzeugt und abgelegt."),
            _("Der ausgebuchte Betrag wird nicht mehr gemahnt und nicht mehr eingezogen."),
            _("Es ist kein Verzicht: Zahlt die Stadt doch noch, nehmen Sie die Ausbuchung zurück."),
            _(
                "Nur der Erlass gibt die Forderung auf (§ 397 BGB). Er braucht einen Beschluss; das Schreiben an die Stadt "
                "liegt danach zur Freigabe im Postausgang."
            ),
            _("Als Kleinbetrag gelten bis zu %s.") % euro(small_limit(timezone.localdate())),
            _(
                "Auf Einnahmen und Ausgaben wirkt es nicht: Es fließt kein Geld, und der unbezahlte Beitrag war nie Einnahme "
                "(§ 4 Abs. 3 EStG). In den Büchern und im Haushalt steht der Verlust als Aufwand."
            ),
        ]

    def perform(self, form: WriteOffForm) -> str:
        given = form.cleaned_data | {"amount": form.cleaned_data["amount"].amount}
        row = write_off_with_voucher(self.object, **given, by=self.request.user, on=timezone.localdate())
        self.success(
            _("%(amount)s ausgebucht mit Beleg %(number)s.") % {"amount": euro(row.amount), "number": row.number}
        )
        return row.get_absolute_url()


class WriteOffTakeBack(ConfirmPage):
    """The claim stands again; what the city has paid meanwhile can pay it at once."""

    permission = "dues.write_off"
    form_class = TakeBackForm
    submit_label = gettext_lazy("Ausbuchung zurücknehmen")
    object: WriteOff

    def get_object(self) -> WriteOff:
        return get_write_off(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Ausbuchung %s zurücknehmen") % self.object

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, WRITE_OFFS, (self.object.number, self.object.get_absolute_url())]

    @cached_property
    def credit(self) -> Decimal:
        return free_credit(self.object.invoice.city)

    def get_form(self, form_class: Any = None) -> Any:
        """Without credit there is nothing to settle with."""
        form = super().get_form(form_class)
        if not self.credit:
            del form.fields["settle"]
        return form

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        credit = [(_("freies Guthaben der Stadt"), euro(self.credit))] if self.credit else []
        return [(_("Rechnung"), row.invoice), (_("Stadt"), row.invoice.city_label), (_("ausgebucht"), euro(row.amount)), *credit]  # fmt: skip

    def get_consequences(self) -> list[str]:
        row = self.object
        figures = {"number": row.invoice, "amount": euro(row.amount)}
        waived = _(
            "Ein Erlass, von dem die Stadt weiß, lässt die Forderung erlöschen (§ 397 BGB). Nehmen Sie ihn nur zurück, wenn er "
            "irrtümlich gebucht ist; liegt das Schreiben noch im Postausgang, wird es dort herausgenommen."
        )
        return [
            _("Auf Rechnung %(number)s sind %(amount)s wieder offen und können gemahnt werden.") % figures,
            _("Die Buchung wird heute storniert; der Beleg bleibt erhalten."),
            *([waived] if row.is_waiver else []),
        ]

    def perform(self, form: TakeBackForm) -> str:
        paid = take_back_write_off(self.object, **form.cleaned_data, by=self.request.user, on=timezone.localdate())
        total = sum((row.amount.amount for row in paid), start=Decimal(0))
        self.success(
            _("Die Ausbuchung ist zurückgenommen, %s sind aus dem Guthaben bezahlt.") % euro(total)
            if paid
            else _("Die Ausbuchung ist zurückgenommen.")
        )
        return self.object.invoice.get_absolute_url()
