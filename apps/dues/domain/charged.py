"""What a year has charged already: who is billed again pays by the same figures, and a budget is split once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import euro, number
from apps.dues.calculations import SHARED_FORMS, Terms
from apps.dues.models import Assessment, DuesRun, Invoice
from apps.members.models import City, PopulationFigure


@dataclass(frozen=True)
class Charged:
    """`assessed`: of the cities to bill again their last issued assessment. `shares`: set once a budget is split, per city.

    `obstacle` says why nothing can be computed as long as other invoices of the year stand.
    """

    assessed: Mapping[int, Assessment]
    shares: Mapping[int, Decimal] | None = None
    obstacle: str = ""

    def figures(self, found: Mapping[int, PopulationFigure]) -> dict[int, PopulationFigure]:
        """The figures of the cancelled invoices instead of those `found` now; the same figure with its value of today."""
        kept = {pk: figure for pk, row in self.assessed.items() if (figure := figure_of(row))}
        return {pk: figure for pk, figure in kept.items() if not same(figure, found.get(pk))}

    def came_too_late(self, city_id: int) -> bool:
        """The budget is split among others already."""
        return self.shares is not None and not self.shares.get(city_id)

    def sentence(self, city_id: int, population: int | None) -> str:
        """What the preview says of a city whose invoice was cancelled."""
        row = self.assessed.get(city_id)
        invoice = row and getattr(row, "invoice", None)
        if not row or not invoice:
            return ""
        text = _("Ersetzt die stornierte Rechnung %s und rechnet mit ihren Angaben.") % invoice.number
        if population != row.population and row.population is not None:
            text += " " + _("Die Einwohnerzahl wurde seitdem berichtigt, sie war %s.") % number(row.population)
        return text


def charged(year: int, terms: Terms, cities: Sequence[City]) -> Charged:
    """Three queries, of which the first run of a year finds nothing."""
    if not DuesRun.objects.issued().filter(year=year).exists():
        return Charged({})
    rows = Assessment.objects.issued(year).exclude(city__in=Invoice.objects.standing().filter(year=year).values("city"))
    rows = rows.select_related("invoice").defer(*UNREAD).order_by("run__sequence")
    wanted = {city.pk for city in cities}
    assessed = {row.city_id: row for row in rows if row.city_id in wanted}
    if terms.form not in SHARED_FORMS:
        return Charged(assessed)
    return split_of(year, terms, assessed)


UNREAD = (
    "steps",
    "findings",
    "recipient_lines",
    *(f"invoice__{name}" for name in ("recipient_lines", "calculation", "payee")),
)


def split_of(year: int, terms: Terms, assessed: Mapping[int, Assessment]) -> Charged:
    """While an invoice of the year stands, the split it comes from holds; else the budget is split anew among all.

    Shares sum exactly to the budget, so nobody who comes later can have one.
    """
    standing = Invoice.objects.standing().filter(run=OuterRef("pk"))
    split = [
        (rules["form"], Decimal(rules["budget"]))
        for rules in DuesRun.objects.issued().filter(Exists(standing), year=year).values_list("terms", flat=True)
    ]
    if not split:
        return Charged(assessed)
    shares = {pk: row.share.amount for pk, row in assessed.items() if row.share is not None}
    if set(split) != {(terms.form, terms.budget)} or shares.keys() != assessed.keys():
        return Charged(
            assessed,
            obstacle=_(
                "Für %s stehen noch Rechnungen nach anderen Regeln. Eine Umlage lässt sich nur auf alle Städte zugleich "
                "verteilen. Bitte stornieren Sie zuerst die übrigen Rechnungen des Jahres."
            )
            % year,
        )
    return Charged(assessed, shares=shares)


def too_late(year: int, budget: Decimal) -> str:
    return _(
        "Die %(budget)s sind für %(year)s schon ganz auf andere Städte verteilt; diese zahlt ab dem nächsten Beitragsjahr. "
        "Soll sie schon %(year)s beteiligt sein, stornieren Sie alle Rechnungen des Jahres: Dann wird neu verteilt."
    ) % {"budget": euro(budget), "year": year}


def figure_of(row: Assessment) -> PopulationFigure | None:
    if row.population is None or row.population_on is None:
        return None
    return PopulationFigure(
        value=row.population,
        reference_date=row.population_on,
        census_base=row.census_base,
        source=row.population_source,
    )


def same(kept: PopulationFigure, found: PopulationFigure | None) -> bool:
    """The same figure: its value may have been corrected since."""
    return found is not None and (kept.reference_date, kept.census_base) == (found.reference_date, found.census_base)
