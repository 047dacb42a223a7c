from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.bodies.models import Body
from apps.core.constraints import choices_constraint
from apps.organisation.enums import Comparison, DecisionSubject, VoteBase
from apps.resolutions.calculations import Counts, MajorityRule, Outcome, decide
from apps.resolutions.enums import Mode, Relation, ResolutionState
from apps.texts.models import Text, TextVersion

ENDED = (Relation.REPEALS, Relation.REPLACES)


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def adopted(self) -> Self:
        return self.filter(state=ResolutionState.ADOPTED)

    def decided(self) -> Self:
        return self.filter(state__in=[ResolutionState.ADOPTED, ResolutionState.REJECTED])

    def open(self) -> Self:
        return self.filter(state__in=[ResolutionState.DRAFT, ResolutionState.PROPOSED])

    def in_force_on(self, day: date) -> Self:
        """Adopted, effective by that day, and neither repealed nor replaced by then."""
        ended = Supersession.objects.filter(relation__in=ENDED, valid_from__lte=day).values("earlier")
        return self.adopted().filter(effective_on__lte=day).exclude(pk__in=ended)


class Resolution(models.Model):
    """A motion and what became of it. The text lives in `texts`; the majority rule of the day is copied in."""

    TRANSITIONS = {
        ResolutionState.DRAFT: (ResolutionState.PROPOSED, ResolutionState.WITHDRAWN),
        ResolutionState.PROPOSED: (
            ResolutionState.DRAFT,
            ResolutionState.ADOPTED,
            ResolutionState.REJECTED,
            ResolutionState.WITHDRAWN,
        ),
        ResolutionState.ADOPTED: (),
        ResolutionState.REJECTED: (),
        ResolutionState.WITHDRAWN: (),
    }

    body = models.ForeignKey(Body, models.PROTECT, related_name="resolutions", verbose_name=_("Gremium"))
    kind = models.CharField(_("Gegenstand"), max_length=12, choices=DecisionSubject.choices)
    title = models.CharField(_("Titel"), max_length=200)
    text = models.OneToOneField(Text, models.PROTECT, related_name="resolution", verbose_name=_("Text"))
    reasoning = models.TextField(_("Begründung"), blank=True)
    state = models.CharField(_("Stand"), max_length=10, choices=ResolutionState.choices, default=ResolutionState.DRAFT)
    proposed_on = models.DateField(_("zur Abstimmung gestellt am"), null=True, blank=True)
    withdrawn_on = models.DateField(_("zurückgezogen am"), null=True, blank=True)

    decided_on = models.DateField(_("Tag der Entscheidung"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("Jahr"), null=True, blank=True)
    number = models.PositiveIntegerField(_("laufende Nummer"), null=True, blank=True)
    reference = models.CharField(_("Beschlussnummer"), max_length=24, null=True, blank=True, unique=True)
    mode = models.CharField(_("Form"), max_length=10, choices=Mode.choices, blank=True)
    place = models.CharField(_("Ort"), max_length=120, blank=True)
    agenda_item = models.CharField(_("Tagesordnungspunkt"), max_length=120, blank=True)
    convened_on = models.DateField(_("Einladung versandt am"), null=True, blank=True)
    is_subject_announced = models.BooleanField(_("Gegenstand in der Einladung bezeichnet"), default=False)
    is_quorate = models.BooleanField(_("Beschlussfähigkeit festgestellt"), default=False)

    yes = models.PositiveIntegerField(_("Ja"), null=True, blank=True)
    no = models.PositiveIntegerField(_("Nein"), null=True, blank=True)
    abstentions = models.PositiveIntegerField(_("Enthaltungen"), null=True, blank=True)
    invalid = models.PositiveIntegerField(_("ungültig"), null=True, blank=True)
    excluded = models.PositiveIntegerField(_("nicht stimmberechtigt (§ 34 BGB)"), null=True, blank=True)
    present = models.PositiveIntegerField(_("anwesende Mitglieder"), null=True, blank=True)
    members = models.PositiveIntegerField(_("Mitglieder"), null=True, blank=True)
    all_votes = models.PositiveIntegerField(_("Stimmen aller Mitglieder"), null=True, blank=True)

    rule_title = models.CharField(_("Mehrheitsregel"), max_length=160, blank=True)
    rule_base = models.CharField(_("Bezugsgröße"), max_length=12, choices=VoteBase.choices, blank=True)
    rule_numerator = models.PositiveSmallIntegerField(_("Zähler"), null=True, blank=True)
    rule_denominator = models.PositiveSmallIntegerField(_("Nenner"), null=True, blank=True)
    rule_comparison = models.CharField(_("Vergleich"), max_length=2, choices=Comparison.choices, blank=True)
    rule_legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=200, blank=True)
    required = models.PositiveIntegerField(_("nötige Ja-Stimmen"), null=True, blank=True)
    outcome = models.TextField(_("Ergebnis"), blank=True)
    discrepancy = models.TextField(_("Abweichung vom verkündeten Ergebnis"), blank=True)

    final_version = models.ForeignKey(
        TextVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("beschlossene Fassung")
    )
    text_sha256 = models.CharField(_("Prüfsumme des Wortlauts"), max_length=64, blank=True)
    effective_on = models.DateField(_("wirksam ab"), null=True, blank=True)
    is_public = models.BooleanField(_("öffentlich"), default=False)

    objects = ResolutionQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Beschluss")
        verbose_name_plural = _("Beschlüsse")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            choices_constraint("state", ResolutionState, name="resolutions_resolution_state_known"),
            choices_constraint("kind", DecisionSubject, name="resolutions_resolution_kind_known"),
            models.CheckConstraint(
                condition=Q(mode="") | Q(mode__in=Mode.values), name="resolutions_resolution_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(rule_base="") | Q(rule_base__in=VoteBase.values),
                name="resolutions_resolution_rule_base_known",
            ),
            models.CheckConstraint(
                condition=Q(rule_comparison="") | Q(rule_comparison__in=Comparison.values),
                name="resolutions_resolution_rule_comparison_known",
            ),
            models.UniqueConstraint(fields=["body", "year", "number"], name="resolutions_resolution_number_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", number__isnull=False, year__isnull=False, reference__isnull=False)
                | (~Q(state="adopted") & Q(number__isnull=True, year__isnull=True, reference__isnull=True)),
                name="resolutions_resolution_adopted_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "rejected"])
                | (
                    Q(decided_on__isnull=False, final_version__isnull=False, required__isnull=False)
                    & Q(yes__isnull=False, no__isnull=False, abstentions__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(mode="")
                    & ~Q(rule_base="")
                    & ~Q(text_sha256="")
                ),
                name="resolutions_resolution_decided_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(state="adopted"), name="resolutions_resolution_public_is_adopted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}" if self.reference else self.title

    def get_absolute_url(self) -> str:
        return reverse("resolutions:resolution", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {ResolutionState.DRAFT, ResolutionState.PROPOSED}

    @property
    def is_adopted(self) -> bool:
        return self.state == ResolutionState.ADOPTED

    @property
    def is_decided(self) -> bool:
        return self.state in {ResolutionState.ADOPTED, ResolutionState.REJECTED}

    @property
    def counts(self) -> Counts:
        return Counts(
            self.yes or 0,
            self.no or 0,
            self.abstentions or 0,
            self.invalid or 0,
            self.excluded or 0,
            self.present,
            self.members,
            self.all_votes,
        )

    @property
    def rule(self) -> MajorityRule:
        """The majority rule as it was frozen."""
        return MajorityRule(
            self.rule_base,
            self.rule_numerator or 0,
            self.rule_denominator or 1,
            self.rule_comparison,
            self.rule_legal_basis,
        )

    def computed(self) -> Outcome:
        """The outcome computed anew from the frozen counts and rule; must equal what is stored."""
        return decide(self.counts, self.rule)


class Supersession(models.Model):
    """A later adopted resolution repeals, replaces or amends an earlier one; the earlier row stays as it was."""

    earlier = models.ForeignKey(
        Resolution, models.PROTECT, related_name="superseded_by", verbose_name=_("früherer Beschluss")
    )
    later = models.ForeignKey(
        Resolution, models.PROTECT, related_name="supersedes", verbose_name=_("späterer Beschluss")
    )
    relation = models.CharField(_("Wirkung"), max_length=10, choices=Relation.choices)
    valid_from = models.DateField(_("ab"))
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Aufhebung oder Änderung")
        verbose_name_plural = _("Aufhebungen und Änderungen")
        ordering = ["valid_from", "pk"]
        constraints = [
            choices_constraint("relation", Relation, name="resolutions_supersession_relation_known"),
            models.UniqueConstraint(fields=["earlier", "later"], name="resolutions_supersession_once"),
            models.UniqueConstraint(
                fields=["earlier"],
                condition=Q(relation__in=["repeals", "replaces"]),
                name="resolutions_supersession_ended_once",
            ),
            models.CheckConstraint(condition=~Q(earlier=models.F("later")), name="resolutions_supersession_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.later.reference} {self.get_relation_display()} {self.earlier.reference}"

    def get_absolute_url(self) -> str:
        return self.earlier.get_absolute_url()


class Effect(models.Model):
    """What a resolution brought about on a lower floor: a city admitted, an office filled."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="effects", verbose_name=_("Beschluss"))
    description = models.CharField(_("Wirkung"), max_length=200)
    effective_on = models.DateField(_("ab"))
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+", verbose_name=_("Art"))
    object_id = models.BigIntegerField(_("Kennung"), null=True)
    target = GenericForeignKey("content_type", "object_id")

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Wirkung eines Beschlusses")
        verbose_name_plural = _("Wirkungen von Beschlüssen")
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "content_type", "object_id", "description"], name="resolutions_effect_once"
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return self.resolution.get_absolute_url()


class FollowUp(models.Model):
    """What has to be done to carry a resolution out, by whom and until when."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="follow_ups", verbose_name=_("Beschluss"))
    task = models.CharField(_("Aufgabe"), max_length=200)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("zuständig"),
    )
    responsible_unit = models.CharField(
        _("zuständige Stelle"), max_length=120, blank=True, help_text=_("Wenn keine Person mit Zugang zuständig ist.")
    )
    due_on = models.DateField(_("bis"), null=True, blank=True)
    done_on = models.DateField(_("erledigt am"), null=True, blank=True)
    result = models.CharField(_("Ergebnis"), max_length=300, blank=True)

    history = History()
    personal_fields = ("responsible_unit",)

    class Meta:
        verbose_name = _("Folgeaufgabe")
        verbose_name_plural = _("Folgeaufgaben")
        ordering = ["done_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.task

    def get_absolute_url(self) -> str:
        return self.resolution.get_absolute_url()

    @property
    def is_done(self) -> bool:
        return self.done_on is not None

    @property
    def who(self) -> str:
        return str(self.responsible) if self.responsible else self.responsible_unit
