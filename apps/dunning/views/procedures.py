"""Dunning procedures: list, one, editor, putting in force."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column
from apps.core.templatetags.formats import day
from apps.core.views import Action, Badge, ConfirmPage, FormPage, ObjectPage, TablePage
from apps.dunning.domain.procedures import PLACES, put_in_force, save_procedure, usual_levels
from apps.dunning.forms import InForceForm, LevelForm, ProcedureForm
from apps.dunning.models import DunningLevel, DunningProcedure
from apps.dunning.rules import get_procedure
from apps.dunning.views.letters import HOME

PROCEDURES = (gettext_lazy("Mahnordnungen"), reverse_lazy("dunning:procedures"))


class ProcedureList(TablePage):
    permission = "dunning.view_dunningprocedure"
    title = gettext_lazy("Mahnordnungen")
    count_label = gettext_lazy("Mahnordnungen")
    default_sort = "-valid_from"
    columns = (
        Column("title", gettext_lazy("Bezeichnung"), sort=True, link=True),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("valid_from", gettext_lazy("gültig ab"), sort=True),
        Column("valid_until", gettext_lazy("gültig bis (ausschließlich)"), sort=True),
        Column("count", gettext_lazy("Stufen"), align="right"),
        Column("charges_interest", gettext_lazy("Verzugszinsen")),
        Column("resolution__reference", gettext_lazy("Beschluss")),
    )
    empty_title = gettext_lazy("Noch keine Mahnordnung")
    empty_text = gettext_lazy("Sie legt fest, wann und wie gemahnt wird. Der Entwurf kommt mit vier üblichen Stufen.")

    def get_queryset(self) -> QuerySet[DunningProcedure]:
        return DunningProcedure.objects.select_related("resolution").annotate(count=Count("levels"))

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dunning.change_procedure"):
            return []
        return [Action(_("Mahnordnung entwerfen"), reverse("dunning:procedure_create"), primary=True)]


class ProcedurePage(ObjectPage):
    permission = "dunning.view_dunningprocedure"
    template_name = "dunning/procedure.html"

    def get_object(self) -> DunningProcedure:
        return get_procedure(self.request.user, self.kwargs["pk"])

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), "warning" if self.object.is_draft else "success")

    def get_breadcrumbs(self) -> Any:
        return [HOME, PROCEDURES]

    def get_actions(self) -> list[Action]:
        if not self.object.is_draft or not self.request.user.has_perm("dunning.change_procedure"):
            return []
        pk = self.object.pk
        return [
            Action(_("In Kraft setzen …"), reverse("dunning:procedure_in_force", args=[pk]), primary=True),
            Action(_("Entwurf ändern"), reverse("dunning:procedure_edit", args=[pk])),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(levels=self.object.levels.order_by("number"), **kwargs)


class ProcedureEditor(FormPage):
    """Draft a procedure and the texts of its levels; a new one begins with the usual four."""

    permission = "dunning.change_procedure"
    template_name = "dunning/procedure_form.html"
    form_class = ProcedureForm
    submit_label = gettext_lazy("Entwurf speichern")
    cancel_url = reverse_lazy("dunning:procedures")

    def get_object(self) -> DunningProcedure | None:
        return get_procedure(self.request.user, self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_title(self) -> str:
        return _("Mahnordnung ändern") if self.object else _("Mahnordnung entwerfen")

    def get_breadcrumbs(self) -> Any:
        return [HOME, PROCEDURES]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.object or DunningProcedure()}

    @cached_property
    def level_forms(self) -> list[LevelForm]:
        levels = list(self.object.levels.order_by("number")) if self.object else usual_levels()
        data = self.request.POST if self.request.method == "POST" else None
        return [LevelForm(data, instance=level, prefix=f"stufe{level.number}") for level in levels]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        valid = [each.is_valid() for each in (form, *self.level_forms)]
        return self.form_valid(form) if all(valid) else self.form_invalid(form)

    def perform(self, form: ProcedureForm) -> str:
        levels: list[DunningLevel] = [level.instance for level in self.level_forms]
        saved = save_procedure(form.instance, levels, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf „%s“ ist gespeichert.") % saved)
        return saved.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(level_forms=self.level_forms, places=PLACES, **kwargs)


class InForce(ConfirmPage):
    permission = "dunning.change_procedure"
    form_class = InForceForm
    title = gettext_lazy("Mahnordnung in Kraft setzen")
    submit_label = gettext_lazy("In Kraft setzen")
    final = gettext_lazy("Danach kann sie nicht mehr geändert werden. Eine neue Mahnordnung löst sie ab.")

    def get_object(self) -> DunningProcedure:
        return get_procedure(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [HOME, PROCEDURES, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        return [
            _("„%(title)s“ gilt ab %(day)s für alle Mahnläufe.")
            % {"title": self.object, "day": day(self.object.valid_from)}
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
