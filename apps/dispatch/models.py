from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.dispatch.enums import Channel, DispatchState
from apps.documents.models import Document, DocumentVersion


class Wording(models.Model):
    """Subject and text that go with one kind of document. Versions are added, never changed; the newest holds."""

    kind = models.CharField(_("Art"), max_length=40)
    version = models.PositiveIntegerField(_("Fassung"))
    subject = models.CharField(_("Betreff"), max_length=200)
    body = models.TextField(_("Text"))
    written_at = models.DateTimeField(_("geschrieben"), auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("geschrieben von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Anschreiben")
        verbose_name_plural = _("Anschreiben")
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="dispatch_wording_version_once")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.version})"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:wording", args=[self.kind])


class PrintBatch(models.Model):
    """Letters printed in one go: one file, ordered by postcode, and its list of contents."""

    number = models.CharField(_("Nummer"), max_length=12, unique=True)
    count = models.PositiveIntegerField(_("Briefe"))
    made_at = models.DateTimeField(_("zusammengestellt"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("zusammengestellt von")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="print_batches", verbose_name=_("Druckdatei")
    )
    posted_on = models.DateField(_("zur Post gegeben am"), null=True)
    dissolved_on = models.DateField(_("aufgelöst am"), null=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Poststapel")
        verbose_name_plural = _("Poststapel")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True) | Q(dissolved_on__isnull=True),
                name="dispatch_printbatch_posted_or_dissolved",
            )
        ]

    def __str__(self) -> str:
        return str(_("Poststapel %(number)s")) % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("dispatch:batch", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.posted_on is None and self.dissolved_on is None


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def waiting(self) -> Self:
        return self.filter(state=DispatchState.QUEUED)

    def to_mail(self) -> Self:
        return self.filter(state=DispatchState.RELEASED, channel=Channel.MAIL)

    def to_print(self) -> Self:
        return self.filter(state=DispatchState.RELEASED, channel=Channel.POST, batch__isnull=True)

    def to_hand_over(self) -> Self:
        return self.filter(state=DispatchState.RELEASED, channel=Channel.HAND)

    def unresolved(self) -> Self:
        """Gone wrong, and nobody has sent it again yet."""
        again = Dispatch.objects.filter(replaces=models.OuterRef("pk")).exclude(state=DispatchState.CANCELLED)
        return self.filter(state__in=[DispatchState.FAILED, DispatchState.BOUNCED]).exclude(models.Exists(again))

    def has_left(self) -> Self:
        """Out of the house, and not come back: the recipient can know it."""
        return self.filter(state__in=[DispatchState.SENT, DispatchState.CONFIRMED])

    def standing(self) -> Self:
        """The first sending of a version of a document to somebody, unless it was cancelled: there is only one (database)."""
        return self.filter(replaces__isnull=True).exclude(state=DispatchState.CANCELLED)


class Dispatch(models.Model):
    """One sending to one recipient, with all it needs frozen: address, text and the very versions of the files."""

    TRANSITIONS = {
        DispatchState.QUEUED: (DispatchState.RELEASED, DispatchState.CANCELLED),
        DispatchState.RELEASED: (
            DispatchState.QUEUED,
            DispatchState.SENDING,
            DispatchState.SENT,
            DispatchState.CANCELLED,
        ),
        DispatchState.SENDING: (DispatchState.SENT, DispatchState.FAILED, DispatchState.BOUNCED),
        DispatchState.SENT: (DispatchState.BOUNCED, DispatchState.CONFIRMED),
    }

    kind = models.CharField(_("Art"), max_length=40)
    title = models.CharField(_("Gegenstand"), max_length=200)
    document = models.ForeignKey(Document, models.PROTECT, related_name="dispatches", verbose_name=_("Dokument"))
    edition = models.PositiveIntegerField(
        _("Fassung des Dokuments"), default=1, help_text=_("Jede Fassung geht einmal an eine Stadt.")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, related_name="dispatches", verbose_name=_("Stadt")
    )
    city_label = models.CharField(_("An"), max_length=120)
    channel = models.CharField(_("Weg"), max_length=4, choices=Channel.choices)
    recipient_email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    recipient_lines = models.JSONField(_("Anschrift"), default=list)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    subject = models.CharField(_("Betreff"), max_length=200)
    text = models.TextField(_("Text"))
    state = models.CharField(
        _("Stand"), max_length=10, choices=DispatchState.choices, default=DispatchState.QUEUED, db_index=True
    )
    queued_at = models.DateTimeField(_("eingestellt"))
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("eingestellt von")
    )
    released_at = models.DateTimeField(_("freigegeben"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("freigegeben von")
    )
    sending_at = models.DateTimeField(_("Versand begonnen"), null=True)
    message_id = models.CharField(_("Kennung der E-Mail"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("versandt"), null=True)
    answer = models.CharField(_("Antwort oder Vermerk"), max_length=500, blank=True)
    batch = models.ForeignKey(
        PrintBatch, models.PROTECT, null=True, related_name="letters", verbose_name=_("Poststapel")
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repetitions", verbose_name=_("wiederholt")
    )

    objects = DispatchQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_email", "recipient_lines", "postcode", "text", "answer")

    class Meta:
        verbose_name = _("Sendung")
        verbose_name_plural = _("Sendungen")
        ordering = ["-pk"]
        constraints = [
            choices_constraint("channel", Channel, name="dispatch_dispatch_channel_known"),
            choices_constraint("state", DispatchState, name="dispatch_dispatch_state_known"),
            models.UniqueConstraint(
                fields=["document", "edition", "city"],
                condition=Q(replaces__isnull=True) & ~Q(state=DispatchState.CANCELLED),
                name="dispatch_dispatch_document_to_city_once",
            ),
            models.UniqueConstraint(
                fields=["document", "edition"],
                condition=Q(replaces__isnull=True, city__isnull=True) & ~Q(state=DispatchState.CANCELLED),
                name="dispatch_dispatch_document_to_others_once",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False) & ~Q(state=DispatchState.CANCELLED),
                name="dispatch_dispatch_repeated_once",
            ),
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="dispatch_dispatch_message_id_once"
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.MAIL) | ~Q(recipient_email=""), name="dispatch_dispatch_mail_has_address"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "state"], name="dispatch_kind_and_state"),
            models.Index(fields=["-queued_at", "-id"], name="dispatch_newest"),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s an %(city)s")) % {"title": self.title, "city": self.city_label}

    def get_absolute_url(self) -> str:
        return reverse("dispatch:dispatch", args=[self.pk])


class Enclosure(models.Model):
    """A file that goes with a sending, in the version that was in force when it was queued."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="enclosures", verbose_name=_("Sendung"))
    position = models.PositiveSmallIntegerField(_("Platz"))
    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="enclosures", verbose_name=_("Datei"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Anlage einer Sendung")
        verbose_name_plural = _("Anlagen von Sendungen")
        ordering = ["dispatch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "position"], name="dispatch_enclosure_position_once"),
            models.UniqueConstraint(fields=["dispatch", "version"], name="dispatch_enclosure_version_once"),
        ]

    def __str__(self) -> str:
        return self.version.filename
