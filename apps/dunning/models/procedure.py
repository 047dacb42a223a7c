from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.money import euro_field
from apps.core.periods import Dated, DatedQuerySet
from apps.dunning.enums import ProcedureState


class ProcedureQuerySet(DatedQuerySet["DunningProcedure"]):
    def in_force(self) -> Self:
        return self.filter(state=ProcedureState.IN_FORCE)


class DunningProcedure(Dated):
    """How the association reminds from a day on: levels, minimum, interest. Once in force only its end may be set."""

    TRANSITIONS = {ProcedureState.DRAFT: (ProcedureState.IN_FORCE,)}

    title = models.CharField(_("Bezeichnung"), max_length=120)
    state = models.CharField(_("Stand"), max_length=10, choices=ProcedureState.choices, default=ProcedureState.DRAFT)
    minimum = euro_field(
        _("Mindestbetrag"), default=Decimal(5), help_text=_("Ein kleinerer offener Betrag je Stadt wird nicht gemahnt.")
    )
    charges_interest = models.BooleanField(
        _("Verzugszinsen fordern"),
        default=False,
        help_text=_("Fünf Prozentpunkte über dem Basiszinssatz (§ 288 Abs. 1 BGB). Unter Städten unüblich."),
    )
    interest_points = models.DecimalField(
        _("Prozentpunkte über dem Basiszinssatz"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MaxValueValidator(20)],
        help_text=_("Leer: der gesetzliche Satz. Ein anderer braucht eine Regel in der Satzung."),
    )
    resolution = models.ForeignKey(
        "resolutions.Resolution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dunning_procedures",
        verbose_name=_("beschlossen mit"),
    )

    objects = ProcedureQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mahnordnung")
        verbose_name_plural = _("Mahnordnungen")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            choices_constraint("state", ProcedureState, name="dunning_procedure_state_known"),
            period_constraint(name="dunning_procedure_period"),
            models.CheckConstraint(
                condition=Q(state=ProcedureState.DRAFT) | Q(resolution__isnull=False),
                name="dunning_procedure_in_force_needs_resolution",
            ),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="dunning_procedure_minimum_not_negative"),
            models.CheckConstraint(
                condition=Q(interest_points__isnull=True) | Q(interest_points__gte=0),
                name="dunning_procedure_points_not_negative",
            ),
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(state=ProcedureState.IN_FORCE),
                name="dunning_procedure_in_force_from_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("dunning:procedure", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == ProcedureState.DRAFT


class DunningLevel(models.Model):
    """One level: when it comes, what it says, what it costs. Final once its procedure is in force (database trigger)."""

    procedure = models.ForeignKey(
        DunningProcedure, models.CASCADE, related_name="levels", verbose_name=_("Mahnordnung")
    )
    number = models.PositiveSmallIntegerField(_("Stufe"))
    name = models.CharField(_("Bezeichnung"), max_length=60, help_text=_("Zum Beispiel: Zahlungserinnerung"))
    days_after = models.PositiveSmallIntegerField(
        _("Tage Abstand"), help_text=_("Stufe 0: nach der Fälligkeit. Danach: nach dem vorigen Schreiben.")
    )
    respite_days = models.PositiveSmallIntegerField(_("neue Frist in Tagen"))
    fee = euro_field(_("Mahnkosten"), default=Decimal(0))
    fee_basis = models.CharField(
        _("Grundlage der Mahnkosten"),
        max_length=200,
        blank=True,
        help_text=_("Kosten braucht eine Regel in Satzung oder Beitragsordnung, oder sie sind belegter Aufwand."),
    )
    shows_interest = models.BooleanField(
        _("mit Verzugszinsen"), default=False, help_text=_("Nur wenn die Mahnordnung Verzugszinsen fordert.")
    )
    opening = models.TextField(_("Text vor der Aufstellung"))
    closing = models.TextField(_("Text nach der Aufstellung"))
    is_final = models.BooleanField(_("beschlossen"), default=False, editable=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mahnstufe")
        verbose_name_plural = _("Mahnstufen")
        ordering = ["procedure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="dunning_level_once"),
            models.CheckConstraint(
                condition=Q(fee=0) | (Q(fee__gt=0) & ~Q(fee_basis="")), name="dunning_level_fee_has_basis"
            ),
        ]

    def __str__(self) -> str:
        return self.name
