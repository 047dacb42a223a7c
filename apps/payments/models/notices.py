from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.money import euro_field
from apps.dispatch.models import Dispatch
from apps.payments.models.mandates import Mandate
from apps.payments.models.runs import PaymentRun


def left_house(document: str = "document") -> models.Subquery:
    """When the letter at this path left the house; none if it has not, or came back."""
    left = Dispatch.objects.has_left().filter(document=models.OuterRef(document))
    return models.Subquery(left.order_by("sent_at").values("sent_at")[:1])


class NoticeQuerySet(models.QuerySet["PreNotification"]):
    def with_sending(self) -> Any:
        """`sent_at`: when the letter left the house."""
        return self.annotate(sent_at=left_house())


def with_notice(orders: Any) -> Any:
    """Orders of a draft with `notice_id`, their pre-notification, and `told_at`, when it left the house."""
    notices = PreNotification.objects.filter(run=models.OuterRef("run"), mandate=models.OuterRef("mandate"))
    return orders.annotate(
        notice_id=models.Subquery(notices.values("pk")[:1]),
        told_at=models.Subquery(notices.with_sending().values("sent_at")[:1]),
    )


class PreNotification(models.Model):
    """Tells a city before the debit what will be collected, when, and by which mandate (Vorabankündigung)."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="notices", verbose_name=_("Zahlungslauf"))
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="notices", verbose_name=_("Mandat"))
    amount = euro_field(_("Betrag"))
    due_on = models.DateField(_("Tag des Einzugs"))
    creditor_id = models.CharField(_("Gläubiger-Identifikationsnummer"), max_length=35)
    recipient_lines = models.JSONField(_("Anschrift"), default=list)
    dated_on = models.DateField(_("Datum"))
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("PDF")
    )

    objects = NoticeQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_lines",)

    class Meta:
        verbose_name = _("Vorabankündigung")
        verbose_name_plural = _("Vorabankündigungen")
        ordering = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mandate"], name="payments_notice_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_notice_positive"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.run}"
