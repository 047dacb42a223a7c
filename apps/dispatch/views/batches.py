"""Letters on paper: piles, their print file, and that they were posted."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.tables import Column
from apps.core.templatetags.formats import number
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, TablePage
from apps.dispatch.domain.batches import MOST_LETTERS, dissolve_batch, letters_of, post_batch, stack_letters
from apps.dispatch.domain.errors import BatchClosed, NothingToPrint
from apps.dispatch.forms import PostedForm
from apps.dispatch.models import Dispatch, PrintBatch
from apps.dispatch.rules import get_batch
from apps.dispatch.tasks import start_batch_printing
from apps.dispatch.views.outbox import OUTBOX

BATCHES = (gettext_lazy("Poststapel"), reverse_lazy("dispatch:batches"))


def batch_badge(batch: PrintBatch) -> Badge:
    if batch.posted_on:
        return Badge(_("zur Post gegeben"), "success")
    if batch.dissolved_on:
        return Badge(_("aufgelöst"), "neutral")
    return Badge(_("gedruckt"), "warning") if batch.document_id else Badge(_("wird gedruckt"), "info")


class BatchList(TablePage):
    permission = "dispatch.view_printbatch"
    title = gettext_lazy("Poststapel")
    count_label = gettext_lazy("Stapel")
    default_sort = "-number"
    search_fields = ("number",)
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("pk",), link=True),
        Column("count", gettext_lazy("Briefe"), sort=True, align="right"),
        Column("made_at", gettext_lazy("zusammengestellt"), sort=True),
        Column("made_by", gettext_lazy("von")),
        Column(
            "state",
            gettext_lazy("Stand"),
            value=lambda row: batch_badge(row).label,
            render=lambda row: badge(batch_badge(row).label, batch_badge(row).tone),
        ),
        Column("posted_on", gettext_lazy("zur Post gegeben am"), sort=True),
    )
    empty_title = gettext_lazy("Noch kein Poststapel")
    empty_text = gettext_lazy("Freigegebene Briefe werden in einem Stapel gedruckt, nach Postleitzahl geordnet.")

    def get_queryset(self) -> QuerySet[PrintBatch]:
        return PrintBatch.objects.select_related("made_by")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]


class BatchPage(TablePage):
    """The letters of a pile in the order in which they are printed."""

    permission = "dispatch.view_printbatch"
    template_name = "dispatch/batch.html"
    count_label = gettext_lazy("Briefe")
    default_sort = "postcode"
    search_fields = ("city_label", "title", "postcode")
    columns = (
        Column("postcode", gettext_lazy("PLZ"), sort=("postcode", "city_label", "pk")),
        Column("city_label", gettext_lazy("An"), sort=True, link=True),
        Column("title", gettext_lazy("Gegenstand"), sort=True),
        Column("state", gettext_lazy("Stand"), sort=True),
    )

    def get_object(self) -> PrintBatch:
        return get_batch(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.object)

    def get_queryset(self) -> QuerySet[Dispatch]:
        return letters_of(self.object).defer("text", "recipient_lines")

    def get_badge(self) -> Badge:
        return batch_badge(self.object)

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, BATCHES]

    def get_actions(self) -> list[Action]:
        batch = self.object
        actions = [Action(_("Druckdatei"), self.file_url, icon="download")] if batch.document_id else []
        if batch.is_open and self.request.user.has_perm("dispatch.stack"):
            name, label = ("posted", _("Als versandt kennzeichnen …")) if batch.document_id else ("print", _("Druckdatei erstellen"))  # fmt: skip
            actions.append(Action(label, reverse(f"dispatch:{name}", args=[batch.pk]), primary=True))
            actions.append(Action(_("Stapel auflösen …"), reverse("dispatch:dissolve", args=[batch.pk])))
        return actions

    @property
    def file_url(self) -> str:
        version = self.object.document.versions.order_by("-version").first()
        return str(version.get_absolute_url())


class BatchStep(ConfirmPage):
    permission = "dispatch.stack"

    def get_object(self) -> PrintBatch:
        return get_batch(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, BATCHES, (str(self.object), self.object.get_absolute_url())]

    def guard(self) -> None:
        if not self.object.is_open:
            raise BatchClosed(_("%s ist schon zur Post gegeben oder aufgelöst.") % self.object)


class Stack(ConfirmPage):
    permission = "dispatch.stack"
    title = gettext_lazy("Briefe drucken")
    submit_label = gettext_lazy("Poststapel zusammenstellen und drucken")
    cancel_url = reverse_lazy("dispatch:outbox")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, BATCHES]

    def get_consequences(self) -> list[str]:
        count = Dispatch.objects.to_print().count()
        if not count:
            raise NothingToPrint(_("Es gibt keine freigegebenen Briefe, die noch in keinem Stapel liegen."))
        sentences = [
            ngettext(
                "%s Brief kommt in einen Stapel.",
                "%s Briefe kommen in einen Stapel, nach Postleitzahl geordnet.",
                count,
            )
            % number(min(count, MOST_LETTERS)),
            _(
                "Es entsteht eine Druckdatei mit einer Inhaltsliste vorneweg. Jeder Brief beginnt auf einer Vorderseite."
            ),
            _("Als versandt gelten die Briefe erst, wenn Sie das beim Stapel vermerken."),
        ]
        if count > MOST_LETTERS:
            rest = count - MOST_LETTERS
            words = "%s Brief bleibt für einen weiteren Stapel übrig.", "%s Briefe bleiben für weitere Stapel übrig."
            sentences.append(ngettext(*words, rest) % number(rest))
        return sentences

    def perform(self, form: Any) -> str:
        batch = stack_letters(by=self.request.user, on=timezone.localdate())
        return reverse("core:job", args=[start_batch_printing(batch, by=self.request.user).pk])


class PrintAgain(BatchStep):
    """Take up printing that was interrupted."""

    title = gettext_lazy("Druckdatei erstellen")
    submit_label = gettext_lazy("Druckdatei erstellen")

    def get_consequences(self) -> list[str]:
        self.guard()
        if self.object.document_id:
            raise NothingToPrint(_("Die Druckdatei ist fertig. Es ist nichts zu tun."))
        words = (
            "Für %s Brief entsteht im Hintergrund die Druckdatei.",
            "%s Briefe werden im Hintergrund zu einer Datei zusammengefügt.",
        )
        return [ngettext(*words, self.object.count) % number(self.object.count)]

    def perform(self, form: Any) -> str:
        return reverse("core:job", args=[start_batch_printing(self.object, by=self.request.user).pk])


class Posted(BatchStep):
    form_class = PostedForm
    title = gettext_lazy("Als versandt kennzeichnen")
    submit_label = gettext_lazy("Als versandt kennzeichnen")
    final = gettext_lazy(
        "Das kann nicht zurückgenommen werden. Kommt ein Brief zurück, vermerken Sie es bei der Sendung."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_consequences(self) -> list[str]:
        self.guard()
        words = "%s Brief gilt als versandt.", "%s Briefe gelten als versandt."
        return [ngettext(*words, self.object.count) % number(self.object.count)]

    def perform(self, form: PostedForm) -> str:
        post_batch(self.object, by=self.request.user, on=form.cleaned_data["on"])
        words = "%s Brief als versandt gekennzeichnet.", "%s Briefe als versandt gekennzeichnet."
        self.success(ngettext(*words, self.object.count) % number(self.object.count))
        return self.object.get_absolute_url()


class Dissolve(BatchStep):
    title = gettext_lazy("Stapel auflösen")
    submit_label = gettext_lazy("Stapel auflösen")

    def get_consequences(self) -> list[str]:
        self.guard()
        return [
            ngettext(
                "%s Brief ist wieder freigegeben und kann neu gestapelt werden.",
                "%s Briefe sind wieder freigegeben und können neu gestapelt werden.",
                self.object.count,
            )
            % number(self.object.count),
            _("Die Druckdatei gilt nicht mehr. Bitte vernichten Sie schon gedruckte Blätter."),
        ]

    def perform(self, form: Any) -> str:
        dissolve_batch(self.object, by=self.request.user, on=timezone.localdate())
        return reverse("dispatch:outbox")
