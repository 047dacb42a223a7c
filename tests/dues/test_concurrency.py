"""Two browsers at once, and a process killed in the middle: never a second invoice, never a gap."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, connections

from apps.audit.models import JournalEntry
from apps.core.errors import DomainError
from apps.core.models import NumberSeries
from apps.documents.models import Document
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.issuing import issue_run
from apps.dues.enums import DataState
from apps.dues.models import Announcement, DuesRun, Invoice, InvoiceData
from apps.dues.printing import file_chunk, missing_pieces, print_now, printed
from apps.ledger.models import Entry
from tests.factories.dues import TODAY, make_association, make_invoices, make_network, make_preview, make_schedule
from tests.factories.members import make_member

CITIES = (("Köln", 1_024_621), ("Bonn", 323_336), ("Aachen", 262_670))


@pytest.mark.django_db(transaction=True)
def test_two_browsers_issue_once():
    make_network(*CITIES)
    run = make_preview()
    start, answers = threading.Barrier(2), []

    def click() -> None:
        try:
            start.wait()
            answers.append(len(issue_run(run, by=None, on=TODAY)))
        except (DomainError, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(map(str, answers)) == ["3", "AlreadyIssued"]
    assert list(Invoice.objects.order_by("sequence").values_list("number", flat=True)) == [
        "2027-0001",
        "2027-0002",
        "2027-0003",
    ]
    assert Entry.objects.count() == 3


KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
from django.core.files.storage import default_storage
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from datetime import date
from apps.audit import bulk
from apps.dues.domain import issuing
from apps.dues.models import DuesRun
real = bulk.create
def slow(model, objects):
    made = real(model, objects)
    if model.__name__ == "Invoice":
        print("written", flush=True)
        import time; time.sleep(60)
    return made
issuing.bulk.create = slow
issuing.issue_run(DuesRun.objects.get(), by=None, on=date(2027, 1, 11))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_kill_in_the_middle_leaves_neither_invoice_nor_gap():
    make_network(*CITIES)
    run = make_preview()
    name = str(connection.settings_dict["NAME"])
    connection.close()
    process = start_child(KILLED, name, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until_free()
    assert (Invoice.objects.count(), Entry.objects.count()) == (0, 0)
    assert not NumberSeries.objects.filter(series="dues.invoice:2027", last__gt=0).exists()
    invoices = issue_run(DuesRun.objects.get(pk=run.pk), by=None, on=TODAY)
    assert [invoice.number for invoice in invoices] == ["2027-0001", "2027-0002", "2027-0003"]


def start_child(script: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """A real process of its own on the database of the test."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    words = [sys.executable, "-W", "ignore", "-c", script, *arguments]
    return subprocess.Popen(words, env=environment, text=True, start_new_session=True, **options)


def wait_until_free() -> None:
    """The database notices a lost client within moments."""
    for _attempt in range(50):
        try:
            NumberSeries.objects.count()
        except (OperationalError, sqlite3.OperationalError):
            time.sleep(0.1)
        else:
            return


PRINTING = """
import sys, django
django.setup()
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
settings.STORAGES["default"]["OPTIONS"]["location"] = sys.argv[2]
from apps.dues import printing
printing.CHUNK = 1
printing.print_now(by=None)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_kill_while_printing_leaves_every_document_once():
    invoices = make_invoices(*((f"Stadt {number:02}", 250_001 + number) for number in range(12)))
    process = start_child(PRINTING, str(connection.settings_dict["NAME"]), default_storage.path(""))
    limit = time.monotonic() + 90
    while not Invoice.objects.exclude(document=None).exists():
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_free()

    kept = dict(Invoice.objects.exclude(document=None).values_list("number", "document__number"))
    assert 0 < len(kept) < len(invoices)
    assert print_now(by=None) == len(invoices) - len(kept)
    filed = dict(Invoice.objects.values_list("number", "document__number"))
    assert {number: filed[number] for number in kept} == kept
    assert sorted(filed) == [invoice.number for invoice in invoices]
    assert sorted(filed.values()) == [f"D-{TODAY.year}-{number:05}" for number in range(1, len(invoices) + 1)]
    assert print_now(by=None) == 0


@pytest.mark.django_db(transaction=True)
def test_two_browsers_announce_once():
    make_network(*CITIES)
    run = prepare_announcement(2028, decided_by=date(2027, 11, 30), by=None, on=TODAY)
    start, answers = threading.Barrier(2), []

    def click() -> None:
        try:
            start.wait()
            answers.append(announce(run, by=None, on=TODAY).state)
        except (DomainError, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(map(str, answers)) == ["WrongState", "announced"]
    assert Announcement.objects.standing().count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_who_print_at_once_hold_back_once_and_file_once():
    """Bonn wants an XRechnung and lacks its Leitweg-ID; Köln takes a PDF."""
    make_association()
    make_schedule()
    make_member("Bonn", population=323_336, invoice_form="xrechnung_ubl", invoice_email="r@bonn.example")
    make_member("Köln", population=1_024_621)
    issue_run(make_preview(), by=None, on=TODAY)
    start, answers = threading.Barrier(2), []

    def click() -> None:
        try:
            pieces = list(printed(missing_pieces()))
            start.wait()
            for _attempt in range(20):
                try:
                    answers.append(file_chunk(pieces, by=None))
                    break
                except OperationalError:
                    time.sleep(0.05)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(answers) == [0, 1]
    [data] = InvoiceData.objects.all()
    assert (data.invoice.city_label, data.state) == ("Bonn", DataState.HELD_BACK)
    assert Document.objects.filter(origin="dues.invoice").count() == 1
    assert JournalEntry.objects.filter(verb="dues.invoices_held_back").count() == 1
    assert print_now(by=None) == 0
