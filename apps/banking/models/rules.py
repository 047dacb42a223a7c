from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.banking.enums import Direction, RuleState
from apps.core.constraints import choices_constraint
from apps.core.templatetags.formats import iban
from apps.ledger.enums import Sphere


class RuleQuerySet(models.QuerySet["BookingRule"]):
    def active(self) -> Self:
        return self.filter(state=RuleState.ACTIVE)

    def known(self) -> Self:
        """All but those that were declined."""
        return self.exclude(state=RuleState.DECLINED)


class BookingRule(models.Model):
    """What the treasurer decided for lines like these. A rule proposes with its reason; it never books by itself."""

    state = models.CharField(_("Stand"), max_length=10, choices=RuleState.choices, default=RuleState.ACTIVE)
    direction = models.CharField(_("Richtung"), max_length=3, choices=Direction.choices)
    iban = models.CharField(_("IBAN der Gegenseite"), max_length=34, blank=True)
    name_words = models.CharField(_("Name enthält"), max_length=140, blank=True)
    text_words = models.CharField(_("Verwendungszweck enthält"), max_length=140, blank=True)
    account = models.ForeignKey(
        "ledger.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Konto")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Stadt")
    )
    sphere = models.CharField(_("Bereich"), max_length=12, choices=Sphere.choices, blank=True)
    cost_centre = models.ForeignKey(
        "ledger.CostCentre", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kostenstelle")
    )
    hits = models.PositiveIntegerField(_("angenommen"), default=0)
    last_hit_on = models.DateField(_("zuletzt angenommen"), null=True, blank=True)
    made_on = models.DateField(_("angelegt am"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("angelegt von")
    )

    objects = RuleQuerySet.as_manager()
    history = History()
    personal_fields = ("iban", "name_words", "text_words")

    class Meta:
        verbose_name = _("Buchungsregel")
        verbose_name_plural = _("Buchungsregeln")
        ordering = ["-hits", "id"]
        constraints = [
            choices_constraint("state", RuleState, name="banking_rule_state_known"),
            choices_constraint("direction", Direction, name="banking_rule_direction_known"),
            models.CheckConstraint(
                condition=Q(account__isnull=False, city=None) | Q(account=None, city__isnull=False),
                name="banking_rule_one_target",
            ),
            models.CheckConstraint(condition=Q(sphere__in=["", *Sphere.values]), name="banking_rule_sphere_known"),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(sphere="", cost_centre=None),
                name="banking_rule_place_of_account",
            ),
            models.CheckConstraint(
                condition=~Q(iban="", name_words="", text_words=""), name="banking_rule_has_condition"
            ),
            models.UniqueConstraint(
                fields=["direction", "iban", "name_words", "text_words", "account"],
                condition=Q(city=None),
                name="banking_rule_account_once",
            ),
            models.UniqueConstraint(
                fields=["direction", "iban", "name_words", "text_words", "city"],
                condition=Q(account=None),
                name="banking_rule_city_once",
            ),
        ]

    def __str__(self) -> str:
        return _now("%(conditions)s → %(target)s") % {
            "conditions": self.conditions,
            "target": self.target,
        }

    def get_absolute_url(self) -> str:
        return reverse("banking:rule", args=[self.pk])

    @property
    def target(self) -> str:
        """»62000 Raummiete, T1 Jahrestreffen«, or the city."""
        sphere = self.get_sphere_display() if self.sphere else None
        said = (self.account or self.city, sphere, self.cost_centre)
        return ", ".join(str(each) for each in said if each)

    @property
    def conditions(self) -> str:
        """»Ausgänge an DE89 3704 …, Zweck mit „Entgelt“«."""
        said = [str(self.get_direction_display())]
        if self.iban:
            said.append(_now("Konto %s") % iban(self.iban))
        if self.name_words:
            said.append(_now("Name mit „%s“") % self.name_words)
        if self.text_words:
            said.append(_now("Zweck mit „%s“") % self.text_words)
        return ", ".join(said)
