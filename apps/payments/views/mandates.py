"""Mandates of cities, and our number as a creditor."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.downloads import Download
from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import iban
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, Crumb, DownloadView, FormPage, ObjectPage, TablePage
from apps.organisation.domain.queries import full_name_on
from apps.payments.calculations.sepa import lapses_on
from apps.payments.domain.announcing import named_on, notice_days
from apps.payments.domain.creditor import creditor_id, set_creditor_id
from apps.payments.domain.mandates import (
    Original,
    add_original,
    give_mandate,
    is_reference,
    lapse_months,
    reserve_reference,
    revoke_mandate,
    state_of,
)
from apps.payments.enums import LAPSING, MandateState
from apps.payments.forms import BlankForm, CreditorForm, MandateForm, OriginalForm, ReasonForm
from apps.payments.models import CreditorIdentifier, Mandate
from apps.payments.prints import mandate_job
from apps.payments.rules import get_mandate, visible_mandates
from apps.payments.views.common import MANDATES, RUNS
from apps.pdf.render import render_pdf

TONES = {MandateState.VALID: "success", MandateState.REVOKED: "danger"}
STATES = [*MandateState.choices, (LAPSING, gettext_lazy("verfällt bald"))]
MOST_ORDERS = 20
MOST_INVOICES = 5


def in_state(mandates: Any, value: str) -> Any:
    today = timezone.localdate()
    if value == LAPSING:
        return mandates.lapsing(today)
    return mandates.in_state(value, today)


class MandatesPage(TablePage):
    permission = "payments.view_mandate"
    title = gettext_lazy("Lastschriftmandate")
    filters = (Filter("stand", gettext_lazy("Stand"), STATES, apply=in_state),)
    search_fields = ("reference", "city__name", "debtor_name", "iban")
    default_sort = "city__name"
    count_label = gettext_lazy("Mandate")
    empty_title = gettext_lazy("Noch keine Mandate")
    empty_text = gettext_lazy("Mit einem Mandat erlaubt eine Stadt, ihre Beiträge einzuziehen.")

    def get_queryset(self) -> QuerySet[Mandate]:
        return visible_mandates(self.request.user).with_last_use()

    def get_columns(self) -> list[Column]:
        today = timezone.localdate()
        months = lapse_months(today)
        return [
            Column("city__name", _("Stadt"), sort=True),
            Column("reference", _("Referenz"), sort=True, link=True),
            Column("instrument", _("Art"), sort=True),
            Column("signed_on", _("unterschrieben"), sort=True),
            Column("last_collected_on", _("zuletzt eingezogen"), sort=True),
            Column("lapses_on", _("verfällt am"), sort="last_use", value=lambda row: row.lapses_on(today, months)),
            Column(
                "state",
                _("Stand"),
                value=lambda row: row.state_on(today, months).label,
                render=lambda row: badge(
                    row.state_on(today, months).label, TONES.get(row.state_on(today, months), "neutral")
                ),
            ),
        ]

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("payments.change_mandate"):
            return []
        return [
            Action(_("Mandat erfassen"), reverse("payments:new_mandate"), primary=True),
            Action(_("Vordruck drucken"), reverse("payments:blank")),
            Action(_("Gläubiger-Identifikationsnummer"), reverse("payments:creditor")),
        ]


class MandateView:
    request: Any
    kwargs: dict[str, Any]
    object: Mandate

    def get_object(self) -> Mandate:
        return get_mandate(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]


class MandatePage(MandateView, ObjectPage):
    permission = "payments.view_mandate"
    template_name = "payments/mandate.html"

    @cached_property
    def state(self) -> MandateState:
        return state_of(self.object, timezone.localdate())

    def get_title(self) -> str:
        return _("Lastschriftmandat %s") % self.object.reference

    def get_badge(self) -> Badge:
        return Badge(self.state.label, TONES.get(self.state, "neutral"))

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("payments.change_mandate"):
            return []
        where, actions = [self.object.pk], []
        if not self.object.document_id:
            actions.append(Action(_("Original ablegen"), reverse("payments:original", args=where), primary=True))
        if not self.object.revoked_on:
            actions.append(Action(_("Widerruf erfassen"), reverse("payments:revoke", args=where)))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today, mandate = timezone.localdate(), self.object
        months = lapse_months(today)
        return super().get_context_data(
            months=months,
            lapses=lapses_on(mandate.signed_on, mandate.last_collected_on, months),
            days=mandate.notice_days or notice_days(today),
            is_valid=self.state == MandateState.VALID,
            orders=self.orders_table(),
            **kwargs,
        )

    def orders_table(self) -> Table | None:
        orders = self.object.orders.exclude(run=None).with_outcome().select_related("run", "invoice").order_by("-pk")
        columns = (
            Column(
                "run", _("Lauf"), value=lambda order: str(order.run), link=lambda order: order.run.get_absolute_url()
            ),
            Column("run__due_on", _("Tag des Einzugs")),
            Column("invoice__number", _("Rechnung"), link=lambda order: order.invoice.get_absolute_url()),
            Column("outcome", _("Ausgang"), value=outcome_of),
            Column("amount", _("Betrag"), align="right"),
        )
        rows = list(orders[:MOST_ORDERS])
        return Table(columns, rows, _("Einzüge")) if rows else None


def outcome_of(order: Any) -> str:
    return str(order.outcome.label) if order.end_to_end_id else _("im Entwurf")


def original_of(form: Any) -> Original | None:
    file = form.cleaned_data["file"]
    return Original(file.name, file.read()) if file else None


class NewMandatePage(FormPage):
    permission = "payments.change_mandate"
    title = gettext_lazy("Mandat erfassen")
    form_class = MandateForm
    submit_label = gettext_lazy("Mandat erfassen")
    cancel_url = reverse_lazy("payments:mandates")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def perform(self, form: MandateForm) -> str:
        values = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        mandate = give_mandate(**values, original=original_of(form), by=self.request.user, on=timezone.localdate())
        self.success(_("Das Mandat ist als %s erfasst.") % mandate.reference)
        return mandate.get_absolute_url()


class BlankMandatePage(FormPage):
    """Print a mandate for a city to sign, with the next reference of ours."""

    permission = "payments.change_mandate"
    title = gettext_lazy("Vordruck eines Mandats drucken")
    form_class = BlankForm
    submit_label = gettext_lazy("Vordruck drucken")
    cancel_url = reverse_lazy("payments:mandates")
    intro = gettext_lazy(
        "Die Stadt füllt den Vordruck aus und unterschreibt ihn. Kommt er zurück, erfassen Sie das Mandat mit seiner Referenz."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def get_initial(self) -> dict[str, Any]:
        return {"days": notice_days(timezone.localdate())}

    def perform(self, form: BlankForm) -> str:
        today = timezone.localdate()
        creditor_id(today)
        chosen = form.cleaned_data | {"city": form.cleaned_data["city"].slug, "reference": reserve_reference(today)}
        return f"{reverse('payments:blank_pdf')}?{urlencode(chosen)}"


class BlankMandateFile(DownloadView):
    permission = "payments.change_mandate"

    def get_download(self) -> Download:
        form = BlankForm(self.request.GET)
        reference = self.request.GET.get("reference", "")
        if not form.is_valid() or not is_reference(reference):
            raise Http404
        today = timezone.localdate()
        given = form.cleaned_data
        job = mandate_job(**given, reference=reference, number=creditor_id(today), holder=full_name_on(today), on=today)
        content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
        return Download(content, f"Mandat-{reference}.pdf")


class OriginalPage(MandateView, FormPage):
    permission = "payments.change_mandate"
    title = gettext_lazy("Original des Mandats ablegen")
    form_class = OriginalForm
    submit_label = gettext_lazy("Original ablegen")

    def perform(self, form: OriginalForm) -> str:
        original = original_of(form)
        if original:
            add_original(self.object, original, by=self.request.user, on=timezone.localdate())
        return self.object.get_absolute_url()


class RevokePage(MandateView, ConfirmPage):
    permission = "payments.change_mandate"
    title = gettext_lazy("Widerruf des Mandats erfassen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Widerruf erfassen")
    danger = True

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Mandat"), self.object), (_("IBAN"), iban(self.object.iban))]

    def get_consequences(self) -> list[str]:
        announced = named_on(self.object, timezone.localdate())[:MOST_INVOICES]
        return [
            *[
                _("Rechnung %s kündigt den Einzug an. Sagen Sie der Stadt, dass sie überweisen soll.") % each
                for each in announced
            ],
            _("Ab heute wird mit diesem Mandat nichts mehr eingezogen, auch nicht aus Entwürfen."),
            _("Was die Bank schon hat, hält dieser Vermerk nicht auf."),
        ]

    def perform(self, form: ReasonForm) -> str:
        reason = form.cleaned_data["reason"]
        mandate = revoke_mandate(self.object, reason=reason, by=self.request.user, on=timezone.localdate())
        return mandate.get_absolute_url()


class CreditorPage(FormPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Gläubiger-Identifikationsnummer")
    form_class = CreditorForm
    submit_label = gettext_lazy("Nummer hinterlegen")
    cancel_url = reverse_lazy("payments:mandates")
    intro = gettext_lazy("Die Bundesbank vergibt sie; sie steht in jedem Mandat und jeder Lastschrift.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def get_initial(self) -> dict[str, Any]:
        found = CreditorIdentifier.objects.order_by("-valid_from").first()
        return {"value": found.value if found else "", "valid_from": timezone.localdate()}

    def perform(self, form: CreditorForm) -> str:
        set_creditor_id(**form.cleaned_data, by=self.request.user)
        self.success(_("Die Nummer ist hinterlegt."))
        return reverse("payments:mandates")
