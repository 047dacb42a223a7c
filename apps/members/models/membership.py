from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.members.enums import COUNTING_STATES, OPEN_STATES, MembershipState
from apps.members.models.city import City


class MembershipQuerySet(models.QuerySet["Membership"]):
    def counting_on(self, day: date) -> Self:
        """Episodes that make the city a member on that day (active or under notice, BGB § 72)."""
        return self.counting_between(day, day)

    def counting_between(self, first: date, last: date) -> Self:
        """Episodes that make the city a member on at least one day of the span."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=first), state__in=COUNTING_STATES, starts_on__lte=last
        )

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class Membership(models.Model):
    """One episode of membership of a city. `ends_on` is its last day."""

    TRANSITIONS = {
        MembershipState.APPLIED: (MembershipState.ADMITTED, MembershipState.REJECTED, MembershipState.WITHDRAWN),
        MembershipState.ADMITTED: (MembershipState.ACTIVE, MembershipState.WITHDRAWN),
        MembershipState.ACTIVE: (MembershipState.NOTICE_GIVEN, MembershipState.EXCLUDED),
        MembershipState.NOTICE_GIVEN: (MembershipState.ACTIVE, MembershipState.ENDED, MembershipState.EXCLUDED),
        MembershipState.ENDED: (),
        MembershipState.REJECTED: (),
        MembershipState.WITHDRAWN: (),
        MembershipState.EXCLUDED: (),
    }

    city = models.ForeignKey(City, models.PROTECT, related_name="memberships", verbose_name=_("Stadt"))
    state = models.CharField(_("Stand"), max_length=12, choices=MembershipState.choices)
    applied_on = models.DateField(_("Antrag vom"))
    council_decision = models.CharField(
        _("Beschluss der Stadt"), max_length=200, blank=True, help_text=_("Gremium, Datum und Drucksache.")
    )
    admitted_on = models.DateField(_("Aufnahme beschlossen am"), null=True, blank=True)
    admission_basis = models.CharField(_("Grundlage der Aufnahme"), max_length=200, blank=True)
    starts_on = models.DateField(_("Mitglied ab"), null=True, blank=True)
    notice_received_on = models.DateField(_("Austrittserklärung eingegangen am"), null=True, blank=True)
    ends_on = models.DateField(_("letzter Tag der Mitgliedschaft"), null=True, blank=True)
    closing_reason = models.CharField(_("Grund des Endes"), max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mitgliedschaft")
        verbose_name_plural = _("Mitgliedschaften")
        ordering = ["city", "applied_on"]
        indexes = [
            models.Index(fields=["city", "state", "starts_on", "ends_on"], name="members_membership_on_a_day"),
        ]
        constraints = [
            choices_constraint("state", MembershipState, name="members_membership_state_known"),
            models.UniqueConstraint(
                fields=["city"], condition=Q(state__in=OPEN_STATES), name="members_membership_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*COUNTING_STATES, MembershipState.ADMITTED])
                | Q(starts_on__isnull=False, admitted_on__isnull=False),
                name="members_membership_admitted_has_dates",
            ),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.NOTICE_GIVEN)
                | Q(notice_received_on__isnull=False, ends_on__isnull=False),
                name="members_membership_notice_has_dates",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MembershipState.ENDED, MembershipState.EXCLUDED]) | Q(ends_on__isnull=False),
                name="members_membership_ended_has_end",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="members_membership_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("members:city", args=[self.city.slug]) + "#mitgliedschaft"
