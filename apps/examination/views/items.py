"""One entry of the sample: look, tick or ask; the treasurer answers."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage
from apps.examination.domain.examining import answer, ask, tick, untick
from apps.examination.enums import ItemState
from apps.examination.forms import ReasonForm, TextForm
from apps.examination.models import Question, SampleItem
from apps.examination.rules import get_item, get_question, is_appointed
from apps.examination.views.examinations import EXAMINATIONS
from apps.ledger.sources import source_url

TONES = {ItemState.TICKED: "success", ItemState.QUESTION: "warning"}


class ItemView:
    request: Any
    kwargs: dict[str, Any]
    object: SampleItem

    def get_object(self) -> SampleItem:
        return get_item(self.request.user, self.kwargs["year"], self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        examination = self.object.examination
        return [EXAMINATIONS, Crumb(str(examination), examination.get_absolute_url())]


class ItemPage(ItemView, ObjectPage):
    permission = "examination.view_sampleitem"
    template_name = "examination/item.html"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES.get(self.object.state, "info"))

    def get_actions(self) -> list[Action]:
        examination, where = self.object.examination, [self.object.entry.year, self.object.entry.number]
        if examination.is_reported or not is_appointed(self.request.user, examination):
            return []
        actions = [Action(_("Frage stellen"), reverse("examination:ask_item", args=where))]
        if self.object.state == ItemState.TICKED:
            actions.append(Action(_("Haken zurücknehmen"), reverse("examination:untick", args=where)))
        if self.object.state in {ItemState.OPEN, ItemState.ANSWERED}:
            actions.insert(0, Action(_("Als geprüft abhaken"), reverse("examination:tick", args=where), primary=True))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        examination, user = self.object.examination, self.request.user
        return super().get_context_data(
            source_url=source_url(self.object.entry.source, self.object.entry.reference),
            lines=list(
                self.object.entry.lines.select_related("account", "city", "cost_centre").order_by("-side", "pk")
            ),
            questions=list(self.object.questions.select_related("asked_by", "answered_by")),
            may_answer=user.has_perm("examination.answer") and not examination.is_reported,
            **kwargs,
        )


class TickPage(ItemView, ConfirmPage):
    permission = "examination.examine"
    title = gettext_lazy("Buchung abhaken")
    submit_label = gettext_lazy("Als geprüft abhaken")

    def get_facts(self) -> list[tuple[Any, Any]]:
        entry = self.object.entry
        return [(_("Buchung"), entry), (_("Text"), entry.text), (_("Betrag"), entry.amount)]

    def get_consequences(self) -> list[str]:
        consequences = [_("Sie bestätigen: Beleg, Betrag, Konto, Zweck und Freigabe sind in Ordnung.")]
        if hasattr(self.object.entry, "reversed_by"):
            consequences.append(
                _("Die Buchung wurde inzwischen storniert, und zwar durch %s.") % self.object.entry.reversed_by
            )
        return consequences

    def perform(self, form: Any) -> str:
        item = tick(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s ist als geprüft abgehakt.") % item)
        following = item.examination.items.filter(state__in=[ItemState.OPEN, ItemState.ANSWERED]).first()
        return (following or item.examination).get_absolute_url()


class UntickPage(ItemView, ConfirmPage):
    permission = "examination.examine"
    title = gettext_lazy("Haken zurücknehmen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Haken zurücknehmen")

    def perform(self, form: ReasonForm) -> str:
        item = untick(self.object, reason=form.cleaned_data["reason"], by=self.request.user)
        self.success(_("%s ist wieder zu prüfen.") % item)
        return item.get_absolute_url()


class AskItem(ItemView, FormPage):
    permission = "examination.examine"
    form_class = TextForm
    submit_label = gettext_lazy("Frage stellen")

    def get_title(self) -> str:
        return _("Frage zu %s") % self.object

    def perform(self, form: TextForm) -> str:
        text = form.cleaned_data["text"]
        ask(self.object.examination, text, item=self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Frage liegt der Schatzmeisterin oder dem Schatzmeister vor."))
        return self.object.get_absolute_url()


class AnswerPage(FormPage):
    permission = "examination.answer"
    title = gettext_lazy("Prüfungsfrage beantworten")
    form_class = TextForm
    submit_label = gettext_lazy("Antwort geben")

    def get_object(self) -> Question:
        return get_question(self.request.user, self.kwargs["pk"])

    def get_intro(self) -> str:
        return self.object.text

    def get_breadcrumbs(self) -> list[Crumb]:
        examination = self.object.examination
        return [EXAMINATIONS, Crumb(str(examination), examination.get_absolute_url())]

    def perform(self, form: TextForm) -> str:
        question = answer(self.object, form.cleaned_data["text"], by=self.request.user, on=timezone.localdate())
        self.success(_("Die Kassenprüfer:innen sehen Ihre Antwort."))
        return question.get_absolute_url()
