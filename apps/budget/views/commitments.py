"""Contracts and orders that bind money."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.domain.commitments import (
    close_commitment,
    enter_commitment,
    refer_posting,
    release_posting,
    reopen_commitment,
)
from apps.budget.forms.commitments import CommitmentForm, PostingForm
from apps.budget.forms.plans import ReasonForm
from apps.budget.models import Commitment
from apps.budget.rules import get_commitment, visible_commitments
from apps.budget.views.plans import BUDGET
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage

COMMITMENTS = Crumb(gettext_lazy("Verpflichtungen"), reverse_lazy("budget:commitments"))
STATES = [("offen", gettext_lazy("offen")), ("geschlossen", gettext_lazy("geschlossen"))]


class CommitmentsPage(TablePage):
    permission = "budget.view_commitment"
    title = gettext_lazy("Verpflichtungen")
    lead = gettext_lazy("Verträge und Bestellungen binden Geld des Haushalts, bevor es bezahlt ist.")
    columns = (
        Column("agreed_on", gettext_lazy("vereinbart am"), sort=True),
        Column("title", gettext_lazy("wofür"), sort=True, link=True),
        Column("partner", gettext_lazy("Vertragspartner:in"), sort=True),
        Column("year", gettext_lazy("Jahr"), sort=True, format=str),
        Column("account", gettext_lazy("Konto"), sort="account__number"),
        Column("cost_centre", gettext_lazy("Kostenstelle"), sort="cost_centre__number"),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right"),
        Column("used", gettext_lazy("bezahlt"), align="right", format=euro),
        Column("remainder", gettext_lazy("noch gebunden"), align="right", format=euro),
        Column("closed_on", gettext_lazy("geschlossen am"), sort=True),
    )
    filters = (
        Filter(
            "stand",
            gettext_lazy("Stand"),
            STATES,
            apply=lambda rows, value: rows.filter(closed_on__isnull=value == "offen"),
        ),
    )
    search_fields = ("title", "partner", "account__name")
    default_sort = "-agreed_on"
    count_label = gettext_lazy("Verpflichtungen")
    empty_title = gettext_lazy("Noch keine Verpflichtungen")
    empty_text = gettext_lazy("Erfassen Sie Verträge und Bestellungen, damit der Haushalt zeigt, was noch frei ist.")

    def get_queryset(self) -> QuerySet[Commitment]:
        return visible_commitments(self.request.user).with_remainder().select_related("account", "cost_centre")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("budget.change_commitment"):
            return []
        return [Action(_("Verpflichtung erfassen"), reverse("budget:enter_commitment"), primary=True)]


class EnterCommitment(FormPage):
    permission = "budget.change_commitment"
    title = gettext_lazy("Verpflichtung erfassen")
    form_class = CommitmentForm
    submit_label = gettext_lazy("Betrag binden")
    cancel_url = reverse_lazy("budget:commitments")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, COMMITMENTS]

    def perform(self, form: CommitmentForm) -> str:
        data = form.cleaned_data
        commitment = enter_commitment(**data | {"amount": data["amount"].amount}, by=self.request.user)
        self.success(_("Gebunden: %s") % euro(commitment.amount))
        return commitment.get_absolute_url()


class CommitmentView:
    request: Any
    kwargs: dict[str, Any]
    object: Commitment

    def get_object(self) -> Commitment:
        return get_commitment(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, COMMITMENTS]


class CommitmentPage(CommitmentView, ObjectPage):
    permission = "budget.view_commitment"
    template_name = "budget/commitment.html"

    def get_badge(self) -> Badge:
        return Badge(_("offen"), "info") if self.object.is_open else Badge(_("geschlossen"), "neutral")

    def get_actions(self) -> list[Action]:
        where = [self.object.pk]
        if not self.request.user.has_perm("budget.change_commitment"):
            return []
        if not self.object.is_open:
            return [Action(_("Wieder öffnen"), reverse("budget:reopen_commitment", args=where))]
        return [
            Action(_("Buchung zuordnen"), reverse("budget:refer", args=where), primary=True),
            Action(_("Schließen"), reverse("budget:close_commitment", args=where)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        postings = list(self.object.postings.select_related("line__entry__reversed_by").order_by("line__entry_id"))
        may_change = self.object.is_open and self.request.user.has_perm("budget.change_commitment")
        return super().get_context_data(postings=postings, may_change=may_change, **kwargs)


class CommitmentStep(CommitmentView, ConfirmPage):
    permission = "budget.change_commitment"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, COMMITMENTS, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[str, str]]:
        return [(_("Betrag"), euro(self.object.amount)), (_("noch gebunden"), euro(self.object.remainder))]


class ReferPage(CommitmentStep):
    title = gettext_lazy("Buchung zuordnen")
    form_class = PostingForm
    submit_label = gettext_lazy("Buchung zuordnen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"commitment": self.object}

    def get_consequences(self) -> list[str]:
        return [_("Der gebundene Betrag sinkt um den Betrag der Buchung. Die Buchung selbst bleibt, wie sie ist.")]

    def perform(self, form: PostingForm) -> str:
        refer_posting(self.object, form.cleaned_data["line"], by=self.request.user)
        self.success(_("Die Buchung ist zugeordnet."))
        return self.object.get_absolute_url()


class ReleasePage(CommitmentStep):
    title = gettext_lazy("Zuordnung aufheben")
    submit_label = gettext_lazy("Zuordnung aufheben")

    def get_consequences(self) -> list[str]:
        return [_("Der Betrag der Buchung ist wieder gebunden. Die Buchung selbst bleibt, wie sie ist.")]

    def perform(self, form: Any) -> str:
        posting = self.object.postings.filter(pk=self.kwargs["posting"]).first()
        if posting:
            release_posting(posting, by=self.request.user)
            self.success(_("Die Zuordnung ist aufgehoben."))
        return self.object.get_absolute_url()


class CloseCommitment(CommitmentStep):
    title = gettext_lazy("Verpflichtung schließen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Verpflichtung schließen")

    def get_consequences(self) -> list[str]:
        return [_("%s sind wieder frei für andere Ausgaben.") % euro(self.object.remainder)]

    def perform(self, form: ReasonForm) -> str:
        reason = form.cleaned_data["reason"]
        return close_commitment(
            self.object, by=self.request.user, on=timezone.localdate(), reason=reason
        ).get_absolute_url()


class ReopenCommitment(CommitmentStep):
    title = gettext_lazy("Verpflichtung wieder öffnen")
    submit_label = gettext_lazy("Wieder öffnen")

    def get_consequences(self) -> list[str]:
        return [_("Was noch nicht bezahlt ist, ist wieder gebunden.")]

    def perform(self, form: Any) -> str:
        return reopen_commitment(self.object, by=self.request.user).get_absolute_url()
