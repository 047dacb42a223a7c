from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import number
from apps.core.views import Action, Badge, FormPage, ObjectPage, TablePage
from apps.members.calculations.chart import BarChart, bar_chart
from apps.members.domain import cities, queries
from apps.members.enums import COUNTING_STATES, Land, MembershipState
from apps.members.forms import CityAddForm, CityForm, InvoiceDetailsForm, PopulationForm
from apps.members.models import City, Membership, PopulationFigure
from apps.members.rules import get_city, keeps_members, visible_cities
from apps.members.views.common import MEMBERS, OfCity

TONES = {
    MembershipState.APPLIED: "info",
    MembershipState.ADMITTED: "info",
    MembershipState.ACTIVE: "success",
    MembershipState.NOTICE_GIVEN: "warning",
    MembershipState.EXCLUDED: "danger",
}
NO_MEMBER = "keine"


def narrow_by_state(found: QuerySet[City], value: str) -> QuerySet[City]:
    if value == "mitglied":
        counting = Membership.objects.counting_on(timezone.localdate())
        return found.filter(pk__in=counting.values("city_id"))
    if value == NO_MEMBER:
        return found.filter(membership_state__isnull=True)
    return found.filter(membership_state=value)


def state_label(city: Any) -> Any:
    return MembershipState(city.membership_state).label if city.membership_state else _("kein Mitglied")


def since(city: Any) -> Any:
    return city.member_since if city.membership_state in COUNTING_STATES else None


class CityList(TablePage):
    permission = "members.view_city"
    title = gettext_lazy("Mitglieder")
    count_label = gettext_lazy("Städte")
    search_fields = ("name", "official_name", "municipality__ags")
    search_label = gettext_lazy("Stadt suchen")
    default_sort = "name"
    filters = (
        Filter(
            "stand",
            gettext_lazy("Mitgliedschaft"),
            [
                ("mitglied", gettext_lazy("Mitglieder heute")),
                *MembershipState.choices,
                (NO_MEMBER, gettext_lazy("nie Mitglied")),
            ],
            apply=narrow_by_state,
            default="mitglied",
        ),
        Filter("land", gettext_lazy("Land"), Land.choices),
    )
    empty_title = gettext_lazy("Noch keine Stadt erfasst")
    empty_text = gettext_lazy("Nehmen Sie die erste Stadt auf oder lesen Sie eine Liste ein.")
    columns = (
        Column("name", gettext_lazy("Stadt"), sort=True, link=True),
        Column("land", gettext_lazy("Land"), sort=True),
        Column("membership_state", gettext_lazy("Mitgliedschaft"), value=state_label, sort=True),
        Column("member_since", gettext_lazy("Mitglied seit"), value=since, sort=True),
        Column(
            "population",
            gettext_lazy("Einwohner:innen"),
            sort=True,
            align="right",
            total="population",
            format=number,
        ),
        Column("population_on", gettext_lazy("Stichtag"), sort=True),
    )

    def get_queryset(self) -> QuerySet[City]:
        return queries.with_standing(visible_cities(self.request.user), timezone.localdate())

    def get_lead(self) -> str:
        """Everybody sees all cities, so that the list of members counts them."""
        today = timezone.localdate()
        counted = self.summed_up[0] if self.chosen == {"stand": "mitglied"} else queries.member_count(today)
        return ngettext(
            "%(count)s Mitglied am %(day)s (§ 72 BGB).", "%(count)s Mitglieder am %(day)s (§ 72 BGB).", counted
        ) % {
            "count": counted,
            "day": f"{today:%d.%m.%Y}",
        }

    def get_actions(self) -> Sequence[Action]:
        user = self.request.user
        actions = []
        if user.has_perm("members.add_city"):
            actions.append(Action(_("Stadt aufnehmen"), reverse("members:city_add"), primary=True))
        if user.has_perm("members.import_members"):
            actions.append(Action(_("Listen einlesen und ausgeben"), reverse("members:lists")))
        return actions

    def get_empty_action(self) -> Action | None:
        return next(iter(self.get_actions()), None)


def population_chart(figures: Sequence[PopulationFigure]) -> BarChart | None:
    if len(figures) < 2:
        return None
    return bar_chart([(f"{figure.reference_date:%d.%m.%Y}", figure.value) for figure in figures[-8:]])


class CityPage(ObjectPage):
    permission = "members.view_city"
    template_name = "members/city.html"

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_breadcrumbs(self) -> Sequence[Any]:
        return [MEMBERS]

    def get_badge(self) -> Badge:
        episode = self.episodes[0] if self.episodes else None
        if episode is None:
            return Badge(_("kein Mitglied"), "neutral")
        return Badge(episode.get_state_display(), TONES.get(MembershipState(episode.state), "neutral"))

    @property
    def episodes(self) -> list[Membership]:
        if not hasattr(self, "_episodes"):
            self._episodes = list(self.object.memberships.order_by("-applied_on", "-pk"))
        return self._episodes

    def get_actions(self) -> Sequence[Action]:
        if not self.request.user.has_perm("members.change_city", self.object):
            return ()
        return (Action(_("Angaben ändern"), reverse("members:city_change", args=[self.object.slug])),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        city, user, today = self.object, self.request.user, timezone.localdate()
        figures = list(queries.figures_of_city(city))
        published = [figure for figure in figures if figure.published_on <= today]
        sees_contacts = user.has_perm("members.view_contact", city)
        sees_addresses = user.has_perm("members.view_address", city)
        return super().get_context_data(
            figures=figures[::-1],
            newest=published[-1] if published else None,
            chart=population_chart(published),
            episodes=self.episodes,
            steps=steps_of(city, self.episodes) if user.has_perm("members.change_membership") else (),
            sees_contacts=sees_contacts,
            contacts=list(city.contacts.order_by("kind", "name")) if sees_contacts else [],
            sees_addresses=sees_addresses,
            addresses=list(city.addresses.all()) if sees_addresses else [],
            delegations=list(city.delegations.select_related("user")),
            may_change_contact=user.has_perm("members.change_contact", city),
            may_change_address=user.has_perm("members.change_address", city),
            today=today,
            **kwargs,
        )


def steps_of(city: City, episodes: Sequence[Membership]) -> list[Action]:
    """The steps that are open now."""
    state = episodes[0].state if episodes else ""
    steps = STEPS.get(state, [("antrag", gettext_lazy("Antrag aufnehmen"))])
    return [Action(label, reverse(f"members:membership_{step}", args=[city.slug])) for step, label in steps]


STEPS: dict[str, list[tuple[str, Any]]] = {
    MembershipState.APPLIED: [
        ("aufnahme", gettext_lazy("Aufnahme festhalten")),
        ("ablehnung", gettext_lazy("Antrag ablehnen")),
        ("ruecknahme", gettext_lazy("Rücknahme des Antrags festhalten")),
    ],
    MembershipState.ADMITTED: [
        ("beginn", gettext_lazy("Mitgliedschaft wirksam werden lassen")),
        ("ruecknahme", gettext_lazy("Rücknahme des Antrags festhalten")),
    ],
    MembershipState.ACTIVE: [
        ("austritt", gettext_lazy("Austrittserklärung festhalten")),
        ("ausschluss", gettext_lazy("Stadt ausschließen")),
    ],
    MembershipState.NOTICE_GIVEN: [
        ("ende", gettext_lazy("Mitgliedschaft schließen")),
        ("verbleib", gettext_lazy("Rücknahme des Austritts festhalten")),
        ("ausschluss", gettext_lazy("Stadt ausschließen")),
    ],
}


class CityAdd(FormPage):
    permission = "members.add_city"
    title = gettext_lazy("Stadt aufnehmen")
    intro = gettext_lazy("Die Stadt kommt ins Verzeichnis. Mitglied wird sie erst mit Antrag und Aufnahme.")
    form_class = CityAddForm
    submit_label = gettext_lazy("Stadt ins Verzeichnis aufnehmen")
    cancel_url = MEMBERS.url

    def get_breadcrumbs(self) -> Sequence[Any]:
        return [MEMBERS]

    def perform(self, form: Any) -> str:
        city = cities.add_city(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("%s steht im Verzeichnis. Ergänzen Sie jetzt die Postanschrift.") % city)
        return city.get_absolute_url()


class CityChange(OfCity):
    """Those who keep the members change everything, a city its own invoice details."""

    permission = "members.change_city"
    title = gettext_lazy("Angaben zur Stadt ändern")
    submit_label = gettext_lazy("Angaben übernehmen")

    def get_form_class(self) -> Any:
        return CityForm if keeps_members(self.request.user) else InvoiceDetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": get_city(self.request.user, self.kwargs["slug"])}

    def perform(self, form: Any) -> str:
        cities.change_city(self.object, form.cleaned_data, by=self.request.user, on=timezone.localdate())
        return self.done(_("Die Angaben sind geändert."))


class PopulationAdd(OfCity):
    permission = "members.record_population"
    title = gettext_lazy("Einwohnerzahl eintragen")
    intro = gettext_lazy("Beiträge rechnen mit amtlichen Zahlen. Vorhandene Zahlen bleiben, wie sie sind.")
    form_class = PopulationForm
    submit_label = gettext_lazy("Einwohnerzahl eintragen")

    def perform(self, form: Any) -> str:
        figure = cities.record_population(self.object, **form.cleaned_data, by=self.request.user)
        return self.done(
            _("%(value)s Einwohner:innen am %(day)s eingetragen.")
            % {"value": number(figure.value), "day": f"{figure.reference_date:%d.%m.%Y}"}
        )
