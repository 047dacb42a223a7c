"""The treasurer sends what is printed."""

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.jobs import many
from apps.core.models import Job
from apps.core.templatetags.formats import number
from apps.core.views import ConfirmPage
from apps.dispatch.enums import Channel
from apps.dues.domain.errors import NothingToSend
from apps.dues.domain.queries import missing_documents
from apps.dues.domain.sending import count_by_channel, count_letters, queue_announcements, queue_unsent
from apps.dues.models import AnnouncementRun, DuesRun
from apps.dues.rules import get_announcement_run, get_run
from apps.dues.tasks import queued, start_queueing, start_queueing_letters
from apps.dues.views.announcements import RUNS as ANNOUNCEMENTS
from apps.dues.views.schedules import OVERVIEW
from apps.members.models import City

NAMED = 5


class SendPage(ConfirmPage):
    """What goes which way; a few at once, many in the background. All of it waits in the outbox for release."""

    what: tuple[Any, Any]
    nothing: Any

    @property
    def counted(self) -> dict[Channel, int]:
        raise NotImplementedError

    @property
    def count(self) -> int:
        return sum(self.counted.values())

    def get_submit_label(self) -> str:
        one, several = self.what
        return str(one) if self.count == 1 else several % number(self.count)

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(channel.label, number(self.counted[channel])) for channel in Channel if self.counted.get(channel)]

    def get_consequences(self) -> list[str]:
        if not self.count:
            raise NothingToSend(str(self.nothing))
        return [_("Im Postausgang sehen Sie jede Sendung noch einmal. Hinaus geht erst, was Sie dort freigeben.")]

    def queue(self) -> int:
        raise NotImplementedError

    def start(self, outbox: str) -> Job:
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        outbox = f"{reverse('dispatch:outbox')}?stand=queued"
        if many(self.count):
            return reverse("core:job", args=[self.start(outbox).pk])
        self.success(queued(self.queue()))
        return outbox


class SendInvoices(SendPage):
    """Everything printed and not yet sent, of all runs or of `?lauf=`, into the outbox."""

    permission = "dues.send_invoices"
    title = gettext_lazy("Rechnungen versenden")
    cancel_url = reverse_lazy("dues:invoices")
    what = (
        gettext_lazy("Eine Rechnung in den Postausgang legen"),
        gettext_lazy("%s Rechnungen in den Postausgang legen"),
    )
    nothing = gettext_lazy("Alle gedruckten Rechnungen und Stornorechnungen sind im Postausgang oder schon versandt.")

    @cached_property
    def run(self) -> DuesRun | None:
        given = self.request.GET.get("lauf", "")
        return get_run(self.request.user, int(given)) if given.isdecimal() else None

    @cached_property
    def counted(self) -> dict[Channel, int]:
        return count_by_channel(self.run, on=timezone.localdate())

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, *([(str(self.run), self.run.get_absolute_url())] if self.run else [])]

    def get_consequences(self) -> list[str]:
        sentences = [
            *super().get_consequences(),
            _("Jede Rechnung geht auf dem Weg hinaus, den die Stadt sich wünscht; jede nur einmal."),
        ]
        if missing := missing_documents():
            sentences.append(
                ngettext(
                    "%s Rechnung ohne PDF bleibt noch hier. Bitte drucken Sie sie zuerst.",
                    "%s Rechnungen ohne PDF bleiben noch hier. Bitte drucken Sie sie zuerst.",
                    missing,
                )
                % number(missing)
            )
        return sentences

    def queue(self) -> int:
        return queue_unsent(self.run, by=self.request.user, on=timezone.localdate())

    def start(self, outbox: str) -> Job:
        return start_queueing(self.run, by=self.request.user, return_url=outbox)


class SendAnnouncements(SendPage):
    """The letters of an announcement that were not sent yet; a newer version goes out again."""

    permission = "dues.announce"
    title = gettext_lazy("Beitragsvorankündigungen versenden")
    what = (
        gettext_lazy("Ein Schreiben in den Postausgang legen"),
        gettext_lazy("%s Schreiben in den Postausgang legen"),
    )
    nothing = gettext_lazy(
        "Alle gedruckten Schreiben, die eine Stadt erreichen können, sind im Postausgang oder versandt."
    )

    def get_object(self) -> AnnouncementRun:
        return get_announcement_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, ANNOUNCEMENTS, (str(self.object), self.object.get_absolute_url())]

    @cached_property
    def ways(self) -> tuple[dict[Channel, int], list[City]]:
        return count_letters(self.object, on=timezone.localdate())

    @property
    def counted(self) -> dict[Channel, int]:
        return self.ways[0]

    def get_consequences(self) -> list[str]:
        sentences = [
            *super().get_consequences(),
            _("Jede Stadt erhält jede Fassung einmal: per E-Mail, oder per Post, wenn sie Papier wünscht."),
        ]
        if lost := self.ways[1]:
            names = ", ".join(city.name for city in lost[:NAMED]) + (" …" if len(lost) > NAMED else "")
            sentence = ngettext(
                "Einer Stadt fehlt eine Anschrift oder E-Mail-Adresse; ihr Schreiben bleibt hier: %(names)s.",
                "%(count)s Städten fehlt eine Anschrift oder E-Mail-Adresse; ihre Schreiben bleiben hier: %(names)s.",
                len(lost),
            )
            sentences.append(sentence % {"count": number(len(lost)), "names": names})
        if missing := self.object.announcements.without_document().count():
            sentences.append(
                ngettext("%s Schreiben ohne PDF bleibt noch hier.", "%s Schreiben ohne PDF bleiben noch hier.", missing)
                % number(missing)
            )
        return sentences

    def queue(self) -> int:
        return queue_announcements(self.object, by=self.request.user, on=timezone.localdate())

    def start(self, outbox: str) -> Job:
        return start_queueing_letters(self.object, by=self.request.user, return_url=outbox)
