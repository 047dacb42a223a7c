from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.vouchers.enums import CashKind


class CashQuerySet(models.QuerySet["CashEntry"]):
    def with_balance(self) -> Self:
        """What is in the cash box after each line, whichever lines are asked for."""
        until = Q(year__lt=OuterRef("year")) | Q(year=OuterRef("year"), sequence__lte=OuterRef("sequence"))
        sums = CashEntry.objects.filter(until).order_by().values(whole=Value(1)).values(sum=Sum("amount"))
        return self.annotate(balance=Subquery(sums, output_field=models.DecimalField(max_digits=16, decimal_places=2)))


class CashEntry(models.Model):
    """A line of the cash book, numbered without gaps per year and final; its entry stands in the books."""

    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    kind = models.CharField(_("Art"), max_length=10, choices=CashKind.choices)
    booked_on = models.DateField(_("Datum"))
    text = models.CharField(_("Text"), max_length=200)
    amount = euro_field(_("Betrag"), help_text=_("Einnahmen positiv, Ausgaben negativ"))
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="cash_entry", verbose_name=_("Buchung"))
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("storniert")
    )

    objects = CashQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Zeile im Kassenbuch")
        verbose_name_plural = _("Zeilen im Kassenbuch")
        ordering = ["-year", "-sequence"]
        constraints = [
            choices_constraint("kind", CashKind, name="vouchers_cashentry_kind_known"),
            models.UniqueConstraint(fields=["year", "sequence"], name="vouchers_cashentry_number_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="vouchers_cashentry_amount"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return self.entry.get_absolute_url()


class CashCount(models.Model):
    """The cash counted on a day, note by note, against the book; a difference is booked."""

    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    counted_on = models.DateField(_("gezählt am"))
    pieces = models.JSONField(_("Stückzahlen"))
    counted = euro_field(_("gezählt"))
    expected = euro_field(_("Bestand nach Kassenbuch"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gezählt von")
    )
    witness = models.CharField(_("im Beisein von"), max_length=120)
    note = models.CharField(_("Bemerkung"), max_length=250, blank=True)
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("Zählprotokoll")
    )
    difference_entry = models.OneToOneField(
        CashEntry, models.PROTECT, null=True, related_name="count", verbose_name=_("Buchung der Differenz")
    )

    history = History()
    personal_fields = ("witness",)

    class Meta:
        verbose_name = _("Kassenzählung")
        verbose_name_plural = _("Kassenzählungen")
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="vouchers_cashcount_number_once"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="vouchers_cashcount_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("vouchers:cash_count", args=[self.number])

    @property
    def difference(self) -> Money:
        return self.counted - self.expected

    @property
    def rows(self) -> list[tuple[Decimal, int, Decimal]]:
        """Value of the note or coin, how many, together; highest first."""
        found = [(Decimal(value), int(count)) for value, count in self.pieces.items() if int(count)]
        return [(value, count, value * count) for value, count in sorted(found, reverse=True)]
