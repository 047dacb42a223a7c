"""Two acts at once never share a predecessor: real threads, real transactions, on both databases."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.acts import act
from apps.audit.domain.verification import verify
from apps.audit.models import JournalEntry, JournalHead

THREADS, ACTS = 4, 5


def run_at_once(work):
    """Run `work(number)` in threads that start together; return what they raised."""
    start, errors = Barrier(THREADS), []

    def body(number):
        try:
            start.wait()
            work(number)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=body, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def write_acts(number):
    for step in range(ACTS):
        with transaction.atomic(), act("core.saved", by=None, data={"thread": number}):
            User.objects.create(email=f"{number}.{step}@example.org")


@pytest.mark.django_db(transaction=True)
def test_simultaneous_acts_make_one_chain():
    assert run_at_once(write_acts) == []
    entries = list(JournalEntry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, THREADS * ACTS + 1))
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert JournalHead.objects.get().hash == entries[-1].hash
    assert verify().breaks == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_no_gap():
    def work(number):
        try:
            with transaction.atomic():
                write_acts(number)
                if number % 2:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    assert run_at_once(work) == []
    assert JournalEntry.objects.count() == User.objects.count() == THREADS // 2 * ACTS
    assert verify().breaks == []
