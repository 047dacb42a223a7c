"""Mandates, waiting transfers, and the runs that go to the bank."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, euro, iban
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.payments.domain.mandates import give_mandate, lapse_months, revoke_mandate, state_of
from apps.payments.domain.runs import (
    discard_run,
    draft_collection,
    draft_transfers,
    release_run,
    set_creditor_id,
)
from apps.payments.domain.transfers import order_refund, withdraw_order
from apps.payments.enums import MandateState, RunKind, RunState
from apps.payments.forms import CollectionForm, CreditorForm, MandateForm, ReasonForm, RefundForm, RunForm
from apps.payments.models import CreditorIdentifier, Mandate, PaymentOrder, PaymentRun
from apps.payments.rules import get_mandate, get_order, get_run, visible_mandates, visible_orders, visible_runs

RUNS = Crumb(gettext_lazy("Zahlungsläufe"), reverse_lazy("payments:runs"))
MANDATES = Crumb(gettext_lazy("Lastschriftmandate"), reverse_lazy("payments:mandates"))
TRANSFERS = Crumb(gettext_lazy("Offene Überweisungen"), reverse_lazy("payments:transfers"))
TONES = {RunState.DRAFT: "warning", RunState.RELEASED: "success", RunState.DISCARDED: "neutral"}


class RunsPage(TablePage):
    permission = "payments.view_paymentrun"
    title = gettext_lazy("Zahlungsläufe")
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=True, link=True),
        Column("kind", gettext_lazy("Art"), value=lambda run: run.get_kind_display()),
        Column("due_on", gettext_lazy("Ausführungstag"), sort=True),
        Column("count", gettext_lazy("Zahlungen"), align="right"),
        Column("total", gettext_lazy("Summe"), align="right", format=euro),
        Column("state", gettext_lazy("Stand"), value=lambda run: run.get_state_display()),
    )
    filters = (
        Filter("art", gettext_lazy("Art"), RunKind.choices, field="kind"),
        Filter("stand", gettext_lazy("Stand"), RunState.choices, field="state"),
    )
    search_fields = ("number",)
    default_sort = "-number"
    count_label = gettext_lazy("Läufe")
    empty_title = gettext_lazy("Noch keine Zahlungsläufe")
    empty_text = gettext_lazy("Ein Lauf fasst Lastschriften oder Überweisungen in einer Datei für die Bank zusammen.")

    def get_queryset(self) -> QuerySet[PaymentRun]:
        return visible_runs(self.request.user).annotate(count=Count("orders"), total=Sum("orders__amount"))

    def get_actions(self) -> list[Action]:
        actions = [
            Action(_("Lastschriftmandate"), reverse("payments:mandates")),
            Action(_("Offene Überweisungen"), reverse("payments:transfers")),
        ]
        if self.request.user.has_perm("payments.draft_run"):
            actions.insert(0, Action(_("Lastschriften entwerfen"), reverse("payments:collect"), primary=True))
            actions.append(Action(_("Gläubiger-ID"), reverse("payments:creditor")))
        return actions


class RunPage(ObjectPage):
    permission = "payments.view_paymentrun"
    template_name = "payments/run.html"

    def get_object(self) -> PaymentRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.number}"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[RunState(self.object.state)])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_actions(self) -> list[Action]:
        if self.object.state != RunState.DRAFT:
            return []
        user, where = self.request.user, [self.object.pk]
        actions = []
        if user.has_perm("payments.release_run"):
            actions.append(Action(_("Freigeben"), reverse("payments:release", args=where), primary=True))
        if user.has_perm("payments.draft_run"):
            actions.append(Action(_("Verwerfen"), reverse("payments:discard", args=where)))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        orders = self.object.orders.select_related("invoice", "mandate").order_by("pk")
        total = sum((order.amount.amount for order in orders), 0)
        columns = (
            Column("name", gettext_lazy("Name")),
            Column("iban", gettext_lazy("IBAN"), value=lambda order: iban(order.iban)),
            Column("purpose", gettext_lazy("Verwendungszweck")),
            Column(
                "mandate", gettext_lazy("Mandat"), value=lambda order: order.mandate.reference if order.mandate else ""
            ),
            Column("end_to_end_id", gettext_lazy("Referenz")),
            Column("amount", gettext_lazy("Betrag"), align="right", total="amount"),
        )
        table = Table(columns, orders, _("Zahlungen"), {"amount": total})
        return super().get_context_data(table=table, **kwargs)


class CollectPage(FormPage):
    """Draft a collection; the draft is the preview."""

    permission = "payments.draft_run"
    title = gettext_lazy("Lastschriften entwerfen")
    form_class = CollectionForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("payments:runs")
    intro = gettext_lazy(
        "Der Entwurf enthält alle fälligen Rechnungen der Städte mit gültigem Mandat. Eine zweite Person gibt ihn frei; "
        "erst dann entsteht die Datei für die Bank."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def perform(self, form: CollectionForm) -> str:
        run = draft_collection(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf %s ist angelegt.") % run)
        return run.get_absolute_url()


class RunAct:
    """Getter and way back of the acts on one run."""

    request: Any
    kwargs: dict[str, Any]
    object: PaymentRun

    def get_object(self) -> PaymentRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[Any, Any]]:
        sums = self.object.orders.aggregate(count=Count("pk"), total=Sum("amount"))
        return [
            (_("Zahlungen"), sums["count"]),
            (_("Summe"), euro(sums["total"])),
            (_("Ausführungstag"), day(self.object.due_on)),
            (_("Konto"), self.object.bank_account),
            (_("entworfen von"), self.object.drafted_by),
        ]


class ReleasePage(RunAct, ConfirmPage):
    permission = "payments.release_run"
    title = gettext_lazy("Zahlungslauf freigeben")
    submit_label = gettext_lazy("Freigeben und Datei erzeugen")
    final = gettext_lazy("Danach kann der Lauf nicht mehr geändert werden.")

    def get_consequences(self) -> list[str]:
        return [
            _("Die Datei für die Bank wird erzeugt, gegen das Schema geprüft und mit Prüfsumme abgelegt."),
            _("Verschickt wird sie nicht: Laden Sie sie im Online-Banking hoch."),
            _("Wenn die Bank gebucht hat, wird der Umsatz dem Lauf zugeordnet."),
        ]

    def perform(self, form: Any) -> str:
        run = release_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Freigegeben. Die Datei liegt in der Ablage."))
        return run.get_absolute_url()


class DiscardPage(RunAct, ConfirmPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Zahlungslauf verwerfen")
    submit_label = gettext_lazy("Verwerfen")
    danger = True

    def get_consequences(self) -> list[str]:
        return [_("Rechnungen können neu eingezogen, Überweisungen neu veranlasst werden.")]

    def perform(self, form: Any) -> str:
        return discard_run(self.object, by=self.request.user).get_absolute_url()


class MandatesPage(TablePage):
    permission = "payments.view_mandate"
    title = gettext_lazy("Lastschriftmandate")
    columns = (
        Column("city__name", gettext_lazy("Stadt"), sort=True),
        Column("reference", gettext_lazy("Referenz"), sort=True, link=True),
        Column("instrument", gettext_lazy("Art"), value=lambda mandate: mandate.get_instrument_display()),
        Column("signed_on", gettext_lazy("unterschrieben"), sort=True),
        Column("last_collected_on", gettext_lazy("zuletzt eingezogen"), sort=True),
        Column("revoked_on", gettext_lazy("widerrufen"), sort=True),
    )
    search_fields = ("reference", "city__name", "debtor_name", "iban")
    default_sort = "city__name"
    count_label = gettext_lazy("Mandate")
    empty_title = gettext_lazy("Noch keine Mandate")
    empty_text = gettext_lazy("Mit einem Mandat erlaubt eine Stadt, ihre Beiträge einzuziehen.")

    def get_queryset(self) -> QuerySet[Mandate]:
        return visible_mandates(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("payments.change_mandate"):
            return []
        return [Action(_("Mandat erfassen"), reverse("payments:new_mandate"), primary=True)]


class MandatePage(ObjectPage):
    permission = "payments.view_mandate"
    template_name = "payments/mandate.html"

    def get_object(self) -> Mandate:
        return get_mandate(self.request.user, self.kwargs["pk"])

    @cached_property
    def state(self) -> MandateState:
        return state_of(self.object, timezone.localdate())

    def get_badge(self) -> Badge:
        return Badge(self.state.label, "success" if self.state == MandateState.VALID else "neutral")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def get_actions(self) -> list[Action]:
        if self.object.revoked_on or not self.request.user.has_perm("payments.change_mandate"):
            return []
        return [Action(_("Widerruf erfassen"), reverse("payments:revoke", args=[self.object.pk]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(months=lapse_months(timezone.localdate()), **kwargs)


class NewMandatePage(FormPage):
    permission = "payments.change_mandate"
    title = gettext_lazy("Mandat erfassen")
    form_class = MandateForm
    submit_label = gettext_lazy("Mandat erfassen")
    cancel_url = reverse_lazy("payments:mandates")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def perform(self, form: MandateForm) -> str:
        mandate = give_mandate(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Das Mandat ist erfasst."))
        return mandate.get_absolute_url()


class RevokePage(ConfirmPage):
    permission = "payments.change_mandate"
    title = gettext_lazy("Widerruf des Mandats erfassen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Widerruf erfassen")
    danger = True

    def get_object(self) -> Mandate:
        return get_mandate(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, MANDATES]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Mandat"), self.object), (_("IBAN"), iban(self.object.iban))]

    def get_consequences(self) -> list[str]:
        return [_("Ab heute wird mit diesem Mandat nichts mehr eingezogen.")]

    def perform(self, form: ReasonForm) -> str:
        reason = form.cleaned_data["reason"]
        mandate = revoke_mandate(self.object, reason=reason, by=self.request.user, on=timezone.localdate())
        return mandate.get_absolute_url()


class TransfersPage(TablePage):
    permission = "payments.view_paymentorder"
    title = gettext_lazy("Offene Überweisungen")
    columns = (
        Column("name", gettext_lazy("Name"), sort=True),
        Column("iban", gettext_lazy("IBAN"), value=lambda order: iban(order.iban)),
        Column("purpose", gettext_lazy("Verwendungszweck")),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
        Column(
            "withdraw",
            "",
            value=lambda order: _("Zurückziehen"),
            link=lambda order: reverse("payments:withdraw", args=[order.pk]),
            export=False,
        ),
    )
    search_fields = ("name", "purpose", "iban")
    default_sort = "name"
    count_label = gettext_lazy("Überweisungen")
    empty_title = gettext_lazy("Keine offenen Überweisungen")
    empty_text = gettext_lazy(
        "Erstattungen von Guthaben und Rechnungen von Lieferanten warten hier auf den nächsten Lauf."
    )

    def get_queryset(self) -> QuerySet[PaymentOrder]:
        return visible_orders(self.request.user).waiting()

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("payments.draft_run"):
            return []
        return [
            Action(_("Überweisungen entwerfen"), reverse("payments:transfer"), primary=True),
            Action(_("Guthaben erstatten"), reverse("payments:refund")),
        ]


class TransferRunPage(FormPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Überweisungen entwerfen")
    form_class = RunForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("payments:transfers")
    intro = gettext_lazy("Der Entwurf enthält alle offenen Überweisungen. Eine zweite Person gibt ihn frei.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def perform(self, form: RunForm) -> str:
        waiting = visible_orders(self.request.user).waiting()
        run = draft_transfers(waiting, **form.cleaned_data, by=self.request.user, on=timezone.localdate())
        return run.get_absolute_url()


class RefundPage(FormPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Guthaben erstatten")
    form_class = RefundForm
    submit_label = gettext_lazy("Erstattung vormerken")
    cancel_url = reverse_lazy("payments:transfers")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def perform(self, form: RefundForm) -> str:
        values = form.cleaned_data | {"amount": form.cleaned_data["amount"].amount}
        order = order_refund(**values, by=self.request.user, on=timezone.localdate())
        self.success(_("Vorgemerkt: %s") % euro(order.amount))
        return reverse("payments:transfers")


class WithdrawPage(ConfirmPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Überweisung zurückziehen")
    submit_label = gettext_lazy("Zurückziehen")
    cancel_url = reverse_lazy("payments:transfers")

    def get_object(self) -> PaymentOrder:
        return get_order(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Name"), self.object.name), (_("Betrag"), euro(self.object.amount))]

    def get_consequences(self) -> list[str]:
        return [_("Der Auftrag gilt nicht mehr; er kann neu veranlasst werden.")]

    def perform(self, form: Any) -> str:
        withdraw_order(self.object, by=self.request.user)
        return reverse("payments:transfers")


class CreditorPage(FormPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Gläubiger-Identifikationsnummer")
    form_class = CreditorForm
    submit_label = gettext_lazy("Nummer hinterlegen")
    cancel_url = reverse_lazy("payments:runs")
    intro = gettext_lazy("Die Bundesbank vergibt sie; sie steht in jedem Mandat und jeder Lastschrift.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_initial(self) -> dict[str, Any]:
        found = CreditorIdentifier.objects.order_by("-valid_from").first()
        return {"value": found.value if found else "", "valid_from": timezone.localdate()}

    def perform(self, form: CreditorForm) -> str:
        set_creditor_id(**form.cleaned_data, by=self.request.user)
        self.success(_("Die Nummer ist hinterlegt."))
        return reverse("payments:runs")
