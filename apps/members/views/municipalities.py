from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import number
from apps.core.views import Action, Crumb, FormPage, ObjectPage, TablePage
from apps.members.domain.register import Particulars, import_municipalities
from apps.members.enums import Land, MunicipalityType
from apps.members.forms import RegisterForm
from apps.members.models import Municipality, PopulationFigure
from apps.members.reports import register_lines
from apps.members.rules import get_municipality, visible_municipalities
from apps.members.views.cities import population_chart
from apps.members.views.common import MEMBERS

REGISTER = Crumb(gettext_lazy("Gemeindeverzeichnis"), reverse_lazy("members:municipalities"))


class MunicipalityList(TablePage):
    permission = "members.view_municipality"
    title = gettext_lazy("Gemeindeverzeichnis")
    lead = gettext_lazy("Alle Gemeinden mit amtlicher Einwohnerzahl, © Statistisches Bundesamt (Destatis).")
    count_label = gettext_lazy("Gemeinden")
    search_fields = ("name", "ags", "postcode")
    search_label = gettext_lazy("Name, Schlüssel oder Postleitzahl")
    default_sort = "name"
    filters = (
        Filter("land", gettext_lazy("Land"), Land.choices),
        Filter("art", gettext_lazy("Art"), MunicipalityType.choices, field="type"),
    )
    empty_title = gettext_lazy("Das Gemeindeverzeichnis ist noch leer")
    empty_text = gettext_lazy("Lesen Sie die Datei GV100AD des Statistischen Bundesamts ein.")
    columns = (
        Column("name", gettext_lazy("Gemeinde"), sort=True, link=True),
        Column("ags", gettext_lazy("Gemeindeschlüssel"), sort=True),
        Column("land", gettext_lazy("Land"), sort=True),
        Column("type", gettext_lazy("Art")),
        Column("postcode", gettext_lazy("Postleitzahl"), sort=True),
        Column("population", gettext_lazy("Einwohner:innen"), sort=True, align="right", format=number),
    )

    def get_queryset(self) -> QuerySet[Municipality]:
        newest = PopulationFigure.objects.filter(municipality=OuterRef("pk")).order_by(
            "-reference_date", "-published_on"
        )
        found = visible_municipalities(self.request.user).filter(gone_on__isnull=True)
        return found.annotate(population=Subquery(newest.values("value")[:1]))

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS]

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("members.import_members"):
            return ()
        return (Action(_("Verzeichnis einlesen"), reverse("members:municipalities_import"), primary=True),)

    def get_empty_action(self) -> Action | None:
        return next(iter(self.get_actions()), None)


class MunicipalityPage(ObjectPage):
    permission = "members.view_municipality"
    template_name = "members/municipality.html"

    def get_object(self) -> Municipality:
        return get_municipality(self.request.user, self.kwargs["ags"])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, REGISTER]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = list(self.object.figures.order_by("reference_date", "published_on"))
        return super().get_context_data(
            figures=figures[::-1],
            chart=population_chart(figures),
            city=getattr(self.object, "city", None),
            **kwargs,
        )


class MunicipalitiesImport(FormPage):
    permission = "members.import_members"
    title = gettext_lazy("Gemeindeverzeichnis einlesen")
    intro = gettext_lazy(
        "Neue Einwohnerzahlen kommen hinzu, vorhandene bleiben. Dieselbe Datei noch einmal ändert nichts. Eine fehlerhafte Datei wird nicht übernommen."
    )
    form_class = RegisterForm
    submit_label = gettext_lazy("Verzeichnis einlesen")
    cancel_url = REGISTER.url

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, REGISTER]

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        given = Particulars(data["reference_date"], data["census_base"], data["published_on"])
        report = import_municipalities(data["file"].read(), by=self.request.user, given=given)
        for line in register_lines(report):
            messages.info(self.request, line)
        return str(self.cancel_url)
