"""Pages that read a list from a spreadsheet: upload, preview, take over exactly what was shown; and give it out."""

from typing import Any

from django import forms
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.tmp_storages import CacheStorage

from apps.core import spreadsheets
from apps.core.downloads import Download
from apps.core.lists import ListResource
from apps.core.templatetags.formats import number
from apps.core.views import DownloadView, FormPage

KEPT = "list_%s"
SHOWN = 200


class ListFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Datei"), help_text=gettext_lazy("Excel (XLSX) oder Text (CSV), höchstens 5 MB.")
    )


class OfList:
    """Mixed in by the app: which list, and the addresses of its pages."""

    request: Any

    def get_resource(self) -> ListResource:
        raise NotImplementedError

    def get_list_url(self) -> str:
        raise NotImplementedError

    def get_take_over_url(self) -> str:
        raise NotImplementedError

    @cached_property
    def resource(self) -> ListResource:
        return self.get_resource()

    @property
    def kept_under(self) -> str:
        return KEPT % self.resource.verb

    def get_cancel_url(self) -> str:
        return self.get_list_url()


class ListUploadPage(OfList, FormPage):
    form_class = ListFileForm
    submit_label = gettext_lazy("Vorschau zeigen")
    intro = gettext_lazy("Sie sehen zuerst, was sich ändern würde. Übernommen wird erst danach.")

    def get_title(self) -> str:
        return _("%s einlesen") % self.resource.title

    def perform(self, form: Any) -> str:
        content = form.cleaned_data["file"].read()
        spreadsheets.guard_columns(self.resource, spreadsheets.read_list(content))
        storage = CacheStorage()
        storage.save(content)
        self.request.session[self.kept_under] = storage.name
        return self.get_take_over_url()


class ListTakeOverPage(OfList, FormPage):
    """The preview, and the button that takes over exactly what it shows."""

    template_name = "list_preview.html"

    def get_title(self) -> str:
        return _("%s: Vorschau") % self.resource.title

    @cached_property
    def kept(self) -> bytes:
        name = self.request.session.get(self.kept_under)
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
        CacheStorage(name=self.request.session.pop(self.kept_under)).remove()
        self.success(
            _("%(title)s: %(new)s neu, %(changed)s geändert.")
            % {"title": self.resource.title, "new": number(done.new), "changed": number(done.changed)}
        )
        return self.get_list_url()


class ListFile(OfList, DownloadView):
    kwargs: dict[str, Any]

    def get_download(self) -> Download:
        if self.kwargs["form"] not in {"xlsx", "csv"}:
            raise Http404
        return spreadsheets.write_list(self.resource, self.kwargs["form"])
