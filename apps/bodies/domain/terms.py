"""Acts on seats: who sits in a body, in which office, from when until when."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Office, Term
from apps.core.errors import DomainError
from apps.members.domain.queries import delegated_cities, member_cities
from apps.members.models import City


class PersonUnclear(DomainError):
    """Neither or both of account and name are given."""


class BodyNotInOffice(DomainError):
    """The body does not exist during the whole term, or the office belongs to another body."""


class AlreadySeated(DomainError):
    """The person holds this seat during that time."""


class TermWrong(DomainError):
    """The end does not lie after the beginning."""


@transaction.atomic
def appoint(
    body: Body,
    *,
    by: User | None,
    on: date,
    user: User | None = None,
    person_name: str = "",
    office: Office | None = None,
    city: City | None = None,
    until: date | None = None,
    basis: str = "",
) -> Term:
    """Give a person a seat from `on` until `until` (exclusive), by election or appointment (board: BGB § 27 Abs. 1).

    A change of the board must be filed with the register (§ 67); `register_term` notes the entry.
    """
    body = Body.objects.select_for_update().get(pk=body.pk)
    if (user is None) == (not person_name.strip()):
        raise PersonUnclear(_("Bitte wählen Sie eine Person oder geben Sie einen Namen an."), field="user")
    guard_body(body, office, on, until)
    guard_not_seated(body, user, office, on, until)
    with act("bodies.person_appointed", body, by=by, data={"on": on, "until": until}):
        try:
            with transaction.atomic():
                return Term.objects.create(
                    body=body,
                    office=office,
                    user=user,
                    person_name=person_name.strip(),
                    city=city,
                    valid_from=on,
                    valid_until=until,
                    basis=basis,
                )
        except IntegrityError:
            raise AlreadySeated(_("Diese Person hat das Amt eben schon erhalten."), field="user") from None


def guard_body(body: Body, office: Office | None, on: date, until: date | None) -> None:
    if until is not None and until <= on:
        raise TermWrong(_("Das Ende muss nach dem Beginn liegen."), field="until")
    if not body.is_valid_on(on) or (body.valid_until and (until is None or until > body.valid_until)):
        raise BodyNotInOffice(_("Das Gremium besteht in dieser Zeit nicht durchgehend."), field="on")
    if office is not None and office.body_id != body.pk:
        raise BodyNotInOffice(_("Dieses Amt gehört zu einem anderen Gremium."), field="office")


def guard_not_seated(body: Body, user: User | None, office: Office | None, on: date, until: date | None) -> None:
    overlapping = Term.objects.filter(body=body, office=office).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    )
    if until is not None:
        overlapping = overlapping.filter(valid_from__lt=until)
    if user is not None and overlapping.filter(user=user).exists():
        raise AlreadySeated(_("%s hat diesen Sitz in dieser Zeit schon.") % user, field="user")


def board_warnings(body: Body, user: User | None, city: City | None, on: date) -> list[str]:
    """What speaks against a board seat without forbidding it: the board comes from delegates of member cities."""
    if body.kind != BodyKind.BOARD:
        return []
    if user is None:
        return [_("Die Person hat keinen Zugang; ob eine Mitgliedsstadt sie entsandt hat, ist nicht zu erkennen.")]
    delegated = delegated_cities(user.pk, on)
    if city is not None:
        delegated = delegated.filter(pk=city.pk)
    if not delegated.filter(pk__in=member_cities(on).values("pk")).exists():
        return [
            _("%(person)s ist am %(day)s von keiner Mitgliedsstadt entsandt. Bitte prüfen Sie die Satzung.")
            % {"person": user, "day": f"{on:%d.%m.%Y}"}
        ]
    return []


@transaction.atomic
def end_term(term: Term, *, by: User | None, on: date, reason: str = "") -> Term:
    """Let a seat end on `on` (exclusive): resignation, revocation (BGB § 27 Abs. 2) or end of the term."""
    term = Term.objects.select_for_update(of=("self",)).select_related("body", "user", "office").get(pk=term.pk)
    if on <= term.valid_from:
        raise TermWrong(_("Das Ende muss nach dem %s liegen.") % f"{term.valid_from:%d.%m.%Y}", field="on")
    if term.valid_until is not None and term.valid_until <= on:
        raise TermWrong(_("Der Sitz endet schon am %s.") % f"{term.valid_until:%d.%m.%Y}", field="on")
    with act("bodies.term_ended", term.body, by=by, reason=reason, data={"on": on}):
        term.valid_until, term.end_reason = on, reason
        term.save()
    return term


@transaction.atomic
def register_term(term: Term, *, by: User | None, on: date) -> Term:
    """Note the day on which the register of associations entered the person (BGB §§ 67, 68)."""
    term = Term.objects.select_for_update(of=("self",)).select_related("body").get(pk=term.pk)
    if on < term.valid_from:
        raise TermWrong(_("Die Eintragung kann nicht vor dem Beginn der Amtszeit liegen."), field="on")
    with act("bodies.term_registered", term.body, by=by, data={"on": on}):
        term.registered_on = on
        term.save()
    return term
