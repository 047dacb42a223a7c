from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.money import euro_field
from apps.ledger.models import Account, CostCentre, EntryLine

NOT_REVERSED = Q(postings__line__entry__reversed_by__isnull=True)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def with_remainder(self) -> Any:
        """Annotate what was paid on each and what is still bound; entries that were reversed do not count."""
        field: Any = models.DecimalField(max_digits=14, decimal_places=2)
        used = Coalesce(Sum("postings__line__amount", filter=NOT_REVERSED), Decimal(0), output_field=field)
        rest = Greatest(F("amount") - F("used"), Decimal(0), output_field=field)
        bound: Any = models.Case(
            models.When(closed_on__isnull=False, then=Decimal(0)), default=rest, output_field=field
        )
        return self.annotate(used=used).annotate(remainder=bound)


class Commitment(models.Model):
    """Money that a contract or an order binds before it is paid (Verpflichtung); postings that refer to it reduce it."""

    year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    title = models.CharField(_("wofür"), max_length=160)
    partner = models.CharField(_("Vertragspartner:in"), max_length=120)
    account = models.ForeignKey(Account, models.PROTECT, related_name="commitments", verbose_name=_("Konto"))
    cost_centre = models.ForeignKey(
        CostCentre, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("Kostenstelle")
    )
    amount = euro_field(_("Betrag"))
    agreed_on = models.DateField(_("vereinbart am"))
    due_on = models.DateField(_("voraussichtlich fällig"), null=True, blank=True)
    closed_on = models.DateField(_("geschlossen am"), null=True, blank=True)
    closing_reason = models.CharField(_("Grund der Schließung"), max_length=200, blank=True)

    objects = CommitmentQuerySet.as_manager()
    history = History()
    personal_fields = ("partner",)

    class Meta:
        verbose_name = _("Verpflichtung")
        verbose_name_plural = _("Verpflichtungen")
        ordering = ["-agreed_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_commitment_amount_positive"),
            models.CheckConstraint(
                condition=Q(closed_on=None, closing_reason="") | (Q(closed_on__isnull=False) & ~Q(closing_reason="")),
                name="budget_commitment_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budget:commitment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class CommitmentPosting(models.Model):
    """A posting that pays a commitment; a line of an entry pays at most one."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="postings", verbose_name=_("Verpflichtung"))
    line = models.OneToOneField(
        EntryLine, models.PROTECT, related_name="commitment_posting", verbose_name=_("Buchungszeile")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Buchung auf eine Verpflichtung")
        verbose_name_plural = _("Buchungen auf Verpflichtungen")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.line}"
