"""What a schedule means for every city: the part shown while drafting, and any two schedules side by side."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import exports
from apps.core.charts import bar_chart, curve_chart
from apps.core.downloads import Download, download_response
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import euro, number
from apps.core.views import Action, DownloadView, Page
from apps.dues.domain.effects import Comparison, compare, effect_year, predecessor
from apps.dues.forms import CompareForm
from apps.dues.models import FeeSchedule
from apps.dues.prints import comparison_job
from apps.dues.rules import get_schedule
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf

OVERVIEW = (gettext_lazy("Beiträge"), reverse_lazy("dues:overview"))
SCHEDULES = (gettext_lazy("Beitragsordnungen"), reverse_lazy("dues:schedules"))
ROWS, POINTS = 50, 120


def signed(value: Any) -> str:
    return f"+{euro(value)}" if value and value > 0 else euro(value)


def signed_percent(value: Any) -> str:
    if value is None:
        return "–"
    return f"{'+' if value > 0 else ''}{number(value)}\N{NO-BREAK SPACE}%"


def titles(comparison: Comparison) -> tuple[str, str]:
    """How the two schedules are called in headings, also when both bear the same title."""
    before, after = str(comparison.before or ""), str(comparison.after)
    return (before, after) if before != after else (_("%s (bisher)") % before, _("%s (neu)") % after)


def money_columns(comparison: Comparison) -> list[Column]:
    before, after = titles(comparison)
    shown = [Column("after", after or _("Beitrag"), align="right", format=euro, total="after")]
    if comparison.before is None:
        return shown
    return [
        Column("before", before, align="right", format=euro, total="before"),
        *shown,
        Column("difference", _("Unterschied"), align="right", format=signed, total="difference"),
        Column("percent", _("in Prozent"), align="right", format=signed_percent, total="percent"),
    ]


def totals(comparison: Comparison) -> dict[str, Any]:
    return {
        "before": comparison.total_before,
        "after": comparison.total_after,
        "difference": comparison.difference,
        "percent": comparison.percent,
    }


def effect_columns(comparison: Comparison) -> list[Column]:
    return [
        Column("city", _("Stadt")),
        Column("population", _("Einwohner:innen"), align="right"),
        *money_columns(comparison),
    ]


def charts(comparison: Comparison) -> dict[str, Any]:
    """Who bears how much by size, and the line of the fee over the number of inhabitants."""
    both = comparison.before is not None
    series = list(titles(comparison)) if both else [titles(comparison)[1]]
    groups = comparison.size_classes
    bars = [
        (f"{group.label} ({group.count})", [group.before, group.after] if both else [group.after]) for group in groups
    ]
    known = sorted((row for row in comparison.effects if row.population), key=lambda row: row.population or 0)
    thinned = known[:: -(-len(known) // POINTS)] if known else []
    points = [(row.population or 0, [row.before or 0, row.after or 0] if both else [row.after or 0]) for row in thinned]
    return {
        "size_chart": bar_chart(_("Summe der Beiträge nach Größe der Städte"), bars, series) if bars else "",
        "curve_chart": curve_chart(_("Beitrag nach Einwohnerzahl"), points, series) if len(points) > 1 else "",
        "size_table": Table(
            [
                Column("label", _("Größe")),
                Column("count", _("Städte"), align="right", total="count"),
                *[column for column in money_columns(comparison) if column.name in {"before", "after"}],
            ],
            groups,
            _("Summe der Beiträge nach Größe der Städte"),
            totals(comparison) | {"count": sum(group.count for group in groups)},
        ),
    }


def effects_context(comparison: Comparison, page: Any) -> dict[str, Any]:
    """Everything `dues/parts/effects.html` shows: sums in full, the table a page at a time."""
    page_obj = Paginator(comparison.effects, ROWS).get_page(page)
    caption = _("Beiträge %s je Stadt") % comparison.year
    table = Table(effect_columns(comparison), list(page_obj.object_list), caption, totals(comparison))
    return {
        "comparison": comparison,
        "difference_percent": signed_percent(comparison.percent),
        "table": table,
        "page_obj": page_obj,
        **charts(comparison),
    }


def chosen(parameters: Any) -> CompareForm:
    """What the address says, or else the newest schedule beside the one before it."""
    after = None if parameters else FeeSchedule.objects.order_by("-valid_from", "-pk").first()
    if after is None:
        return CompareForm(parameters or None)
    before = predecessor(after)
    return CompareForm({"neu": after.pk, "alt": before and before.pk, "jahr": effect_year(after, timezone.localdate())})


class Compare(Page):
    """Any two schedules for the members of a year; the address can be shared, the list exported."""

    permission = "dues.view_feeschedule"
    template_name = "dues/comparison.html"
    title = gettext_lazy("Beitragsordnungen vergleichen")

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, SCHEDULES]

    @cached_property
    def form(self) -> CompareForm:
        return chosen(self.request.GET)

    @cached_property
    def comparison(self) -> Comparison | None:
        return comparison_of(self.form, self.request.user)

    def get_actions(self) -> list[Action]:
        if self.comparison is None:
            return []
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        url = f"{reverse_lazy('dues:schedule_comparison_pdf')}{query or f'?{self.form.address}'}"
        return [Action(_("Anlage zum Beschluss als PDF"), url, icon="download")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("export")
        if wanted in {"xlsx", "csv"} and self.comparison:
            return self.export(self.comparison, wanted)
        return super().get(request, *args, **kwargs)

    def export(self, comparison: Comparison, kind: str) -> HttpResponse:
        write, content_type = {"xlsx": (exports.to_xlsx, exports.XLSX), "csv": (exports.to_csv, exports.CSV)}[kind]
        title = _("Beiträge %s im Vergleich") % comparison.year
        content = write(title, effect_columns(comparison), comparison.effects, totals(comparison))
        return download_response(Download(content, f"{slugify(title)}.{kind}", content_type))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = effects_context(self.comparison, self.request.GET.get("seite")) if self.comparison else {}
        return super().get_context_data(form=self.form, **shown, **kwargs)


def comparison_of(form: CompareForm, user: Any) -> Comparison | None:
    if not form.is_valid():
        return None
    chosen = form.cleaned_data
    after = get_schedule(user, chosen["neu"].pk)
    before = get_schedule(user, chosen["alt"].pk) if chosen["alt"] else None
    return compare(after, before, year=chosen["jahr"], today=timezone.localdate())


class ComparePdf(DownloadView):
    """The comparison as an annex to the resolution."""

    permission = "dues.view_feeschedule"

    def get_download(self) -> Download:
        comparison = comparison_of(chosen(self.request.GET), self.request.user)
        if comparison is None:
            raise Http404
        today = timezone.localdate()
        job = comparison_job(comparison, letterhead(today), on=today)
        content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
        return Download(content, f"Beitragsvergleich-{comparison.year}.pdf")
