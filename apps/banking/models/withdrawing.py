from django.db import models
from django.utils.translation import gettext_lazy as _


class Withdrawable(models.Model):
    """What a statement file brought. The database lets a row go only once it is marked, and never one that is booked."""

    is_withdrawn = models.BooleanField(_("zurückgezogen"), default=False)

    class Meta:
        abstract = True
