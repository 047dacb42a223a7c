from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.banking.domain.batch import book_certain, certain_proposals
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import hand_over, ignore_line, park_line, reopen_line, unbook_line
from apps.banking.domain.errors import (
    AllocationsDoNotFit,
    LineAlreadyBooked,
    LineNotDouble,
    ProposalOutdated,
    ReasonMissing,
)
from apps.banking.domain.rule_book import make_rule
from apps.banking.enums import LineState, MatchKind
from apps.banking.models import BankLine, KnownAccount
from apps.core.money import euros
from apps.dues.domain.payments import credit_balance
from apps.dues.models import Allocation, Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import AccountKeptElsewhere
from apps.ledger.domain.manual import post_by_hand
from apps.ledger.models import Entry, EntryLine
from tests.banking.conftest import TODAY
from tests.factories.banking import Row
from tests.factories.claims import make_write_off
from tests.factories.files import scan

pytestmark = pytest.mark.django_db
BONN, COLOGNE, MUNICH = "DE75512108001245126199", "DE02120300000000202051", "DE02500105170137075030"


def best(line):
    return line.proposals.order_by("rank").first()


def line_of(text: str) -> BankLine:
    return BankLine.objects.get(text=text)


def book_best(text: str, user) -> BankLine:
    line = line_of(text)
    return book_line(line, proposal=best(line).pk, by=user, on=TODAY)


def outstanding(invoice: Invoice) -> Decimal:
    return round(Decimal(Invoice.objects.with_balance().get(pk=invoice.pk).outstanding), 2)


def balance(key: str) -> Decimal:
    sums = EntryLine.objects.filter(account__key=key).with_sums()
    return (sums["debit"] or Decimal(0)) - (sums["credit"] or Decimal(0))


def sides(entry: Entry) -> list[tuple[str, str, Decimal, str]]:
    rows = entry.lines.select_related("account", "city")
    return [(row.account.key, row.side, row.amount.amount, row.city.name if row.city else "") for row in rows]


def test_an_exact_payment_is_booked_by_its_proposal(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", "Beitrag", "Stadtkasse", BONN, reference=bonn.reference))
    proposal = best(line_of("Beitrag"))
    assert (proposal.kind, proposal.score) == (MatchKind.REFERENCE, 100)
    assert proposal.reason == f"Die Zahlungsreferenz nennt Rechnung {bonn.number}; der Betrag stimmt auf den Cent."

    line = book_best("Beitrag", treasurer)

    assert (line.state, line.booked_as, line.booking_note) == (LineState.BOOKED, "reference", proposal.reason)
    assert line.entry.booked_on == date(2027, 1, 15)
    assert sides(line.entry) == [
        ("BANK", "debit", Decimal("2748.36"), ""),
        ("RECEIVABLE_DUES", "credit", Decimal("2748.36"), "Bonn"),
    ]
    assert outstanding(bonn) == 0
    assert KnownAccount.objects.get().city == bonn.city
    assert not line.proposals.exists()


def test_a_second_click_does_nothing_twice(invoices, read_in, treasurer):
    read_in(Row("2748.36", "Beitrag", reference=invoices[0].reference))
    line = line_of("Beitrag")
    clicked = best(line).pk
    for _click in range(2):
        booked = book_line(line, proposal=clicked, by=treasurer, on=TODAY)
    assert booked.state == LineState.BOOKED
    assert Allocation.objects.count() == 1
    assert Entry.objects.filter(source="banking.line").count() == 1


def test_booking_by_hand_what_is_booked_is_refused(invoices, read_in, treasurer):
    read_in(Row("2748.36", "Beitrag", reference=invoices[0].reference))
    line = book_best("Beitrag", treasurer)
    with pytest.raises(LineAlreadyBooked):
        book_line(line, parts=[Part(Decimal("2748.36"), account=account("DONATION"))], by=treasurer, on=TODAY)


@pytest.mark.parametrize(
    "key", ["BANK", "CASH", "RECEIVABLE_DUES", "CREDIT_MEMBERS", "SUSPENSE", "RESERVE_FREE", "OPENING"]
)
def test_no_line_is_booked_on_an_account_with_a_book_of_its_own(read_in, client_for, treasurer, association, key):
    read_in(Row("250.00", "ohne Bezug"))
    line, chosen = BankLine.objects.get(), account(key)
    page = reverse("banking:allocate", args=[line.pk])
    client = client_for(treasurer)
    offered = dict(client.get(page).context["form"].fields["account_1"].choices)
    keys = [str(account(each).pk) for each in (key, "TRANSIT", "INVESTMENTS")]
    assert [each in offered for each in keys] == [False, True, True]
    answer = client.post(page, {"account_1": chosen.pk, "amount_1": "250,00"})
    assert list(answer.context["form"].errors) == ["account_1"]
    with pytest.raises(AccountKeptElsewhere):
        book_line(line, parts=[Part(Decimal(250), account=chosen)], by=treasurer, on=TODAY)
    with pytest.raises(AccountKeptElsewhere):
        make_rule(direction="in", text_words="Bezug", account=chosen, by=treasurer, on=TODAY)
    assert not Entry.objects.exists()
    assert book_line(line, parts=[Part(Decimal(250), account=account("TRANSIT"))], by=treasurer, on=TODAY).entry


def test_only_what_comes_back_from_a_supplier_stands_on_the_payables(read_in, treasurer, association):
    read_in(Row("-50.00", "Rechnung 7"), Row("50.00", "zu viel gezahlt"))
    part = Part(Decimal(50), account=account("PAYABLE"))
    with pytest.raises(AccountKeptElsewhere, match=r"33000 .* wird nur über Belege und ihre Zahlung bebucht"):
        book_line(line_of("Rechnung 7"), parts=[part], by=treasurer, on=TODAY)
    assert book_line(line_of("zu viel gezahlt"), parts=[part], by=treasurer, on=TODAY).entry


def test_a_bank_account_with_statements_is_not_posted_by_hand(read_in, treasurer, association):
    read_in(Row("250.00", "ohne Bezug"))
    given = {"on": TODAY, "document_on": TODAY, "text": "x", "reference": "", "filename": "x.png", "content": scan("x")}
    lines = [Line("ROOM", debit=Decimal(1)), Line("BANK", credit=Decimal(1))]
    with pytest.raises(AccountKeptElsewhere, match="18000 Girokonto wird nur über die Umsätze"):
        post_by_hand(**given, lines=lines, by=treasurer, today=TODAY)


def test_a_partial_payment_leaves_the_rest_open(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("1000.00", f"Rate RG {bonn.number}"))
    assert (best(BankLine.objects.get()).kind, best(BankLine.objects.get()).score) == ("partial", 85)
    book_best(f"Rate RG {bonn.number}", treasurer)
    assert outstanding(bonn) == Decimal("1748.36")


def test_a_surplus_becomes_credit_of_the_city(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2800.00", bonn.number))
    book_best(bonn.number, treasurer)
    assert (outstanding(bonn), credit_balance(bonn.city)) == (0, Decimal("51.64"))


def test_a_payment_made_twice_becomes_credit(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", f"{bonn.number} A"), Row("2748.36", f"{bonn.number} B", on=date(2027, 1, 20)))
    book_best(f"{bonn.number} A", treasurer)

    proposal = best(line_of(f"{bonn.number} B"))
    assert proposal.kind == "paid_twice"
    book_best(f"{bonn.number} B", treasurer)
    assert (outstanding(bonn), credit_balance(bonn.city)) == (0, Decimal("2748.36"))


def test_one_payment_for_several_invoices_of_several_cities(invoices, read_in, treasurer):
    bonn, cologne, _munich = invoices
    read_in(Row("11457.64", f"{bonn.number} und {cologne.number}", "Bezirkskasse", COLOGNE))
    proposal = best(BankLine.objects.get())
    assert (proposal.kind, proposal.score) == ("joint", 100)
    line = book_line(proposal.line, proposal=proposal.pk, by=treasurer, on=TODAY)
    assert [row[3] for row in sides(line.entry)] == ["", "Bonn", "Köln"]
    assert (outstanding(bonn), outstanding(cologne)) == (0, 0)
    assert not KnownAccount.objects.exists()


def test_a_city_that_pays_for_another_is_not_learned(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", bonn.number, "Stadt Koeln", COLOGNE))
    proposal = best(BankLine.objects.get())
    assert (proposal.kind, proposal.score) == ("number", 95)
    assert proposal.reason.endswith("Gezahlt hat offenbar Köln.")
    book_best(bonn.number, treasurer)
    assert outstanding(bonn) == 0
    assert not KnownAccount.objects.exists()


def test_a_known_account_and_the_amount_are_enough(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("1000.00", bonn.number, "Kasse", BONN))
    book_best(bonn.number, treasurer)
    read_in(Row("1748.36", "Rest", "Kasse", BONN, on=date(2027, 1, 28)), number="2", opening="2000.00")
    proposal = best(line_of("Rest"))
    assert (proposal.kind, proposal.score) == ("iban_amount", 90)
    assert proposal.reason == "Von diesem Konto hat Bonn schon gezahlt; der Betrag stimmt auf den Cent."


def test_a_payment_that_comes_back_opens_the_invoice_again(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(
        Row("2748.36", bonn.number, "Bonn", BONN, end_to_end_id="E7"),
        Row(
            "-2748.36", "Rückgabe", "Bonn", BONN, end_to_end_id="E7", is_reversal=True, on=date(2027, 1, 20), gvc="109"
        ),
    )
    with pytest.raises(ProposalOutdated, match="Bitte verbuchen Sie zuerst"):
        book_best("Rückgabe", treasurer)
    book_best(bonn.number, treasurer)

    returned = book_best("Rückgabe", treasurer)

    assert returned.booked_as == "returned"
    assert outstanding(bonn) == Decimal("2748.36")
    assert sides(returned.entry) == [
        ("BANK", "credit", Decimal("2748.36"), ""),
        ("RECEIVABLE_DUES", "debit", Decimal("2748.36"), "Bonn"),
    ]
    with pytest.raises(LineAlreadyBooked):
        unbook_line(line_of(bonn.number), reason="x", by=treasurer, on=TODAY)
    unbook_line(returned, reason="Irrtum der Bank", by=treasurer, on=TODAY)
    assert outstanding(bonn) == 0


def test_fees_and_expenses_are_proposed_by_code_and_text(invoices, read_in, treasurer):
    read_in(Row("-12.50", "Abschluss", gvc="808"), Row("-480.00", "Saalmiete Januar", "Raumhaus GmbH", gvc="116"))
    fee, rent = book_best("Abschluss", treasurer), book_best("Saalmiete Januar", treasurer)
    assert sides(fee.entry) == [("BANK", "credit", Decimal("12.50"), ""), ("BANKFEE", "debit", Decimal("12.50"), "")]
    assert sides(rent.entry)[1][0] == "ROOM"


def test_undoing_reverses_the_entry_and_opens_everything_again(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", bonn.number, "Kasse", BONN))
    entry = book_best(bonn.number, treasurer).entry

    line = unbook_line(line_of(bonn.number), reason="Falsche Stadt", by=treasurer, on=TODAY)

    assert (line.state, line.booked_as) == (LineState.OPEN, "")
    assert entry.reversed_by.text == f"Storno von {entry}: Falsche Stadt"
    assert (outstanding(bonn), balance("BANK")) == (Decimal("2748.36"), 0)
    assert not KnownAccount.objects.exists()
    assert best(line).score == 100
    book_best(bonn.number, treasurer)
    assert outstanding(bonn) == 0


def test_a_line_nobody_understands_is_parked_with_an_owner_and_booked_later(invoices, read_in, treasurer, board_member):
    read_in(Row("300.00", "danke", "Unbekannt"))
    line = line_of("danke")
    with pytest.raises(ReasonMissing):
        park_line(line, owner=board_member, note=" ", by=treasurer, on=TODAY)
    line = park_line(line, owner=board_member, note="Wer ist das?", by=treasurer, on=TODAY)
    assert (line.state, line.owner) == (LineState.UNCLEAR, board_member)
    assert (balance("BANK"), balance("SUSPENSE")) == (300, -300)
    line = hand_over(line, owner=treasurer, note="Ist geklärt", by=board_member)

    booked = book_line(line, parts=[Part(Decimal(300), account=account("DONATION"))], by=treasurer, on=TODAY)

    assert booked.state == LineState.BOOKED
    assert (balance("BANK"), balance("SUSPENSE"), balance("DONATION")) == (300, 0, -300)
    assert unbook_line(booked, reason="doch nicht", by=treasurer, on=TODAY).state == LineState.UNCLEAR
    assert reopen_line(line, reason="neu", by=treasurer, on=TODAY).state == LineState.OPEN
    assert balance("BANK") == 0


def test_two_equal_lines_on_one_statement_are_two_movements(invoices, read_in, treasurer):
    read_in(Row("100.00", "eins"), Row("100.00", "zwei"))
    with pytest.raises(LineNotDouble):
        ignore_line(line_of("zwei"), reason="doppelt", by=treasurer)


def test_only_a_line_that_came_twice_may_be_left_out_and_it_may_come_back(invoices, read_in, treasurer):
    read_in(Row("1.00", "Test der Bank"))
    line = line_of("Test der Bank")
    with pytest.raises(LineNotDouble):
        ignore_line(line, reason="Probebuchung der Bank", by=treasurer)
    read_in(Row("1.00", "TEST DER BANK.", on=line.booked_on + timedelta(days=2)), number="2", opening="1001.00")
    line = ignore_line(line, reason="steht auch in Auszug 2", by=treasurer)
    assert line.state == LineState.IGNORED
    with pytest.raises(LineNotDouble):
        ignore_line(line_of("TEST DER BANK."), reason="doppelt", by=treasurer)
    with pytest.raises(LineAlreadyBooked):
        park_line(line, owner=treasurer, note="x", by=treasurer, on=TODAY)
    assert reopen_line(line, reason="doch", by=treasurer, on=TODAY).state == LineState.OPEN


@pytest.mark.parametrize("amounts", [[], ["1.00"], ["3000.00"], ["2748.36", "51.64", "-0.00"], ["2800.00"]])
def test_parts_that_do_not_fit_are_refused(invoices, read_in, treasurer, amounts):
    read_in(Row("2800.00", "Zahlung"))
    parts = [Part(Decimal(amount), invoice=invoices[0]) for amount in amounts]
    with pytest.raises(AllocationsDoNotFit):
        book_line(line_of("Zahlung"), parts=parts, by=treasurer, on=TODAY)
    assert not Allocation.objects.exists()


def test_a_proposal_that_no_longer_holds_books_nothing(invoices, read_in, treasurer):
    bonn = invoices[0]
    read_in(Row("2748.36", f"{bonn.number} A"), Row("2748.36", f"{bonn.number} B", on=date(2027, 1, 20)))
    stale = best(line_of(f"{bonn.number} B")).pk
    book_best(f"{bonn.number} A", treasurer)
    with pytest.raises(ProposalOutdated):
        book_line(line_of(f"{bonn.number} B"), proposal=stale, by=treasurer, on=TODAY)


def test_everything_certain_is_booked_at_one_go_each_invoice_once(invoices, read_in, treasurer):
    bonn, cologne, munich = invoices
    read_in(
        Row("2748.36", f"{bonn.number} A"),
        Row("2748.36", f"{bonn.number} B", on=date(2027, 1, 20)),
        Row("8709.28", cologne.number),
        Row("100.00", munich.number),
    )
    shown = [proposal.pk for proposal in certain_proposals()]
    report = book_certain(shown, by=treasurer, on=TODAY)
    assert (report.count, report.total) == (2, Decimal("11457.64"))
    assert BankLine.objects.open().count() == 2
    assert best(line_of(f"{bonn.number} B")).kind == "paid_twice"
    with pytest.raises(ProposalOutdated):
        book_certain(shown, by=treasurer, on=TODAY)


def test_no_cent_is_lost(invoices, read_in, treasurer):
    """Booked lines = allocations + accounts + suspense, and the bank account mirrors them."""
    bonn, cologne, munich = invoices
    read_in(
        Row("2748.36", bonn.number),
        Row("9000.00", cologne.number),
        Row("792.54", munich.number),
        Row("-12.50", "Entgelt", gvc="808"),
        Row("70.00", "danke"),
        Row("5.00", "offen"),
    )
    for text in (bonn.number, cologne.number, munich.number, "Entgelt"):
        book_best(text, treasurer)
    park_line(line_of("danke"), owner=treasurer, note="?", by=treasurer, on=TODAY)

    allocated = sum(each.amount.amount for each in Allocation.objects.all())
    assert allocated == Decimal("12540.90")
    booked = BankLine.objects.exclude(text="offen").total()
    assert booked == allocated - Decimal("12.50") + Decimal("70.00") == balance("BANK")
    claims = sum(each.amount.amount for each in invoices)
    assert balance("RECEIVABLE_DUES") == claims - allocated
    assert sum(balance(key) for key in ("BANK", "RECEIVABLE_DUES", "DUES", "BANKFEE", "SUSPENSE")) == 0
    assert BankLine.objects.get(text="danke").amount == euros(70)


def test_money_for_a_written_off_invoice_is_recognised_and_becomes_credit(invoices, read_in, treasurer):
    """Years later, from an account nobody knows: the reference still says whose money it is."""
    bonn = invoices[0]
    make_write_off(bonn, on=date(2027, 6, 1))
    read_in(Row("2748.36", "Nachzahlung", "Kasse", MUNICH, reference=bonn.reference, on=date(2032, 1, 15)))
    proposal = best(line_of("Nachzahlung"))
    assert (proposal.kind, proposal.city, proposal.credit.amount) == (
        MatchKind.PAID_TWICE,
        bonn.city,
        Decimal("2748.36"),
    )
    assert "auf der nichts mehr offen ist" in proposal.reason
    book_line(proposal.line, proposal=proposal.pk, by=treasurer, on=date(2032, 1, 20))
    assert credit_balance(bonn.city) == Decimal("2748.36")
