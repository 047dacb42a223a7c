"""Members that have no invoice of a year whose dues are raised, so that somebody sees what a supplement would bill."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from apps.core.registries import Found, Waiting
from apps.core.waiting import count_together
from apps.dues.domain.assessment import run_day, without_invoice
from apps.dues.models import Assessment, DuesRun
from apps.members.models import City


def unbilled(year: int, today: date) -> QuerySet[City]:
    """Members of the year for whom no invoice of it stands: they joined since, or theirs was cancelled.

    Who was found to owe nothing is done. While a preview of the year waits, that is what there is to do.
    """
    runs = DuesRun.objects.filter(year=year)
    last = Assessment.objects.issued(year).filter(city=OuterRef("pk")).order_by("-run__sequence")
    found = without_invoice(year, run_day(year, today)).filter(Exists(runs.issued())).exclude(Exists(runs.previews()))
    found = found.annotate(last_invoice=Subquery(last.values("invoice__pk")[:1]))
    return found.filter(~Exists(last) | Q(last_invoice__isnull=False))


def years_in_question(today: date) -> range:
    """Last year, this one, and the next, whose dues may be raised already."""
    return range(today.year - 1, today.year + 2)


def supplement_url(year: int) -> str:
    return f"{reverse('dues:run_create')}?jahr={year}"


def unbilled_by_year(today: date) -> Iterator[tuple[int, Found]]:
    """The years in which members lack an invoice, with their number; one query."""
    years = years_in_question(today)
    counted = count_together([Waiting(unbilled(year, today)) for year in years])
    return ((year, found) for year, found in zip(years, counted, strict=True) if found.count)
