"""What is printed: content, address window, transfer code, and the work in the background."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.core.files.storage import default_storage

from apps.core.models import Job, JobState
from apps.documents.models import Document
from apps.dues import printing
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.queries import assessments_of, city_account
from apps.dues.models import CreditNote, DuesRun, Invoice
from apps.dues.prints import account_job, credit_note_job, invoice_job, run_job
from apps.dues.tasks import start_printing
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import PdfJob, render_pdf
from apps.pdf.text import pdf_text
from tests.factories.dues import TODAY, make_invoices, make_payment, make_preview
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def printed(job: PdfJob) -> bytes:
    return render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)


def text_of(content: bytes) -> str:
    return " ".join(pdf_text(content).replace("\xa0", " ").split())


def code_on(content: bytes) -> str:
    image = pypdfium2.PdfDocument(content)[0].render(scale=4).to_pil()
    [found] = zxingcpp.read_barcodes(image)
    return str(found.text)


@pytest.fixture
def koeln() -> Invoice:
    return make_invoices(("Köln", 1_024_621))[0]


def test_invoice_shows_what_a_court_would_ask_for(koeln):
    text = text_of(printed(invoice_job(koeln, letterhead(TODAY))))
    for part in (
        "Beitragsrechnung 2027-0001",
        "11.01.2027",
        "§ 5 der Satzung, Beitragsordnung vom 20.11.2026, Beschluss",
        "1.024.621 am 31.12.2024",
        "Zensus 2022",
        "1.024.621 × 0,0085 €",
        "8.709,2785 €",
        "8.709,28 €",
        "31.03.2027",
        "DE89 3704 0044 0532 0130 00",
        "Echter Mitgliedsbeitrag – nicht steuerbar, kein Umsatzsteuerausweis.",
        "Zahlen mit Code",
        "kasse@example.org",
    ):
        assert part in text
    assert " ".join(koeln.reference[index : index + 4] for index in range(0, len(koeln.reference), 4)) in text


def test_code_holds_the_transfer(koeln):
    assert code_on(printed(invoice_job(koeln, letterhead(TODAY)))).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Großstadtnetzwerk für Bildung e.V.",
        "DE89370400440532013000",
        "EUR8709.28",
        "",
        koeln.reference,
    ]


def test_address_stands_in_the_window(koeln):
    page = pypdfium2.PdfDocument(printed(invoice_job(koeln, letterhead(TODAY))))[0]
    textpage, height = page.get_textpage(), page.get_height()
    for line in koeln.recipient_lines:
        position, count = textpage.search(line).get_next()
        boxes = [textpage.get_charbox(index) for index in range(position, position + count)]
        millimetres = 25.4 / 72
        left, right = min(box[0] for box in boxes) * millimetres, max(box[2] for box in boxes) * millimetres
        top = (height - max(box[3] for box in boxes)) * millimetres
        bottom = (height - min(box[1] for box in boxes)) * millimetres
        assert (left >= 20, right <= 105, top >= 62, bottom <= 90) == (True, True, True, True)


def test_references_of_the_city_are_printed_if_given():
    make_invoices()
    make_member("Aachen", leitweg_id="04011000-1234512345-06", buyer_reference="KZ 4711")
    [invoice] = issue_run(make_preview(supplement=True), by=None, on=TODAY)
    text = text_of(printed(invoice_job(invoice, letterhead(TODAY))))
    assert "04011000-1234512345-06" in text
    assert "KZ 4711" in text


def test_credit_note_account_and_list(koeln):
    run = DuesRun.objects.get()
    rows = text_of(printed(run_job(run, list(assessments_of(run)), letterhead(TODAY))))
    assert "Köln" in rows
    assert "2027-0001" in rows
    assert "8.709,28 €" in rows
    make_payment(koeln, "1000.00")
    note = cancel_invoice(koeln, reason="Falscher Empfänger", by=None, on=date(2027, 4, 1))
    text = text_of(printed(credit_note_job(note, letterhead(TODAY))))
    for part in ("Stornorechnung ST-2027-0001 zu Beitragsrechnung 2027-0001", "Falscher Empfänger", "−8.709,28 €"):
        assert part in text
    account = text_of(printed(account_job(city_account(koeln.city), letterhead(TODAY), on=date(2027, 4, 2))))
    assert "Guthaben von 1.000,00 €" in account
    assert "Stand 02.04.2027" in account


@pytest.fixture
def work(django_capture_on_commit_callbacks):
    """Start the printing and let the worker do it."""

    def start() -> Job | None:
        with django_capture_on_commit_callbacks(execute=True):
            job = start_printing(by=None)
        return job and Job.objects.get(pk=job.pk)

    return start


def test_background_work_files_each_pdf_once(work):
    invoices = make_invoices(("Köln", 1_024_621), ("Bonn", 323_336))
    job = work()
    assert (job.state, job.report) == (JobState.DONE, "2 PDF gedruckt und abgelegt.")
    for invoice in Invoice.objects.select_related("document"):
        document = invoice.document
        assert (document.category, document.access, document.city_id) == ("invoice", "treasury", invoice.city_id)
        version = document.versions.get()
        assert version.filename == f"Beitragsrechnung-{invoice.number}.pdf"
        with default_storage.open(version.storage_path) as stored:
            assert invoice.reference[:4] in pdf_text(stored.read())
    assert work() is None
    cancel_invoice(invoices[0], reason="Irrtum", by=None, on=TODAY)
    work()
    assert CreditNote.objects.get().document.versions.get().filename == "Stornorechnung-ST-2027-0001.pdf"
    assert Document.objects.count() == 3


def test_interrupted_work_is_taken_up_where_it_stopped(monkeypatch, work):
    make_invoices(("Köln", 1_024_621), ("Bonn", 323_336), ("Aachen", 262_670))
    monkeypatch.setattr(printing, "CHUNK", 1)
    filed = printing.file_chunk

    def killed_after_the_first(chunk, *, by):
        if Document.objects.exists():
            raise RuntimeError("killed")
        return filed(chunk, by=by)

    monkeypatch.setattr(printing, "file_chunk", killed_after_the_first)
    job = work()
    assert (job.state, job.report) == (JobState.FAILED, "killed")
    assert Invoice.objects.without_document().count() == 2
    first = Document.objects.get()
    monkeypatch.setattr(printing, "file_chunk", filed)
    work()
    assert Invoice.objects.without_document().count() == 0
    assert Document.objects.count() == 3
    assert first.versions.count() == 1


def test_two_workers_do_not_file_twice():
    [invoice] = make_invoices(("Köln", 1_024_621))
    pdf = printed(invoice_job(invoice, letterhead(TODAY)))
    assert printing.file_chunk([printing.Printed(invoice, pdf)], by=None) == 1
    assert printing.file_chunk([printing.Printed(Invoice.objects.get(), pdf)], by=None) == 0
    assert Document.objects.count() == 1


@pytest.mark.slow
def test_invoice_and_credit_note_pass_the_validators(koeln):
    from tests.pdf.verapdf import failed_rules

    note = cancel_invoice(koeln, reason="Irrtum", by=None, on=TODAY)
    run = DuesRun.objects.get()
    head = letterhead(TODAY)
    for job in (
        invoice_job(koeln, head),
        credit_note_job(note, head),
        account_job(city_account(koeln.city), head, on=TODAY),
        run_job(run, list(assessments_of(run)), head),
    ):
        content = printed(job)
        assert (job.template, failed_rules(content, "3a"), failed_rules(content, "ua1")) == (job.template, [], [])
