"""Letters on paper: released ones are stacked, printed in one file, then noted as posted."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.numbers import take_numbers
from apps.dispatch.domain.errors import BatchClosed, NothingToPrint
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch, DispatchQuerySet, PrintBatch

MOST_LETTERS = 500


@transaction.atomic
def stack_letters(*, by: User | None, on: date) -> PrintBatch:
    """Stack released letters, the lowest postcode first, at most 500: printers and the library take files of such a size."""
    waiting = Dispatch.objects.to_print().select_for_update(of=("self",)).order_by("postcode", "city_label", "pk")
    keys = list(waiting.values_list("pk", flat=True)[:MOST_LETTERS])
    if not keys:
        raise NothingToPrint(_("Es gibt keine freigegebenen Briefe, die noch in keinem Stapel liegen."))
    [sequence] = take_numbers(f"dispatch.batch:{on.year}")
    with act("dispatch.stacked", by=by, data={"count": len(keys), "on": on}) as entry:
        batch = PrintBatch.objects.create(number=f"PS-{on.year}-{sequence:03d}", count=len(keys), made_by=by)
        bulk.change(Dispatch.objects.filter(pk__in=keys), batch=batch)
        entry.subject = batch
    return batch


def letters_of(batch: PrintBatch) -> DispatchQuerySet:
    return Dispatch.objects.filter(batch=batch).order_by("postcode", "city_label", "pk")


def locked_open(batch: PrintBatch) -> PrintBatch:
    batch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if not batch.is_open:
        raise BatchClosed(_("%s ist schon zur Post gegeben oder aufgelöst.") % batch)
    return batch


@transaction.atomic
def post_batch(batch: PrintBatch, *, by: User | None, on: date) -> PrintBatch:
    """Note all letters of the batch as sent on that day."""
    batch = locked_open(batch)
    if batch.document_id is None:
        raise BatchClosed(_("Die Druckdatei ist noch nicht fertig."))
    moment = min(timezone.now(), timezone.make_aware(datetime.combine(on, time(12))))
    with act("dispatch.posted", batch, by=by, data={"on": on, "count": batch.count}):
        bulk.change(letters_of(batch), state=DispatchState.SENT, sent_at=moment)
        batch.posted_on = on
        batch.save(update_fields=["posted_on"])
    return batch


@transaction.atomic
def dissolve_batch(batch: PrintBatch, *, by: User | None, on: date) -> PrintBatch:
    """Nothing was posted: the letters are released again and may be stacked anew."""
    batch = locked_open(batch)
    with act("dispatch.dissolved", batch, by=by, data={"on": on, "count": batch.count}):
        bulk.change(letters_of(batch), batch=None)
        batch.dissolved_on = on
        batch.save(update_fields=["dissolved_on"])
    return batch
