from django.db import models
from django.utils.translation import gettext_lazy as _


class Instrument(models.TextChoices):
    CORE = "CORE", _("Basislastschrift (CORE)")
    B2B = "B2B", _("Firmenlastschrift (B2B)")


class Sequence(models.TextChoices):
    RECURRING = "RCUR", _("wiederkehrend")
    ONE_OFF = "OOFF", _("einmalig")


class MandateState(models.TextChoices):
    """Derived from the days of a mandate, never typed."""

    VALID = "valid", _("gültig")
    REVOKED = "revoked", _("widerrufen")
    LAPSED = "lapsed", _("verfallen")
    USED = "used", _("verbraucht")


LAPSING = "lapsing"  # in lists: valid, but not much longer


class RunKind(models.TextChoices):
    COLLECTION = "collection", _("Lastschriften")
    TRANSFER = "transfer", _("Überweisungen")


class RunState(models.TextChoices):
    DRAFT = "draft", _("Entwurf")
    RELEASED = "released", _("freigegeben")
    DISCARDED = "discarded", _("verworfen")


class Outcome(models.TextChoices):
    """What the bank made of a released order; derived."""

    WAITING = "waiting", _("noch nicht gebucht")
    BOOKED = "booked", _("gebucht")
    RETURNED = "returned", _("zurückgegeben")
    REFUSED = "refused", _("nicht ausgeführt")
