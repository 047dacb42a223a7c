"""Keeping the cost centres: opened, renamed, closed; never deleted, because lines stand on them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.ledger.domain.errors import CostCentreInUse
from apps.ledger.models import CostCentre


def guard_number(number: str, *, other_than: CostCentre | None = None) -> None:
    taken = CostCentre.objects.filter(number=number)
    if other_than:
        taken = taken.exclude(pk=other_than.pk)
    if taken.exists():
        raise CostCentreInUse(_("Die Nummer %s ist schon vergeben.") % number, field="number")


@transaction.atomic
def open_cost_centre(*, number: str, name: str, kind: str, valid_from: date, by: Any) -> CostCentre:
    """Add a cost centre that can be booked on from `valid_from`."""
    guard_number(number)
    centre = CostCentre(number=number, name=name, kind=kind, valid_from=valid_from)
    with act("ledger.cost_centre_opened", by=by) as record:
        centre.save()
        record.subject = centre
    return centre


@transaction.atomic
def change_cost_centre(
    centre: CostCentre, *, number: str, name: str, kind: str, valid_until: date | None, by: Any
) -> CostCentre:
    """Rename or close a cost centre; its number stays once lines stand on it, and it closes after its last line."""
    centre = CostCentre.objects.select_for_update().get(pk=centre.pk)
    guard_number(number, other_than=centre)
    if number != centre.number and centre.lines.exists():
        raise CostCentreInUse(_("Auf der Kostenstelle stehen Buchungen; ihre Nummer bleibt."), field="number")
    guard_closing(centre, valid_until)
    with act("ledger.cost_centre_changed", centre, by=by):
        centre.number, centre.name, centre.kind, centre.valid_until = number, name, kind, valid_until
        centre.save(update_fields=["number", "name", "kind", "valid_until"])
    return centre


def guard_closing(centre: CostCentre, valid_until: date | None) -> None:
    if valid_until is None:
        return
    if valid_until <= centre.valid_from:
        raise CostCentreInUse(_("Das Ende muss nach dem Beginn liegen."), field="valid_until")
    if centre.lines.filter(entry__booked_on__gte=valid_until).exists():
        raise CostCentreInUse(_("Nach diesem Tag stehen Buchungen auf der Kostenstelle."), field="valid_until")
