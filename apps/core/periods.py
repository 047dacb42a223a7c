"""Things that hold from a day until a day (exclusive)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows with `valid_from` and `valid_until` (exclusive, empty = open)."""

    def valid_on(self, day: date | models.OuterRef) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)

    def overlapping(self, start: date, end: date | None) -> Self:
        """Rows that hold on at least one day from `start` until `end` (exclusive, None = open)."""
        begun = self if end is None else self.filter(valid_from__lt=end)
        return begun.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=start))


class Dated(models.Model):
    """Base of rows that hold for a period; add `period_constraint` to `Meta.constraints`."""

    valid_from = models.DateField(_("gültig ab"))
    valid_until = models.DateField(_("gültig bis (ausschließlich)"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
