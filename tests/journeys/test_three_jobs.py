"""A year of the association in one go: treasurer, board and a member city, through the pages."""

from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.banking.models import BankLine
from apps.core.models import Job, JobState
from apps.documents.models import Document
from apps.dues.domain.queries import missing_documents
from apps.dues.models import DuesRun, Invoice
from apps.organisation.enums import DecisionSubject
from apps.portal.demo.cast import Cast
from apps.resolutions.models import Resolution
from tests.journeys.association import NUMBERS, STATEMENT, TOTAL, build_association, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_year_of_the_association() -> None:
    with time_machine.travel("2027-01-11 10:00+01:00"):
        cast = build_association()
        raise_dues(signed_in(cast.treasurer))
        decide_something(signed_in(cast.board), cast)
    with time_machine.travel("2027-03-01 10:00+01:00"):
        read_statement(signed_in(cast.treasurer))
        find_and_download(signed_in(cast.people["koeln"]))
        everything_is_told(signed_in(cast.board))


def raise_dues(client: Client) -> None:
    preview = client.post(reverse("dues:run_create"), {"year": 2027}, follow=True)
    run = DuesRun.objects.get()
    assert (run.count, run.total.amount) == (29, Decimal("142307.34"))
    assert TOTAL in preview.text
    question = client.get(reverse("dues:run_issue", args=[run.pk]))
    assert f"29 Beitragsrechnungen über zusammen {TOTAL}" in question.text.replace("\xa0", " ")
    for _click in range(2):
        client.post(reverse("dues:run_issue", args=[run.pk]))
    invoices = Invoice.objects.order_by("sequence")
    assert [invoice.number for invoice in invoices] == NUMBERS
    assert sum(invoice.amount.amount for invoice in invoices) == Decimal("142307.34")
    assert (missing_documents(), Job.objects.get().state) == (0, JobState.DONE)
    assert Document.objects.filter(origin="dues.invoice").count() == 29


def read_statement(client: Client) -> None:
    for _time in range(2):
        with STATEMENT.open("rb") as file:
            assert client.post(reverse("banking:upload"), {"files": file}).status_code == 302
    assert BankLine.objects.count() == 29
    proposals = client.get(reverse("banking:certain")).context["form"].initial["proposals"]
    client.post(reverse("banking:certain"), {"proposals": proposals})
    paid = client.get(reverse("dues:invoice", args=["2027-0003"]))
    assert "bezahlt" in paid.text
    states = dict(Invoice.objects.with_balance().values_list("number", "outstanding"))
    assert {number for number in ("2027-0001", "2027-0002", "2027-0003", "2027-0016") if states[number]} == set()
    assert states["2027-0007"] > 0


def decide_something(client: Client, cast: Cast) -> None:
    form = {"body": cast.bodies["MV"].pk, "kind": DecisionSubject.ASSEMBLY, "title": "Ganztag vor Ort"}
    client.post(reverse("resolutions:draft"), form | {"content": "<p>Die Städte gestalten den Ganztag.</p>"})
    draft = Resolution.objects.get(title="Ganztag vor Ort")
    client.post(reverse("resolutions:propose", args=[draft.pk]), {"proposed_on": "2027-01-11"})
    vote = {"decided_on": "2027-01-11", "mode": "in_person", "place": "Köln", "yes": 20, "no": 3, "abstentions": 2}
    vote |= {"invalid": 0, "excluded": 0, "present": 25, "members": 29, "announced": "yes", "step": "confirmed"}
    vote |= {"is_quorate": "on", "is_subject_announced": "on"}
    page = client.post(reverse("resolutions:decide", args=[draft.pk]), vote, follow=True)
    assert "ist angenommen: MV-2027-001." in page.text
    extract = client.post(reverse("resolutions:extract", args=[draft.pk]), follow=True)
    assert "Beschlussausfertigung MV-2027-001" in extract.text


def find_and_download(client: Client) -> None:
    """Köln finds its invoice by a word inside the PDF, the extract by another, and nothing of Bonn."""
    found = client.get(reverse("documents:library"), {"suche": "gestalten den Ganztag"})
    assert "Beschlussausfertigung MV-2027-001" in found.text
    found = client.get(reverse("documents:library"), {"suche": "Beitragsrechnung"})
    [document] = [row for row in found.context["rows"] if row.origin == "dues.invoice"]
    assert document.city.name == "Köln"
    version = document.versions.get()
    file = client.get(reverse("documents:download", args=[document.number, 1, version.filename]))
    content = b"".join(file) if file.streaming else file.content
    assert content.startswith(b"%PDF-1.7")


def everything_is_told(client: Client) -> None:
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs >= {"dues.run_issued", "dues.documents_filed", "resolutions.extract_issued"}
    invoice = Invoice.objects.get(number="2027-0003")
    history = client.get(reverse("audit:history", args=["dues", "invoice", invoice.pk]))
    assert "Petra Wolff" in history.text
    call_command("verify_audit")
