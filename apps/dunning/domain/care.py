"""Blocks of reminders, and what touches the limitation of a claim."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.dues.models import Invoice
from apps.dunning.domain.errors import PeriodWrong, ReasonMissing
from apps.dunning.enums import BlockKind, EventKind
from apps.dunning.models import DunningBlock, LimitationEvent
from apps.members.models import City


@transaction.atomic
def block(
    city: City,
    *,
    kind: BlockKind | str,
    reason: str,
    valid_until: date | None,
    by: User | None,
    on: date,
    invoice: Invoice | None = None,
) -> DunningBlock:
    """No reminders to the city, or about one of its invoices, from today until a day (exclusive)."""
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie den Grund an."), field="reason")
    if valid_until and valid_until <= on:
        raise PeriodWrong(_("Das Ende muss nach dem heutigen Tag liegen."), field="valid_until")
    if invoice and invoice.city_id != city.pk:
        raise PeriodWrong(_("Die Rechnung gehört einer anderen Stadt."), field="invoice")
    with act("dunning.blocked", city, by=by, reason=reason.strip(), data={"until": valid_until}) as entry:
        made = DunningBlock.objects.create(
            city=city, invoice=invoice, kind=kind, reason=reason.strip(), valid_from=on, valid_until=valid_until, set_by=by
        )  # fmt: skip
        entry.subject = made
    return made


@transaction.atomic
def lift_block(made: DunningBlock, *, by: User | None, on: date) -> DunningBlock:
    """The block ends today; one that began today ends tomorrow, so that it stays readable as a period."""
    made = DunningBlock.objects.select_for_update().get(pk=made.pk)
    if made.valid_until and made.valid_until <= on:
        raise PeriodWrong(_("Diese Mahnsperre ist schon zu Ende."))
    with act("dunning.block_lifted", made, by=by, data={"on": on}):
        made.valid_until = max(on, date.fromordinal(made.valid_from.toordinal() + 1))
        made.save(update_fields=["valid_until"])
    return made


@transaction.atomic
def record_event(
    invoice: Invoice, *, kind: EventKind | str, since: date, until: date | None, note: str, by: User | None
) -> LimitationEvent:
    """Record what suspends the limitation (§§ 203, 204 BGB) or lets it begin anew (§ 212 BGB)."""
    if not note.strip():
        raise ReasonMissing(_("Bitte vermerken Sie, woraus sich das ergibt."), field="note")
    if until and until < since:
        raise PeriodWrong(_("Der letzte Tag liegt vor dem ersten."), field="until")
    if until and kind == EventKind.ACKNOWLEDGEMENT:
        raise PeriodWrong(
            _("Ein Anerkenntnis geschieht an einem Tag. Bitte lassen Sie den letzten Tag leer."), field="until"
        )
    with act("dunning.limitation_recorded", invoice, by=by, reason=note.strip(), data={"kind": kind}):
        return LimitationEvent.objects.create(
            invoice=invoice, kind=kind, since=since, until=until, note=note.strip(), recorded_by=by
        )


@transaction.atomic
def revoke_event(event: LimitationEvent, *, reason: str, by: User | None, on: date) -> LimitationEvent:
    """It was recorded by mistake: it no longer counts but stays readable."""
    event = LimitationEvent.objects.select_for_update().get(pk=event.pk)
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie den Grund an."), field="reason")
    if event.revoked_on:
        raise PeriodWrong(_("Dieser Eintrag ist schon gestrichen."))
    with act("dunning.limitation_revoked", event, by=by, reason=reason.strip()):
        event.revoked_on = on
        event.save(update_fields=["revoked_on"])
    return event
