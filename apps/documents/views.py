"""The library and the public verification."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.downloads import Download as FileDownload
from apps.core.permissions import may_open
from apps.core.registries import notes_for
from apps.core.tables import Column, Filter, Table
from apps.core.views import PUBLIC, Action, Badge, Crumb, DownloadView, FormPage, ObjectPage, Page, TablePage
from apps.documents.domain.downloads import record_download
from apps.documents.domain.filing import LARGEST, add_version, change_document, file_document
from apps.documents.domain.index import search_versions
from apps.documents.domain.queries import Verification, verify_digest, verify_number, with_newest_version
from apps.documents.domain.retention import FOR_GOOD, kept_until
from apps.documents.enums import Access, Category
from apps.documents.forms import ChangeForm, UploadForm, VerifyFileForm, VerifyNumberForm, VersionForm
from apps.documents.models import Document, DocumentVersion, Download
from apps.documents.rules import get_document, get_version, readable_classes, visible_documents

LIBRARY = Crumb(gettext_lazy("Dokumente"), "/dokumente/")


def document_years(user: Any) -> list[tuple[str, str]]:
    years = (
        visible_documents(user).annotate(year=ExtractYear("dated_on")).order_by("-year").values_list("year", flat=True)
    )
    return [(str(year), str(year)) for year in years.distinct()]


def access_options(user: Any) -> list[tuple[str, str]]:
    return [(access.value, access.label) for access in readable_classes(user)]


class FulltextTable(TablePage):
    """A table of documents that is searched in the full text, best hits first."""

    columns = [
        Column("dated_on", gettext_lazy("Datum"), sort=True),
        Column("title", gettext_lazy("Titel"), sort=True, link=True),
        Column("category", gettext_lazy("Kategorie"), sort=True),
        Column("access", gettext_lazy("einsehbar für"), sort=True),
        Column("city", gettext_lazy("Stadt"), sort="city__name"),
        Column("number", gettext_lazy("Nummer"), sort=True),
        Column("newest_size", gettext_lazy("Größe"), align="right", format=filesizeformat),
    ]
    search_fields = ["title"]
    search_label = gettext_lazy("Suchen in Titel und Inhalt")
    count_label = gettext_lazy("Dokumente")

    def search(self, queryset: QuerySet, query: str) -> QuerySet:
        hits = search_versions(query)
        documents = list(
            dict.fromkeys(document for pk in hits if (document := self.document_of(hits).get(pk)) is not None)
        )
        rank = Case(
            *(When(pk=pk, then=Value(position)) for position, pk in enumerate(documents)),
            default=Value(0),
            output_field=IntegerField(),
        )
        return queryset.filter(pk__in=documents).annotate(rank=rank)

    def document_of(self, versions: Sequence[int]) -> dict[int, int]:
        if not hasattr(self, "_document_of"):
            found = DocumentVersion.objects.filter(pk__in=versions).values_list("pk", "document_id")
            self._document_of = dict(found)
        return self._document_of

    def sort(self, queryset: QuerySet) -> QuerySet:
        if self.query and "sortierung" not in self.request.GET:
            return queryset.order_by("rank")
        return super().sort(queryset)


class LibraryPage(FulltextTable):
    permission = "documents.view_document"
    title = gettext_lazy("Dokumente")
    lead = gettext_lazy("Alles, was Sie einsehen dürfen. Gesucht wird auch im Inhalt der Dateien.")
    filters = [
        Filter("kategorie", gettext_lazy("Kategorie"), Category.choices, field="category"),
        Filter("klasse", gettext_lazy("Einsehbar für"), access_options, field="access"),
        Filter("jahr", gettext_lazy("Jahr"), document_years, field="dated_on__year"),
    ]
    empty_title = gettext_lazy("Noch keine Dokumente")
    empty_text = gettext_lazy("Gedruckte Rechnungen und Beschlüsse erscheinen hier von selbst.")

    def get_queryset(self) -> QuerySet[Document]:
        return with_newest_version(visible_documents(self.request.user)).select_related("city")

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Dokument prüfen"), reverse("documents:verify"))]
        if self.request.user.has_perm("documents.add_document"):
            actions.insert(0, Action(_("Dokument ablegen"), reverse("documents:upload"), primary=True))
        return actions


class PublicLibraryPage(FulltextTable):
    permission = PUBLIC
    title = gettext_lazy("Veröffentlichte Dokumente")
    lead = gettext_lazy("Was das Netzwerk veröffentlicht hat, zum Lesen und Herunterladen.")
    columns = [column for column in FulltextTable.columns if column.name not in {"access", "city"}]
    filters = [Filter("kategorie", gettext_lazy("Kategorie"), Category.choices, field="category")]
    empty_title = gettext_lazy("Noch nichts veröffentlicht")

    def get_queryset(self) -> QuerySet[Document]:
        return with_newest_version(Document.objects.filter(access=Access.PUBLIC))


class PublicIfPublished:
    """Published documents are open to everybody, the others to those who may read them."""

    kwargs: dict[str, Any]

    @property
    def permission(self) -> str:
        published = Document.objects.filter(number=self.kwargs["number"], access=Access.PUBLIC).exists()
        return PUBLIC if published else "documents.view_document"


class DocumentPage(PublicIfPublished, ObjectPage):
    template_name = "documents/document.html"

    def get_object(self) -> Document:
        return get_document(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return str(self.object.title)

    def get_badge(self) -> Badge:
        return Badge(self.object.get_access_display(), "success" if self.object.access == Access.PUBLIC else "info")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [LIBRARY]

    @cached_property
    def versions(self) -> list[DocumentVersion]:
        return list(self.object.versions.select_related("document", "filed_by"))

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Herunterladen"), self.versions[0].get_absolute_url(), primary=True)]
        if self.request.user.has_perm("documents.change_document", self.object):
            actions += [
                Action(_("Neue Fassung ablegen"), reverse("documents:new-version", args=[self.object.number])),
                Action(_("Angaben ändern"), reverse("documents:change", args=[self.object.number])),
            ]
        return actions

    def get_retention(self) -> str:
        """For those who keep the files; a visitor of a public document has nothing to keep."""
        if not self.request.user.is_authenticated:
            return ""
        if self.object.category in FOR_GOOD:
            return _("dauerhaft")
        last = kept_until(self.object, timezone.localdate())
        return _("mindestens bis %s (§ 147 AO)") % f"{last:%d.%m.%Y}" if last else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        downloads = None
        if self.request.user.has_perm("documents.view_downloads", self.object):
            rows = self.object_downloads()
            downloads = Table(
                columns=[
                    Column("at", _("Zeitpunkt")),
                    Column("user", _("Person"), render=lambda row: str(row.user or _("ohne Anmeldung"))),
                    Column("version__version", _("Fassung"), align="right"),
                ],
                rows=rows,
                caption=_("Letzte Abrufe"),
                empty=_("Noch nicht heruntergeladen."),
            )
        url = getattr(self.object.subject, "get_absolute_url", lambda: "")()
        subject_url = url if url and may_open(self.request.user, url) else ""
        return super().get_context_data(
            versions=self.versions,
            downloads=downloads,
            subject_url=subject_url,
            notes=notes_for("documents.document", self.request.user, self.object),
            retention=self.get_retention(),
            **kwargs,
        )

    def object_downloads(self) -> list[Any]:
        return list(Download.objects.filter(version__document=self.object).select_related("user", "version")[:20])


class DownloadPage(PublicIfPublished, DownloadView):
    def get_object(self) -> DocumentVersion:
        return get_version(self.request.user, self.kwargs["number"], self.kwargs["version"])

    def get_download(self) -> FileDownload:
        version = self.object
        record_download(version, by=self.request.user if self.request.user.is_authenticated else None)
        with default_storage.open(version.storage_path) as stored:
            content = stored.read()
        return FileDownload(content, version.filename, version.content_type)


class UploadPage(FormPage):
    permission = "documents.add_document"
    title = gettext_lazy("Dokument ablegen")
    form_class = UploadForm
    submit_label = gettext_lazy("Dokument ablegen")
    cancel_url = "/dokumente/"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [LIBRARY]

    def get_initial(self) -> dict[str, Any]:
        return {"dated_on": timezone.localdate(), "access": Access.MEMBERS}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def perform(self, form: UploadForm) -> str:
        data = form.cleaned_data
        document = file_document(
            content=data["file"].read(LARGEST + 1),
            filename=data["file"].name,
            title=data["title"],
            description=data["description"],
            category=data["category"],
            access=data["access"],
            city=data["city"],
            origin="documents.upload",
            by=self.request.user,
            on=data["dated_on"],
        )
        self.success(
            _("„%(title)s“ ist unter der Nummer %(number)s abgelegt.")
            % {
                "title": document.title,
                "number": document.number,
            }
        )
        return document.get_absolute_url()


class ChangePage(FormPage):
    permission = "documents.change_document"
    form_class = ChangeForm
    submit_label = gettext_lazy("Angaben ändern")

    def get_object(self) -> Document:
        return get_document(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Angaben ändern: %s") % self.object.title

    def get_breadcrumbs(self) -> list[Crumb]:
        return [LIBRARY, Crumb(self.object.title, self.object.get_absolute_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = Document.objects.get(pk=self.object.pk)
        return super().get_form_kwargs() | {"user": self.request.user, "instance": instance}

    def perform(self, form: ChangeForm) -> str:
        fields = {name: form.cleaned_data[name] for name in ("title", "category", "access", "city", "description")}
        change_document(self.object, by=self.request.user, reason=form.cleaned_data["reason"], **fields)
        self.success(_("Die Angaben sind geändert. Der Verlauf zeigt, was vorher galt."))
        return self.object.get_absolute_url()


class NewVersionPage(FormPage):
    permission = "documents.change_document"
    form_class = VersionForm
    submit_label = gettext_lazy("Neue Fassung ablegen")
    intro = gettext_lazy("Die bisherige Fassung bleibt erhalten und wird bei der Prüfung als überholt erkannt.")

    def get_object(self) -> Document:
        return get_document(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Neue Fassung: %s") % self.object.title

    def get_breadcrumbs(self) -> list[Crumb]:
        return [LIBRARY, Crumb(self.object.title, self.object.get_absolute_url())]

    def perform(self, form: VersionForm) -> str:
        file = form.cleaned_data["file"]
        add_version(
            self.object,
            content=file.read(LARGEST + 1),
            filename=file.name,
            note=form.cleaned_data["note"],
            by=self.request.user,
        )
        self.success(_("Die neue Fassung gilt ab jetzt."))
        return self.object.get_absolute_url()


class VerifyPage(Page):
    """Public: is this file, or this number, a document of the network, and is it still in force?"""

    permission = PUBLIC
    template_name = "documents/verify.html"
    title = gettext_lazy("Dokument prüfen")
    lead = gettext_lazy("Stammt ein Dokument vom Netzwerk, und gilt es noch? Geben Sie seine Nummer oder die Datei an.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "nummer" not in request.GET:
            return self.show()
        form = VerifyNumberForm(request.GET)
        verification = verify_number(form.cleaned_data["nummer"]) if form.is_valid() else None
        return self.show(number_form=form, verification=verification, asked="number")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = VerifyFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(file_form=form)
        digest = sha256()
        for chunk in form.cleaned_data["file"].chunks():
            digest.update(chunk)
        return self.show(
            file_form=VerifyFileForm(),
            verification=verify_digest(digest.hexdigest()),
            digest=digest.hexdigest(),
            filename=form.cleaned_data["file"].name,
            asked="file",
        )

    def show(self, verification: Verification | None = None, **context: Any) -> HttpResponse:
        context.setdefault("number_form", VerifyNumberForm())
        context.setdefault("file_form", VerifyFileForm())
        return self.render_to_response(self.get_context_data(verification=verification, **context))
