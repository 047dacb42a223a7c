"""Returned payments with fees and reasons, batches with their parts, and payments we ordered ourselves."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from apps.banking.domain.booking import book_line
from apps.banking.domain.clearing import unbook_line
from apps.banking.domain.errors import LineAlreadyBooked
from apps.banking.domain.expected import expect_payments
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.matching import match_open_lines
from apps.banking.models import BankAccount, BankLine, ExpectedPayment
from apps.core.money import euros
from apps.dues.models import Allocation, Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from tests.banking.conftest import TODAY, import_files
from tests.factories.banking import Row, camt_file

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "statements"


def book_best(line: BankLine, by) -> BankLine:
    return book_line(line, proposal=line.proposals.get(rank=1).pk, by=by, on=TODAY)


def outstanding(invoice: Invoice) -> Decimal:
    return Invoice.objects.with_balance().get(pk=invoice.pk).outstanding


def test_a_returned_debit_with_fee_opens_the_invoice_and_books_the_fee(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", "Beitrag", "Bonn", reference=bonn.reference, end_to_end_id="E2E-1"))
    book_best(BankLine.objects.get(), treasurer)
    back = camt_file(
        [Row("-2751.36", "Retoure", "Bonn", end_to_end_id="E2E-1", gvc="109", return_reason="MD06")],
        number="2",
        opening="3748.36",
    ).replace(b"<AmtDtls>", b"<AmtDtls>")
    back = back.replace(
        b"<RltdPties>", b'<AmtDtls><InstdAmt><Amt Ccy="EUR">2748.36</Amt></InstdAmt></AmtDtls><RltdPties>'
    )
    import_files(treasurer, [back])
    line = book_best(BankLine.objects.get(amount=Decimal("-2751.36")), treasurer)

    assert outstanding(bonn) == Decimal("2748.36")
    assert balance_of(account("BANKFEE")) == Decimal("3.00")
    assert balance_of(account("BANK")) == Decimal("-3.00")
    released = Allocation.objects.get(releases__isnull=False)
    assert released.text == "Zahlung zurückgegeben (MD06: der Zahler hat der Lastschrift widersprochen)"

    unbook_line(line, reason="Irrtum", by=treasurer, on=TODAY)
    assert (outstanding(bonn), balance_of(account("BANKFEE"))) == (0, 0)


def test_a_batch_is_read_from_the_parts_of_its_notice(invoices, treasurer):
    """Parts that pay only a part of their invoices say so; parts that pay them whole fit to the cent."""
    statement, notice = ((FILES / name).read_bytes() for name in ("camt053-08.xml", "camt054.xml"))
    import_statements([BankFile("a.xml", statement), BankFile("b.xml", notice)], by=treasurer, on=TODAY)
    assert [(each.kind, each.score) for each in BankLine.objects.get(amount=300).proposals.all()] == [("partial", 85)]

    bonn, koeln, _muenchen = invoices
    total = Decimal("2748.36") + Decimal("8709.28")
    whole = statement.replace(b">8709.28<", b">75.00<").replace(b">300.00<", f">{total}<".encode())
    whole = whole.replace(b">10009.28<", f">{total + 1075}<".encode()).replace(b"<ElctrncSeqNb>7", b"<ElctrncSeqNb>8")
    whole = whole.replace(b"2027011800300", b"X300").replace(b"SDD-2027-1", b"SDD-2")
    parts = notice.replace(b">300.00<", f">{total}<".encode()).replace(b">100.00<", b">2748.36<")
    parts = parts.replace(b">200.00<", b">8709.28<").replace(b"2027011800300", b"X300").replace(b"SDD-2027-1", b"SDD-2")
    parts = parts.replace(b"Beitrag 2027-0001", bonn.number.encode()).replace(
        b"Beitrag 2027-0003", koeln.number.encode()
    )
    import_statements([BankFile("c.xml", whole), BankFile("d.xml", parts)], by=treasurer, on=TODAY)
    line = BankLine.objects.get(amount=total)
    proposal = line.proposals.first()
    assert proposal.reason == (
        f"Die Sammelaufstellung der Bank nennt die Rechnungen {bonn.number}, {koeln.number}; die Summe stimmt auf den Cent."
    )
    book_best(line, treasurer)
    assert [outstanding(invoice) for invoice in (bonn, koeln)] == [0, 0]


@pytest.fixture
def orders(invoices, read_in, treasurer) -> list[ExpectedPayment]:
    """Two debits of one batch that we ordered for 15 January."""
    read_in(Row("1.00", "Eröffnung"), number="1")
    shared = {"bank_account": BankAccount.objects.get(), "batch_reference": "EINZUG-1", "due_on": date(2027, 1, 15)}
    return expect_payments(
        [
            ExpectedPayment(
                end_to_end_id=f"EE-{place}", amount=invoice.amount, invoice=invoice, source="test", **shared
            )
            for place, invoice in enumerate(invoices[:2], start=1)
        ],
        by=treasurer,
    )


TOTAL = "11457.64"


def test_a_collected_batch_is_recognised_and_settles_every_invoice(orders, invoices, read_in, treasurer):
    read_in(Row(TOTAL, "Sammler EINZUG-1", gvc="192"), number="2", opening="1001.00")
    line = BankLine.objects.get(amount=Decimal(TOTAL))
    assert [proposal.score for proposal in line.proposals.filter(kind="expected")] == [100]
    book_best(line, treasurer)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [0, 0]
    assert set(ExpectedPayment.objects.values_list("line", flat=True)) == {line.pk}
    assert balance_of(account("BANK")) == Decimal(TOTAL)


def test_one_debit_of_a_batch_comes_back_and_only_its_invoice_is_open(orders, invoices, read_in, treasurer):
    read_in(Row(TOTAL, "Sammler EINZUG-1", gvc="192"), number="2", opening="1001.00")
    batch = book_best(BankLine.objects.get(amount=Decimal(TOTAL)), treasurer)
    read_in(
        Row("-2748.36", "Retoure", end_to_end_id="EE-1", gvc="109", return_reason="AC04"),
        number="3",
        opening=str(1001 + Decimal(TOTAL)),
    )
    line = book_best(BankLine.objects.get(amount=Decimal("-2748.36")), treasurer)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [invoices[0].amount.amount, 0]
    assert ExpectedPayment.objects.get(end_to_end_id="EE-1").returned_by == line

    with pytest.raises(LineAlreadyBooked):
        unbook_line(batch, reason="Irrtum", by=treasurer, on=TODAY)
    unbook_line(line, reason="Irrtum", by=treasurer, on=TODAY)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [0, 0]
    unbook_line(batch, reason="Irrtum", by=treasurer, on=TODAY)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [invoices[0].amount.amount, invoices[1].amount.amount]
    assert not ExpectedPayment.objects.exclude(line=None).exists()


def test_single_debits_are_recognised_by_their_id_alone(orders, invoices, read_in, treasurer):
    read_in(Row("2748.36", "ohne Nummer", end_to_end_id="EE-1"), number="2", opening="1001.00")
    book_best(BankLine.objects.get(end_to_end_id="EE-1"), treasurer)
    assert outstanding(invoices[0]) == 0
    read_in(Row("8709.28", "anderer Betrag passt", end_to_end_id="EE-2"), number="3", opening="3749.36")
    assert BankLine.objects.get(end_to_end_id="EE-2").proposals.first().kind == "expected"


def test_without_reference_sum_and_day_are_probable_not_certain(orders, read_in):
    read_in(Row(TOTAL, "Lastschriften"), number="2", opening="1001.00")
    proposal = BankLine.objects.get(amount=Decimal(TOTAL)).proposals.get(kind="expected")
    assert (proposal.score, proposal.expected) == (85, [order.pk for order in orders])
    match_open_lines()
    assert euros(TOTAL) == BankLine.objects.get(amount=Decimal(TOTAL)).amount
