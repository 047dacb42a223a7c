"""Lists of runs, one run with its payments, and what can be done with it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro, iban
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, Crumb, TablePage
from apps.payments.domain.announcing import told_in_run
from apps.payments.domain.errors import NotYoursToRelease
from apps.payments.domain.notices import untold
from apps.payments.domain.releasing import guard_four_eyes
from apps.payments.enums import Outcome, RunKind, RunState
from apps.payments.models import PaymentOrder, PaymentRun
from apps.payments.models.notices import with_notice
from apps.payments.rules import visible_runs
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

    @property
    def may_refuse(self) -> bool:
        return self.may_draft and self.object.waiting > 0  # type: ignore[attr-defined]

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
        return [*columns, *(self.draft_columns() if self.is_draft else outcome_columns(may_refuse=self.may_refuse))]

    def draft_columns(self) -> list[Column]:
        columns = []
        if self.is_collection and not self.object.announced_on:
            columns.append(Column("told_at", _("angekündigt"), value=self.told, sort=False))
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
        if user.has_perm("payments.release_run") and not self.barred:
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
        if self.may_refuse:
            actions.append(Action(_("Nicht ausgeführt"), reverse("payments:refuse", args=[self.object.pk])))
        return actions

    @cached_property
    def barred(self) -> str:
        """Why this person may not release the run, though others may: four eyes."""
        if not (self.is_draft and self.request.user.has_perm("payments.release_run")):
            return ""
        try:
            guard_four_eyes(self.object, by=self.request.user, on=timezone.localdate())
        except NotYoursToRelease as error:
            return error.message
        return ""

    @cached_property
    def has_unwritten(self) -> bool:
        """Notices are missing, or were written but not printed because the work broke off."""
        printed = self.object.notices.exclude(document=None).values("mandate")
        unprinted = self.object.orders.exclude(mandate__in=printed).values_list("mandate", flat=True)
        return not self.told_by_invoice.keys() >= set(unprinted)

    @cached_property
    def told_by_invoice(self) -> dict[int, date]:
        return told_in_run(self.object)

    def told(self, order: Any) -> str:
        if order.told_at:
            return day(timezone.localtime(order.told_at).date())
        if by_invoice := self.told_by_invoice.get(order.mandate_id):
            return _("mit der Rechnung, %s") % day(by_invoice)
        return _("im Postausgang") if order.notice_id else _("noch nicht")

    @cached_property
    def late(self) -> list[str]:
        return list(untold(self.object, self.told_by_invoice)) if self.is_draft and self.is_collection else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        late, more = self.late[:NAMED], max(len(self.late) - NAMED, 0)
        return super().get_context_data(run=self.object, barred=self.barred, late=late, more=more, **kwargs)


def take_out_url(order: Any) -> str:
    return reverse("payments:take_out", args=[order.pk])


def outcome_columns(*, may_refuse: bool) -> list[Column]:
    columns = [
        Column("end_to_end_id", _("Referenz")),
        Column("outcome", _("Ausgang"), value=outcome_words, render=outcome_cell),
    ]
    if may_refuse:
        columns.append(Column("refuse", _("Vermerken"), value=refuse_label, link=refuse_url, export=False))
    return columns


def outcome_words(order: Any) -> str:
    on = order.returned_on or order.booked_on
    return ": ".join(str(part) for part in (order.outcome.label, order.refusal or (day(on) if on else "")) if part)


def outcome_cell(order: Any) -> Any:
    """What the bank made of it, with the line that says so."""
    line = order.return_id or order.line_id
    shown = badge(order.outcome.label, OUTCOME_TONES.get(order.outcome, "neutral"))
    if not line:
        return format_html("{} {}", shown, order.refusal)
    url = reverse("banking:line", args=[line])
    return format_html(
        '{} <a class="kern-link" href="{}">{}</a>', shown, url, day(order.returned_on or order.booked_on)
    )


def is_open(order: Any) -> bool:
    return bool(order.end_to_end_id) and order.outcome == Outcome.WAITING


def refuse_label(order: Any) -> str:
    return _("Nicht ausgeführt …") if is_open(order) else "–"


def refuse_url(order: Any) -> str | None:
    return reverse("payments:refuse_order", args=[order.pk]) if is_open(order) else None
