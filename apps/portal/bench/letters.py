"""What left the house in ten years: invoices and reminders, by their acts, with a line of text in place of each PDF."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.dispatch.domain.queueing import queue_dispatches
from apps.dispatch.domain.releasing import release
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.documents.domain.filing import Filing, file_documents
from apps.dues.domain.sending import queue_unsent
from apps.dues.models import DuesRun, Invoice
from apps.dues.printing import filing_of as filing_of_invoice
from apps.dunning.domain.issuing import issue_run
from apps.dunning.domain.procedures import put_in_force, save_procedure, usual_levels
from apps.dunning.domain.runs import prepare_run
from apps.dunning.models import DunningLetter, DunningProcedure
from apps.dunning.printing import draft_of, filing_of
from apps.resolutions.models import Resolution

CHUNK = 1000
REMINDED_ON = (11, 2)


def adopt_procedure(on: date, *, by: User) -> None:
    procedure = DunningProcedure(title="Mahnordnung", valid_from=on, minimum=Decimal(5))
    save_procedure(procedure, usual_levels(), by=by, on=on)
    put_in_force(procedure, resolution=Resolution.objects.get(), is_sure=True, by=by, on=on)


def send_invoices(run: DuesRun, *, by: User, on: date) -> None:
    rows = Invoice.objects.filter(run=run).select_related("city").order_by("pk")
    file(Invoice, rows, lambda row: filing_of_invoice(row, stand_in(row), "txt"), by=by, on=on)
    queue_unsent(run, by=by, on=on)
    post(by=by, on=on)


def remind(year: int, *, by: User) -> None:
    """Once a year all that is overdue; after four years the levels are used up."""
    on = date(year, *REMINDED_ON)
    letters = issue_run(prepare_run(by=by, on=on), by=by, on=on)
    file(DunningLetter, letters, text_filing, by=by, on=on)
    queue_dispatches([draft_of(letter) for letter in letters], by=by, on=on)
    post(by=by, on=on)


def text_filing(letter: DunningLetter) -> Filing:
    return replace(filing_of(letter, stand_in(letter)), filename=f"Mahnschreiben-{letter.number}.txt")


def stand_in(row: Any) -> bytes:
    return f"{row}, {row.city}".encode()


def file(model: Any, rows: Iterable[Any], filing: Callable[[Any], Filing], *, by: User, on: date) -> None:
    for chunk in batched(rows, CHUNK):
        with transaction.atomic(), act("dues.documents_filed", by=by, data={"count": len(chunk)}):
            documents = file_documents([filing(row) for row in chunk], by=by, on=on)
            for row, document in zip(chunk, documents, strict=True):
                row.document = document
            bulk.update(model, chunk, ["document"])


@transaction.atomic
def post(*, by: User, on: date) -> None:
    """Release what waits and note it as sent, without piles of letters."""
    release(Dispatch.objects.all(), by=by, on=on)
    released = Dispatch.objects.filter(state=DispatchState.RELEASED)
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    with act("dispatch.posted", by=by, data={"on": on, "count": released.count()}):
        bulk.change(released, state=DispatchState.SENT, sent_at=noon)
