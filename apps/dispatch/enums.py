"""Ways a letter leaves the house, and how far it has come."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    MAIL = "mail", _("E-Mail")
    POST = "post", _("Post")
    HAND = "hand", _("Portal oder Übergabe")


class DispatchState(TextChoices):
    QUEUED = "queued", _("wartet auf Freigabe")
    RELEASED = "released", _("freigegeben")
    SENDING = "sending", _("wird gesendet")
    SENT = "sent", _("versandt")
    FAILED = "failed", _("gescheitert")
    BOUNCED = "bounced", _("unzustellbar")
    CONFIRMED = "confirmed", _("Zugang bestätigt")
    CANCELLED = "cancelled", _("zurückgezogen")


GONE_WRONG = (DispatchState.FAILED, DispatchState.BOUNCED)
