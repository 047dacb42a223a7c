from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet
from apps.members.enums import ContactKind, DelegationKind
from apps.members.models.city import City


class Contact(Dated):
    """A person to turn to at a city, with or without an account here."""

    city = models.ForeignKey(City, models.PROTECT, related_name="contacts", verbose_name=_("Stadt"))
    kind = models.CharField(_("Art"), max_length=8, choices=ContactKind.choices, default=ContactKind.CONTACT)
    name = models.CharField(_("Name"), max_length=120)
    function = models.CharField(_("Funktion"), max_length=120, blank=True)
    unit = models.CharField(_("Organisationseinheit"), max_length=120, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ("name", "function", "email", "phone")

    class Meta:
        verbose_name = _("Ansprechperson")
        verbose_name_plural = _("Ansprechpersonen")
        ordering = ["city", "kind", "name"]
        constraints = [
            choices_constraint("kind", ContactKind, name="members_contact_kind_known"),
            period_constraint(name="members_contact_period"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:city", args=[self.city.slug]) + "#ansprechpersonen"


class Delegation(Dated):
    """A person with an account acts for a city during a period."""

    city = models.ForeignKey(City, models.PROTECT, related_name="delegations", verbose_name=_("Stadt"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("Person")
    )
    kind = models.CharField(_("Art"), max_length=8, choices=DelegationKind.choices, default=DelegationKind.DELEGATE)
    function = models.CharField(_("Funktion in der Stadt"), max_length=120, blank=True)
    may_sign = models.BooleanField(
        _("darf zeichnen"), default=False, help_text=_("Darf Erklärungen im Namen der Stadt unterzeichnen.")
    )
    basis = models.CharField(
        _("Grundlage"), max_length=200, blank=True, help_text=_("Zum Beispiel: Vollmacht vom 12.01.2027")
    )

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ("function",)

    class Meta:
        verbose_name = _("Entsendung")
        verbose_name_plural = _("Entsendungen")
        ordering = ["city", "kind", "valid_from"]
        constraints = [
            choices_constraint("kind", DelegationKind, name="members_delegation_kind_known"),
            period_constraint(name="members_delegation_period"),
            models.UniqueConstraint(
                fields=["city", "user", "kind"],
                condition=models.Q(valid_until__isnull=True),
                name="members_delegation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.city})"

    def get_absolute_url(self) -> str:
        return reverse("members:city", args=[self.city.slug]) + "#entsendungen"
