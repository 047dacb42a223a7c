from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.money import euro_field
from apps.core.periods import Dated, DatedQuerySet
from apps.ledger.enums import AccountKind, CostCentreKind, Side, Sphere
from apps.ledger.sources import payment_sources, source_label
from apps.organisation.models import LegalParameter

ENTRIES_PER_YEAR = 10_000_000
WITHOUT_BILL = ("BANKFEE", "MEMBERSHIPS")


class AccountQuerySet(DatedQuerySet["Account"]):
    def result(self) -> Self:
        """Accounts of income and expense."""
        return self.filter(kind__in=[AccountKind.INCOME, AccountKind.EXPENSE])

    def expecting_a_bill(self) -> Self:
        """Expenses that somebody outside sends a bill for."""
        keyed = Q(key__isnull=False, key__in=WITHOUT_BILL)
        return self.filter(kind=AccountKind.EXPENSE).exclude(keyed)

    def stock(self) -> Self:
        """Accounts whose balance is carried from year to year."""
        return self.exclude(kind__in=[AccountKind.INCOME, AccountKind.EXPENSE])


class Account(Dated):
    """One account of the chart. Code finds it by `key`; number and name belong to the association."""

    number = models.CharField(_("Kontonummer"), max_length=8, unique=True)
    name = models.CharField(_("Bezeichnung"), max_length=120)
    kind = models.CharField(_("Art"), max_length=10, choices=AccountKind.choices)
    key = models.CharField(_("Schlüssel"), max_length=24, null=True, blank=True, unique=True, editable=False)
    sphere = models.CharField(_("Bereich"), max_length=12, choices=Sphere.choices, default=Sphere.IDEAL)
    statement_line = models.CharField(
        _("Zeile im Jahresabschluss"),
        max_length=80,
        blank=True,
        help_text=_(
            "Unter dieser Überschrift steht das Konto in der Einnahmen-Überschuss-Rechnung oder Vermögensübersicht."
        ),
    )

    objects = AccountQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Konto")
        verbose_name_plural = _("Konten")
        ordering = ["number"]
        constraints = [
            choices_constraint("kind", AccountKind, name="ledger_account_kind_known"),
            choices_constraint("sphere", Sphere, name="ledger_account_sphere_known"),
            period_constraint(name="ledger_account_period"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:account", args=[self.number])

    @property
    def is_debit_account(self) -> bool:
        """Assets and expenses grow on the debit side; their balance is shown as debit minus credit."""
        return self.kind in {AccountKind.ASSET, AccountKind.EXPENSE}


class CostCentre(Dated):
    """What a line was spent or earned for (Kostenstelle): a meeting, a Fachgruppe, a city, or the association in general."""

    number = models.CharField(_("Nummer"), max_length=12, unique=True)
    name = models.CharField(_("Bezeichnung"), max_length=120)
    kind = models.CharField(_("Art"), max_length=8, choices=CostCentreKind.choices)

    objects = DatedQuerySet["CostCentre"].as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Kostenstelle")
        verbose_name_plural = _("Kostenstellen")
        ordering = ["number"]
        constraints = [
            choices_constraint("kind", CostCentreKind, name="ledger_costcentre_kind_known"),
            period_constraint(name="ledger_costcentre_period"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:cost_centre", args=[self.number])


class EntryQuerySet(models.QuerySet["Entry"]):
    def between(self, start: date | None, end: date | None) -> Self:
        """Entries booked from `start` to `end`, both included."""
        entries = self
        if start:
            entries = entries.filter(booked_on__gte=start)
        if end:
            entries = entries.filter(booked_on__lte=end)
        return entries

    def on_account(self, account: Account) -> Self:
        return self.filter(pk__in=EntryLine.objects.filter(account=account).values("entry"))

    def without_bill(self) -> Self:
        """Expenses that only a payment proves: it says that money left, not what for (§ 146 (1) AO; GoBD Rz. 61 ff.).

        From the amount on that is expected of the day (legal value `bill_expected_from`). Of what the bank itself charges
        its statement is the voucher, and dues of other associations need no bill. What was reversed needs none either.
        """
        expected = LegalParameter.objects.number("bill_expected_from", OuterRef("entry__booked_on"))
        spent = EntryLine.objects.filter(side=Side.DEBIT, account__in=Account.objects.expecting_a_bill())
        return (
            self.filter(
                Exists(spent.annotate(expected=expected).filter(entry=OuterRef("pk"), amount__gte=F("expected"))),
                pk__in=spent.values("entry"),  # few, and found without asking for the legal value of each payment
                source__in=payment_sources(),
                voucher=None,
                reverses=None,
            )
            .exclude(
                pk__in=Entry.objects.exclude(reverses=None).values("reverses"),
            )
            .exclude(Exists(AddedVoucher.objects.filter(entry=OuterRef("pk"))))
        )


class Entry(models.Model):
    """A posted entry (Buchungssatz). It exists only balanced and is never changed: the database refuses both.

    The primary key is made of year and number, so that the lines can be written before the entry that proves them.
    """

    id = models.BigIntegerField(primary_key=True, editable=False)
    year = models.PositiveSmallIntegerField(_("Jahr"))
    number = models.PositiveIntegerField(_("Nummer"))
    booked_on = models.DateField(_("Buchungsdatum"), db_index=True)
    document_on = models.DateField(_("Belegdatum"))
    text = models.CharField(_("Buchungstext"), max_length=250)
    source = models.CharField(_("Herkunft"), max_length=40, db_index=True)
    reference = models.CharField(_("Belegnummer"), max_length=80, blank=True)
    amount = euro_field(_("Summe"))
    voucher = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, verbose_name=_("Beleg"), related_name="entries"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("storniert"), related_name="reversed_by"
    )
    posted_at = models.DateTimeField(_("festgeschrieben am"), default=timezone.now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("gebucht von"), related_name="+"
    )

    objects = EntryQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Buchung")
        verbose_name_plural = _("Buchungen")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="ledger_entry_number_once"),
            models.CheckConstraint(
                condition=Q(id=Cast("year", models.BigIntegerField()) * ENTRIES_PER_YEAR + F("number")),
                name="ledger_entry_id_is_number",
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lt=ENTRIES_PER_YEAR), name="ledger_entry_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_entry_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["source", "reference"], name="ledger_entry_reference"),
            models.Index(fields=["year", "amount"], name="ledger_entry_sums"),
            models.Index(fields=["year"], condition=Q(number=1), name="ledger_entry_first"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("ledger:entry", args=[self.year, self.number])

    @property
    def label(self) -> str:
        """»B2027-00014«: the number under which the entry is quoted."""
        return f"B{self.year}-{self.number:05d}"

    @property
    def source_label(self) -> str:
        return source_label(self.source)


class EntryLineQuerySet(models.QuerySet["EntryLine"]):
    def until(self, day: date | None) -> Self:
        return self.filter(entry__booked_on__lte=day) if day else self

    def before_year(self, year: int) -> Self:
        """Of earlier years; the key of an entry begins with its year, so nothing has to be looked up."""
        return self.filter(entry_id__lt=year * ENTRIES_PER_YEAR)

    def of_years(self, first: int, last: int) -> Self:
        return self.filter(entry_id__gte=first * ENTRIES_PER_YEAR, entry_id__lt=(last + 1) * ENTRIES_PER_YEAR)

    def balance_until(self, day: date) -> Decimal:
        """Debit minus credit up to and including a day: full years by their keys, only the last one by its days.

        Of whole accounts `domain.queries.balance_until` knows it sooner.
        """
        parts = (self.before_year(day.year), self.of_years(day.year, day.year).until(day))
        return sum((part.balance() for part in parts), Decimal("0.00"))

    def balance(self) -> Decimal:
        sums = self.with_sums()
        return Decimal(sums["debit"] or 0) - Decimal(sums["credit"] or 0)

    def with_sums(self) -> dict[str, Decimal | None]:
        """Sum of both sides in one query."""
        return self.aggregate(
            debit=Sum("amount", filter=Q(side=Side.DEBIT)), credit=Sum("amount", filter=Q(side=Side.CREDIT))
        )


class EntryLine(models.Model):
    """One side of an entry: an account, debit or credit, a positive amount, perhaps the city and cost centre it concerns."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines", verbose_name=_("Buchung"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="lines", verbose_name=_("Konto"))
    side = models.CharField(_("Seite"), max_length=6, choices=Side.choices)
    amount = euro_field(_("Betrag"))
    sphere = models.CharField(_("Bereich"), max_length=12, choices=Sphere.choices)
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="entry_lines", verbose_name=_("Stadt")
    )
    cost_centre = models.ForeignKey(
        CostCentre, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("Kostenstelle")
    )
    text = models.CharField(_("Text"), max_length=250, blank=True)

    objects = EntryLineQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Buchungszeile")
        verbose_name_plural = _("Buchungszeilen")
        ordering = ["entry", "id"]
        indexes = [models.Index(fields=["account", "entry", "side", "amount"], name="ledger_line_sums")]
        constraints = [
            choices_constraint("side", Side, name="ledger_entryline_side_known"),
            choices_constraint("sphere", Sphere, name="ledger_entryline_sphere_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_entryline_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.account}"


class AccountYearQuerySet(models.QuerySet["AccountYear"]):
    def before(self, year: int) -> Self:
        return self.filter(year__lt=year)

    def balance(self) -> Decimal:
        """Debit minus credit."""
        sums = self.aggregate(debit=Sum("debit"), credit=Sum("credit"))
        return Decimal(sums["debit"] or 0) - Decimal(sums["credit"] or 0)


class AccountYear(models.Model):
    """What a year moved on an account (Jahresverkehrszahlen), kept by the database itself (`ledger.triggers`).

    Never written by the program, so it needs no history: it follows from the lines at any time (`domain.integrity` proves it).
    It is here so that after ten years nobody has to add up what can't change any more.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="years", verbose_name=_("Konto"))
    year = models.PositiveSmallIntegerField(_("Jahr"))
    debit = models.DecimalField(_("Soll"), max_digits=16, decimal_places=2)
    credit = models.DecimalField(_("Haben"), max_digits=16, decimal_places=2)

    objects = AccountYearQuerySet.as_manager()
    personal_fields = ()

    class Meta:
        verbose_name = _("Jahresverkehrszahl")
        verbose_name_plural = _("Jahresverkehrszahlen")
        ordering = ["account", "year"]
        constraints = [models.UniqueConstraint(fields=["account", "year"], name="ledger_accountyear_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.year}"


class AddedVoucher(models.Model):
    """A document that was handed in for an entry after it was posted. The entry stays as it is; vouchers are only added."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="added_vouchers", verbose_name=_("Buchung"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="added_to", verbose_name=_("nachgereichter Beleg")
    )
    added_on = models.DateField(_("nachgereicht am"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("nachgereicht von"), related_name="+"
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("nachgereichter Beleg")
        verbose_name_plural = _("nachgereichte Belege")
        ordering = ["entry", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "document"], name="ledger_addedvoucher_once")]

    def __str__(self) -> str:
        return f"{self.document} ({self.entry})"

    def get_absolute_url(self) -> str:
        return self.entry.get_absolute_url()


class PeriodLock(models.Model):
    """Nothing may be booked before `locked_until` (GoBD; § 146 (4) AO). Locks are only added, never moved back."""

    locked_until = models.DateField(_("abgeschlossen bis (ausschließlich)"), unique=True)
    reason = models.CharField(_("Anlass"), max_length=250)
    closed_on = models.DateField(_("abgeschlossen am"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("abgeschlossen von"), related_name="+"
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Abschluss eines Zeitraums")
        verbose_name_plural = _("Abschlüsse von Zeiträumen")
        ordering = ["-locked_until"]

    def __str__(self) -> str:
        return f"{self.last_day:%d.%m.%Y}"

    @property
    def last_day(self) -> date:
        """The last day that is closed."""
        return self.locked_until - timedelta(days=1)
