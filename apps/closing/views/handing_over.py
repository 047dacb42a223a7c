"""What leaves the house: the file for the tax adviser and the package for auditors."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.closing.domain.datev import export_for_adviser, set_adviser
from apps.closing.domain.errors import SettingsMissing
from apps.closing.domain.package import CHUNK, steps_of
from apps.closing.enums import DatevContent
from apps.closing.forms import AdviserForm
from apps.closing.models import AdviserSettings, AuditPackage
from apps.closing.rules import get_package, visible_packages
from apps.closing.tasks import start_package
from apps.closing.views.accounts import YEARS, AccountsView
from apps.core.downloads import Download
from apps.core.errors import DomainError
from apps.core.tables import Column
from apps.core.templatetags.formats import moment
from apps.core.views import Action, ConfirmPage, Crumb, DownloadView, FormPage, TablePage


class AdviserPage(FormPage):
    permission = "closing.change_advisersettings"
    title = gettext_lazy("Angaben der Steuerberatung")
    intro = gettext_lazy(
        "Diese Nummern stehen im Kopf jeder DATEV-Datei. Ohne sie kann die Steuerberatung sie nicht einlesen."
    )
    form_class = AdviserForm
    submit_label = gettext_lazy("Angaben übernehmen")
    cancel_url = reverse_lazy("closing:years")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": AdviserSettings.objects.first()}

    def perform(self, form: AdviserForm) -> str:
        set_adviser(**form.cleaned_data, by=self.request.user)
        self.success(_("Die Angaben sind übernommen."))
        return reverse("closing:years")


class DatevFile(AccountsView, DownloadView):
    """The bookings of the year as DATEV file; what is missing is said there where it can be mended."""

    permission = "closing.export"
    content = DatevContent.BOOKINGS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except SettingsMissing as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("closing:adviser"))
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("closing:accounts", args=[self.kwargs["year"]]))

    def get_download(self) -> Download:
        year, now = self.object.year, timezone.localtime()
        content = export_for_adviser(year, self.content, by=self.request.user, at=now)
        return Download(content, f"EXTF_{self.content.value}_{year}.csv", "text/csv; charset=windows-1252")


class DatevOpenings(DatevFile):
    """The balances carried into the year, for an adviser who begins with it."""

    content = DatevContent.OPENINGS


def download_label(package: AuditPackage) -> str:
    return _("ZIP-Datei vom %s herunterladen") % moment(package.made_at)


class PackagesPage(AccountsView, TablePage):
    permission = "closing.view_auditpackage"
    columns = (
        Column("made_at", gettext_lazy("Paket"), sort=True, link=True, render=download_label),
        Column("made_by", gettext_lazy("von")),
        Column("file_count", gettext_lazy("Dateien"), align="right"),
        Column("size", gettext_lazy("Größe"), align="right", format=filesizeformat),
        Column("sha256", gettext_lazy("Prüfsumme (SHA-256)"), template="closing/package_hash.html"),
    )
    default_sort = "-made_at"
    count_label = gettext_lazy("Pakete")
    template_name = "closing/packages.html"
    lead = gettext_lazy(
        "Bücher, Belege und Änderungen eines Jahres als eine ZIP-Datei für Kassenprüfung und Finanzamt."
    )
    empty_title = gettext_lazy("Noch kein Paket")
    empty_text = gettext_lazy(
        "Das Paket entsteht im Hintergrund. Es enthält alles, was Kassenprüfung und Finanzamt brauchen."
    )

    def get_title(self) -> str:
        return _("Prüfungspakete %s") % self.object.year

    def get_queryset(self) -> QuerySet[AuditPackage]:
        return visible_packages(self.request.user).filter(year=self.object.year)

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("closing.add_auditpackage"):
            return []
        url = reverse("closing:make_package", args=[self.object.year])
        return [Action(_("Paket zusammenstellen"), url, primary=True)]


class MakePackagePage(AccountsView, ConfirmPage):
    permission = "closing.add_auditpackage"
    submit_label = gettext_lazy("Paket zusammenstellen")

    def get_title(self) -> str:
        return _("Prüfungspaket %s zusammenstellen") % self.object.year

    def get_cancel_url(self) -> str:
        return reverse("closing:packages", args=[self.object.year])

    def get_consequences(self) -> list[str]:
        return [
            _("Im Hintergrund entsteht eine ZIP-Datei aus etwa %s Teilen: Konten, Journal, Belege, offene Posten, Rechnungen, "
              "Bankumsätze, Änderungen und Protokoll, jedes mit Prüfsumme.")
            % steps_of(self.object.year)
        ]  # fmt: skip

    def perform(self, form: Any) -> str:
        job = start_package(self.object.year, by=self.request.user)
        return reverse("core:job", args=[job.pk])


class PackageFile(DownloadView):
    permission = "closing.view_auditpackage"

    def get_object(self) -> AuditPackage:
        return get_package(self.request.user, self.kwargs["year"], self.kwargs["pk"])

    def get_download(self) -> Download:
        package = self.object
        return Download(chunks_of(package), package.file.name.rsplit("/", 1)[-1], "application/zip")


def chunks_of(package: AuditPackage) -> Iterator[bytes]:
    with package.file.open("rb") as stored:
        while chunk := stored.read(CHUNK):
            yield chunk
