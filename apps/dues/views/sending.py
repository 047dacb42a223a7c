"""The treasurer sends what is printed."""

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.formats import number
from apps.core.views import ConfirmPage
from apps.dispatch.enums import Channel
from apps.dues.domain.errors import NothingToSend
from apps.dues.domain.queries import missing_documents
from apps.dues.domain.sending import count_by_channel, queue_unsent
from apps.dues.models import DuesRun
from apps.dues.rules import get_run
from apps.dues.views.schedules import OVERVIEW


class SendInvoices(ConfirmPage):
    """Everything printed and not yet sent, of all runs or of `?lauf=`, into the outbox."""

    permission = "dues.send_invoices"
    title = gettext_lazy("Rechnungen versenden")
    cancel_url = reverse_lazy("dues:invoices")

    @cached_property
    def run(self) -> DuesRun | None:
        given = self.request.GET.get("lauf", "")
        return get_run(self.request.user, int(given)) if given.isdecimal() else None

    @cached_property
    def counted(self) -> dict[Channel, int]:
        return count_by_channel(self.run, on=timezone.localdate())

    @property
    def count(self) -> int:
        return sum(self.counted.values())

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, *([(str(self.run), self.run.get_absolute_url())] if self.run else [])]

    def get_submit_label(self) -> str:
        if self.count == 1:
            return _("Eine Rechnung in den Postausgang legen")
        return _("%s Rechnungen in den Postausgang legen") % number(self.count)

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(channel.label, number(self.counted[channel])) for channel in Channel if channel in self.counted]

    def get_consequences(self) -> list[str]:
        if not self.count:
            raise NothingToSend(
                _("Alle gedruckten Rechnungen und Stornorechnungen sind im Postausgang oder schon versandt.")
            )
        sentences = [
            _("Jede Rechnung geht auf dem Weg hinaus, den die Stadt sich wünscht; jede nur einmal."),
            _("Im Postausgang sehen Sie jede Sendung noch einmal. Hinaus geht erst, was Sie dort freigeben."),
        ]
        if missing := missing_documents():
            sentences.append(
                _("%s Rechnungen ohne PDF bleiben noch hier. Bitte drucken Sie sie zuerst.") % number(missing)
            )
        return sentences

    def perform(self, form: Any) -> str:
        made = queue_unsent(self.run, by=self.request.user, on=timezone.localdate())
        self.success(_("%s Sendungen liegen im Postausgang und warten auf Freigabe.") % number(len(made)))
        return f"{reverse('dispatch:outbox')}?stand=queued"
