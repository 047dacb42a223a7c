from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.bodies import forms
from apps.bodies.domain import bodies, terms
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Term
from apps.bodies.rules import get_body, get_term, visible_bodies
from apps.core.tables import Column, Filter
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage

BODIES = Crumb(gettext_lazy("Gremien"), reverse_lazy("bodies:bodies"))


class BodyList(TablePage):
    permission = "bodies.view_body"
    title = gettext_lazy("Gremien")
    lead = gettext_lazy("Wer im Netzwerk entscheidet, und wer dort sitzt.")
    count_label = gettext_lazy("Gremien")
    search_fields = ("name", "code")
    default_sort = "name"
    filters = (Filter("art", gettext_lazy("Art"), BodyKind.choices, field="kind"),)
    empty_title = gettext_lazy("Noch kein Gremium eingerichtet")
    empty_text = gettext_lazy("Beginnen Sie mit der Mitgliederversammlung und dem Vorstand.")
    columns = (
        Column("name", gettext_lazy("Name"), sort=True, link=True),
        Column("code", gettext_lazy("Kürzel"), sort=True),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("seats", gettext_lazy("Sitze heute"), sort=True, align="right"),
        Column("valid_from", gettext_lazy("besteht seit"), sort=True),
        Column("valid_until", gettext_lazy("aufgelöst am")),
    )

    def get_queryset(self) -> QuerySet[Body]:
        today = timezone.localdate()
        seated = Q(terms__valid_from__lte=today) & (
            Q(terms__valid_until__isnull=True) | Q(terms__valid_until__gt=today)
        )
        return visible_bodies(self.request.user).annotate(seats=Count("terms", filter=seated))

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("bodies.change_body"):
            return ()
        return (Action(_("Gremium einrichten"), reverse("bodies:body_add"), primary=True),)


class BodyPage(ObjectPage):
    permission = "bodies.view_body"
    template_name = "bodies/body.html"

    def get_object(self) -> Body:
        return get_body(self.request.user, self.kwargs["code"])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [BODIES]

    def get_badge(self) -> Badge:
        if self.object.is_valid_on(timezone.localdate()):
            return Badge(self.object.get_kind_display())
        return Badge(_("besteht nicht"), "neutral")

    def get_actions(self) -> Sequence[Action]:
        code, user = self.object.code, self.request.user
        if not user.has_perm("bodies.change_body") or self.object.valid_until:
            return ()
        return (
            Action(_("Person berufen"), reverse("bodies:term_add", args=[code]), primary=True),
            Action(_("Amt schaffen"), reverse("bodies:office_add", args=[code])),
            Action(_("Angaben ändern"), reverse("bodies:body_change", args=[code])),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        rows = list(
            self.object.terms.select_related("user", "city", "office").order_by("office__rank", "valid_from", "pk")
        )
        past = [row for row in rows if row.valid_until and row.valid_until <= today]
        return super().get_context_data(
            present=[row for row in rows if row.is_valid_on(today)],
            coming=[row for row in rows if row.valid_from > today],
            past=sorted(past, key=lambda row: row.valid_until, reverse=True),
            offices=self.object.offices.all(),
            may_change=self.request.user.has_perm("bodies.change_term"),
            **kwargs,
        )


class BodyAdd(FormPage):
    permission = "bodies.change_body"
    title = gettext_lazy("Gremium einrichten")
    form_class = forms.BodyForm
    submit_label = gettext_lazy("Gremium einrichten")
    cancel_url = BODIES.url

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [BODIES]

    def perform(self, form: Any) -> str:
        body = bodies.set_up_body(**form.cleaned_data, by=self.request.user)
        self.success(_("„%s“ ist eingerichtet.") % body)
        return body.get_absolute_url()


class OfBody(FormPage):
    """A form that belongs to one body."""

    permission = "bodies.change_body"

    def get_object(self) -> Body:
        return get_body(self.request.user, self.kwargs["code"])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [BODIES, Crumb(self.object, self.object.get_absolute_url())]


class BodyChange(OfBody):
    title = gettext_lazy("Angaben zum Gremium ändern")
    form_class = forms.BodyChangeForm
    submit_label = gettext_lazy("Angaben übernehmen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": get_body(self.request.user, self.kwargs["code"])}

    def perform(self, form: Any) -> str:
        bodies.rename_body(self.object, **form.cleaned_data, by=self.request.user)
        return self.object.get_absolute_url()


class BodyDissolve(OfBody, ConfirmPage):
    title = gettext_lazy("Gremium auflösen")
    form_class = forms.EndForm
    submit_label = gettext_lazy("Gremium auflösen")
    danger = True
    final = gettext_lazy("Ein aufgelöstes Gremium kann nichts mehr beschließen. Frühere Beschlüsse bleiben gültig.")

    def get_consequences(self) -> Sequence[Any]:
        return [_("„%s“ besteht von dem gewählten Tag an nicht mehr.") % self.object]

    def perform(self, form: Any) -> str:
        bodies.dissolve_body(self.object, **form.cleaned_data, by=self.request.user)
        return self.object.get_absolute_url()


class OfficeAdd(OfBody):
    title = gettext_lazy("Amt schaffen")
    form_class = forms.OfficeForm
    submit_label = gettext_lazy("Amt schaffen")

    def perform(self, form: Any) -> str:
        office = bodies.create_office(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Das Amt „%s“ kann jetzt besetzt werden.") % office)
        return self.object.get_absolute_url()


class TermAdd(OfBody):
    permission = "bodies.change_term"
    title = gettext_lazy("Person berufen")
    form_class = forms.TermForm
    submit_label = gettext_lazy("Person berufen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"body": self.object}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        term = terms.appoint(self.object, **data, by=self.request.user)
        self.success(_("%(term)s: Sitz ab %(day)s.") % {"term": term, "day": f"{term.valid_from:%d.%m.%Y}"})
        for warning in terms.board_warnings(self.object, data["user"], data["city"], data["on"]):
            messages.warning(self.request, warning)
        return self.object.get_absolute_url()


class OfTerm(ConfirmPage):
    """A question about one seat."""

    permission = "bodies.change_term"

    def get_object(self) -> Term:
        return get_term(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [BODIES, Crumb(self.object.body, self.object.get_absolute_url())]

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        term = self.object
        return [
            (_("Person"), term.person),
            (_("Amt"), term.office or _("ohne Amt")),
            (_("Stadt"), term.city),
            (_("seit"), term.valid_from),
        ]


class TermEnd(OfTerm):
    title = gettext_lazy("Sitz beenden")
    form_class = forms.EndForm
    submit_label = gettext_lazy("Sitz beenden")
    danger = True

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("%(person)s gehört „%(body)s“ von dem gewählten Tag an nicht mehr an.")
            % {"person": self.object.person, "body": self.object.body},
            _("Die Amtszeit bis dahin bleibt sichtbar."),
        ]

    def perform(self, form: Any) -> str:
        term = terms.end_term(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Der Sitz endet am %s.") % f"{term.valid_until:%d.%m.%Y}")
        return term.get_absolute_url()


class TermRegister(OfTerm):
    title = gettext_lazy("Eintragung ins Vereinsregister vermerken")
    form_class = forms.RegistrationForm
    submit_label = gettext_lazy("Eintragung vermerken")

    def get_consequences(self) -> Sequence[Any]:
        return [_("Bis zur Eintragung gilt: gewählt, noch nicht eingetragen (§ 68 BGB).")]

    def perform(self, form: Any) -> str:
        term = terms.register_term(self.object, **form.cleaned_data, by=self.request.user)
        return term.get_absolute_url()
