from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.bodies.enums import BodyKind
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet
from apps.members.models import City


class Body(Dated):
    """A body that meets and decides."""

    name = models.CharField(_("Name"), max_length=120)
    code = models.CharField(
        _("Kürzel"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{0,5}$")],
        help_text=_("Großbuchstaben, zum Beispiel MV. Beginnt die Nummer jedes Beschlusses."),
    )
    kind = models.CharField(_("Art"), max_length=14, choices=BodyKind.choices)
    basis = models.CharField(_("Grundlage"), max_length=200, blank=True, help_text=_("Zum Beispiel: Satzung § 7"))

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Gremium")
        verbose_name_plural = _("Gremien")
        ordering = ["kind", "name"]
        constraints = [
            choices_constraint("kind", BodyKind, name="bodies_body_kind_known"),
            period_constraint(name="bodies_body_period"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("bodies:body", args=[self.code])


class Office(models.Model):
    """A post in a body, such as the chair."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="offices", verbose_name=_("Gremium"))
    name = models.CharField(_("Amt"), max_length=80)
    rank = models.PositiveSmallIntegerField(_("Reihenfolge"), default=10)
    represents = models.BooleanField(
        _("vertritt nach außen"), default=False, help_text=_("Gehört zum Vorstand im Sinne von § 26 BGB.")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Amt")
        verbose_name_plural = _("Ämter")
        ordering = ["body", "rank", "name"]
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="bodies_office_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.body.get_absolute_url()


class Term(Dated):
    """A person sits in a body, in an office or as a simple member, during a period."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="terms", verbose_name=_("Gremium"))
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("Amt")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("Person")
    )
    person_name = models.CharField(
        _("Name"), max_length=120, blank=True, help_text=_("Nur für Personen ohne Zugang zu diesem Programm.")
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("für die Stadt")
    )
    basis = models.CharField(
        _("Grundlage"), max_length=200, blank=True, help_text=_("Zum Beispiel: Wahl am 12.06.2027")
    )
    end_reason = models.CharField(_("Grund des Endes"), max_length=200, blank=True)
    registered_on = models.DateField(_("im Vereinsregister eingetragen am"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ("person_name",)

    class Meta:
        verbose_name = _("Sitz")
        verbose_name_plural = _("Sitze")
        ordering = ["body", "office__rank", "valid_from"]
        constraints = [
            period_constraint(name="bodies_term_period"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, person_name="") | (Q(user__isnull=True) & ~Q(person_name="")),
                name="bodies_term_one_person",
            ),
            models.UniqueConstraint(
                fields=["office", "user"], condition=Q(valid_until__isnull=True), name="bodies_term_office_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.office or self.body}"

    def get_absolute_url(self) -> str:
        return self.body.get_absolute_url()

    @property
    def person(self) -> str:
        return str(self.user) if self.user else self.person_name
