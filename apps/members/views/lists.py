from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.tmp_storages import CacheStorage

from apps.core.downloads import Download
from apps.core.templatetags.formats import number
from apps.core.views import Crumb, DownloadView, FormPage, Page
from apps.members import spreadsheets
from apps.members.forms import UploadForm
from apps.members.resources import RESOURCES, ListResource
from apps.members.views.common import MEMBERS

KEPT = "members_list_%s"
SHOWN = 200


class OfKind:
    """Chooses the list by the address."""

    kwargs: dict[str, Any]

    @cached_property
    def resource(self) -> ListResource:
        if self.kwargs["kind"] not in RESOURCES:
            raise Http404
        return RESOURCES[self.kwargs["kind"]]()

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, Crumb(_("Listen"), reverse("members:lists"))]


class Lists(Page):
    permission = "members.import_members"
    template_name = "members/lists.html"
    title = gettext_lazy("Listen einlesen und ausgeben")
    lead = gettext_lazy("Geben Sie eine Liste aus, ändern Sie sie in Excel und lesen Sie sie wieder ein.")

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = [(kind, resource.title) for kind, resource in RESOURCES.items()]
        return super().get_context_data(lists=lists, **kwargs)


class ListUpload(OfKind, FormPage):
    permission = "members.import_members"
    form_class = UploadForm
    submit_label = gettext_lazy("Vorschau zeigen")
    intro = gettext_lazy("Sie sehen zuerst, was sich ändern würde. Übernommen wird erst danach.")

    def get_title(self) -> str:
        return _("%s einlesen") % self.resource.title

    def get_cancel_url(self) -> str:
        return reverse("members:lists")

    def perform(self, form: Any) -> str:
        content = form.cleaned_data["file"].read()
        spreadsheets.guard_columns(self.resource, spreadsheets.read_list(content))
        storage = CacheStorage()
        storage.save(content)
        self.request.session[KEPT % self.kwargs["kind"]] = storage.name
        return reverse("members:list_take_over", args=[self.kwargs["kind"]])


class ListTakeOver(OfKind, FormPage):
    """The preview, and the button that takes over exactly what it shows."""

    permission = "members.import_members"
    template_name = "members/list_preview.html"

    def get_title(self) -> str:
        return _("%s: Vorschau") % self.resource.title

    def get_cancel_url(self) -> str:
        return reverse("members:lists")

    @cached_property
    def kept(self) -> bytes:
        name = self.request.session.get(KEPT % self.kwargs["kind"])
        content = CacheStorage(name=name).read() if name else None
        if content is None:
            raise Http404
        return bytes(content)

    @cached_property
    def preview(self) -> spreadsheets.Preview:
        return spreadsheets.preview_list(self.resource, spreadsheets.read_list(self.kept))

    def get_submit_label(self) -> str:
        return _("%s Änderungen übernehmen") % number(len(self.preview.changes))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview = self.preview
        return super().get_context_data(
            preview=preview,
            shown_changes=preview.changes[:SHOWN],
            shown_faults=preview.faults[:SHOWN],
            may_take_over=bool(preview.changes) and not preview.faults,
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        data = spreadsheets.read_list(self.kept)
        done = spreadsheets.take_over_list(
            self.resource, data, shown=self.request.POST.get("shown", ""), by=self.request.user
        )
        CacheStorage(name=self.request.session.pop(KEPT % self.kwargs["kind"])).remove()
        self.success(
            _("%(title)s: %(new)s neu, %(changed)s geändert.")
            % {"title": self.resource.title, "new": number(done.new), "changed": number(done.changed)}
        )
        return reverse("members:lists")


class ListExport(OfKind, DownloadView):
    permission = "members.import_members"

    def get_download(self) -> Download:
        if self.kwargs["form"] not in {"xlsx", "csv"}:
            raise Http404
        return spreadsheets.write_list(self.resource, self.kwargs["form"])
