"""Ask no more for interest and costs."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.dues.domain.payments import lock_city
from apps.dunning.domain.errors import NothingToWaive, ReasonMissing
from apps.dunning.domain.side_claims import Claimed, claimed_of
from apps.dunning.models import DunningLetter, WaivedClaim, Waiver
from apps.members.models import City


@transaction.atomic
def waive_claims(city: City, *, reason: str, by: User, on: date) -> Waiver:
    """Ask no more for the open interest and costs of a city (§ 397 BGB); a later letter may claim new ones."""
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, warum Zinsen und Kosten erlassen werden."), field="reason")
    lock_city(city.pk)
    found = claimed_of(city)
    if not found.open:
        raise NothingToWaive(_("Von %s sind keine Zinsen und Kosten offen.") % city)
    with act("dunning.claims_waived", city, by=by, reason=reason.strip(), data={"amount": str(found.open)}):
        waiver = Waiver.objects.create(
            city=city, amount=euros(found.open), reason=reason.strip()[:300], waived_on=on, waived_by=by
        )
        bulk.create(WaivedClaim, list(waived_claims(waiver, found)))
    return waiver


def waived_claims(waiver: Waiver, found: Claimed) -> Iterator[WaivedClaim]:
    """What is open of the costs of each letter and of the interest of each invoice."""
    letters = dict(DunningLetter.objects.filter(number__in=found.fees_of).values_list("number", "pk"))
    for told, amount in found.open_claims().items():
        if not amount:
            continue
        about = {"letter_id": letters[told]} if told in letters else {"invoice_id": int(told)}
        yield WaivedClaim(waiver=waiver, amount=euros(amount), **about)


def waivers_of(city: City) -> QuerySet[Waiver]:
    return Waiver.objects.filter(city=city).select_related("waived_by")
