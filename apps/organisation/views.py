from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.colours import readable_on
from apps.core.tables import Column, Filter
from apps.core.views import PUBLIC, Action, Badge, ConfirmPage, FormPage, Guarded, ObjectPage, Page, TablePage
from apps.organisation import forms
from apps.organisation.domain import legal_form, profile, queries, values
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.organisation.models import DecisionRule, LegalForm, LegalParameter, Profile

DAY = 24 * 60 * 60


class ProfilePage(ObjectPage):
    permission = "organisation.view_profile"
    template_name = "organisation/profile.html"
    title = gettext_lazy("Angaben zur Organisation")

    def get_object(self) -> Profile:
        return queries.current_profile()

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("organisation.change_profile"):
            return ()
        return (
            Action(_("Logo hinterlegen"), reverse_lazy("organisation:logo_change")),
            Action(_("Angaben ändern"), reverse_lazy("organisation:profile_change"), primary=True),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        return super().get_context_data(
            legal_form=queries.legal_form_on(today), full_name=queries.full_name_on(today), **kwargs
        )


class ProfileChange(FormPage):
    permission = "organisation.change_profile"
    title = gettext_lazy("Angaben zur Organisation ändern")
    form_class = forms.ProfileForm
    submit_label = gettext_lazy("Angaben übernehmen")
    cancel_url = reverse_lazy("organisation:profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": queries.current_profile()}

    def perform(self, form: Any) -> str:
        profile.update_profile(form.cleaned_data, by=self.request.user)
        self.success(_("Die Angaben gelten ab sofort für Briefe und Seiten."))
        return str(self.cancel_url)


class LogoChange(FormPage):
    permission = "organisation.change_profile"
    title = gettext_lazy("Logo hinterlegen")
    form_class = forms.LogoForm
    submit_label = gettext_lazy("Logo übernehmen")
    cancel_url = reverse_lazy("organisation:profile")

    def perform(self, form: Any) -> str:
        profile.set_logo(form.cleaned_data["logo"].read(), by=self.request.user, at=timezone.now())
        self.success(_("Das Logo steht jetzt auf Seiten und Briefen."))
        return str(self.cancel_url)


class LogoRemove(ConfirmPage):
    permission = "organisation.change_profile"
    title = gettext_lazy("Logo entfernen")
    submit_label = gettext_lazy("Logo entfernen")
    cancel_url = reverse_lazy("organisation:profile")

    def get_consequences(self) -> Sequence[Any]:
        return [_("Seiten und Briefe zeigen nur noch den Namen. Bereits erstellte Briefe bleiben, wie sie sind.")]

    def perform(self, form: Any) -> str:
        profile.remove_logo(by=self.request.user, at=timezone.now())
        self.success(_("Das Logo ist entfernt."))
        return str(self.cancel_url)


class LegalFormPage(Page):
    permission = "organisation.view_legalform"
    template_name = "organisation/legal_form.html"
    title = gettext_lazy("Rechtsform")

    @cached_property
    def forms(self) -> list[LegalForm]:
        return list(LegalForm.objects.order_by("-valid_from"))

    def get_badge(self) -> Badge | None:
        return Badge(queries.legal_mode_on(timezone.localdate()).label)

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("organisation.change_legalform"):
            return ()
        return (Action(_("Rechtsform ändern"), reverse_lazy("organisation:legal_form_change"), primary=True),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mode = queries.legal_mode_on(timezone.localdate())
        return super().get_context_data(
            forms=self.forms, is_informal=mode == LegalMode.INFORMAL, acts_personally=mode in UNREGISTERED, **kwargs
        )


UNREGISTERED = {LegalMode.UNREG_ASSOC, LegalMode.FOUNDING}


class LegalFormChange(ConfirmPage):
    permission = "organisation.change_legalform"
    title = gettext_lazy("Rechtsform ändern")
    form_class = forms.LegalFormForm
    submit_label = gettext_lazy("Rechtsform festlegen")
    cancel_url = reverse_lazy("organisation:legal_form")
    final = gettext_lazy(
        "Die Rechtsform bestimmt Name, Briefkopf und Mehrheiten. Der Wechsel bleibt im Verlauf stehen."
    )

    @cached_property
    def present(self) -> LegalForm | None:
        return LegalForm.objects.filter(valid_until__isnull=True).first()

    def get_form_kwargs(self) -> dict[str, Any]:
        present = self.present
        modes = LegalForm.TRANSITIONS[LegalMode(present.mode)] if present else legal_form.ENTRY_FORMS
        return super().get_form_kwargs() | {"modes": list(modes)}

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        if self.present is None:
            return [(_("jetzige Rechtsform"), _("noch keine hinterlegt"))]
        return [(_("jetzige Rechtsform"), self.present), (_("gültig ab"), self.present.valid_from)]

    def get_consequences(self) -> Sequence[Any]:
        end = [_("Die jetzige Rechtsform endet mit dem Tag vor dem Wechsel.")] if self.present else []
        return [
            *end,
            _("„e. V.“ steht erst vom Tag der Eintragung an im Namen (§ 65 BGB)."),
            _("Mit dem Wechsel zum e. V. stehen Registergericht und Nummer auf den Briefen."),
        ]

    def perform(self, form: Any) -> str:
        changed = legal_form.change_legal_form(**form.cleaned_data, by=self.request.user)
        self.success(_("Ab dem %(day)s gilt: %(form)s.") % {"day": f"{changed.valid_from:%d.%m.%Y}", "form": changed})
        return str(self.cancel_url)


def parameter_keys(user: Any) -> list[tuple[str, str]]:
    return list(dict(LegalParameter.objects.order_by("title", "key").values_list("key", "title")).items())


def in_force(queryset: QuerySet[LegalParameter], value: str) -> QuerySet[LegalParameter]:
    today = timezone.localdate()
    started = queryset.filter(valid_from__lte=today).exclude(valid_until__lte=today)
    return started.filter(pk__in=newest_per_key(today))


def newest_per_key(today: Any) -> list[int]:
    rows = LegalParameter.objects.filter(valid_from__lte=today).order_by("valid_from").values_list("key", "pk")
    return list(dict(rows).values())


class ParameterList(TablePage):
    permission = "organisation.view_legalparameter"
    title = gettext_lazy("Rechtliche Werte")
    lead = gettext_lazy("Was Gesetz und Satzung festlegen, mit dem Tag, ab dem es gilt. Alte Werte bleiben stehen.")
    count_label = gettext_lazy("Werte")
    search_fields = ("title", "key", "source", "note")
    default_sort = "title"
    filters = (
        Filter("gueltig", gettext_lazy("Gültigkeit"), [("heute", gettext_lazy("heute gültig"))], apply=in_force),
        Filter("schluessel", gettext_lazy("Wert"), parameter_keys, field="key"),
    )
    columns = (
        Column("title", gettext_lazy("Bezeichnung"), sort=("title", "-valid_from")),
        Column("shown_value", gettext_lazy("Wert"), align="right"),
        Column("unit", gettext_lazy("Einheit")),
        Column("valid_from", gettext_lazy("gültig ab"), sort=True),
        Column("valid_until", gettext_lazy("gültig bis (ausschließlich)")),
        Column("source", gettext_lazy("Rechtsgrundlage"), sort=True),
        Column("note", gettext_lazy("Anmerkung")),
    )

    def get_queryset(self) -> QuerySet[LegalParameter]:
        return LegalParameter.objects.all()

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("organisation.add_legalparameter"):
            return ()
        return (
            Action(_("Neuen Wert hinterlegen"), reverse_lazy("organisation:parameter_add"), primary=True),
            Action(_("Steuerlicher Status"), reverse_lazy("organisation:tax_status")),
        )


class ParameterAdd(FormPage):
    permission = "organisation.add_legalparameter"
    title = gettext_lazy("Neuen Wert hinterlegen")
    intro = gettext_lazy(
        "Der neue Wert gilt von seinem Tag an. Frühere Werte bleiben unverändert, weil Rechnungen und Beschlüsse auf ihnen beruhen."
    )
    form_class = forms.ParameterForm
    submit_label = gettext_lazy("Wert hinterlegen")
    cancel_url = reverse_lazy("organisation:parameters")

    def get_initial(self) -> dict[str, Any]:
        return {"key": self.request.GET.get("schluessel", "")}

    def perform(self, form: Any) -> str:
        row = values.add_parameter(**form.cleaned_data, by=self.request.user)
        self.success(_("%(value)s gilt ab dem %(day)s.") % {"value": row, "day": f"{row.valid_from:%d.%m.%Y}"})
        return row.get_absolute_url()


class TaxStatusPage(FormPage):
    permission = "organisation.add_legalparameter"
    title = gettext_lazy("Steuerlichen Status eintragen")
    intro = gettext_lazy(
        "Nur eine gemeinnützige Körperschaft muss Mittel zeitnah verwenden und darf dafür Rücklagen bilden. "
        "Frühere Angaben bleiben erhalten."
    )
    form_class = forms.TaxStatusForm
    submit_label = gettext_lazy("Status eintragen")
    cancel_url = reverse_lazy("organisation:parameters")

    def perform(self, form: Any) -> str:
        row = values.set_tax_status(**form.cleaned_data, by=self.request.user)
        self.success(_("%(value)s gilt ab dem %(day)s.") % {"value": row, "day": f"{row.valid_from:%d.%m.%Y}"})
        return row.get_absolute_url()


class DecisionRuleList(TablePage):
    permission = "organisation.view_decisionrule"
    title = gettext_lazy("Mehrheitsregeln")
    lead = gettext_lazy("Welche Mehrheit eine Entscheidung braucht und worauf das beruht.")
    count_label = gettext_lazy("Regeln")
    search_fields = ("title", "legal_basis", "note")
    filters = (Filter("fuer", gettext_lazy("gilt für"), DecisionSubject.choices, field="applies_to"),)
    columns = (
        Column("applies_to", gettext_lazy("gilt für"), sort=("applies_to", "-valid_from")),
        Column("title", gettext_lazy("Bezeichnung"), sort=True),
        Column("share", gettext_lazy("Anteil")),
        Column("base", gettext_lazy("Bezugsgröße")),
        Column("mode", gettext_lazy("nur in der Rechtsform")),
        Column("legal_basis", gettext_lazy("Rechtsgrundlage"), sort=True),
        Column("valid_from", gettext_lazy("gültig ab"), sort=True),
        Column("valid_until", gettext_lazy("gültig bis (ausschließlich)")),
        Column("note", gettext_lazy("Anmerkung")),
    )

    def get_queryset(self) -> QuerySet[DecisionRule]:
        return DecisionRule.objects.all()

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("organisation.add_decisionrule"):
            return ()
        return (Action(_("Neue Regel festlegen"), reverse_lazy("organisation:decision_rule_add"), primary=True),)


class DecisionRuleAdd(FormPage):
    permission = "organisation.add_decisionrule"
    title = gettext_lazy("Neue Mehrheitsregel festlegen")
    intro = gettext_lazy("Die bisherige Regel für denselben Gegenstand endet mit dem Tag vor dem Beginn der neuen.")
    form_class = forms.DecisionRuleForm
    submit_label = gettext_lazy("Regel festlegen")
    cancel_url = reverse_lazy("organisation:decision_rules")

    def perform(self, form: Any) -> str:
        rule = values.add_decision_rule(**form.cleaned_data, by=self.request.user)
        self.success(_("„%(rule)s“ gilt ab dem %(day)s.") % {"rule": rule, "day": f"{rule.valid_from:%d.%m.%Y}"})
        return str(self.cancel_url)


class ColourSheet(Guarded):
    """The colour for pages outside of the base template."""

    permission = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        colour = queries.current_profile().colour
        response = HttpResponse(
            f":root{{--brand:{colour};--brand-text:{readable_on(colour)};--brand-action:{colour}}}",
            content_type="text/css",
        )
        patch_cache_control(response, public=True, max_age=300)
        return response


class Logo(Guarded):
    """The logo; a drawing may neither run nor load anything."""

    permission = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        found = queries.current_profile()
        if found.logo_svg:
            response = HttpResponse(found.logo_svg, content_type="image/svg+xml")
        elif found.logo_png:
            response = HttpResponse(bytes(found.logo_png), content_type="image/png")
        else:
            raise Http404
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        patch_cache_control(response, public=True, max_age=DAY)
        return response
