from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History


class Creditor(models.Model):
    """Whom the association owes money: a firm, a public body, a person who laid out money."""

    name = models.CharField(_("Name"), max_length=150)
    street = models.CharField(_("Straße und Hausnummer"), max_length=150, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=10, blank=True)
    place = models.CharField(_("Ort"), max_length=100, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    vat_id = models.CharField(_("Umsatzsteuer-Identifikationsnummer"), max_length=20, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)

    history = History()
    personal_fields = ("name", "street", "postcode", "place", "email", "vat_id", "iban", "bic")

    class Meta:
        verbose_name = _("Kreditor:in")
        verbose_name_plural = _("Kreditor:innen")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("vouchers:creditor", args=[self.pk])
