from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.members.enums import Land, MunicipalityType


class Municipality(models.Model):
    """A municipality of the official register (GV100AD of the Federal Statistical Office)."""

    ags = models.CharField(
        _("Amtlicher Gemeindeschlüssel"), max_length=8, unique=True, validators=[RegexValidator(r"^\d{8}$")]
    )
    ars = models.CharField(_("Regionalschlüssel"), max_length=12, validators=[RegexValidator(r"^\d{12}$")])
    name = models.CharField(_("Name im Gemeindeverzeichnis"), max_length=80)
    type = models.CharField(_("Art"), max_length=2, choices=MunicipalityType.choices)
    land = models.CharField(_("Land"), max_length=2, choices=Land.choices)
    postcode = models.CharField(_("Postleitzahl des Verwaltungssitzes"), max_length=5, blank=True)
    area_ha = models.PositiveIntegerField(_("Fläche in Hektar"), null=True, blank=True)
    as_of = models.DateField(_("Gebietsstand"))
    gone_on = models.DateField(
        _("nicht mehr im Verzeichnis seit"),
        null=True,
        blank=True,
        help_text=_("Gebietsstand, in dem sie zuerst fehlt."),
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Gemeinde")
        verbose_name_plural = _("Gemeinden")
        ordering = ["name", "ags"]
        constraints = [
            choices_constraint("type", MunicipalityType, name="members_municipality_type_known"),
            choices_constraint("land", Land, name="members_municipality_land_known"),
        ]
        indexes = [models.Index(fields=["name", "ags"], name="members_municipality_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:municipality", args=[self.ags])


class PopulationFigure(models.Model):
    """Inhabitants on a day, as published: of a municipality, or of a member without a key of its own (a Bezirk)."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("Gemeinde")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="own_figures", verbose_name=_("Stadt")
    )
    reference_date = models.DateField(_("Stichtag"))
    census_base = models.CharField(_("Zensusbasis"), max_length=20, help_text=_("Zum Beispiel: Zensus 2022"))
    value = models.PositiveIntegerField(_("Einwohner:innen"))
    male = models.PositiveIntegerField(_("davon männlich"), null=True, blank=True)
    source = models.CharField(_("Quelle"), max_length=200)
    published_on = models.DateField(_("veröffentlicht am"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Einwohnerzahl")
        verbose_name_plural = _("Einwohnerzahlen")
        ordering = ["-reference_date", "-published_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality__isnull=False, city__isnull=True)
                | Q(municipality__isnull=True, city__isnull=False),
                name="members_populationfigure_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(male__isnull=True) | Q(male__lte=models.F("value")),
                name="members_populationfigure_male_part",
            ),
            models.UniqueConstraint(
                fields=["municipality", "reference_date", "census_base"],
                name="members_populationfigure_municipality_once",
            ),
            models.UniqueConstraint(
                fields=["city", "reference_date", "census_base"], name="members_populationfigure_city_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "-reference_date", "-published_on", "value"],
                name="members_figure_of_municipality",
            ),
            models.Index(fields=["city", "-reference_date", "-published_on", "value"], name="members_figure_of_city"),
        ]

    def __str__(self) -> str:
        return f"{self.value} am {self.reference_date:%d.%m.%Y} ({self.census_base})"

    @property
    def owner(self) -> models.Model | None:
        """The municipality, or the Bezirk."""
        return self.municipality or self.city
