"""Texts that go with what is sent."""

from typing import Any

from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Table
from apps.core.views import FormPage, Page
from apps.dispatch.domain.wording import wordings, write_wording
from apps.dispatch.forms import WordingForm
from apps.dispatch.kinds import Kind, kind_choices, kinds
from apps.dispatch.models import Wording
from apps.dispatch.views.outbox import OUTBOX

WORDINGS = (gettext_lazy("Anschreiben"), reverse_lazy("dispatch:wordings"))


class WordingList(Page):
    permission = "dispatch.view_wording"
    template_name = "dispatch/wordings.html"
    title = gettext_lazy("Anschreiben")
    lead = gettext_lazy("Betreff und Text, mit denen jede Art von Dokument hinausgeht.")

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        texts, written = wordings(kinds), {row.kind: row for row in Wording.objects.order_by("version")}
        may_write = self.request.user.has_perm("dispatch.change_wording")
        columns = (
            Column(
                "label",
                _("Art"),
                link=lambda row: reverse("dispatch:wording", args=[row["key"]]) if may_write else None,
            ),
            Column("subject", _("Betreff")),
            Column("version", _("Fassung")),
        )
        rows = [
            {"key": key, "label": label, "subject": texts[key][0], "version": written[key].version if key in written else _("Vorgabe")}
            for key, label in kind_choices()
        ]  # fmt: skip
        return super().get_context_data(table=Table(columns, rows, self.title), **kwargs)


class WordingEditor(FormPage):
    """The next version of a text; older ones stay readable below."""

    permission = "dispatch.change_wording"
    template_name = "dispatch/wording.html"
    form_class = WordingForm
    submit_label = gettext_lazy("Neue Fassung speichern")
    cancel_url = reverse_lazy("dispatch:wordings")
    intro = gettext_lazy("Die Fassung gilt für alles, was danach in den Postausgang gelegt wird.")

    @cached_property
    def kind(self) -> Kind:
        if self.kwargs["kind"] not in kinds:
            raise Http404
        return kinds[self.kwargs["kind"]]

    def get_title(self) -> str:
        return _("Anschreiben: %s") % self.kind.label

    def get_breadcrumbs(self) -> Any:
        return [OUTBOX, WORDINGS]

    def get_initial(self) -> dict[str, Any]:
        subject, body = wordings([self.kind.key])[self.kind.key]
        return {"subject": subject, "body": body}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = Wording.objects.filter(kind=self.kind.key).select_related("written_by")
        return super().get_context_data(places=self.kind.known.items(), versions=versions, **kwargs)

    def perform(self, form: WordingForm) -> str:
        wording = write_wording(self.kind.key, **form.cleaned_data, by=self.request.user)
        self.success(_("Fassung %s gilt ab jetzt.") % wording.version)
        return reverse("dispatch:wordings")
