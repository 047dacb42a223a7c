"""Lists of runs, one run with its payments, and what can be done with it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro, iban
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, TablePage
from apps.payments.domain.checking import unfamiliar
from apps.payments.domain.collecting import draft_collection
from apps.payments.domain.notices import untold, write_notices
from apps.payments.domain.outcomes import refusable, refuse_orders
from apps.payments.domain.releasing import discard_run, guard_releasable, release_run, take_out
from apps.payments.domain.runs import orders_of
from apps.payments.enums import Outcome, RunKind, RunState
from apps.payments.forms import CollectionForm, ReasonForm
from apps.payments.models import PaymentOrder, PaymentRun
from apps.payments.models.notices import with_notice
from apps.payments.rules import get_order, get_run, visible_runs
from apps.payments.tasks import start_printing
from apps.payments.views.common import RUNS, RunView

TONES = {RunState.DRAFT: "warning", RunState.RELEASED: "success", RunState.DISCARDED: "neutral"}
OUTCOME_TONES = {Outcome.BOOKED: "success", Outcome.RETURNED: "danger", Outcome.REFUSED: "danger"}
NAMED = 5


class RunsPage(TablePage):
    permission = "payments.view_paymentrun"
    title = gettext_lazy("Zahlungsläufe")
    lead = gettext_lazy(
        "Lastschriften und Überweisungen: eine Person entwirft, eine zweite gibt frei, die Bank führt aus."
    )
    columns = (
        Column("number", gettext_lazy("Nummer"), sort="pk", link=True),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("due_on", gettext_lazy("Ausführungstag"), sort=True),
        Column("count", gettext_lazy("Zahlungen"), align="right"),
        Column("total", gettext_lazy("Summe"), align="right", format=euro),
        Column("waiting", gettext_lazy("noch nicht gebucht"), align="right"),
        Column(
            "state",
            gettext_lazy("Stand"),
            sort=True,
            value=lambda run: run.get_state_display(),
            render=lambda run: badge(run.get_state_display(), TONES[RunState(run.state)]),
        ),
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
        return visible_runs(self.request.user)

    def get_actions(self) -> list[Action]:
        actions = [
            Action(_("Lastschriftmandate"), reverse("payments:mandates")),
            Action(_("Offene Überweisungen"), reverse("payments:transfers")),
        ]
        if self.request.user.has_perm("payments.draft_run"):
            actions.insert(0, Action(_("Lastschriften entwerfen"), reverse("payments:collect"), primary=True))
        return actions


class RunPage(RunView, TablePage):
    """The payments of a run: in a draft whether they were announced, after the release what the bank made of them."""

    permission = "payments.view_paymentrun"
    template_name = "payments/run.html"
    search_fields = ("name", "iban", "purpose", "end_to_end_id")
    default_sort = "name"
    count_label = gettext_lazy("Zahlungen")
    empty_title = gettext_lazy("Keine Zahlung in diesem Lauf")

    def get_title(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.number}"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[RunState(self.object.state)])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    @property
    def is_draft(self) -> bool:
        return self.object.state == RunState.DRAFT

    @property
    def is_collection(self) -> bool:
        return self.object.kind == RunKind.COLLECTION

    @property
    def may_draft(self) -> bool:
        return bool(self.request.user.has_perm("payments.draft_run"))

    @cached_property
    def filters(self) -> tuple[Filter, ...]:  # type: ignore[override]
        by_outcome = Filter(
            "ausgang", _("Ausgang"), Outcome.choices, apply=lambda orders, value: orders.with_result(value)
        )
        return (by_outcome,) if self.object.state == RunState.RELEASED else ()

    def get_queryset(self) -> QuerySet[PaymentOrder]:
        orders = self.object.orders.select_related("invoice", "mandate", "voucher", "city")
        return with_notice(orders) if self.is_draft else orders.with_outcome()

    def get_columns(self) -> list[Column]:
        columns = [
            Column("name", _("Name"), sort=True),
            Column("iban", _("IBAN"), value=lambda order: iban(order.iban)),
            Column("purpose", _("Verwendungszweck"), link=lambda order: order.paid.get_absolute_url()),
            Column("amount", _("Betrag"), sort=True, align="right", total="amount"),
        ]
        if self.is_collection:
            columns.insert(
                3, Column("mandate__reference", _("Mandat"), link=lambda order: order.mandate.get_absolute_url())
            )
        return [*columns, *(self.draft_columns() if self.is_draft else outcome_columns(may_refuse=self.may_draft))]

    def draft_columns(self) -> list[Column]:
        columns = []
        if self.is_collection and not self.object.announced_on:
            columns.append(Column("told_at", _("angekündigt"), value=told, sort=False))
        if self.may_draft:
            label = _("Herausnehmen …")
            columns.append(Column("take_out", _("Ändern"), value=lambda _order: label, link=take_out_url, export=False))
        return columns

    def get_actions(self) -> list[Action]:
        if self.object.state == RunState.RELEASED:
            return self.released_actions()
        if not self.is_draft:
            return []
        user, where = self.request.user, [self.object.pk]
        announce = self.may_draft and self.is_collection and not self.object.announced_on and self.has_unwritten
        actions = []
        if announce:
            actions.append(Action(_("Vorab ankündigen"), reverse("payments:announce", args=where), primary=True))
        if user.has_perm("payments.release_run"):
            actions.append(Action(_("Freigeben"), reverse("payments:release", args=where), primary=not announce))
        if self.may_draft:
            actions.append(Action(_("Verwerfen"), reverse("payments:discard", args=where)))
        return actions

    def released_actions(self) -> list[Action]:
        version = self.object.document.versions.first() if self.object.document else None
        if version is None:
            return []
        url = reverse("documents:download", args=[self.object.document.number, version.version, version.filename])
        actions = [Action(_("Datei für die Bank herunterladen"), url, primary=True, icon="download")]
        if self.may_draft and self.object.waiting:  # type: ignore[attr-defined]
            actions.append(Action(_("Nicht ausgeführt"), reverse("payments:refuse", args=[self.object.pk])))
        return actions

    @cached_property
    def has_unwritten(self) -> bool:
        return self.object.orders.exclude(mandate__in=self.object.notices.values("mandate")).exists()

    @cached_property
    def late(self) -> list[str]:
        return list(untold(self.object)) if self.is_draft and self.is_collection else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        late, more = self.late[:NAMED], max(len(self.late) - NAMED, 0)
        return super().get_context_data(run=self.object, late=late, more=more, **kwargs)


def told(order: Any) -> str:
    if order.told_at:
        return day(timezone.localtime(order.told_at).date())
    return _("im Postausgang") if order.notice_id else _("noch nicht")


def take_out_url(order: Any) -> str:
    return reverse("payments:take_out", args=[order.pk])


def outcome_columns(*, may_refuse: bool) -> list[Column]:
    columns = [
        Column("end_to_end_id", _("Referenz")),
        Column(
            "outcome",
            _("Ausgang"),
            value=lambda order: order.outcome.label,
            render=lambda order: badge(order.outcome.label, OUTCOME_TONES.get(order.outcome, "neutral")),
        ),
        Column(
            "line",
            _("Umsatz"),
            value=lambda order: order.refusal or order.returned_on or order.booked_on or "",
            link=line_url,
        ),
    ]
    if may_refuse:
        columns.append(Column("refuse", _("Vermerken"), value=refuse_label, link=refuse_url, export=False))
    return columns


def line_url(order: Any) -> str | None:
    line = order.return_id or order.line_id
    return reverse("banking:line", args=[line]) if line else None


def is_open(order: Any) -> bool:
    return bool(order.end_to_end_id) and order.outcome == Outcome.WAITING


def refuse_label(order: Any) -> str:
    return _("Nicht ausgeführt …") if is_open(order) else "–"


def refuse_url(order: Any) -> str | None:
    return reverse("payments:refuse_order", args=[order.pk]) if is_open(order) else None


class CollectPage(FormPage):
    """Draft a collection; the draft is the preview."""

    permission = "payments.draft_run"
    title = gettext_lazy("Lastschriften entwerfen")
    form_class = CollectionForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("payments:runs")
    intro = gettext_lazy(
        "Der Entwurf enthält alle bis zum Einzug fälligen Rechnungen der Städte mit gültigem Mandat. Danach kündigen Sie "
        "den Einzug an; eine zweite Person gibt ihn frei, und erst dann entsteht die Datei für die Bank."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def perform(self, form: CollectionForm) -> str:
        run = draft_collection(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf %s ist angelegt.") % run)
        return run.get_absolute_url()


class RunStep(RunView, ConfirmPage):
    """An act on a whole run, with what it is about."""

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [
            (_("Zahlungen"), self.object.count),  # type: ignore[attr-defined]
            (_("Summe"), euro(self.object.total or 0)),  # type: ignore[attr-defined]
            (_("Ausführungstag"), day(self.object.due_on)),
            (_("Konto"), self.object.bank_account),
            (_("entworfen von"), self.object.drafted_by),
        ]


class AnnouncePage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Einzug vorab ankündigen")
    submit_label = gettext_lazy("Vorabankündigungen schreiben")

    def get_consequences(self) -> list[str]:
        return [
            _("Jede Stadt bekommt ein Schreiben mit Betrag, Tag, Mandat und Gläubiger-Identifikationsnummer."),
            _(
                "Die Schreiben werden gedruckt, abgelegt und in den Postausgang gelegt. Hinaus gehen sie nach Ihrer Freigabe dort."
            ),
            _("Freigegeben werden kann der Lauf erst, wenn alle rechtzeitig hinausgegangen sind."),
        ]

    def perform(self, form: Any) -> str:
        count = write_notices(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s Vorabankündigungen geschrieben.") % count)
        url = self.object.get_absolute_url()
        job = start_printing(by=self.request.user, return_url=url)
        return reverse("core:job", args=[job.pk]) if job else url


class ReleasePage(RunStep):
    permission = "payments.release_run"
    title = gettext_lazy("Zahlungslauf freigeben")
    submit_label = gettext_lazy("Freigeben und Datei erzeugen")
    final = gettext_lazy("Danach kann der Lauf nicht mehr geändert werden.")

    def get_consequences(self) -> list[str]:
        run, orders = self.object, orders_of(self.object)
        guard_releasable(run, orders, by=self.request.user, on=timezone.localdate())
        sentences = [
            _("Die Datei für die Bank wird erzeugt, gegen das Schema geprüft und mit Prüfsumme abgelegt."),
            _("Verschickt wird sie nicht: Laden Sie sie im Online-Banking hoch."),
            _("Wenn die Bank gebucht hat, wird der Umsatz dem Lauf zugeordnet."),
        ]
        new = unfamiliar(orders)
        return [*sentences, unfamiliar_words(new)] if new else sentences

    def perform(self, form: Any) -> str:
        run = release_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Freigegeben. Laden Sie die Datei jetzt im Online-Banking hoch."))
        return run.get_absolute_url()


def unfamiliar_words(orders: list[PaymentOrder]) -> str:
    named = ", ".join(f"{order.name} ({iban(order.iban)})" for order in orders[:NAMED])
    return _("Bitte prüfen: Diese Konten sind von den Empfängern bisher nicht bekannt: %s.") % named


class DiscardPage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Zahlungslauf verwerfen")
    submit_label = gettext_lazy("Verwerfen")
    danger = True

    def get_consequences(self) -> list[str]:
        if self.object.kind == RunKind.TRANSFER:
            return [_("Die Überweisungen warten wieder auf einen Lauf.")]
        return [
            _("Die Rechnungen können neu eingezogen werden."),
            _("Vorabankündigungen, die noch im Postausgang liegen, werden zurückgezogen."),
        ]

    def perform(self, form: Any) -> str:
        return discard_run(self.object, by=self.request.user).get_absolute_url()


class RefusePage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Lauf wurde nicht ausgeführt")
    form_class = ReasonForm
    submit_label = gettext_lazy("Als nicht ausgeführt vermerken")
    danger = True

    def get_consequences(self) -> list[str]:
        return [
            _("%s Zahlungen, die die Bank noch nicht gebucht hat, gelten als nicht ausgeführt.") % self.object.waiting,  # type: ignore[attr-defined]
            _("Sie können neu veranlasst werden. Laden Sie die Datei dieses Laufs nicht mehr hoch."),
        ]

    def perform(self, form: ReasonForm) -> str:
        orders = list(refusable(self.object))
        reason = form.cleaned_data["reason"]
        refuse_orders(self.object, orders, reason=reason, by=self.request.user, on=timezone.localdate())
        return self.object.get_absolute_url()


class OrderStep(ConfirmPage):
    """An act on one payment of a run."""

    permission = "payments.draft_run"
    danger = True

    def get_object(self) -> PaymentOrder:
        return get_order(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        run = self.object.run
        return [RUNS, Crumb(str(run), run.get_absolute_url())] if run else [RUNS]

    def get_cancel_url(self) -> str:
        return self.object.run.get_absolute_url() if self.object.run else reverse("payments:runs")

    def get_facts(self) -> list[tuple[Any, Any]]:
        order = self.object
        return [(_("Name"), order.name), (_("Zweck"), order.purpose), (_("Betrag"), euro(order.amount))]


class TakeOutPage(OrderStep):
    title = gettext_lazy("Zahlung aus dem Lauf nehmen")
    submit_label = gettext_lazy("Herausnehmen")

    def get_consequences(self) -> list[str]:
        if self.object.mandate_id:
            return [
                _("Alle Rechnungen dieses Mandats kommen aus dem Lauf; sie können später eingezogen werden."),
                _("Eine Vorabankündigung, die noch im Postausgang liegt, wird zurückgezogen."),
            ]
        return [_("Die Überweisung wartet wieder auf einen Lauf.")]

    def perform(self, form: Any) -> str:
        return take_out(self.object, by=self.request.user).get_absolute_url()


class RefuseOrderPage(OrderStep):
    title = gettext_lazy("Zahlung wurde nicht ausgeführt")
    form_class = ReasonForm
    submit_label = gettext_lazy("Als nicht ausgeführt vermerken")

    def get_consequences(self) -> list[str]:
        return [
            _("Auf diese Zahlung wird nicht mehr gewartet; der Sammler wird ohne sie erkannt."),
            _("Was sie bezahlen sollte, kann neu veranlasst werden."),
        ]

    def perform(self, form: ReasonForm) -> str:
        run = get_run(self.request.user, self.object.run_id or 0)
        reason = form.cleaned_data["reason"]
        refuse_orders(run, [self.object], reason=reason, by=self.request.user, on=timezone.localdate())
        return run.get_absolute_url()
