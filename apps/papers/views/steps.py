"""The steps of a paper: write, close the text, sign, publish."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.formats import day
from apps.core.views import ConfirmPage, FormPage
from apps.papers import issuing
from apps.papers.domain import writing
from apps.papers.domain.queries import signature_status
from apps.papers.domain.signing import Letter
from apps.papers.forms import FreezeForm, LetterForm, PaperForm, ReasonForm, RevisionForm, SignForm
from apps.papers.models import Paper, Signature
from apps.papers.rules import get_paper, get_signature, signing_cities
from apps.texts.domain.queries import latest_version
from apps.texts.pages import EditorPage

DETAILS = ("type", "level", "title", "place", "addressees", "signature_order", "builds_on", "resolution")


class OnePaper:
    """A step of one paper; the way back leads to its page."""

    request: Any
    kwargs: dict[str, Any]
    object: Paper

    def get_object(self) -> Paper:
        return get_paper(self.request.user, self.kwargs["slug"])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Positionspapiere"), reverse("papers:papers")), (self.object.title, self.object.get_absolute_url())]

    @property
    def by_on(self) -> dict[str, Any]:
        return {"by": self.request.user, "on": timezone.localdate()}


class DraftPage(EditorPage):
    permission = "papers.add_paper"
    form_class = PaperForm
    title = gettext_lazy("Papier beginnen")
    submit_label = gettext_lazy("Entwurf anlegen")

    def get_cancel_url(self) -> str:
        return reverse("papers:papers")

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Positionspapiere"), reverse("papers:papers"))]

    def save(self, form: PaperForm) -> str:
        data = dict(form.cleaned_data)
        html = data.pop("content")
        paper = writing.draft_paper(html=html, by=self.request.user, on=timezone.localdate(), **data)
        self.success(_("Der Entwurf „%s“ ist angelegt.") % paper.title)
        return paper.get_absolute_url()


class RevisePage(OnePaper, EditorPage):
    permission = "papers.change_paper"
    form_class = RevisionForm
    title = gettext_lazy("Papier bearbeiten")
    submit_label = gettext_lazy("Als neue Fassung speichern")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "paper": self.object}

    def get_initial(self) -> dict[str, Any]:
        version = latest_version(self.object.text)
        details = {name: getattr(self.object, name) for name in DETAILS}
        return {**details, "content": version.html, "base_version": version.number}

    def save(self, form: RevisionForm) -> str:
        data = dict(form.cleaned_data)
        html = data.pop("content")
        writing.revise_paper(self.object, html=html, **data, **self.by_on)
        self.success(_("Gespeichert: %s.") % latest_version(self.object.text))
        return self.object.get_absolute_url()


class FreezePage(OnePaper, ConfirmPage):
    permission = "papers.freeze_paper"
    form_class = FreezeForm
    title = gettext_lazy("Text schließen")
    submit_label = gettext_lazy("Text schließen und Mitzeichnung beginnen")

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        version = latest_version(self.object.text)
        return [(_("Wortlaut"), version), (_("Prüfsumme"), version.sha256)]

    def get_consequences(self) -> Sequence[Any]:
        found = [
            _("Der Wortlaut steht fest. Die Mitgliedsstädte sehen ihn und können zeichnen."),
            _("Nicht zu zeichnen hat keine Folgen."),
        ]
        version = latest_version(self.object.text)
        earlier = self.object.signatures.active().exclude(version=version).count()
        if earlier:
            found.append(
                _("%s Unterschriften unter früheren Fassungen zählen nicht mehr und sind neu zu geben.") % earlier
            )
        return found

    def perform(self, form: Any) -> str:
        writing.freeze(self.object, sign_until=form.cleaned_data["sign_until"], **self.by_on)
        self.success(_("Der Text von „%s“ steht fest. Die Städte können zeichnen.") % self.object.title)
        return self.object.get_absolute_url()


class ReopenPage(OnePaper, ConfirmPage):
    permission = "papers.freeze_paper"
    form_class = ReasonForm
    title = gettext_lazy("Zur Überarbeitung öffnen")
    submit_label = gettext_lazy("Zur Überarbeitung öffnen")

    def get_consequences(self) -> Sequence[Any]:
        signed = signature_status(self.object, timezone.localdate()).signed
        return [
            _("Bis zum nächsten Textschluss kann niemand zeichnen."),
            _(
                "%s Unterschriften bleiben erhalten, solange der Wortlaut gleich bleibt. Ändert er sich, sind sie neu zu geben."
            )
            % signed,
        ]

    def perform(self, form: Any) -> str:
        writing.reopen(self.object, reason=form.cleaned_data["reason"], **self.by_on)
        return self.object.get_absolute_url()


class PublishPage(OnePaper, ConfirmPage):
    permission = "papers.publish_paper"
    title = gettext_lazy("Papier veröffentlichen")
    submit_label = gettext_lazy("Veröffentlichen")

    def get_consequences(self) -> Sequence[Any]:
        status = signature_status(self.object, timezone.localdate())
        return [
            status.sentence,
            _("Text und Unterschriften (Stadt, Name, Amt, Datum) sind für alle ohne Anmeldung lesbar."),
            _("Ein PDF mit dem Unterschriftenblock liegt öffentlich unter „Dokumente“ und lässt sich prüfen."),
        ]

    final = gettext_lazy("Der Wortlaut lässt sich danach nicht mehr ändern, nur durch ein neues Papier.")

    def perform(self, form: Any) -> str:
        issuing.publish(self.object, **self.by_on)
        self.success(_("„%s“ ist veröffentlicht.") % self.object.title)
        return self.object.get_absolute_url()


class WithdrawPage(OnePaper, ConfirmPage):
    permission = "papers.publish_paper"
    form_class = ReasonForm
    title = gettext_lazy("Papier zurückziehen")
    submit_label = gettext_lazy("Papier zurückziehen")
    danger = True
    final = gettext_lazy("Ein zurückgezogenes Papier lässt sich nicht wieder aufnehmen.")

    def get_consequences(self) -> Sequence[Any]:
        return [_("Das Papier ist nicht mehr öffentlich. Text und Unterschriften bleiben nach Anmeldung lesbar.")]

    def perform(self, form: Any) -> str:
        issuing.withdraw(self.object, reason=form.cleaned_data["reason"], **self.by_on)
        self.success(_("„%s“ ist zurückgezogen.") % self.object.title)
        return self.object.get_absolute_url()


class PrintPage(OnePaper, ConfirmPage):
    permission = "papers.change_paper"
    title = gettext_lazy("Papier drucken")
    submit_label = gettext_lazy("PDF erstellen und ablegen")

    def get_consequences(self) -> Sequence[Any]:
        if not self.object.is_frozen:
            raise Http404
        status = signature_status(self.object, timezone.localdate())
        return [_("Es entsteht ein PDF mit dem Wortlaut und allen geltenden Unterschriften."), status.sentence]

    def perform(self, form: Any) -> str:
        if not self.object.is_frozen:
            raise Http404
        return issuing.print_paper(self.object, **self.by_on).get_absolute_url()


class SignPage(OnePaper, ConfirmPage):
    """Shows the text and what exactly is declared; one button signs."""

    permission = "papers.sign_paper"
    template_name = "papers/sign.html"
    form_class = SignForm
    title = gettext_lazy("Für Ihre Stadt zeichnen")
    submit_label = gettext_lazy("Unterzeichnen")

    @cached_property
    def cities(self) -> Any:
        signed = self.object.signatures.carrying(self.object).values("city_id")
        return signing_cities(self.request.user).exclude(pk__in=signed)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cities": self.cities}

    def get_initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("stadt", "")
        city = self.cities.filter(slug=wanted).first() or self.cities.first()
        mine = self.request.user.delegations.valid_on(timezone.localdate()).filter(city=city, may_sign=True).first()
        return {
            "city": city,
            "person_function": mine.function if mine else "",
            "read_sha256": self.object.frozen_sha256,
        }

    def get_consequences(self) -> Sequence[Any]:
        if not self.object.may_be_signed_on(timezone.localdate()) or not self.cities:
            raise Http404
        until = self.object.sign_until
        return [
            _("Ihre Stadt unterzeichnet „%(title)s“ in %(version)s, Prüfsumme %(mark)s.")
            % {
                "title": self.object.title,
                "version": self.object.frozen_version,
                "mark": self.object.frozen_version.fingerprint,
            },
            _(
                "Stadt, Ihr Name, Ihr Amt und der heutige Tag stehen unter dem Papier, nach der Veröffentlichung für alle lesbar."
            ),
            _("Die Unterschrift gilt nur für diesen Wortlaut. Wird er geändert, ist sie neu zu geben."),
            _("Sie können sie jederzeit zurückziehen; das steht dann mit Datum daneben."),
            *([_("Gezeichnet werden kann bis zum %s.") % day(until)] if until else []),
        ]

    def perform(self, form: SignForm) -> str:
        data = form.cleaned_data
        signature = issuing.sign_and_print(
            self.object,
            city=data["city"],
            signer=form.signer,
            read_sha256=data["read_sha256"],
            **self.by_on,
        )
        self.success(_("%s hat unterzeichnet.") % signature.city)
        return self.object.get_absolute_url()


class LetterPage(OnePaper, FormPage):
    permission = "papers.record_letter"
    form_class = LetterForm
    title = gettext_lazy("Unterzeichnetes Schreiben erfassen")
    submit_label = gettext_lazy("Unterschrift erfassen")
    intro = gettext_lazy(
        "Für Städte, die auf Papier oder per E-Mail gezeichnet haben. Das Schreiben wird als Nachweis abgelegt."
    )

    def perform(self, form: LetterForm) -> str:
        data = form.cleaned_data
        file = data["file"]
        signature = issuing.record_letter_and_print(
            self.object,
            city=data["city"],
            signer=form.signer,
            letter=Letter(file.read(), file.name),
            signed_on=data["signed_on"],
            **self.by_on,
        )
        self.success(_("Die Unterschrift von %s ist erfasst.") % signature.city)
        return self.object.get_absolute_url()


class WithdrawSignaturePage(ConfirmPage):
    permission = "papers.withdraw_signature"
    form_class = ReasonForm
    title = gettext_lazy("Unterschrift zurückziehen")
    submit_label = gettext_lazy("Unterschrift zurückziehen")
    danger = True

    def get_object(self) -> Signature:
        return get_signature(self.request.user, self.kwargs["pk"])

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        return [
            (_("Stadt"), self.object.city),
            (_("Unterzeichnet"), f"{self.object.person_name}, {day(self.object.signed_on)}"),
        ]

    def get_consequences(self) -> Sequence[Any]:
        return [
            _("Ab heute zählt die Unterschrift nicht mehr und steht nicht mehr unter dem Papier."),
            _("Unterschrift und Rücknahme bleiben mit Datum im Verlauf. Die Stadt kann neu zeichnen."),
        ]

    def perform(self, form: Any) -> str:
        reason = form.cleaned_data["reason"]
        issuing.withdraw_and_print(self.object, by=self.request.user, on=timezone.localdate(), reason=reason)
        self.success(_("%s hat die Unterschrift zurückgezogen.") % self.object.city)
        return self.object.get_absolute_url()
