from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import ConfirmPage
from apps.members.domain import memberships
from apps.members.forms import AdmissionForm, ApplicationForm, DayForm, ExclusionForm, NoticeForm, ReasonForm
from apps.members.models import Membership
from apps.members.views.common import OfCity


class MembershipApply(OfCity):
    permission = "members.change_membership"
    title = gettext_lazy("Antrag auf Mitgliedschaft aufnehmen")
    form_class = ApplicationForm
    submit_label = gettext_lazy("Antrag aufnehmen")

    def perform(self, form: Any) -> str:
        memberships.apply(self.object, **form.cleaned_data, by=self.request.user)
        return self.done(_("Der Antrag von %s ist aufgenommen.") % self.object)


class MembershipStep(OfCity, ConfirmPage):
    """One step in the life of the city's latest episode."""

    permission = "members.change_membership"
    form_class = DayForm

    @cached_property
    def membership(self) -> Membership:
        found = self.object.memberships.order_by("-applied_on", "-pk").first()
        if found is None:
            raise Http404
        return found

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        episode = self.membership
        return [
            (_("Stadt"), self.object.official_name),
            (_("Stand"), episode.get_state_display()),
            (_("Antrag vom"), episode.applied_on),
            (_("Mitglied ab"), episode.starts_on),
            (_("letzter Tag der Mitgliedschaft"), episode.ends_on),
        ]


class Admit(MembershipStep):
    title = gettext_lazy("Aufnahme festhalten")
    form_class = AdmissionForm
    submit_label = gettext_lazy("Aufnahme festhalten")

    def get_consequences(self) -> Sequence[Any]:
        return [_("%s ist aufgenommen und wird an dem gewählten Tag Mitglied.") % self.object]

    def perform(self, form: Any) -> str:
        memberships.admit(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("Die Aufnahme von %s ist festgehalten.") % self.object)


class Activate(MembershipStep):
    title = gettext_lazy("Mitgliedschaft wirksam werden lassen")
    submit_label = gettext_lazy("Mitgliedschaft wirksam werden lassen")

    def get_consequences(self) -> Sequence[Any]:
        return [_("%s zählt als Mitglied, wird eingeladen und zahlt Beiträge.") % self.object]

    def perform(self, form: Any) -> str:
        memberships.activate(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("%s ist Mitglied.") % self.object)


class Reject(MembershipStep):
    title = gettext_lazy("Antrag ablehnen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Antrag ablehnen")
    danger = True

    def get_consequences(self) -> Sequence[Any]:
        return [_("Der Antrag ist damit erledigt. Ein neuer Antrag bleibt möglich.")]

    def perform(self, form: Any) -> str:
        memberships.reject(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("Der Antrag von %s ist abgelehnt.") % self.object)


class Withdraw(MembershipStep):
    title = gettext_lazy("Rücknahme des Antrags festhalten")
    form_class = NoticeForm
    submit_label = gettext_lazy("Rücknahme festhalten")

    def get_consequences(self) -> Sequence[Any]:
        return [_("Der Antrag ist damit erledigt. Ein neuer Antrag bleibt möglich.")]

    def perform(self, form: Any) -> str:
        memberships.withdraw_application(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("Die Rücknahme ist festgehalten."))


class GiveNotice(MembershipStep):
    title = gettext_lazy("Austrittserklärung festhalten")
    form_class = NoticeForm
    submit_label = gettext_lazy("Austrittserklärung festhalten")
    danger = True

    def get_consequences(self) -> Sequence[Any]:
        today = timezone.localdate()
        return [
            _("Bei Eingang heute endet die Mitgliedschaft mit dem %s (§ 39 BGB und Satzung).")
            % f"{memberships.planned_end(today):%d.%m.%Y}",
            _("Bei einem anderen Tag des Eingangs wird das Ende neu berechnet."),
            _("Beiträge für die Zeit der Mitgliedschaft bleiben geschuldet."),
        ]

    def perform(self, form: Any) -> str:
        episode = memberships.give_notice(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("Die Mitgliedschaft endet mit dem %s.") % f"{episode.ends_on:%d.%m.%Y}")


class WithdrawNotice(MembershipStep):
    title = gettext_lazy("Rücknahme des Austritts festhalten")
    form_class = ReasonForm
    submit_label = gettext_lazy("Rücknahme festhalten")

    def get_consequences(self) -> Sequence[Any]:
        return [_("%s bleibt ohne Unterbrechung Mitglied.") % self.object]

    def perform(self, form: Any) -> str:
        memberships.withdraw_notice(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("%s bleibt Mitglied.") % self.object)


class End(MembershipStep):
    title = gettext_lazy("Mitgliedschaft schließen")
    submit_label = gettext_lazy("Mitgliedschaft schließen")

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("Die Mitgliedschaft ist nach ihrem letzten Tag abgeschlossen."),
            _("Offene Beiträge bleiben geschuldet und sichtbar."),
        ]

    def perform(self, form: Any) -> str:
        memberships.end(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("Die Mitgliedschaft von %s ist geschlossen.") % self.object)


class Exclude(MembershipStep):
    title = gettext_lazy("Stadt ausschließen")
    form_class = ExclusionForm
    submit_label = gettext_lazy("Stadt ausschließen")
    danger = True
    final = gettext_lazy(
        "Ein Ausschluss kann nicht zurückgenommen werden. Die Stadt müsste einen neuen Antrag stellen."
    )

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("%s ist nach dem gewählten Tag nicht mehr Mitglied.") % self.object,
            _("Gründe, Gremium und Anhörung richten sich nach der Satzung."),
        ]

    def perform(self, form: Any) -> str:
        memberships.exclude(self.membership, **form.cleaned_data, by=self.request.user)
        return self.done(_("%s ist ausgeschlossen.") % self.object)


STEP_VIEWS: dict[str, type[OfCity]] = {
    "antrag": MembershipApply,
    "aufnahme": Admit,
    "beginn": Activate,
    "ablehnung": Reject,
    "ruecknahme": Withdraw,
    "austritt": GiveNotice,
    "verbleib": WithdrawNotice,
    "ende": End,
    "ausschluss": Exclude,
}
