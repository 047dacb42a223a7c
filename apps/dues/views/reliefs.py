"""Reductions and exemptions of single cities."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.views import Action, FormPage, TablePage
from apps.dues.domain.schedules import end_relief, grant_relief
from apps.dues.enums import ReliefKind
from apps.dues.forms import EndForm, ReliefForm
from apps.dues.models import FeeRelief
from apps.dues.rules import get_relief
from apps.dues.views.comparisons import OVERVIEW, SCHEDULES


class ReliefList(TablePage):
    permission = "dues.view_feerelief"
    title = gettext_lazy("Beitragsnachlässe")
    count_label = gettext_lazy("Nachlässe")
    default_sort = "city"
    search_fields = ("city__name", "reason")
    filters = (
        Filter("art", gettext_lazy("Art"), ReliefKind.choices, field="kind"),
        Filter(
            "gilt",
            gettext_lazy("Geltung"),
            (("heute", gettext_lazy("gilt heute")),),
            apply=lambda rows, _value: rows.valid_on(timezone.localdate()),
        ),
    )
    columns = (
        Column("city", gettext_lazy("Stadt"), sort="city__name"),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("percent", gettext_lazy("Nachlass in Prozent"), sort=True, align="right"),
        Column("valid_from", gettext_lazy("gültig ab"), sort=True),
        Column("valid_until", gettext_lazy("gültig bis (ausschließlich)"), sort=True),
        Column("resolution__reference", gettext_lazy("Beschluss")),
        Column("reason", gettext_lazy("Begründung")),
    )
    empty_title = gettext_lazy("Keine Nachlässe")
    empty_text = gettext_lazy("Ein Nachlass für eine einzelne Stadt braucht einen Beschluss.")

    def get_queryset(self) -> QuerySet[FeeRelief]:
        return FeeRelief.objects.select_related("city", "resolution")

    def get_columns(self) -> list[Column]:
        if not self.request.user.has_perm("dues.add_feerelief"):
            return list(self.columns)
        end = Column(
            "end",
            _("Ende"),
            value=lambda row: _("festlegen"),
            link=lambda row: reverse("dues:relief_end", args=[row.pk]),
            export=False,
        )
        return [*self.columns, end]

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.add_feerelief"):
            return []
        return [Action(_("Nachlass eintragen"), reverse("dues:relief_create"), primary=True)]


class ReliefCreate(FormPage):
    permission = "dues.add_feerelief"
    form_class = ReliefForm
    title = gettext_lazy("Beitragsnachlass eintragen")
    submit_label = gettext_lazy("Nachlass eintragen")
    cancel_url = reverse_lazy("dues:reliefs")

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES, (_("Nachlässe"), reverse("dues:reliefs"))]

    def perform(self, form: ReliefForm) -> str:
        relief = grant_relief(**form.cleaned_data, by=self.request.user)
        self.success(_("Der Nachlass für %s ist eingetragen.") % relief.city)
        return reverse("dues:reliefs")


class ReliefEnd(FormPage):
    """The only thing that changes on a relief that was decided."""

    permission = "dues.add_feerelief"
    form_class = EndForm
    submit_label = gettext_lazy("Ende festlegen")
    cancel_url = reverse_lazy("dues:reliefs")

    def get_object(self) -> FeeRelief:
        return get_relief(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Ende festlegen: %s") % self.object

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES, (_("Nachlässe"), reverse("dues:reliefs"))]

    def perform(self, form: EndForm) -> str:
        relief = end_relief(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Das Ende des Nachlasses für %s ist festgelegt.") % relief.city)
        return reverse("dues:reliefs")
