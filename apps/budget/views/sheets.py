"""The lines of a plan as a spreadsheet, out and back in with a preview; how a line is forecast."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.tmp_storages import CacheStorage

from apps.budget.domain.exchange import COLUMNS, Change, Sheet, SheetFaulty, changes, read_sheet
from apps.budget.domain.forecasts import set_forecast
from apps.budget.domain.planning import set_amounts
from apps.budget.domain.queries import estimates
from apps.budget.forms.plans import ForecastForm, SheetForm
from apps.budget.views.plans import BUDGET, PlanView
from apps.core.downloads import Download
from apps.core.exports import XLSX, to_xlsx
from apps.core.templatetags.formats import number
from apps.core.views import Crumb, DownloadView, FormPage
from apps.ledger.rules import get_account, get_cost_centre

KEPT = "budget-sheet-%s"


class SheetFile(PlanView, DownloadView):
    permission = "budget.view_budgetplan"

    def get_download(self) -> Download:
        lines = self.object.lines.select_related("account", "cost_centre")
        content = to_xlsx(str(self.object), COLUMNS, lines, {})
        return Download(content, f"haushalt-{self.object.year}-{self.object.version}.xlsx", XLSX)


class PlanForm(PlanView, FormPage):
    permission = "budget.change_budgetplan"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, Crumb(str(self.object), self.object.get_absolute_url())]

    @property
    def kept_name(self) -> str:
        return KEPT % self.object.pk


class UploadPage(PlanForm):
    title = gettext_lazy("Ansätze aus Excel einlesen")
    intro = gettext_lazy(
        "Laden Sie die Ansätze als Excel herunter, ändern Sie sie und laden Sie die Datei hier hoch. "
        "Sie sehen zuerst, was sich ändern würde. Zeilen, die in der Datei fehlen, fallen weg."
    )
    form_class = SheetForm
    submit_label = gettext_lazy("Vorschau zeigen")

    def perform(self, form: SheetForm) -> str:
        content = form.cleaned_data["file"].read()
        read_sheet(content)
        storage = CacheStorage()
        storage.save(content)
        self.request.session[self.kept_name] = storage.name
        return reverse("budget:take_over", args=[self.object.year, self.object.version])


class TakeOverPage(PlanForm):
    """The preview, and the button that takes over exactly what it shows."""

    template_name = "budget/preview.html"
    title = gettext_lazy("Ansätze einlesen: Vorschau")

    @cached_property
    def sheet(self) -> Sheet:
        name = self.request.session.get(self.kept_name)
        content = CacheStorage(name=name).read() if name else None
        if content is None:
            raise Http404
        return read_sheet(bytes(content))

    @cached_property
    def changes(self) -> list[Change]:
        return changes(self.object, self.sheet)

    def get_submit_label(self) -> str:
        return _("%s Änderungen übernehmen") % number(len(self.changes))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        faults = self.sheet.faults
        return super().get_context_data(
            changes=self.changes, faults=faults, may_take_over=bool(self.changes) and not faults, **kwargs
        )

    def perform(self, form: Any) -> str:
        if self.sheet.faults:
            raise SheetFaulty(_("Die Datei enthält Fehler. Bitte berichtigen Sie sie und laden Sie sie neu hoch."))
        count = len(self.changes)
        set_amounts(self.object, self.sheet.amounts, note=self.object.note, by=self.request.user)
        CacheStorage(name=self.request.session.pop(self.kept_name)).remove()
        self.success(_("%s Ansätze übernommen.") % number(count))
        return self.object.get_absolute_url()


class ForecastPage(PlanForm):
    """How one account (and cost centre) of the year is forecast."""

    form_class = ForecastForm
    submit_label = gettext_lazy("Prognose übernehmen")
    intro = gettext_lazy(
        "Was schon gebucht oder durch Verpflichtungen gebunden ist, zählt in jeder Prognose mindestens."
    )

    @cached_property
    def account(self) -> Any:
        return get_account(self.request.user, self.kwargs["account"])

    @cached_property
    def cost_centre(self) -> Any:
        number = self.request.GET.get("kostenstelle")
        return get_cost_centre(self.request.user, number) if number else None

    def get_title(self) -> str:
        return _("Prognose %(year)s: %(account)s") % {"year": self.object.year, "account": self.account}

    def get_initial(self) -> dict[str, Any]:
        place = (self.account.number, self.cost_centre.number if self.cost_centre else "")
        estimate = estimates(self.object.year).get(place)
        if estimate is None:
            return {}
        own = estimate.rule == "own"
        return {"rule": estimate.rule, "figure": estimate.figure if own else None, "reason": estimate.reason}

    def perform(self, form: ForecastForm) -> str:
        data = form.cleaned_data
        figure = data["figure"].amount if data["figure"] is not None else None
        set_forecast(
            self.object.year,
            self.account,
            self.cost_centre,
            rule=data["rule"],
            figure=figure,
            reason=data["reason"],
            by=self.request.user,
        )
        self.success(_("Die Prognose ist übernommen."))
        return self.object.get_absolute_url()
