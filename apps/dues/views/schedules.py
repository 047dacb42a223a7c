"""Fee schedules: list, page, editor with its live effects, coming into force, end."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.tables import Column
from apps.core.templatetags.formats import day, euro, number
from apps.core.views import Action, Badge, ConfirmPage, FormPage, ObjectPage, TablePage
from apps.dues.calculations import Terms
from apps.dues.domain.effects import Comparison, compare, effect_year, predecessor
from apps.dues.domain.errors import ScheduleIncomplete
from apps.dues.domain.schedules import (
    billed_years,
    check_schedule,
    end_schedule,
    newest_start,
    put_in_force,
    save_schedule,
    schedule_state,
    terms_of,
)
from apps.dues.domain.wording import rate_in_words, tier_in_words
from apps.dues.forms import TIER_ROWS, EndForm, InForceForm, ScheduleForm, TierFormSet
from apps.dues.models import FeeSchedule, FeeTier
from apps.dues.rules import get_schedule
from apps.dues.views.comparisons import OVERVIEW, SCHEDULES, effects_context


def effects_of(schedule: FeeSchedule, terms: Terms | None = None) -> Comparison:
    """What the schedule means in the first year it decides about, beside the one it follows."""
    today = timezone.localdate()
    return compare(schedule, predecessor(schedule), year=effect_year(schedule, today), today=today, terms=terms)


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
        return [
            Action(_("Beitragsordnung entwerfen"), reverse("dues:schedule_create"), primary=True),
            Action(_("Vergleichen"), reverse("dues:schedule_comparison")),
        ]


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
        pk = self.object.pk
        compare = Action(_("Vergleichen"), f"{reverse('dues:schedule_comparison')}?{self.address}")
        if not self.request.user.has_perm("dues.change_feeschedule"):
            return [compare]
        if self.object.is_draft:
            return [
                Action(_("In Kraft setzen"), reverse("dues:schedule_in_force", args=[pk]), primary=True),
                Action(_("Entwurf ändern"), reverse("dues:schedule_edit", args=[pk])),
                compare,
            ]
        return [Action(_("Ende festlegen"), reverse("dues:schedule_end", args=[pk])), compare]

    @property
    def address(self) -> str:
        before = predecessor(self.object)
        year = effect_year(self.object, timezone.localdate())
        return urlencode({"alt": before.pk if before else "", "neu": self.object.pk, "jahr": year})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schedule = self.object
        shown = effects_context(effects_of(schedule), self.request.GET.get("seite"))
        tiers = [tier_in_words(tier, str(schedule.form)) for tier in schedule.tiers.all()]
        return super().get_context_data(rate=rate_in_words(schedule), tiers=tiers, **shown, **kwargs)


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
        if {"example", "seite"} & request.POST.keys() or getattr(request, "htmx", False):
            return self.show_effects(form, is_valid=is_valid)
        return self.form_valid(form) if is_valid else self.form_invalid(form)

    def show_effects(self, form: ScheduleForm, *, is_valid: bool) -> HttpResponse:
        """What every city would pay, beside the schedule in force; the whole page where there is no JavaScript."""
        context: dict[str, Any] = {"form": form, "live": True}
        if is_valid:
            terms = terms_of(form.instance, self.tiers)
            try:
                check_schedule(form.instance, terms)
            except ScheduleIncomplete as error:
                context["refusal"] = error.message
            else:
                context |= effects_context(effects_of(form.instance, terms), self.request.POST.get("seite"))
        else:
            context["refusal"] = _("Die Beiträge erscheinen, sobald alle Angaben stimmen.")
            context["wrong"] = [*wrong_fields(form), *wrong_tiers(self.tier_forms)]
        if getattr(self.request, "htmx", False):
            return render(self.request, "dues/parts/effects.html", context)
        return self.render_to_response(self.get_context_data(**context))

    def perform(self, form: ScheduleForm) -> str:
        schedule = save_schedule(form.instance, tiers=self.tiers, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf „%s“ ist gespeichert.") % schedule)
        return schedule.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(tier_forms=self.tier_forms, **kwargs)
        context["sections"] = context["form"].sections
        if self.request.method == "GET" and self.object:
            context |= effects_context(effects_of(self.object), None) | {"live": True}
        return context


def wrong_fields(form: Any) -> list[str]:
    """»fällig am Tag: …« for each field that is not right."""
    return [f"{field.label}: {error}" for field in form for error in field.errors] + list(form.non_field_errors())


def wrong_tiers(forms: Any) -> list[str]:
    rows = ((place, line) for place, form in enumerate(forms, start=1) for line in wrong_fields(form))
    return [_("Größenklasse %(place)s, %(line)s") % {"place": place, "line": line} for place, line in rows]


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
        effects = effects_of(self.object)
        return [
            _("„%(title)s“ gilt ab %(day)s für alle Beitragsläufe.")
            % {"title": self.object, "day": day(self.object.valid_from)},
            ngettext(
                "Eine Stadt zahlt %(year)s %(total)s.",
                "%(count)s Städte zahlen %(year)s zusammen %(total)s.",
                len(effects.effects),
            )
            % {"count": number(len(effects.effects)), "year": effects.year, "total": euro(effects.total_after)},
            *(inversion_sentence(item) for item in effects.inversions),
            *reaching_back(self.object),
        ]

    def perform(self, form: InForceForm) -> str:
        put_in_force(
            self.object,
            resolution=form.cleaned_data["resolution"],
            is_sure=form.cleaned_data["is_sure"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("„%s“ ist in Kraft.") % self.object)
        return self.object.get_absolute_url()


def reaching_back(schedule: FeeSchedule) -> Iterator[str]:
    """Retroactive increases need a basis in the statutes (the members agreed to those); invoices stay as they are."""
    for year, count in billed_years(schedule):
        words = {"year": year, "count": number(count)}
        if date(year, 1, 1) < schedule.valid_from:
            yield (
                _(
                    "%(year)s ist schon abgerechnet (Rechnungen: %(count)s) und bleibt, wie es ist: Für ein Jahr zählt die "
                    "Beitragsordnung, die am 1. Januar gilt."
                )
                % words
            )
        else:
            yield (
                _(
                    "Achtung, rückwirkend: Für %(year)s sind schon Rechnungen ausgestellt (%(count)s). Sie bleiben, wie sie sind; nur "
                    "Nachberechnungen richten sich dann nach dieser Beitragsordnung. Höhere Beiträge für ein begonnenes Jahr "
                    "brauchen eine Grundlage in der Satzung."
                )
                % words
            )


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
