from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.db.models.lookups import Exact, LessThan, LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.organisation.models import LegalParameter
from apps.payments.calculations.sepa import is_last_of_month, lapses_on, latest_notice
from apps.payments.enums import Instrument, MandateState, Sequence

LAPSE, NOTICE = "mandate_lapse_months", "mandate_lapse_notice_months"


def unused_for(day: date, months: Any) -> Q:
    """Last used so many months before a day, as `calculations.sepa.lapses_on` counts them; needs `with_last_use`.

    A month without that day ends on its last: what was used on 31 August has lapsed on 28 February.
    """
    this_month = day.year * 12 + day.month
    month = ExtractYear("last_use") * 12 + ExtractMonth("last_use") + months
    if is_last_of_month(day):
        return Q(LessThanOrEqual(month, this_month))
    return Q(LessThan(month, this_month)) | Q(Exact(month, this_month), last_use__day__lte=day.day)


class CreditorIdentifier(models.Model):
    """The number under which the Bundesbank knows us as a creditor of direct debits."""

    value = models.CharField(_("Gläubiger-Identifikationsnummer"), max_length=35)
    valid_from = models.DateField(_("gültig ab"), unique=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Gläubiger-Identifikationsnummer")
        verbose_name_plural = _("Gläubiger-Identifikationsnummern")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return self.value


class MandateQuerySet(models.QuerySet["Mandate"]):
    def with_last_use(self) -> Self:
        """`last_use`: the last collection, else the signature."""
        return self.annotate(last_use=Coalesce("last_collected_on", "signed_on"))

    def lapsing(self, day: date) -> Self:
        """Valid on a day but not for long (months of `mandate_lapse_notice_months`), and not superseded by a newer one of the city."""
        later = Q(signed_on__gt=OuterRef("signed_on")) | Q(signed_on=OuterRef("signed_on"), pk__gt=OuterRef("pk"))
        newer = Mandate.objects.in_state(MandateState.VALID, day).filter(later, city=OuterRef("city"))
        lapse, notice = (LegalParameter.objects.number(key, day) for key in (LAPSE, NOTICE))
        return self.in_state(MandateState.VALID, day).filter(unused_for(day, lapse - notice), ~Exists(newer))

    def in_state(self, state: MandateState | str, day: date) -> Self:
        """Those in this state on a day, by the same rules as `Mandate.state_on`."""
        rows = self.with_last_use()
        revoked = Q(revoked_on__lte=day)
        used = Q(sequence=Sequence.ONE_OFF, last_collected_on__isnull=False)
        lapsed = unused_for(day, LegalParameter.objects.number(LAPSE, day))
        match MandateState(state):
            case MandateState.REVOKED:
                return rows.filter(revoked)
            case MandateState.USED:
                return rows.filter(used).exclude(revoked)
            case MandateState.LAPSED:
                return rows.filter(lapsed).exclude(revoked).exclude(used)
        return rows.exclude(revoked).exclude(used).exclude(lapsed)


class Mandate(models.Model):
    """A city's permission to collect from its account (SEPA-Lastschriftmandat), with the signed original."""

    reference = models.CharField(_("Mandatsreferenz"), max_length=35, unique=True)
    city = models.ForeignKey("members.City", models.PROTECT, related_name="mandates", verbose_name=_("Stadt"))
    debtor_name = models.CharField(_("Kontoinhaberin"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34)
    instrument = models.CharField(_("Art"), max_length=4, choices=Instrument.choices)
    sequence = models.CharField(_("Verwendung"), max_length=4, choices=Sequence.choices)
    signed_on = models.DateField(_("unterschrieben am"))
    notice_days = models.PositiveSmallIntegerField(
        _("vereinbarte Frist der Vorabankündigung (Tage)"), null=True, blank=True
    )
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Original")
    )
    last_collected_on = models.DateField(_("zuletzt eingezogen"), null=True, blank=True)
    revoked_on = models.DateField(_("widerrufen zum"), null=True, blank=True)
    revocation_reason = models.CharField(_("Grund"), max_length=300, blank=True)

    objects = MandateQuerySet.as_manager()
    history = History()
    personal_fields = ("debtor_name", "iban")

    class Meta:
        verbose_name = _("Lastschriftmandat")
        verbose_name_plural = _("Lastschriftmandate")
        ordering = ["city__name", "-signed_on"]
        constraints = [
            choices_constraint("instrument", Instrument, name="payments_mandate_instrument_known"),
            choices_constraint("sequence", Sequence, name="payments_mandate_sequence_known"),
            models.CheckConstraint(
                condition=Q(revoked_on=None) | Q(revoked_on__gte=F("signed_on")), name="payments_mandate_period"
            ),
            models.CheckConstraint(
                condition=Q(notice_days=None) | Q(notice_days__gte=1), name="payments_mandate_notice_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.city})"

    def get_absolute_url(self) -> str:
        return reverse("payments:mandate", args=[self.pk])

    def state_on(self, day: date, months: int) -> MandateState:
        """Whether it may be used on a day; unused for `months` it has lapsed."""
        if self.revoked_on and day >= self.revoked_on:
            return MandateState.REVOKED
        if self.sequence == Sequence.ONE_OFF and self.last_collected_on:
            return MandateState.USED
        lapsed = day >= lapses_on(self.signed_on, self.last_collected_on, months)
        return MandateState.LAPSED if lapsed else MandateState.VALID

    def lapses_on(self, day: date, months: int) -> date | None:
        """The first day on which a mandate valid on `day` may no longer be used, unless it is used before."""
        if self.state_on(day, months) != MandateState.VALID:
            return None
        return lapses_on(self.signed_on, self.last_collected_on, months)

    def latest_notice(self, due_on: date, days: int) -> date:
        """The last day to announce a debit: `days` before, or as agreed with this city."""
        return latest_notice(due_on, self.notice_days or days)
