"""Two browsers book the same line at once: it is booked once."""

import threading

import pytest
from django.db import OperationalError, connections

from apps.banking.domain.booking import book_line
from apps.banking.models import BankLine
from apps.dues.models import Allocation
from apps.ledger.models import Entry
from tests.banking.conftest import TODAY
from tests.factories.banking import Row


@pytest.mark.django_db(transaction=True)
def test_two_browsers_book_a_line_once(invoices, read_in, treasurer):
    read_in(Row("2748.36", "Beitrag", reference=invoices[0].reference))
    line = BankLine.objects.get(text="Beitrag")
    proposal = line.proposals.order_by("rank").first().pk
    start, answers = threading.Barrier(2), []

    def click() -> None:
        try:
            start.wait()
            answers.append(book_line(line, proposal=proposal, by=treasurer, on=TODAY).entry_id)
        except OperationalError as error:
            answers.append(error)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    entry = Entry.objects.get(source="banking.line")
    assert answers == [entry.pk, entry.pk]
    assert Allocation.objects.get().entry == entry
