"""What lead cities bear: meetings, their costs, and who carried what."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.domain.costs import change_cost, change_meeting, record_cost, record_meeting, remove_cost
from apps.budget.enums import CostCategory
from apps.budget.forms.costs import CostForm, MeetingForm
from apps.budget.forms.plans import ReasonForm
from apps.budget.models import BorneCost, NetworkMeeting
from apps.budget.rules import cities_for_costs, get_cost, get_meeting, visible_costs, visible_meetings
from apps.core.money import euros
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.members.models import City

MEETINGS = Crumb(gettext_lazy("Kosten der Treffen"), reverse_lazy("budget:meetings"))


class MeetingsPage(TablePage):
    permission = "budget.view_networkmeeting"
    title = gettext_lazy("Kosten der Treffen")
    lead = gettext_lazy("Was federführende Städte für die Treffen des Netzwerks bezahlen oder beisteuern.")
    columns = (
        Column("starts_on", gettext_lazy("von"), sort=True),
        Column("ends_on", gettext_lazy("bis")),
        Column("title", gettext_lazy("Treffen"), sort=True, link=True),
        Column("host", gettext_lazy("federführende Stadt"), sort="host__name"),
        Column("participants", gettext_lazy("Teilnehmende"), align="right", sort=True),
        Column("entries", gettext_lazy("Posten"), align="right"),
        Column("total", gettext_lazy("Kosten"), align="right", format=euro),
    )
    search_fields = ("title", "host__name")
    default_sort = "-starts_on"
    count_label = gettext_lazy("Treffen")

    @property
    def sees_all(self) -> bool:
        return bool(self.request.user.has_perm("budget.view_costs"))

    @property
    def empty_title(self) -> str:  # type: ignore[override]
        if self.sees_all:
            return _("Noch keine Treffen erfasst")
        return _("Ihre Stadt hat noch kein Treffen ausgerichtet")

    @property
    def empty_text(self) -> str:  # type: ignore[override]
        if self.request.user.has_perm("budget.change_networkmeeting"):
            return _("Erfassen Sie ein Treffen und die Kosten, die die federführende Stadt getragen hat.")
        if self.sees_all:
            return _("Treffen und ihre Kosten erfasst die Schatzmeister:in.")
        return _(
            "Hier stehen die Treffen, die Ihre Stadt ausgerichtet hat. Was andere Städte getragen haben, sehen diese selbst, Vorstand, Kasse und Kassenprüfung."
        )

    def get_queryset(self) -> QuerySet[NetworkMeeting]:
        return visible_meetings(self.request.user).annotate(
            total=Sum("costs__gross", default=0), entries=Count("costs")
        )

    def get_actions(self) -> list[Action]:
        user, actions = self.request.user, []
        if user.has_perm("budget.change_networkmeeting"):
            actions.append(Action(_("Treffen erfassen"), reverse("budget:record_meeting"), primary=True))
        if self.sees_all:
            actions.append(Action(_("Übersicht der Jahre"), reverse("budget:network_years")))
        return actions


class RecordMeeting(FormPage):
    permission = "budget.change_networkmeeting"
    title = gettext_lazy("Treffen erfassen")
    form_class = MeetingForm
    submit_label = gettext_lazy("Treffen erfassen")
    cancel_url = reverse_lazy("budget:meetings")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS]

    def perform(self, form: MeetingForm) -> str:
        return record_meeting(**form.cleaned_data, by=self.request.user).get_absolute_url()


class MeetingView:
    request: Any
    kwargs: dict[str, Any]
    object: NetworkMeeting

    def get_object(self) -> NetworkMeeting:
        return get_meeting(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS]


class ChangeMeeting(MeetingView, FormPage):
    permission = "budget.change_networkmeeting"
    form_class = MeetingForm
    submit_label = gettext_lazy("Angaben übernehmen")

    def get_initial(self) -> dict[str, Any]:
        names = ("title", "host", "starts_on", "ends_on", "participants")
        cities = [row.city_id for row in self.object.cities.all()]
        return {name: getattr(self.object, name) for name in names} | {"cities": cities}

    def perform(self, form: MeetingForm) -> str:
        return change_meeting(self.object, **form.cleaned_data, by=self.request.user).get_absolute_url()


COST_COLUMNS = (
    Column("category", gettext_lazy("Kostenart")),
    Column("city", gettext_lazy("Stadt")),
    Column("kind", gettext_lazy("Art")),
    Column("valuation", gettext_lazy("Bewertung")),
    Column("explanation", gettext_lazy("Erläuterung")),
    Column("evidence", gettext_lazy("Nachweis"), link=lambda row: row.evidence and row.evidence.get_absolute_url()),
    Column("net", gettext_lazy("netto"), align="right"),
    Column("vat", gettext_lazy("Steuer"), align="right"),
    Column("gross", gettext_lazy("brutto"), align="right"),
)


class MeetingPage(MeetingView, ObjectPage):
    permission = "budget.view_networkmeeting"
    template_name = "budget/meeting.html"

    def get_badge(self) -> Badge | None:
        return Badge(_("erfundene Werte"), "warning") if self.object.is_example else None

    @cached_property
    def may_enter(self) -> bool:
        return self.request.user.has_perm("budget.change_bornecost") and bool(
            cities_for_costs(self.request.user, self.object, timezone.localdate())
        )

    def get_actions(self) -> list[Action]:
        actions = []
        if self.may_enter:
            actions.append(
                Action(_("Kosten erfassen"), reverse("budget:record_cost", args=[self.object.pk]), primary=True)
            )
        if self.request.user.has_perm("budget.change_networkmeeting"):
            actions.append(Action(_("Treffen bearbeiten"), reverse("budget:change_meeting", args=[self.object.pk])))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        costs = list(visible_costs(self.request.user).filter(meeting=self.object).order_by("pk"))
        costs.sort(key=lambda row: CostCategory.values.index(row.category))
        change = Column(
            "change",
            gettext_lazy("Bearbeiten"),
            value=lambda row: _("bearbeiten"),
            link=lambda row: reverse("budget:change_cost", args=[row.pk]),
        )
        columns = (*COST_COLUMNS, change) if self.may_enter else COST_COLUMNS
        total = sum((row.amount for row in costs), 0)
        return super().get_context_data(
            costs=costs,
            total=euros(total),
            cash=euros(sum((row.amount for row in costs if row.kind == "cash"), 0)),
            table=Table(columns=columns, rows=costs, caption=_("Kosten")),
            cities=[row.city for row in self.object.cities.select_related("city")],
            **kwargs,
        )


class RecordCost(MeetingView, FormPage):
    permission = "budget.change_bornecost"
    title = gettext_lazy("Kosten erfassen")
    form_class = CostForm
    submit_label = gettext_lazy("Kosten erfassen")

    def get_object(self) -> NetworkMeeting:
        meeting = get_meeting(self.request.user, self.kwargs["pk"])
        if not cities_for_costs(self.request.user, meeting, timezone.localdate()):
            raise Http404
        return meeting

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "cities": cities_for_costs(self.request.user, self.object, timezone.localdate())
        }

    def get_initial(self) -> dict[str, Any]:
        return {"city": self.object.host_id}

    def perform(self, form: CostForm) -> str:
        record_cost(
            self.object,
            form.cleaned_data["city"],
            form.entry(),
            evidence=form.evidence_file(),
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Die Kosten sind erfasst."))
        return self.object.get_absolute_url()


class CostView:
    request: Any
    kwargs: dict[str, Any]
    object: BorneCost

    def get_object(self) -> BorneCost:
        return get_cost(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS, Crumb(str(self.object.meeting), self.object.get_absolute_url())]


class ChangeCost(CostView, FormPage):
    permission = "budget.change_bornecost"
    title = gettext_lazy("Kosten berichtigen")
    template_name = "budget/change_cost.html"
    form_class = CostForm
    submit_label = gettext_lazy("Kosten berichtigen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"cities": City.objects.filter(pk=self.object.city_id)}

    def get_initial(self) -> dict[str, Any]:
        names = ("city", "category", "kind", "net", "vat", "valuation", "explanation")
        return {name: getattr(self.object, name) for name in names}

    def perform(self, form: CostForm) -> str:
        row = change_cost(
            self.object,
            form.entry(),
            evidence=form.evidence_file(),
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Die Kosten sind berichtigt."))
        return row.get_absolute_url()


class RemoveCost(CostView, ConfirmPage):
    permission = "budget.change_bornecost"
    title = gettext_lazy("Kosten entfernen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Kosten entfernen")
    danger = True

    def get_facts(self) -> list[tuple[str, Any]]:
        return [
            (_("Kostenart"), self.object.get_category_display()),
            (_("Stadt"), self.object.city),
            (_("Betrag"), euro(self.object.gross)),
        ]

    def get_consequences(self) -> list[str]:
        return [_("Der Posten zählt nicht mehr mit. Der Verlauf und der Nachweis bleiben erhalten.")]

    def perform(self, form: ReasonForm) -> str:
        url = self.object.get_absolute_url()
        remove_cost(self.object, by=self.request.user, reason=form.cleaned_data["reason"])
        self.success(_("Der Posten ist entfernt."))
        return url
