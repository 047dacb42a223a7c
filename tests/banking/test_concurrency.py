"""Two treasurers at the same line at once: it is booked once, the other is told; the same for rules."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connections

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import ignore_line
from apps.banking.domain.errors import LineNotDouble
from apps.banking.domain.rule_book import delete_rule, switch_rule
from apps.banking.enums import RuleState
from apps.banking.models import BankLine, BookingRule
from apps.core.errors import DomainError
from apps.dues.models import Allocation
from apps.ledger.domain.accounts import account
from apps.ledger.models import Entry
from tests.banking.conftest import TODAY
from tests.factories.banking import Row


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all of them started together on connections of their own."""
    start, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers.append(act())
        except (OperationalError, DomainError) as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_browsers_book_a_line_once(invoices, read_in, treasurer):
    read_in(Row("2748.36", "Beitrag", reference=invoices[0].reference))
    line = BankLine.objects.get(text="Beitrag")
    proposal = line.proposals.order_by("rank").first().pk
    answers = at_once(*[lambda: book_line(line, proposal=proposal, by=treasurer, on=TODAY).entry_id] * 2)
    entry = Entry.objects.get(source="banking.line")
    assert answers == [entry.pk, entry.pk]
    assert Allocation.objects.get().entry == entry


@pytest.mark.django_db(transaction=True)
def test_a_line_booked_by_one_and_parked_by_the_other_is_only_one_of_both(invoices, read_in, treasurer):
    read_in(Row("2748.36", "Beitrag"))
    read_in(Row("2748.36", "Beitrag noch einmal"), number="2", opening="3748.36")
    line = BankLine.objects.get(text="Beitrag")
    parts = [Part(Decimal("2748.36"), invoice=invoices[0])]
    answers = at_once(
        lambda: book_line(line, parts=parts, by=treasurer, on=TODAY),
        lambda: ignore_line(line, reason="doppelt", by=treasurer),
    )
    told = [each for each in answers if isinstance(each, DomainError)]
    assert len(told) == 1
    line.refresh_from_db()
    assert (line.entry is None) == (line.ignored_reason != "")


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_lines_only_one_can_be_left_out(association, read_in, treasurer):
    read_in(Row("10.00", "eins"))
    read_in(Row("10.00", "zwei"), number="2", opening="1010.00")
    lines = BankLine.objects.order_by("pk")
    answers = at_once(*[lambda line=line: ignore_line(line, reason="doppelt", by=treasurer) for line in lines])
    assert [type(each) for each in answers if isinstance(each, DomainError)] == [LineNotDouble]
    assert BankLine.objects.ignored().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rule_accepted_and_declined_at_once_has_one_state(association, treasurer):
    room = account("ROOM")
    rule = BookingRule.objects.create(
        state=RuleState.PROPOSED, direction="out", text_words="Miete", account=room, made_on=TODAY
    )
    at_once(
        lambda: switch_rule(rule, on=True, by=treasurer),
        lambda: delete_rule(rule, by=treasurer),
    )
    states = list(BookingRule.objects.values_list("state", flat=True))
    assert states in ([RuleState.ACTIVE], [RuleState.DECLINED], [])
