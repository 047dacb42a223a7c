"""Pages of every shape over core's own models, for the tests of the shapes."""

from django import forms
from django.urls import include, path

from apps.core import views
from apps.core.downloads import Download
from apps.core.errors import DomainError
from apps.core.forms import DateField, EuroField
from apps.core.models import Job, JobState
from apps.core.tables import Column, Filter


class PublicPage(views.Page):
    permission = views.PUBLIC
    template_name = "base.html"
    title = "Für alle"


class ForbiddenPage(views.Page):
    permission = "sample.nobody_may"
    template_name = "base.html"


class JobObject(views.ObjectPage):
    permission = views.SIGNED_IN

    def get_object(self):
        return Job.objects.get(pk=self.kwargs["pk"])

    def get_badge(self):
        return views.Badge(self.object.get_state_display(), "success")

    def get_actions(self):
        return [views.Action("Beitragsrechnungen ausstellen", "/formular/", primary=True), views.Action("Drucken", "#")]

    def get_breadcrumbs(self):
        return [("Liste", "/liste/")]


class AmountForm(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie im Kontoauszug.")
    amount = EuroField(label="Betrag")
    due_on = DateField(label="Fällig am")
    plain_day = forms.DateField(label="Tag", required=False)
    kind = forms.ChoiceField(label="Art", choices=[("a", "Eins"), ("b", "Zwei")], widget=forms.RadioSelect)
    land = forms.ChoiceField(label="Land", choices=[("HH", "Freie und Hansestadt Hamburg"), ("HB", "Bremen")])
    remark = forms.CharField(label="Bemerkung", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="Ich habe die Satzung gelesen.")
    file = forms.FileField(label="Datei", required=False)


class AmountPage(views.FormPage):
    permission = views.PUBLIC
    title = "Zahlung erfassen"
    intro = "Tragen Sie die Zahlung so ein, wie sie auf dem Kontoauszug steht."
    submit_label = "Zahlung buchen"
    cancel_url = "/liste/"
    form_class = AmountForm

    def perform(self, form):
        if form.cleaned_data["name"] == "falsch":
            raise DomainError("Dieser Name ist schon vergeben.", field="name")
        if form.cleaned_data["name"] == "zu":
            raise DomainError("Das Jahr 2026 ist abgeschlossen.")
        self.success(f"Gebucht: {form.cleaned_data['amount'].amount}")
        return "/liste/"


class Confirm(views.ConfirmPage):
    permission = views.PUBLIC
    title = "Rechnung 2027-0014 stornieren?"
    submit_label = "Rechnung stornieren"
    danger = True
    final = "Die Nummer bleibt vergeben."
    cancel_url = "/liste/"

    def get_consequences(self):
        if "zu" in self.request.GET:
            raise DomainError("Diese Rechnung ist schon storniert.")
        return ["Es entsteht eine Stornorechnung über 2.559,39 €.", "Die Rechnung bleibt erhalten."]

    def get_facts(self):
        return [("Stadt", "Freie und Hansestadt Hamburg")]

    def perform(self, form):
        return "/liste/"


class JobList(views.TablePage):
    permission = views.PUBLIC
    title = "Arbeiten"
    search_fields = ["title", "kind"]
    default_sort = "title"
    paginate_by = 10
    empty_text = "Beginnen Sie mit dem Beitragslauf."
    filters = [Filter("stand", "Stand", JobState.choices, field="state")]
    columns = [
        Column("title", "Bezeichnung", sort=True, link=lambda row: f"/arbeit-{row.pk}/"),
        Column("state", "Stand", sort=True),
        Column("created_at", "Angelegt", sort=True),
        Column("total", "Menge", sort=True, align="right", total="total"),
    ]

    def get_queryset(self):
        return Job.objects.all()


class File(views.DownloadView):
    permission = views.PUBLIC

    def get_download(self):
        return Download(b"%PDF-1.7", "Auszug für Köln.pdf", inline="inline" in self.request.GET)


urlpatterns = [
    path("offen/", PublicPage.as_view()),
    path("verboten/", ForbiddenPage.as_view()),
    path("arbeit-<int:pk>/", JobObject.as_view()),
    path("formular/", AmountPage.as_view()),
    path("bestaetigen/", Confirm.as_view()),
    path("liste/", JobList.as_view()),
    path("datei/", File.as_view()),
    path("", include("verein.urls")),
]
