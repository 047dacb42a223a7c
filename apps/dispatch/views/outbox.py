"""The outbox: what waits, what left, what came back; releasing and reading in bounces."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.errors import DomainError
from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, number
from apps.core.templatetags.ui import badge
from apps.core.views import Action, ConfirmPage, FormPage, TablePage
from apps.dispatch.domain.afterwards import MailFile, read_bounces
from apps.dispatch.domain.answers import in_words
from apps.dispatch.domain.errors import NothingToRelease, NothingToSend
from apps.dispatch.domain.queries import by_channel, standing_of
from apps.dispatch.domain.releasing import release
from apps.dispatch.enums import Channel, DispatchState
from apps.dispatch.forms import BounceForm, ReleaseForm
from apps.dispatch.kinds import kind_choices
from apps.dispatch.models import Dispatch
from apps.dispatch.rules import visible_dispatches
from apps.dispatch.tasks import start_sending

OUTBOX = (gettext_lazy("Postausgang"), reverse_lazy("dispatch:outbox"))
TONES = {
    DispatchState.QUEUED: "warning",
    DispatchState.RELEASED: "info",
    DispatchState.SENDING: "warning",
    DispatchState.SENT: "success",
    DispatchState.CONFIRMED: "success",
    DispatchState.FAILED: "danger",
    DispatchState.BOUNCED: "danger",
    DispatchState.CANCELLED: "neutral",
}
STATES = [*DispatchState.choices, ("ungeklaert", gettext_lazy("nicht angekommen, noch nicht wiederholt"))]
SHOWN = 20


def in_state(rows: Any, value: str) -> Any:
    return rows.unresolved() if value == "ungeklaert" else rows.filter(state=value)


class Outbox(TablePage):
    permission = "dispatch.view_dispatch"
    template_name = "dispatch/outbox.html"
    title = gettext_lazy("Postausgang")
    count_label = gettext_lazy("Sendungen")
    default_sort = "-queued_at"
    search_fields = ("title", "subject", "city_label", "recipient_email")
    search_label = gettext_lazy("Gegenstand, Stadt oder Adresse")
    filters = (
        Filter("stand", gettext_lazy("Stand"), STATES, apply=in_state),
        Filter("weg", gettext_lazy("Weg"), Channel.choices, field="channel"),
        Filter("art", gettext_lazy("Art"), kind_choices, field="kind"),
    )
    columns = (
        Column("title", gettext_lazy("Gegenstand"), sort=True, link=True),
        Column("city_label", gettext_lazy("An"), sort=True),
        Column("channel", gettext_lazy("Weg"), sort=True),
        Column(
            "state",
            gettext_lazy("Stand"),
            sort=True,
            render=lambda row: badge(row.get_state_display(), TONES[DispatchState(row.state)]),
        ),
        Column("queued_at", gettext_lazy("eingestellt"), sort=("queued_at", "pk"), format=day),
        Column("sent_at", gettext_lazy("versandt"), sort=True, format=day),
        Column("answer", gettext_lazy("Antwort oder Vermerk"), value=lambda row: in_words(row.answer)),
    )
    empty_title = gettext_lazy("Noch nichts zu versenden")
    empty_text = gettext_lazy("Rechnungen und Schreiben erscheinen hier, sobald Sie sie versenden.")

    def get_queryset(self) -> QuerySet[Dispatch]:
        return visible_dispatches(self.request.user).defer("text", "recipient_lines")

    @cached_property
    def standing(self) -> Any:
        return standing_of(visible_dispatches(self.request.user))

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dispatch.send"):
            return []
        actions = []
        if self.standing.waiting:
            actions.append(Action(_("Prüfen und freigeben …"), reverse("dispatch:release_all"), primary=True))
        if self.standing.mails:
            actions.append(Action(_("E-Mails senden …"), reverse("dispatch:send")))
        if self.standing.letters and self.request.user.has_perm("dispatch.stack"):
            actions.append(Action(_("Briefe drucken …"), reverse("dispatch:stack")))
        return [*actions, Action(_("Rückmeldungen einlesen"), reverse("dispatch:bounces"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(standing=self.standing, **kwargs)


class ReleaseAll(ConfirmPage):
    """What is about to leave, with a look at every text and file; one button lets all of it go."""

    permission = "dispatch.send"
    template_name = "dispatch/release.html"
    form_class = ReleaseForm
    title = gettext_lazy("Versand freigeben")
    cancel_url = reverse_lazy("dispatch:outbox")
    final = gettext_lazy("Eine gesendete E-Mail kann nicht zurückgeholt werden.")

    @cached_property
    def waiting(self) -> Any:
        rows = visible_dispatches(self.request.user).waiting()
        for name, field in (("art", "kind"), ("weg", "channel")):
            if value := self.request.GET.get(name):
                rows = rows.filter(**{field: value})
        return rows

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]

    def get_initial(self) -> dict[str, Any]:
        return {"until": self.waiting.order_by("-pk").values_list("pk", flat=True).first() or 0}

    @cached_property
    def count(self) -> int:
        return self.waiting.count()

    def get_submit_label(self) -> str:
        return _("%s Sendungen freigeben") % number(self.count) if self.count != 1 else _("Eine Sendung freigeben")

    def get_consequences(self) -> list[str]:
        if not self.count:
            raise NothingToRelease(_("Es wartet nichts auf Freigabe."))
        sentences = {
            str(Channel.MAIL.label): (
                "%s E-Mail geht sofort hinaus.",
                "%s E-Mails gehen sofort hinaus, eine nach der anderen im Hintergrund.",
            ),
            str(Channel.POST.label): (
                "%s Brief kann danach gedruckt werden.",
                "%s Briefe können danach gedruckt werden.",
            ),
            str(Channel.HAND.label): (
                "%s Sendung ist danach von Hand im Portal einzustellen oder zu übergeben.",
                "%s Sendungen sind danach von Hand im Portal einzustellen oder zu übergeben.",
            ),
        }
        return [ngettext(*sentences[label], count) % number(count) for label, count in by_channel(self.waiting).items()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = list(
            self.waiting.order_by("channel", "city_label").prefetch_related("enclosures__version__document")[:SHOWN]
        )
        return super().get_context_data(shown=shown, more=self.count - len(shown), **kwargs)

    def perform(self, form: ReleaseForm) -> str:
        rows = self.waiting.filter(pk__lte=form.cleaned_data["until"])
        count = release(rows, by=self.request.user, on=timezone.localdate())
        self.success(ngettext("%s Sendung freigegeben.", "%s Sendungen freigegeben.", count) % number(count))
        job = start_sending(by=self.request.user)
        return reverse("core:job", args=[job.pk]) if job else reverse("dispatch:outbox")


class SendMails(ConfirmPage):
    """Take up sending that was interrupted."""

    permission = "dispatch.send"
    title = gettext_lazy("Freigegebene E-Mails senden")
    submit_label = gettext_lazy("E-Mails senden")
    cancel_url = reverse_lazy("dispatch:outbox")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]

    def get_consequences(self) -> list[str]:
        count = Dispatch.objects.to_mail().count()
        if not count:
            raise NothingToSend(_("Alle freigegebenen E-Mails sind gesendet. Es ist nichts zu tun."))
        return [_("%s freigegebene E-Mails werden im Hintergrund gesendet.") % number(count)]

    def perform(self, form: Any) -> str:
        job = start_sending(by=self.request.user)
        return reverse("core:job", args=[job.pk]) if job else reverse("dispatch:outbox")


class Bounces(FormPage):
    """Read in what mail servers sent back; the result stands on the same page."""

    permission = "dispatch.send"
    template_name = "dispatch/bounces.html"
    form_class = BounceForm
    title = gettext_lazy("Rückmeldungen einlesen")
    intro = gettext_lazy(
        "Speichern Sie E-Mails mit »Unzustellbar« aus Ihrem Postfach als Datei und laden Sie sie hier hoch. "
        "Das Programm findet die Sendung und vermerkt den Grund, den der Mailserver nennt."
    )
    submit_label = gettext_lazy("Rückmeldungen einlesen")
    cancel_url = reverse_lazy("dispatch:outbox")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]

    def form_valid(self, form: BounceForm) -> HttpResponse:
        files = [MailFile(each.name, each.read()) for each in form.cleaned_data["files"]]
        try:
            outcomes = read_bounces(files, by=self.request.user)
        except DomainError as error:
            form.add_error("files", error.message)
            return self.form_invalid(form)
        columns = (
            Column("notice__subject", _("E-Mail")),
            Column("dispatch", _("Sendung"), link=lambda row: row.dispatch and row.dispatch.get_absolute_url()),
            Column("sentence", _("Ergebnis")),
        )
        count = sum(outcome.is_new for outcome in outcomes)
        context = {"table": Table(columns, outcomes, _("Ergebnis")), "count": count, "form": self.form_class()}
        return self.render_to_response(self.get_context_data(**context))
