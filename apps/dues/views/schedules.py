"""Fee schedules and reliefs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, euro, number
from apps.core.views import Action, Badge, ConfirmPage, FormPage, ObjectPage, TablePage
from apps.dues.domain.errors import ScheduleIncomplete
from apps.dues.domain.examples import Example, example_of
from apps.dues.domain.schedules import (
    check_schedule,
    end_schedule,
    grant_relief,
    newest_start,
    put_in_force,
    save_schedule,
    schedule_state,
    terms_of,
)
from apps.dues.forms import TIER_ROWS, EndForm, InForceForm, ReliefForm, ScheduleForm, TierFormSet
from apps.dues.models import FeeRelief, FeeSchedule, FeeTier
from apps.dues.rules import get_schedule

OVERVIEW = (gettext_lazy("Beiträge"), reverse_lazy("dues:overview"))
SCHEDULES = (gettext_lazy("Beitragsordnungen"), reverse_lazy("dues:schedules"))

EXAMPLE_COLUMNS = (
    Column("city", gettext_lazy("Stadt")),
    Column("population", gettext_lazy("Einwohner:innen"), align="right"),
    Column("amount", gettext_lazy("Jahresbeitrag"), align="right", format=euro, total="amount"),
)


def example_table(example: Example) -> Table:
    return Table(EXAMPLE_COLUMNS, example.rows, _("Beispiel für alle Mitgliedsstädte"), {"amount": example.total})


def state_badge(schedule: FeeSchedule) -> Badge:
    today = timezone.localdate()
    label, tone = schedule_state(schedule, today, newest_start(today))
    return Badge(label, tone)


class ScheduleList(TablePage):
    permission = "dues.view_feeschedule"
    title = gettext_lazy("Beitragsordnungen")
    count_label = gettext_lazy("Beitragsordnungen")
    default_sort = "-valid_from"
    search_fields = ("title", "legal_basis")
    columns = (
        Column("title", gettext_lazy("Bezeichnung"), sort=True, link=True),
        Column("form", gettext_lazy("Art der Berechnung"), sort=True),
        Column("valid_from", gettext_lazy("gültig ab"), sort=True),
        Column("valid_until", gettext_lazy("gültig bis (ausschließlich)"), sort=True),
        Column("resolution__reference", gettext_lazy("Beschluss")),
    )
    empty_title = gettext_lazy("Noch keine Beitragsordnung")
    empty_text = gettext_lazy("Legen Sie fest, wie die Beiträge berechnet werden.")

    def get_queryset(self) -> QuerySet[FeeSchedule]:
        return FeeSchedule.objects.select_related("resolution")

    def get_columns(self) -> list[Column]:
        today = timezone.localdate()
        newest = newest_start(today)
        state = Column("state", _("Stand"), value=lambda row: schedule_state(row, today, newest)[0])
        return [*self.columns[:4], state, *self.columns[4:]]

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.change_feeschedule"):
            return []
        return [Action(_("Beitragsordnung entwerfen"), reverse("dues:schedule_create"), primary=True)]


class SchedulePage(ObjectPage):
    permission = "dues.view_feeschedule"
    template_name = "dues/schedule.html"

    def get_object(self) -> FeeSchedule:
        return get_schedule(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES]

    def get_badge(self) -> Badge:
        return state_badge(self.object)

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.change_feeschedule"):
            return []
        pk = self.object.pk
        if self.object.is_draft:
            return [
                Action(_("In Kraft setzen"), reverse("dues:schedule_in_force", args=[pk]), primary=True),
                Action(_("Entwurf ändern"), reverse("dues:schedule_edit", args=[pk])),
            ]
        return [Action(_("Ende festlegen"), reverse("dues:schedule_end", args=[pk]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        example = example_of(terms_of(self.object), on=timezone.localdate())
        shown = {"example": example, "table": example_table(example) if example.rows else None}
        return super().get_context_data(**shown, **kwargs)


class ScheduleEditor(FormPage):
    """Draft a schedule; the example below shows what it means for every member."""

    permission = "dues.change_feeschedule"
    template_name = "dues/schedule_form.html"
    form_class = ScheduleForm
    submit_label = gettext_lazy("Entwurf speichern")
    cancel_url = reverse_lazy("dues:schedules")

    def get_object(self) -> FeeSchedule | None:
        return get_schedule(self.request.user, self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_title(self) -> str:
        return _("Beitragsordnung ändern") if self.object else _("Beitragsordnung entwerfen")

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.object or FeeSchedule()}

    @cached_property
    def tier_forms(self) -> Any:
        if self.request.method == "POST":
            return TierFormSet(self.request.POST, prefix="tiers")
        tiers = list(self.object.tiers.all()) if self.object else []
        initial = [{"upper": tier.upper, "value": tier.value, "cap": tier.cap} for tier in tiers]
        return TierFormSet(prefix="tiers", initial=initial + [{}] * (TIER_ROWS - len(initial)))

    @property
    def tiers(self) -> list[FeeTier]:
        return [form.tier for form in self.tier_forms if form.tier]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        is_valid = form.is_valid() & self.tier_forms.is_valid()
        if "example" in request.POST or getattr(request, "htmx", False):
            return self.show_example(form, is_valid=is_valid)
        return self.form_valid(form) if is_valid else self.form_invalid(form)

    def show_example(self, form: ScheduleForm, *, is_valid: bool) -> HttpResponse:
        context: dict[str, Any] = {"form": form}
        if is_valid:
            terms = terms_of(form.instance, self.tiers)
            try:
                check_schedule(form.instance, terms)
            except ScheduleIncomplete as error:
                context["example_refusal"] = error.message
            else:
                example = example_of(terms, on=timezone.localdate())
                context |= {"example": example, "table": example_table(example)}
        else:
            context["example_refusal"] = _("Das Beispiel erscheint, sobald alle Angaben stimmen.")
        if getattr(self.request, "htmx", False):
            return render(self.request, "dues/parts/example.html", context)
        return self.render_to_response(self.get_context_data(**context))

    def perform(self, form: ScheduleForm) -> str:
        schedule = save_schedule(form.instance, tiers=self.tiers, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf „%s“ ist gespeichert.") % schedule)
        return schedule.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(tier_forms=self.tier_forms, **kwargs)
        context["sections"] = context["form"].sections
        if self.request.method == "GET" and self.object:
            example = example_of(terms_of(self.object), on=timezone.localdate())
            context |= {"example": example, "table": example_table(example)}
        return context


class ScheduleInForce(ConfirmPage):
    permission = "dues.change_feeschedule"
    form_class = InForceForm
    title = gettext_lazy("Beitragsordnung in Kraft setzen")
    submit_label = gettext_lazy("In Kraft setzen")
    final = gettext_lazy(
        "Danach kann nur noch das Ende festgelegt werden. Änderungen brauchen eine neue Beitragsordnung."
    )

    def get_object(self) -> FeeSchedule:
        return get_schedule(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        example = example_of(terms_of(self.object), on=timezone.localdate())
        return [
            _("„%(title)s“ gilt ab %(day)s für alle Beitragsläufe.")
            % {"title": self.object, "day": day(self.object.valid_from)},
            *(inversion_sentence(item) for item in example.inversions),
        ]

    def perform(self, form: InForceForm) -> str:
        put_in_force(
            self.object, resolution=form.cleaned_data["resolution"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("„%s“ ist in Kraft.") % self.object)
        return self.object.get_absolute_url()


def inversion_sentence(inversion: Any) -> str:
    return _(
        "Achtung: Mit %(below)s Einwohner:innen beträgt der Beitrag %(fee_below)s, mit einer mehr nur %(fee_above)s."
    ) % {
        "below": number(inversion.below),
        "fee_below": euro(inversion.fee_below),
        "fee_above": euro(inversion.fee_above),
    }


class ScheduleEnd(FormPage):
    permission = "dues.change_feeschedule"
    form_class = EndForm
    title = gettext_lazy("Ende der Beitragsordnung festlegen")
    submit_label = gettext_lazy("Ende festlegen")

    def get_object(self) -> FeeSchedule:
        return get_schedule(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES, (str(self.object), self.object.get_absolute_url())]

    def perform(self, form: EndForm) -> str:
        end_schedule(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Das Ende ist festgelegt."))
        return self.object.get_absolute_url()


class ReliefList(TablePage):
    permission = "dues.view_feerelief"
    title = gettext_lazy("Beitragsnachlässe")
    count_label = gettext_lazy("Nachlässe")
    default_sort = "city"
    search_fields = ("city__name", "reason")
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
