"""One sending: what it holds, how far it is, and what a person can do about it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import Action, Badge, ConfirmPage, FormPage, ObjectPage
from apps.dispatch.domain.afterwards import confirm_receipt, note_bounce, send_again
from apps.dispatch.domain.answers import in_words
from apps.dispatch.domain.releasing import call_back, cancel_dispatch, change_dispatch, release
from apps.dispatch.domain.sending import guard_unclear, hand_over, resolve_unclear
from apps.dispatch.enums import GONE_WRONG, Channel, DispatchState
from apps.dispatch.forms import AgainForm, ChangeForm, NoteForm, ReasonForm, UnclearForm
from apps.dispatch.kinds import kind_label
from apps.dispatch.models import Dispatch
from apps.dispatch.rules import get_dispatch
from apps.dispatch.tasks import start_sending
from apps.dispatch.views.outbox import OUTBOX, TONES

LEADS = {
    DispatchState.QUEUED: gettext_lazy("Noch nicht freigegeben. Nichts hat das Haus verlassen."),
    DispatchState.RELEASED: gettext_lazy("Freigegeben, aber noch nicht hinausgegangen."),
    DispatchState.SENDING: gettext_lazy(
        "Die E-Mail wurde dem Mailserver übergeben, seine Antwort fehlt. Bleibt das so, prüfen Sie bitte den Ordner "
        "»Gesendet« oder fragen Sie bei der Stadt nach."
    ),
    DispatchState.FAILED: gettext_lazy("Der Mailserver hat die E-Mail nicht angenommen."),
    DispatchState.BOUNCED: gettext_lazy("Die Sendung kam zurück."),
}


class DispatchPage(ObjectPage):
    permission = "dispatch.view_dispatch"
    template_name = "dispatch/dispatch.html"

    def get_object(self) -> Dispatch:
        return get_dispatch(self.request.user, self.kwargs["pk"])

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[DispatchState(self.object.state)])

    def get_lead(self) -> Any:
        return LEADS.get(DispatchState(self.object.state), "")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dispatch.send", self.object):
            return []
        steps = list(possible_steps(self.object))
        return [
            Action(label, reverse(f"dispatch:{name}", args=[self.object.pk]), primary=not position)
            for position, (name, label) in enumerate(steps)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enclosures = self.object.enclosures.select_related("version__document")
        repetition = self.object.repetitions.exclude(state=DispatchState.CANCELLED).first()
        return super().get_context_data(
            enclosures=enclosures,
            kind=kind_label(self.object.kind),
            repetition=repetition,
            answer=in_words(self.object.answer),
            **kwargs,
        )


def possible_steps(dispatch: Dispatch) -> Iterator[tuple[str, str]]:
    """Names of pages and labels, the usual one first."""
    match dispatch.state:
        case DispatchState.QUEUED:
            yield "release", _("Freigeben …")
            yield "change", _("Ändern")
            yield "cancel", _("Zurückziehen …")
        case DispatchState.RELEASED if not dispatch.batch_id:
            if dispatch.channel == Channel.HAND:
                yield "hand_over", _("Als übergeben vermerken")
            yield "call_back", _("Freigabe zurücknehmen")
            yield "cancel", _("Zurückziehen …")
        case DispatchState.SENDING:
            yield "unclear", _("Klären …")
        case DispatchState.SENT:
            yield "confirm", _("Zugang vermerken")
            yield "returned", _("Kam zurück")
            yield "again", _("Noch einmal senden")
        case DispatchState.CONFIRMED:
            yield "again", _("Noch einmal senden")
        case state if state in GONE_WRONG:
            if not dispatch.repetitions.exclude(state=DispatchState.CANCELLED).exists():
                yield "again", _("Noch einmal senden")


class StepPage(ConfirmPage):
    """A step of one sending."""

    permission = "dispatch.send"
    sentence: Any = ""

    def get_object(self) -> Dispatch:
        return get_dispatch(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, (str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        dispatch = self.object
        return [
            (_("Gegenstand"), dispatch.title),
            (_("An"), dispatch.city_label),
            (_("Weg"), dispatch.get_channel_display()),
            (_("Adresse"), dispatch.recipient_email or ", ".join(dispatch.recipient_lines)),
        ]

    def get_consequences(self) -> list[Any]:
        return [self.sentence] if self.sentence else []

    def act(self, form: Any) -> Any:
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        self.act(form)
        return self.object.get_absolute_url()


class ReleaseOne(StepPage):
    title = gettext_lazy("Sendung freigeben")
    submit_label = gettext_lazy("Freigeben")

    def get_consequences(self) -> list[str]:
        return {
            Channel.MAIL: [_("Die E-Mail geht sofort hinaus. Sie kann dann nicht zurückgeholt werden.")],
            Channel.POST: [_("Der Brief kann danach gedruckt werden.")],
            Channel.HAND: [_("Die Sendung ist danach von Hand zu übergeben.")],
        }[Channel(self.object.channel)]

    def perform(self, form: Any) -> str:
        release(Dispatch.objects.filter(pk=self.object.pk), by=self.request.user, on=timezone.localdate())
        job = start_sending(by=self.request.user, return_url=self.object.get_absolute_url())
        return reverse("core:job", args=[job.pk]) if job else self.object.get_absolute_url()


class CallBack(StepPage):
    title = gettext_lazy("Freigabe zurücknehmen")
    submit_label = gettext_lazy("Freigabe zurücknehmen")
    sentence = gettext_lazy("Die Sendung wartet wieder auf Freigabe und kann geändert werden.")

    def act(self, form: Any) -> Any:
        call_back(self.object, by=self.request.user)


class Cancel(StepPage):
    form_class = ReasonForm
    title = gettext_lazy("Sendung zurückziehen")
    submit_label = gettext_lazy("Sendung zurückziehen")
    sentence = gettext_lazy("Sie verlässt das Haus nicht. Das Dokument kann neu versendet werden.")

    def act(self, form: ReasonForm) -> Any:
        cancel_dispatch(self.object, reason=form.cleaned_data["reason"], by=self.request.user)


class HandOver(StepPage):
    form_class = NoteForm
    title = gettext_lazy("Als übergeben vermerken")
    submit_label = gettext_lazy("Als übergeben vermerken")
    sentence = gettext_lazy(
        "Die Sendung gilt als versandt. Bitte vermerken Sie, wo und wie, etwa die Quittung des Portals."
    )

    def act(self, form: NoteForm) -> Any:
        hand_over(self.object, note=form.cleaned_data["reason"], by=self.request.user)


class Unclear(StepPage):
    form_class = UnclearForm
    title = gettext_lazy("Unklaren Versand klären")
    submit_label = gettext_lazy("Ergebnis vermerken")

    def get_consequences(self) -> list[str]:
        guard_unclear(self.object)
        return [_("Ging sie nicht hinaus, können Sie sie danach noch einmal senden.")]

    def act(self, form: UnclearForm) -> Any:
        given = form.cleaned_data
        resolve_unclear(self.object, has_left=given["has_left"], note=given["reason"], by=self.request.user)


class Returned(StepPage):
    form_class = ReasonForm
    title = gettext_lazy("Als zurückgekommen vermerken")
    submit_label = gettext_lazy("Als unzustellbar vermerken")
    sentence = gettext_lazy("Die Sendung gilt als unzustellbar und kann noch einmal gesendet werden.")

    def act(self, form: ReasonForm) -> Any:
        note_bounce(self.object, reason=form.cleaned_data["reason"], by=self.request.user)


class Confirmed(StepPage):
    form_class = NoteForm
    title = gettext_lazy("Zugang vermerken")
    submit_label = gettext_lazy("Zugang vermerken")
    sentence = gettext_lazy("Die Stadt hat bestätigt, dass die Sendung angekommen ist.")

    def act(self, form: NoteForm) -> Any:
        confirm_receipt(self.object, note=form.cleaned_data["reason"], by=self.request.user)


class Again(StepPage):
    form_class = AgainForm
    title = gettext_lazy("Noch einmal senden")
    submit_label = gettext_lazy("In den Postausgang legen")
    sentence = gettext_lazy("Es entsteht eine neue Sendung mit denselben Dateien. Sie wartet auf Freigabe.")

    def get_initial(self) -> dict[str, Any]:
        return {"channel": self.object.channel}

    def perform(self, form: AgainForm) -> str:
        given = form.cleaned_data
        again = send_again(
            self.object,
            channel=Channel(given["channel"]),
            email=given["email"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Die neue Sendung wartet auf Freigabe."))
        return again.get_absolute_url()


class Change(FormPage):
    permission = "dispatch.send"
    form_class = ChangeForm
    title = gettext_lazy("Sendung ändern")
    submit_label = gettext_lazy("Änderung speichern")

    def get_object(self) -> Dispatch:
        return get_dispatch(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, (str(self.object), self.object.get_absolute_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": get_dispatch(self.request.user, self.kwargs["pk"])}

    def perform(self, form: ChangeForm) -> str:
        change_dispatch(self.object, by=self.request.user, **form.changes)
        return self.object.get_absolute_url()
