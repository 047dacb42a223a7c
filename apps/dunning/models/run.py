from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.dues.models import Invoice
from apps.dunning.enums import Finding, RunState
from apps.dunning.models.procedure import DunningProcedure


class DunningRun(models.Model):
    """First a frozen preview of every overdue item, then exactly that is issued."""

    TRANSITIONS = {RunState.PREVIEW: (RunState.ISSUED, RunState.DISCARDED)}

    on = models.DateField(_("Stichtag"))
    procedure = models.ForeignKey(DunningProcedure, models.PROTECT, related_name="runs", verbose_name=_("Mahnordnung"))
    state = models.CharField(_("Stand"), max_length=10, choices=RunState.choices, default=RunState.PREVIEW)
    payee = models.JSONField(_("Angaben zur Empfängerin der Zahlung"))
    despite_credit = models.JSONField(_("gemahnt trotz Guthaben"), default=dict, blank=True)
    settled = models.JSONField(_("schon gezahlte oder erlassene Zinsen und Kosten"), default=dict, blank=True)
    count = models.PositiveIntegerField(_("Schreiben"), default=0)
    total = euro_field(_("Summe"), default=Decimal(0))
    content_hash = models.CharField(_("Prüfsumme der Vorschau"), max_length=64)
    frozen_at = models.DateTimeField(_("festgehalten am"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("festgehalten von")
    )
    issued_on = models.DateField(_("ausgestellt am"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ausgestellt von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mahnlauf")
        verbose_name_plural = _("Mahnläufe")
        ordering = ["-pk"]
        constraints = [
            choices_constraint("state", RunState, name="dunning_run_state_known"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=RunState.PREVIEW), name="dunning_run_preview_once"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.ISSUED, issued_on__isnull=False)
                | (~Q(state=RunState.ISSUED) & Q(issued_on__isnull=True)),
                name="dunning_run_issued_has_day",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Mahnlauf vom %(day)s")) % {"day": f"{self.on:%d.%m.%Y}"}

    def get_absolute_url(self) -> str:
        return reverse("dunning:run", args=[self.pk])

    @property
    def is_preview(self) -> bool:
        return self.state == RunState.PREVIEW

    @property
    def is_issued(self) -> bool:
        return self.state == RunState.ISSUED


class LetterQuerySet(models.QuerySet["DunningLetter"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)


class DunningLetter(models.Model):
    """One letter to one city about all its items of a run. Only its PDF is added once and a withdrawal noted once."""

    number = models.CharField(_("Nummer"), max_length=12, unique=True)
    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    run = models.ForeignKey(DunningRun, models.PROTECT, related_name="letters", verbose_name=_("Mahnlauf"))
    city = models.ForeignKey("members.City", models.PROTECT, related_name="dunning_letters", verbose_name=_("Stadt"))
    city_label = models.CharField(_("Name der Stadt"), max_length=120)
    recipient_lines = models.JSONField(_("Anschrift"))
    customer_reference = models.CharField(_("Kassenzeichen"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("Mahnstufe"))
    level_name = models.CharField(_("Bezeichnung"), max_length=60)
    opening = models.TextField(_("Text vor der Aufstellung"))
    closing = models.TextField(_("Text nach der Aufstellung"))
    principal = euro_field(_("Beiträge"))
    interest = euro_field(_("Verzugszinsen"), default=Decimal(0))
    fee = euro_field(_("Mahnkosten"), default=Decimal(0))
    settled = euro_field(_("schon gezahlte oder erlassene Zinsen und Kosten"), default=Decimal(0))
    total = euro_field(_("Gesamtbetrag"))
    pay_by = models.DateField(_("zahlbar bis"))
    payee = models.JSONField(_("Angaben zur Empfängerin der Zahlung"))
    reference = models.CharField(_("Zahlungsreferenz"), max_length=25, blank=True)
    purpose = models.CharField(_("Verwendungszweck"), max_length=140, blank=True)
    issued_on = models.DateField(_("Datum"), db_index=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ausgestellt von")
    )
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="dunning_letters", verbose_name=_("PDF")
    )
    withdrawn_on = models.DateField(_("zurückgenommen am"), null=True)
    withdrawal_reason = models.CharField(_("Grund der Rücknahme"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_lines",)

    class Meta:
        verbose_name = _("Mahnschreiben")
        verbose_name_plural = _("Mahnschreiben")
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="dunning_letter_number_once"),
            models.UniqueConstraint(fields=["run", "city"], name="dunning_letter_city_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="dunning_letter_total_positive"),
            models.CheckConstraint(condition=Q(settled__gte=0), name="dunning_letter_settled"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawal_reason=""),
                name="dunning_letter_withdrawal_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level_name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("dunning:letter", args=[self.number])

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_on is not None

    @property
    def settled_label(self) -> str:
        if self.settled > self.interest:
            return gettext("abzüglich schon gezahlter oder erlassener Zinsen und Kosten")
        return gettext("abzüglich schon gezahlter oder erlassener Zinsen")


class DunningItem(models.Model):
    """One overdue invoice in a run: what is open, its level, and why it is dunned or not. Frozen (database trigger)."""

    run = models.ForeignKey(DunningRun, models.PROTECT, related_name="items", verbose_name=_("Mahnlauf"))
    position = models.PositiveIntegerField(_("Platz"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="dunning_items", verbose_name=_("Rechnung"))
    city = models.ForeignKey("members.City", models.PROTECT, related_name="dunning_items", verbose_name=_("Stadt"))
    city_label = models.CharField(_("Name der Stadt"), max_length=120)
    issued_on = models.DateField(_("Rechnungsdatum"))
    due_on = models.DateField(_("fällig"))
    amount = euro_field(_("Betrag"))
    paid = euro_field(_("bezahlt"), default=Decimal(0))
    outstanding = euro_field(_("offen"))
    finding = models.CharField(_("Ergebnis"), max_length=10, choices=Finding.choices)
    reason = models.CharField(_("Begründung"), max_length=300)
    level = models.PositiveSmallIntegerField(_("Mahnstufe"), null=True)
    level_name = models.CharField(_("Bezeichnung"), max_length=60, blank=True)
    interest = euro_field(_("Verzugszinsen"), default=Decimal(0))
    steps = models.JSONField(_("Zinsrechnung"), default=list)
    recipient_lines = models.JSONField(_("Anschrift"), default=list)
    letter = models.ForeignKey(
        DunningLetter, models.PROTECT, null=True, related_name="items", verbose_name=_("Mahnschreiben")
    )

    history = History()
    personal_fields = ("recipient_lines",)

    class Meta:
        verbose_name = _("Posten eines Mahnlaufs")
        verbose_name_plural = _("Posten von Mahnläufen")
        ordering = ["run", "position"]
        constraints = [
            choices_constraint("finding", Finding, name="dunning_item_finding_known"),
            models.UniqueConstraint(fields=["run", "invoice"], name="dunning_item_invoice_once"),
            models.CheckConstraint(
                condition=Q(finding=Finding.DUNNED, level__isnull=False)
                | (~Q(finding=Finding.DUNNED) & Q(level__isnull=True)),
                name="dunning_item_level_if_dunned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice.number}: {self.get_finding_display()}"

    @property
    def frozen(self) -> list[Any]:
        """All that a letter rests on, in a form that can be compared and hashed."""
        figures = (self.amount, self.paid, self.outstanding, self.interest)
        dates = (self.issued_on, self.due_on)
        return [
            self.invoice_id,
            self.city_id,
            self.city_label,
            *map(str, dates),
            *(f"{figure.amount:.2f}" for figure in figures),
            self.finding,
            self.level,
            self.steps,
            self.recipient_lines,
        ]
