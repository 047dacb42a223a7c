from datetime import timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.banking.enums import LineState, MatchKind, StatementFormat
from apps.banking.models.withdrawing import Withdrawable
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field

DOUBLE_WITHIN = timedelta(days=5)
OPEN = Q(entry=None, parked_entry=None, ignored_reason="")


class BankAccount(models.Model):
    """An account of ours at a bank, with the account of the books that mirrors it."""

    name = models.CharField(_("Bezeichnung"), max_length=80)
    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="bank_account", verbose_name=_("Konto der Buchhaltung")
    )
    opening_entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Eröffnungsbuchung")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Bankkonto")
        verbose_name_plural = _("Bankkonten")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StatementImport(models.Model):
    """Files read in together, all or none; the report of what they brought."""

    imported_on = models.DateField(_("eingelesen am"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("eingelesen von")
    )
    warnings = models.JSONField(_("Hinweise"), default=list)
    withdrawn_on = models.DateField(_("zurückgezogen am"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("Grund der Rücknahme"), max_length=300, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Einlesen von Auszügen")
        verbose_name_plural = _("Einlesen von Auszügen")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawal_reason=""), name="banking_import_withdrawal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.imported_on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("banking:import", args=[self.pk])


class StatementFile(Withdrawable):
    """A file as it came from the bank; the bytes lie in the library of documents."""

    statement_import = models.ForeignKey(
        StatementImport, models.PROTECT, related_name="files", verbose_name=_("Einlesen")
    )
    filename = models.CharField(_("Dateiname"), max_length=150)
    sha256 = models.CharField(_("Prüfsumme"), max_length=64, unique=True)
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="+", verbose_name=_("abgelegte Datei")
    )
    pending = models.PositiveIntegerField(_("vorgemerkte Umsätze"), default=0)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Auszugsdatei")
        verbose_name_plural = _("Auszugsdateien")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.filename


class Statement(Withdrawable):
    """A statement of the bank. With balances it is proven on import (opening + lines = closing), without them it can't be."""

    bank_account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="statements", verbose_name=_("Bankkonto")
    )
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements", verbose_name=_("Datei"))
    format = models.CharField(
        _("Format"), max_length=30, choices=StatementFormat.choices, default=StatementFormat.CAMT053
    )
    number = models.CharField(_("Auszugsnummer"), max_length=40)
    opened_on = models.DateField(_("von"))
    closed_on = models.DateField(_("bis"))
    opening = euro_field(_("Anfangssaldo"), null=True, blank=True)
    closing = euro_field(_("Endsaldo"), null=True, blank=True)
    line_count = models.PositiveIntegerField(_("Umsätze"))
    new_line_count = models.PositiveIntegerField(_("davon neu"))
    content_hash = models.CharField(_("Prüfsumme des Inhalts"), max_length=64)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Kontoauszug")
        verbose_name_plural = _("Kontoauszüge")
        ordering = ["-closed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "number", "closed_on", "format"], name="banking_statement_once"
            ),
            models.CheckConstraint(condition=Q(opened_on__lte=models.F("closed_on")), name="banking_statement_period"),
            choices_constraint("format", StatementFormat, name="banking_statement_format_known"),
            models.CheckConstraint(
                condition=Q(opening__isnull=True, closing__isnull=True)
                | Q(opening__isnull=False, closing__isnull=False),
                name="banking_statement_both_balances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.closed_on.year}"

    def get_absolute_url(self) -> str:
        return reverse("banking:statement", args=[self.pk])

    @property
    def is_proven(self) -> bool:
        return self.opening is not None


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def open(self) -> Self:
        return self.filter(OPEN)

    def booked(self) -> Self:
        return self.exclude(entry=None)

    def unclear(self) -> Self:
        return self.filter(entry=None).exclude(parked_entry=None)

    def ignored(self) -> Self:
        return self.filter(entry=None, parked_entry=None).exclude(ignored_reason="")

    def told_once(self) -> Self:
        """What moved money: without the lines that came twice and were left out."""
        return self.filter(ignored_reason="")

    def in_state(self, state: LineState | str) -> Self:
        by_state = {
            LineState.OPEN: self.open,
            LineState.BOOKED: self.booked,
            LineState.UNCLEAR: self.unclear,
            LineState.IGNORED: self.ignored,
        }
        return by_state[LineState(state)]()

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")


class BankLine(Withdrawable):
    """One movement on our account. What the bank wrote never changes; what we made of it is its entry, owner or reason."""

    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines", verbose_name=_("Bankkonto"))
    fingerprint = models.CharField(_("Prüfsumme des Umsatzes"), max_length=64)
    occurrence = models.PositiveSmallIntegerField(
        _("Vorkommen"), default=0, help_text=_("Zählt völlig gleiche Umsätze eines Tages.")
    )
    amount = euro_field(_("Betrag"))
    booked_on = models.DateField(_("Buchungstag"), db_index=True)
    valued_on = models.DateField(_("Wertstellung"))
    counterparty = models.CharField(_("Name"), max_length=140, blank=True)
    counterparty_iban = models.CharField(_("IBAN der Gegenseite"), max_length=34, blank=True, db_index=True)
    text = models.TextField(_("Verwendungszweck"), blank=True)
    end_to_end_id = models.CharField(_("Ende-zu-Ende-Referenz"), max_length=35, blank=True)
    structured_reference = models.CharField(_("Zahlungsreferenz"), max_length=35, blank=True)
    bank_reference = models.CharField(_("Referenz der Bank"), max_length=35, blank=True)
    gvc = models.CharField(_("Geschäftsvorfall"), max_length=3, blank=True)
    is_reversal = models.BooleanField(_("Rückbuchung"), default=False)
    return_reason = models.CharField(_("Rückgabegrund"), max_length=4, blank=True)
    original_amount = euro_field(
        _("Betrag vor Entgelten"), null=True, blank=True, help_text=_("Worum es bei einer Rückgabe ging.")
    )
    mandate_reference = models.CharField(_("Mandatsreferenz"), max_length=35, blank=True)
    batch_reference = models.CharField(_("Referenz des Sammlers"), max_length=35, blank=True)

    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="bank_line", verbose_name=_("Buchung")
    )
    booked_as = models.CharField(_("verbucht als"), max_length=12, choices=MatchKind.choices, blank=True)
    booking_note = models.CharField(_("Begründung der Buchung"), max_length=300, blank=True)
    returns = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="returned_by", verbose_name=_("Rückzahlung von")
    )
    parked_entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("geparkt mit")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="unclear_bank_lines",
        verbose_name=_("klärt"),
    )
    note = models.CharField(_("Notiz"), max_length=300, blank=True)
    ignored_reason = models.CharField(_("nicht zu buchen, weil"), max_length=300, blank=True)

    objects = BankLineQuerySet.as_manager()
    history = History()
    personal_fields = ("counterparty", "counterparty_iban", "text")

    class Meta:
        verbose_name = _("Bankumsatz")
        verbose_name_plural = _("Bankumsätze")
        ordering = ["-booked_on", "-id"]
        indexes = [
            # the worklist, in its order and with its sum (SQLite takes no index whose condition compares with a value)
            models.Index(
                fields=["ignored_reason", "parked_entry", "-booked_on", "id", "amount", "owner"],
                condition=Q(entry=None),
                name="banking_line_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "fingerprint", "occurrence"], name="banking_line_once"),
            models.CheckConstraint(
                condition=Q(booked_as__in=["", *MatchKind.values]), name="banking_line_booked_as_known"
            ),
            models.CheckConstraint(
                condition=Q(ignored_reason="") | Q(entry=None, parked_entry=None), name="banking_line_ignored_or_booked"
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(entry=None, parked_entry=None),
                name="banking_line_withdrawn_or_booked",
            ),
            models.CheckConstraint(
                condition=Q(parked_entry=None) | Q(owner__isnull=False), name="banking_line_unclear_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d.%m.%Y} {self.counterparty or self.text[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("banking:line", args=[self.pk])

    @property
    def state(self) -> LineState:
        if self.entry_id:
            return LineState.BOOKED
        if self.parked_entry_id:
            return LineState.UNCLEAR
        return LineState.IGNORED if self.ignored_reason else LineState.OPEN

    @property
    def is_incoming(self) -> bool:
        return self.amount.amount > 0

    def doubles(self) -> BankLineQuerySet:
        """Lines of the same amount that may be this one, told by another file: formats differ in words and by days.

        Two lines on one statement are two movements.
        """
        near = (self.booked_on - DOUBLE_WITHIN, self.booked_on + DOUBLE_WITHIN)
        same = BankLine.objects.told_once().filter(bank_account=self.bank_account_id, amount=self.amount)
        beside = Q(positions__statement__in=self.positions.values("statement"))
        return same.filter(booked_on__range=near).exclude(pk=self.pk).exclude(beside)


class StatementLine(Withdrawable):
    """A movement stands on a statement, at a position. Overlapping statements share their movements."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="positions", verbose_name=_("Kontoauszug"))
    position = models.PositiveIntegerField(_("Position"))
    line = models.ForeignKey(BankLine, models.PROTECT, related_name="positions", verbose_name=_("Umsatz"))
    fingerprint = models.CharField(
        _("Prüfsumme"), max_length=64, blank=True, help_text=_("Wenn dieser Auszug den Umsatz anders beschreibt.")
    )
    occurrence = models.PositiveSmallIntegerField(_("Vorkommen"), default=0)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Position eines Kontoauszugs")
        verbose_name_plural = _("Positionen von Kontoauszügen")
        ordering = ["statement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="banking_position_once"),
            models.UniqueConstraint(fields=["statement", "line"], name="banking_position_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}, {self.position}"


class KnownAccount(models.Model):
    """A bank account from which a city has paid before; learned when a payment is booked."""

    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    city = models.ForeignKey("members.City", models.PROTECT, related_name="known_accounts", verbose_name=_("Stadt"))
    learned_from = models.ForeignKey(
        BankLine, models.PROTECT, null=True, related_name="+", verbose_name=_("gelernt aus")
    )

    history = History()
    personal_fields = ("iban",)

    class Meta:
        verbose_name = _("bekanntes Konto")
        verbose_name_plural = _("bekannte Konten")
        ordering = ["city", "iban"]

    def __str__(self) -> str:
        return self.iban
