"""The steps of a resolution: draft, vote, result, and what follows."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.bodies.enums import BodyKind
from apps.core.errors import DomainError
from apps.core.views import ConfirmPage, FormPage
from apps.members.domain.queries import member_count
from apps.resolutions.domain import consequences, drafting
from apps.resolutions.domain.deciding import check_announced, preview_decision, record_decision
from apps.resolutions.domain.queries import cautions, next_reference
from apps.resolutions.forms import (
    BookForm,
    DecisionForm,
    DoneForm,
    DraftForm,
    EntryForm,
    FollowUpForm,
    ProposeForm,
    ReasonForm,
    RepealForm,
    RevisionForm,
)
from apps.resolutions.issuing import issue_book, issue_extract
from apps.resolutions.models import FollowUp, Resolution
from apps.resolutions.rules import get_follow_up, get_resolution
from apps.texts.domain.queries import latest_version
from apps.texts.pages import EditorPage


class OneResolution:
    """A step of one resolution; the way back leads to its page."""

    request: Any
    kwargs: dict[str, Any]
    object: Resolution

    def get_object(self) -> Resolution:
        return get_resolution(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        register = (_("Beschlüsse"), reverse("resolutions:register"))
        return [register, (self.object.reference or self.object.title, self.object.get_absolute_url())]

    @property
    def by_on(self) -> dict[str, Any]:
        return {"by": self.request.user, "on": timezone.localdate()}


class DraftPage(EditorPage):
    permission = "resolutions.add_resolution"
    form_class = DraftForm
    title = gettext_lazy("Beschluss entwerfen")
    submit_label = gettext_lazy("Entwurf anlegen")

    def get_cancel_url(self) -> str:
        return reverse("resolutions:register")

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Beschlüsse"), reverse("resolutions:register"))]

    def save(self, form: DraftForm) -> str:
        data = dict(form.cleaned_data)
        html = data.pop("content")
        resolution = drafting.draft_resolution(html=html, by=self.request.user, on=timezone.localdate(), **data)
        self.success(_("Der Entwurf „%s“ ist angelegt.") % resolution.title)
        return resolution.get_absolute_url()


class RevisePage(OneResolution, EditorPage):
    permission = "resolutions.change_resolution"
    form_class = RevisionForm
    title = gettext_lazy("Entwurf bearbeiten")
    submit_label = gettext_lazy("Als neue Fassung speichern")

    def get_initial(self) -> dict[str, Any]:
        version = latest_version(self.object.text)
        return {
            **{name: getattr(self.object, name) for name in ("body", "kind", "title", "reasoning")},
            "content": version.html,
            "base_version": version.number,
        }

    def save(self, form: RevisionForm) -> str:
        data = dict(form.cleaned_data)
        html = data.pop("content")
        drafting.revise_resolution(self.object, html=html, **data, **self.by_on)
        self.success(_("Gespeichert: %s.") % latest_version(self.object.text))
        return self.object.get_absolute_url()


class ProposePage(OneResolution, ConfirmPage):
    permission = "resolutions.propose_resolution"
    form_class = ProposeForm
    title = gettext_lazy("Zur Abstimmung stellen")
    submit_label = gettext_lazy("Zur Abstimmung stellen")

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        version = latest_version(self.object.text)
        return [
            (_("Titel"), self.object.title),
            (_("Gremium"), self.object.body),
            (_("Wortlaut"), _("%(version)s, Prüfsumme %(mark)s") % {"version": version, "mark": version.fingerprint}),
        ]

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("Der Wortlaut steht fest, bis abgestimmt ist."),
            _("Wenn etwas zu ändern ist, nehmen Sie den Antrag zurück in den Entwurf."),
        ]

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"proposed_on": timezone.localdate()}

    def perform(self, form: Any) -> str:
        drafting.propose(self.object, proposed_on=form.cleaned_data["proposed_on"], **self.by_on)
        self.success(_("„%s“ ist zur Abstimmung gestellt.") % self.object.title)
        return self.object.get_absolute_url()


class ReturnPage(OneResolution, ConfirmPage):
    permission = "resolutions.decide_resolution"
    form_class = ReasonForm
    title = gettext_lazy("Zurück in den Entwurf")
    submit_label = gettext_lazy("Zurück in den Entwurf nehmen")

    def get_consequences(self) -> Sequence[Any]:
        return [_("Der Wortlaut lässt sich wieder ändern. Danach ist der Antrag neu zur Abstimmung zu stellen.")]

    def perform(self, form: Any) -> str:
        drafting.return_to_draft(self.object, reason=form.cleaned_data["reason"], **self.by_on)
        return self.object.get_absolute_url()


class WithdrawPage(OneResolution, ConfirmPage):
    permission = "resolutions.change_resolution"
    form_class = ReasonForm
    title = gettext_lazy("Antrag zurückziehen")
    submit_label = gettext_lazy("Antrag zurückziehen")
    danger = True
    final = gettext_lazy("Ein zurückgezogener Antrag lässt sich nicht wieder aufnehmen. Er bleibt lesbar.")

    def get_consequences(self) -> Sequence[Any]:
        return [_("„%s“ wird nicht abgestimmt und erhält keine Nummer.") % self.object.title]

    def perform(self, form: Any) -> str:
        drafting.withdraw(self.object, reason=form.cleaned_data["reason"], **self.by_on)
        self.success(_("„%s“ ist zurückgezogen.") % self.object.title)
        return self.object.get_absolute_url()


class DecidePage(OneResolution, FormPage):
    """First the counts; then the arithmetic and what follows from it; then one button."""

    permission = "resolutions.decide_resolution"
    form_class = DecisionForm
    template_name = "resolutions/decide.html"
    title = gettext_lazy("Abstimmung festhalten")
    submit_label = gettext_lazy("Ergebnis berechnen")
    intro = gettext_lazy("Tragen Sie ein, was gezählt wurde. Ob der Beschluss angenommen ist, berechnet das Programm.")

    def get_initial(self) -> dict[str, Any]:
        """What was announced and whether there was a quorum is for the person to say; members are known."""
        today = timezone.localdate()
        is_assembly = self.object.body.kind == BodyKind.ASSEMBLY
        return {"decided_on": today, "members": member_count(today) if is_assembly else None}

    def form_valid(self, form: Any) -> HttpResponse:
        step = self.request.POST.get("step", "")
        if step == "confirmed":
            return super().form_valid(form)
        if step == "back":
            return self.render_to_response(self.get_context_data(form=form))
        try:
            return self.show_preview(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)

    def show_preview(self, form: DecisionForm) -> HttpResponse:
        data = form.cleaned_data
        preview = preview_decision(self.object, counts=form.counts, meeting=form.meeting, on=data["decided_on"])
        check_announced(preview.outcome, announced=data["announced"], explanation=data["explanation"])
        found = cautions(
            self.object,
            mode=data["mode"],
            on=data["decided_on"],
            convened_on=data["convened_on"],
            is_announced=data["is_subject_announced"],
            is_quorate=data["is_quorate"],
        )
        context = self.get_context_data(
            form=form,
            preview=preview,
            cautions=found,
            reference=next_reference(self.object, data["decided_on"]),
            version=latest_version(self.object.text),
            differs=data["announced"] != preview.outcome.accepted,
        )
        return self.render_to_response(context)

    def perform(self, form: DecisionForm) -> str:
        data = form.cleaned_data
        decided = record_decision(
            self.object,
            counts=form.counts,
            meeting=form.meeting,
            announced=data["announced"],
            explanation=data["explanation"],
            by=self.request.user,
            on=data["decided_on"],
        )
        if decided.is_adopted:
            self.success(
                _("„%(title)s“ ist angenommen: %(reference)s.")
                % {
                    "title": decided.title,
                    "reference": decided.reference,
                }
            )
        else:
            self.success(_("„%s“ ist abgelehnt.") % decided.title)
        return decided.get_absolute_url()


class EntryPage(OneResolution, FormPage):
    permission = "resolutions.decide_resolution"
    form_class = EntryForm
    title = gettext_lazy("Eintragung festhalten")
    submit_label = gettext_lazy("Eintragung festhalten")
    intro = gettext_lazy("Satzungsänderungen werden mit der Eintragung in das Vereinsregister wirksam (§ 71 BGB).")

    def perform(self, form: Any) -> str:
        consequences.record_entry_into_force(self.object, **form.cleaned_data, **self.by_on)
        return self.object.get_absolute_url()


class RepealPage(OneResolution, FormPage):
    permission = "resolutions.decide_resolution"
    form_class = RepealForm
    title = gettext_lazy("Beschluss aufheben oder ändern")
    submit_label = gettext_lazy("Wirkung festhalten")
    intro = gettext_lazy("Der frühere Beschluss bleibt unverändert lesbar; er zeigt künftig auf den späteren.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "earlier": self.object}

    def perform(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        consequences.repeal(self.object, by=self.request.user, on=data.pop("valid_from"), **data)
        return self.object.get_absolute_url()


class PublishPage(OneResolution, ConfirmPage):
    permission = "resolutions.publish_resolution"
    title = gettext_lazy("Beschluss veröffentlichen")
    submit_label = gettext_lazy("Veröffentlichen")

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("Alle können %s ohne Anmeldung lesen: Wortlaut, Ergebnis und Rechenweg.") % self.object.reference,
            _("Begründung, frühere Fassungen und Folgeaufgaben bleiben intern."),
        ]

    def perform(self, form: Any) -> str:
        consequences.publish(self.object, **self.by_on)
        self.success(_("%s ist veröffentlicht.") % self.object.reference)
        return self.object.get_absolute_url()


class UnpublishPage(OneResolution, ConfirmPage):
    permission = "resolutions.publish_resolution"
    form_class = ReasonForm
    title = gettext_lazy("Veröffentlichung beenden")
    submit_label = gettext_lazy("Veröffentlichung beenden")

    def get_consequences(self) -> Sequence[Any]:
        return [_("%s ist nur noch nach Anmeldung lesbar.") % self.object.reference]

    def perform(self, form: Any) -> str:
        consequences.unpublish(self.object, reason=form.cleaned_data["reason"], **self.by_on)
        return self.object.get_absolute_url()


class ExtractPage(OneResolution, ConfirmPage):
    permission = "resolutions.issue_extract"
    title = gettext_lazy("Ausfertigung erstellen")
    submit_label = gettext_lazy("Ausfertigung erstellen und ablegen")

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        return [(_("Beschluss"), self.object), (_("Prüfsumme des Wortlauts"), self.object.text_sha256)]

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("Es entsteht ein PDF mit Wortlaut, Mehrheitsregel, Rechenweg und Platz für Unterschriften."),
            _("Es erhält eine Dokumentnummer, liegt unter „Dokumente“ und lässt sich öffentlich auf Echtheit prüfen."),
        ]

    def perform(self, form: Any) -> str:
        document = issue_extract(self.object, **self.by_on)
        self.success(_("Die Ausfertigung liegt unter der Nummer %s.") % document.number)
        return document.get_absolute_url()


class BookPage(FormPage):
    permission = "resolutions.print_book"
    form_class = BookForm
    title = gettext_lazy("Beschlussbuch drucken")
    submit_label = gettext_lazy("Beschlussbuch erstellen und ablegen")
    intro = gettext_lazy("Alle angenommenen Beschlüsse eines Gremiums und Jahres in der Reihenfolge ihrer Nummern.")

    def get_initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year}

    def get_cancel_url(self) -> str:
        return reverse("resolutions:register")

    def perform(self, form: Any) -> str:
        document = issue_book(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Das Beschlussbuch liegt unter der Nummer %s.") % document.number)
        return document.get_absolute_url()


class FollowUpPage(OneResolution, FormPage):
    permission = "resolutions.decide_resolution"
    form_class = FollowUpForm
    title = gettext_lazy("Folgeaufgabe anlegen")
    submit_label = gettext_lazy("Folgeaufgabe anlegen")

    def perform(self, form: Any) -> str:
        consequences.add_follow_up(self.object, **form.cleaned_data, **self.by_on)
        return self.object.get_absolute_url()


class DonePage(FormPage):
    permission = "resolutions.complete_followup"
    form_class = DoneForm
    title = gettext_lazy("Folgeaufgabe erledigt")
    submit_label = gettext_lazy("Als erledigt festhalten")

    def get_object(self) -> FollowUp:
        return get_follow_up(self.request.user, self.kwargs["pk"])

    def get_lead(self) -> str:
        return f"{self.object.resolution}: {self.object.task}"

    def perform(self, form: Any) -> str:
        consequences.complete_follow_up(self.object, by=self.request.user, on=timezone.localdate(), **form.cleaned_data)
        return self.object.get_absolute_url()
