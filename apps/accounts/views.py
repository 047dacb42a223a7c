"""People, their roles and the acceptance of an invitation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.domain.invitations import InvitationInvalid, accept_invitation, invited_user
from apps.accounts.domain.people import assign_role, end_role, invite_again, invite_person, lock_person, unlock_person
from apps.accounts.forms import FirstPasswordForm, InvitationForm, ReasonForm, RoleForm
from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import DESCRIPTIONS, Role
from apps.accounts.rules import get_assignment, get_person, visible_people
from apps.core.tables import Column, Filter
from apps.core.views import PUBLIC, SIGNED_IN, Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, Page, TablePage

PEOPLE = Crumb(gettext_lazy("Personen"), "/konto/personen/")


def state_of(person: User) -> Badge:
    if not person.is_active:
        return Badge(_("gesperrt"), "danger")
    if not person.has_usable_password():
        return Badge(_("eingeladen"), "warning")
    return Badge(_("aktiv"), "success")


def roles_of(person: User) -> str:
    today = timezone.localdate()
    held = (assignment for assignment in person.assignments.all() if assignment.is_valid_on(today))
    return ", ".join(assignment.get_role_display() for assignment in held)


class PeoplePage(TablePage):
    permission = "accounts.view_user"
    title = gettext_lazy("Personen")
    lead = gettext_lazy("Wer sich anmelden darf und in welcher Rolle.")
    columns = [
        Column(
            "name",
            gettext_lazy("Name"),
            value=str,
            sort=["last_name", "first_name"],
            link=lambda person: reverse("accounts:person", args=[person.pk]),
        ),
        Column("email", gettext_lazy("E-Mail-Adresse"), sort=True),
        Column("roles", gettext_lazy("Rollen"), value=roles_of),
        Column("state", gettext_lazy("Stand"), value=lambda person: state_of(person).label),
        Column("last_login", gettext_lazy("zuletzt angemeldet"), sort=True),
    ]
    filters = [
        Filter(
            "rolle",
            gettext_lazy("Rolle"),
            Role.choices,
            apply=lambda people, role: people.filter(
                assignments__in=RoleAssignment.objects.valid_on(timezone.localdate()).filter(role=role)
            ),
        ),
    ]
    search_fields = ["first_name", "last_name", "email"]
    count_label = gettext_lazy("Personen")

    def get_queryset(self) -> QuerySet[User]:
        return visible_people(self.request.user).prefetch_related("assignments")

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Was die Rollen bedeuten"), reverse("accounts:roles"))]
        if self.request.user.has_perm("accounts.change_user"):
            actions.insert(0, Action(_("Person einladen"), reverse("accounts:invite"), primary=True))
        return actions


class RolesPage(Page):
    permission = "accounts.view_roles"
    title = gettext_lazy("Rollen")
    lead = gettext_lazy("Wer was tun darf.")
    template_name = "accounts/roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        described = [(role.label, DESCRIPTIONS[role]) for role in Role]
        return super().get_context_data(described=described, **kwargs)


class ProfilePage(Page):
    """The person's own access."""

    permission = SIGNED_IN
    title = gettext_lazy("Mein Konto")
    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        roles = [
            (assignment, DESCRIPTIONS[Role(assignment.role)])
            for assignment in self.request.user.assignments.valid_on(today)
        ]
        return super().get_context_data(roles=roles, **kwargs)


class PersonPage(ObjectPage):
    permission = "accounts.view_user"
    template_name = "accounts/person.html"

    def get_object(self) -> User:
        return get_person(self.request.user, self.kwargs["pk"])

    def get_badge(self) -> Badge:
        return state_of(self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [PEOPLE]

    def get_actions(self) -> list[Action]:
        person = self.object
        if not self.request.user.has_perm("accounts.change_user"):
            return []
        actions = [Action(_("Rolle geben"), reverse("accounts:assign-role", args=[person.pk]), primary=True)]
        if person.is_active and not person.has_usable_password():
            actions.append(Action(_("Einladung erneut senden"), reverse("accounts:invite-again", args=[person.pk])))
        label = _("Zugang sperren") if person.is_active else _("Zugang wieder öffnen")
        return [
            *actions,
            Action(label, reverse("accounts:lock" if person.is_active else "accounts:unlock", args=[person.pk])),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        assignments = [(assignment, assignment.is_valid_on(today)) for assignment in self.object.assignments.all()]
        return super().get_context_data(assignments=assignments, **kwargs)


class InvitePage(FormPage):
    permission = "accounts.change_user"
    title = gettext_lazy("Person einladen")
    form_class = InvitationForm
    submit_label = gettext_lazy("Einladung senden")
    cancel_url = PEOPLE.url

    def get_breadcrumbs(self) -> list[Crumb]:
        return [PEOPLE]

    def perform(self, form: InvitationForm) -> str:
        data = form.cleaned_data
        roles = [Role(role) for role in data.pop("roles")]
        person = invite_person(**data, roles=roles, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Einladung ist an %s unterwegs. Der Link gilt drei Tage.") % person.email)
        return reverse("accounts:person", args=[person.pk])


class AboutPerson(FormPage):
    """A form about one person."""

    permission = "accounts.change_user"

    def get_object(self) -> User:
        return get_person(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [PEOPLE, Crumb(str(self.object), self.get_cancel_url())]

    def get_cancel_url(self) -> str:
        return reverse("accounts:person", args=[self.kwargs["pk"]])


class AssignRolePage(AboutPerson):
    title = gettext_lazy("Rolle geben")
    form_class = RoleForm
    submit_label = gettext_lazy("Rolle geben")

    def perform(self, form: RoleForm) -> str:
        data = form.cleaned_data
        role = Role(data["role"])
        assign_role(self.object, role, by=self.request.user, on=data["valid_from"], until=data["valid_until"])
        self.success(_("%(person)s hat jetzt die Rolle %(role)s.") % {"person": self.object, "role": role.label})
        return self.get_cancel_url()


class EndRolePage(AboutPerson, ConfirmPage):
    form_class = ReasonForm
    submit_label = gettext_lazy("Rolle beenden")
    danger = True

    def get_object(self) -> RoleAssignment:
        return get_assignment(self.request.user, self.kwargs["pk"], self.kwargs["assignment"])

    def get_title(self) -> str:
        return _("Rolle %s beenden") % self.object.get_role_display()

    def get_consequences(self) -> list[str]:
        return [
            _("%(person)s verliert ab heute die Rolle %(role)s.")
            % {"person": self.object.user, "role": self.object.get_role_display()},
            _("Was in dieser Rolle getan wurde, bleibt unverändert bestehen."),
        ]

    def perform(self, form: ReasonForm) -> str:
        end_role(self.object, by=self.request.user, on=timezone.localdate(), reason=form.cleaned_data["reason"])
        self.success(_("Die Rolle ist beendet."))
        return self.get_cancel_url()


class LockPage(AboutPerson, ConfirmPage):
    form_class = ReasonForm
    title = gettext_lazy("Zugang sperren")
    submit_label = gettext_lazy("Zugang sperren")
    danger = True

    def get_consequences(self) -> list[str]:
        return [
            _("%s kann sich ab sofort nicht mehr anmelden.") % self.object,
            _("Alle Daten und der Verlauf bleiben."),
        ]

    def perform(self, form: ReasonForm) -> str:
        lock_person(self.object, by=self.request.user, on=timezone.localdate(), reason=form.cleaned_data["reason"])
        self.success(_("Der Zugang ist gesperrt."))
        return self.get_cancel_url()


class UnlockPage(AboutPerson, ConfirmPage):
    form_class = ReasonForm
    title = gettext_lazy("Zugang wieder öffnen")
    submit_label = gettext_lazy("Zugang wieder öffnen")

    def get_consequences(self) -> list[str]:
        return [_("%s kann sich wieder anmelden.") % self.object]

    def perform(self, form: ReasonForm) -> str:
        unlock_person(self.object, by=self.request.user, reason=form.cleaned_data["reason"])
        self.success(_("Der Zugang ist wieder offen."))
        return self.get_cancel_url()


class InviteAgainPage(AboutPerson, ConfirmPage):
    title = gettext_lazy("Einladung erneut senden")
    submit_label = gettext_lazy("Einladung senden")

    def get_consequences(self) -> list[str]:
        return [_("An %s geht ein neuer Link, der drei Tage gilt.") % self.object.email]

    def perform(self, form: Any) -> str:
        invite_again(self.object, by=self.request.user)
        self.success(_("Die Einladung ist unterwegs."))
        return self.get_cancel_url()


class AcceptInvitationPage(FormPage):
    """Public: the person who got the mail sets her first password."""

    permission = PUBLIC
    title = gettext_lazy("Willkommen")
    intro = gettext_lazy("Bitte wählen Sie ein Passwort. Danach können Sie sich anmelden.")
    form_class = FirstPasswordForm
    submit_label = gettext_lazy("Passwort festlegen")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            invited_user(kwargs["uid"], kwargs["token"])
        except InvitationInvalid as error:
            return self.refuse(error)
        return super().dispatch(request, *args, **kwargs)

    def refuse(self, error: InvitationInvalid) -> HttpResponse:
        context = {"title": _("Einladung"), "message": error.message}
        return render(self.request, "accounts/invitation_invalid.html", context, status=410)

    def perform(self, form: FirstPasswordForm) -> str:
        accept_invitation(self.kwargs["uid"], self.kwargs["token"], password=form.cleaned_data["password"])
        self.success(_("Ihr Passwort ist gesetzt. Sie können sich jetzt anmelden."))
        return reverse("account_login")
