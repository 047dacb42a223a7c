"""The life of a membership: application, admission, notice, end. Each act locks the episode first."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.core.transitions import guard_transition
from apps.members.calculations import EndRule, membership_end
from apps.members.enums import OPEN_STATES, MembershipState
from apps.members.models import City, Membership
from apps.organisation.domain.queries import decimal_parameter, parameter


class MembershipAlreadyOpen(DomainError):
    """The city has an episode that has not ended."""


class DateOutOfOrder(DomainError):
    """A date lies before one it must follow."""


def locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update().select_related("city").get(pk=membership.pk)


def guard_order(earlier: date | None, later: date, *, field: str, sentence: str) -> None:
    """`sentence` names the earlier day as %s."""
    if earlier is not None and later < earlier:
        raise DateOutOfOrder(sentence % f"{earlier:%d.%m.%Y}", field=field)


@transaction.atomic
def apply(city: City, *, by: User | None, on: date, council_decision: str = "") -> Membership:
    """Record the application of a city (domain of the statutes; the city decides by its own rules first)."""
    city = City.objects.select_for_update().get(pk=city.pk)
    guard_none_open(city)
    last = city.memberships.filter(ends_on__isnull=False).order_by("-ends_on").first()
    guard_order(
        last.ends_on if last else None,
        on,
        field="on",
        sentence=_("Die vorige Mitgliedschaft endete erst mit dem %s."),
    )
    with act("members.membership_applied", city, by=by, data={"on": on}):
        try:
            with transaction.atomic():
                return Membership.objects.create(
                    city=city, state=MembershipState.APPLIED, applied_on=on, council_decision=council_decision
                )
        except IntegrityError:
            raise MembershipAlreadyOpen(_("%s hat eben schon einen Antrag gestellt.") % city) from None


@transaction.atomic
def admit(membership: Membership, *, by: User | None, on: date, starts_on: date, basis: str = "") -> Membership:
    """Record that the body named in the statutes admitted the city on `on`; membership begins on `starts_on`."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.ADMITTED)
    guard_order(membership.applied_on, on, field="on", sentence=_("Der Antrag ist erst vom %s."))
    guard_order(on, starts_on, field="starts_on", sentence=_("Die Aufnahme wird erst am %s beschlossen."))
    guard_no_overlap(membership.city, membership, starts_on)
    with act("members.membership_admitted", membership.city, by=by, data={"on": on, "starts_on": starts_on}):
        membership.state = MembershipState.ADMITTED
        membership.admitted_on, membership.starts_on, membership.admission_basis = on, starts_on, basis
        membership.save()
    return membership


def guard_none_open(city: City) -> None:
    if city.memberships.filter(state__in=OPEN_STATES).exists():
        raise MembershipAlreadyOpen(_("%s ist schon Mitglied oder hat einen Antrag gestellt.") % city)


def guard_no_overlap(city: City, membership: Membership, starts_on: date) -> None:
    """Episodes of one city follow each other."""
    previous = city.memberships.exclude(pk=membership.pk).filter(ends_on__gte=starts_on).first()
    if previous and previous.ends_on:
        raise DateOutOfOrder(
            _("Die vorige Mitgliedschaft endet erst mit dem %s.") % f"{previous.ends_on:%d.%m.%Y}", field="starts_on"
        )


def take_over(membership: Membership, *, on: date) -> Membership:
    """Within an act: enter one from before the program, begun by `on`, its days in order, after the earlier ones of the city."""
    city = City.objects.select_for_update().get(pk=membership.city_id)
    guard_none_open(city)
    if membership.starts_on is None or membership.starts_on > on:
        raise DateOutOfOrder(
            _("Eingelesen wird, was schon gilt. Eine künftige Mitgliedschaft halten Sie auf der Seite der Stadt fest."),
            field="starts_on",
        )
    admitted = membership.admitted_on or membership.starts_on
    guard_order(membership.applied_on, admitted, field="admitted_on", sentence=_("Der Antrag ist erst vom %s."))
    guard_order(
        admitted, membership.starts_on, field="starts_on", sentence=_("Die Aufnahme wurde erst am %s beschlossen.")
    )
    guard_no_overlap(city, membership, membership.starts_on)
    membership.state = MembershipState.ACTIVE
    membership.save()
    return membership


@transaction.atomic
def activate(membership: Membership, *, by: User | None, on: date) -> Membership:
    """Let the membership take effect; not before the day it begins."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.ACTIVE)
    guard_order(membership.starts_on, on, field="on", sentence=_("Die Mitgliedschaft beginnt erst am %s."))
    with act("members.membership_activated", membership.city, by=by, data={"on": on}):
        membership.state = MembershipState.ACTIVE
        membership.save()
    return membership


@transaction.atomic
def reject(membership: Membership, *, by: User | None, on: date, reason: str) -> Membership:
    """Refuse an application; a new one stays possible."""
    return _close_application(membership, MembershipState.REJECTED, "members.membership_rejected", reason, by, on)


@transaction.atomic
def withdraw_application(membership: Membership, *, by: User | None, on: date, reason: str = "") -> Membership:
    """The city takes its application back before membership begins."""
    return _close_application(membership, MembershipState.WITHDRAWN, "members.application_withdrawn", reason, by, on)


def _close_application(
    membership: Membership, state: MembershipState, verb: str, reason: str, by: User | None, on: date
) -> Membership:
    membership = locked(membership)
    guard_transition(membership, state)
    with act(verb, membership.city, by=by, reason=reason, data={"on": on}):
        membership.state, membership.closing_reason = state, reason
        membership.save()
    return membership


def planned_end(received: date) -> date:
    """Last day after a notice received that day, by the period in force then (statutes; BGB § 39)."""
    return membership_end(
        received,
        int(decimal_parameter("leave_notice_months", received)),
        EndRule(str(parameter("leave_end_rule", received)).lower()),
        cap_years=int(decimal_parameter("max_leave_notice_years", received)),
    )


@transaction.atomic
def give_notice(membership: Membership, *, by: User | None, on: date, reason: str = "") -> Membership:
    """Record a notice received on `on` and compute the last day of membership (BGB § 39, at most two years)."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.NOTICE_GIVEN)
    guard_order(membership.starts_on, on, field="on", sentence=_("Die Mitgliedschaft begann erst am %s."))
    ends_on = planned_end(on)
    with act("members.notice_given", membership.city, by=by, reason=reason, data={"on": on, "ends_on": ends_on}):
        membership.state = MembershipState.NOTICE_GIVEN
        membership.notice_received_on, membership.ends_on, membership.closing_reason = on, ends_on, reason
        membership.save()
    return membership


@transaction.atomic
def withdraw_notice(membership: Membership, *, by: User | None, on: date, reason: str) -> Membership:
    """The city takes its notice back, with the association's consent, before the last day is over."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.ACTIVE)
    if membership.state != MembershipState.NOTICE_GIVEN:
        raise DateOutOfOrder(_("Es liegt keine Austrittserklärung vor."))
    if membership.ends_on and on > membership.ends_on:
        raise DateOutOfOrder(
            _("Die Mitgliedschaft ist mit dem %s beendet. Bitte nehmen Sie einen neuen Antrag auf.")
            % f"{membership.ends_on:%d.%m.%Y}",
            field="on",
        )
    with act("members.notice_withdrawn", membership.city, by=by, reason=reason, data={"on": on}):
        membership.state = MembershipState.ACTIVE
        membership.notice_received_on, membership.ends_on, membership.closing_reason = None, None, ""
        membership.save()
    return membership


@transaction.atomic
def end(membership: Membership, *, by: User | None, on: date) -> Membership:
    """Close an episode under notice after its last day. Dues for the time of membership remain owed."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.ENDED)
    last_day = membership.ends_on
    guard_order(
        last_day and last_day + timedelta(days=1),
        on,
        field="on",
        sentence=_("Die Mitgliedschaft besteht noch. Sie kann ab dem %s geschlossen werden."),
    )
    with act("members.membership_ended", membership.city, by=by, data={"on": on, "ends_on": last_day}):
        membership.state = MembershipState.ENDED
        membership.save()
    return membership


@transaction.atomic
def exclude(membership: Membership, *, by: User | None, on: date, reason: str) -> Membership:
    """Exclude the city; `on` is its last day. Grounds, body and hearing follow the statutes."""
    membership = locked(membership)
    guard_transition(membership, MembershipState.EXCLUDED)
    guard_order(membership.starts_on, on, field="on", sentence=_("Die Mitgliedschaft begann erst am %s."))
    with act("members.city_excluded", membership.city, by=by, reason=reason, data={"on": on}):
        membership.state, membership.closing_reason = MembershipState.EXCLUDED, reason
        membership.ends_on = on if membership.ends_on is None else min(on, membership.ends_on)
        membership.save()
    return membership
