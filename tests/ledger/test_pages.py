from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.documents.models import Document
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import AccountKeptElsewhere
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.manual import post_by_hand
from apps.ledger.domain.periods import locked_until
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.queries import account_sheet, trial_balance
from apps.ledger.models import Account, Entry
from apps.ledger.prints import journal_print, print_balance, print_journal, print_sheet
from apps.pdf.text import pdf_text
from tests.factories.files import scan
from tests.pdf.positions import page_texts, place_of

pytestmark = pytest.mark.django_db
DAY = date(2027, 2, 1)


def post(user, amount="100.00", *, on=DAY, to="DONATION", source="test.case") -> Entry:
    lines = [Line("BANK", debit=Decimal(amount)), Line(to, credit=Decimal(amount))]
    return post_entry(on=on, text="Spende", lines=lines, source=source, reference="S-1", by=user)


def post_manual(user) -> Entry:
    return post_by_hand(
        on=DAY,
        document_on=DAY,
        text="Spende",
        reference="S-1",
        lines=[Line("BANK", debit=Decimal(100)), Line("DONATION", credit=Decimal(100))],
        filename="beleg.png",
        content=scan("Beleg"),
        by=user,
        today=DAY,
    )


def account(key: str) -> Account:
    return Account.objects.get(key=key)


def pages(entry: Entry) -> list[str]:
    number = account("BANK").number
    period = "?von=2027-01-01&bis=2027-12-31"
    return [
        reverse("ledger:journal"),
        reverse("ledger:accounts"),
        reverse("ledger:balance") + period,
        reverse("ledger:account", args=[number]) + period,
        entry.get_absolute_url(),
    ]


def acts(entry: Entry) -> list[str]:
    return [
        reverse("ledger:post"),
        reverse("ledger:close"),
        reverse("ledger:open_account"),
        reverse("ledger:change_account", args=[account("DUES").number]),
        reverse("ledger:reverse", args=[entry.year, entry.number]),
    ]


def test_board_and_auditors_see_the_books_and_only_the_treasurer_keeps_them(
    client_for, treasurer, board_member, auditor, member_user, office, admin_user
):
    entry = post(treasurer)
    for user, sees, keeps in (
        (treasurer, 200, 200),
        (board_member, 200, 404),
        (auditor, 200, 404),
        (member_user, 404, 404),
        (office, 404, 404),
        (admin_user, 404, 404),
    ):
        client = client_for(user)
        assert {client.get(url).status_code for url in pages(entry)} == {sees}
        assert {client.get(url).status_code for url in acts(entry)} == {keeps}


@pytest.mark.parametrize("name", ["journal_pdf", "balance_pdf", "account_pdf"])
def test_the_books_are_printed(client_for, auditor, treasurer, name):
    post(treasurer)
    args = [account("BANK").number] if name == "account_pdf" else []
    response = client_for(auditor).get(reverse(f"ledger:{name}", args=args) + "?von=2027-01-01&bis=2027-12-31")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")


def test_the_books_on_paper_break_no_word_and_keep_entries_together(treasurer):
    """The account with the longest word, in the journal, the balance and on its sheet; numbers stand beside their dates."""
    long = account("PRINT")
    lines = [Line(long, debit=Decimal("1234567.89")), Line("BANK", credit=Decimal("1234567.89"))]
    text = "Tagungsmappen, Öffentlichkeitsarbeit und Mitgliederversammlung"
    for _number in range(60):
        post_entry(on=DAY, text=text, lines=lines, source="test.case", reference="S-1", by=treasurer)
    year = {"start": date(2027, 1, 1), "end": date(2027, 12, 31)}
    entries = Entry.objects.order_by("number").prefetch_related("lines__account", "lines__city", "lines__cost_centre")
    printed = {"on": DAY, "created": timezone.now()}
    journal = print_journal(journal_print(entries, **year), **printed)
    for content in (journal, print_sheet(account_sheet(long, **year), **printed)):
        pages = page_texts(content)
        assert sum(page.count("Öffentlichkeitsarbeit") for page in pages) >= 60
        assert sum(page.count("Mitgliederversammlung") for page in pages) == 60
    balance = print_balance(trial_balance(**year), **printed)
    assert "Öffentlichkeitsarbeit" in page_texts(balance)[0]
    assert place_of(balance, "Anfangsbestand").right < place_of(balance, "74.074.073,40").left
    assert len(page_texts(journal)) == 6
    for page in page_texts(journal):
        assert page.count("B2027-") == page.count(text) == page.count("18000 Girokonto")


def test_an_account_of_income_says_why_its_balance_is_negative(client_for, auditor, treasurer):
    post(treasurer)
    client = client_for(auditor)
    note = "Erträge stehen im Haben"
    income, bank = account("DONATION").number, account("BANK").number
    query = "?von=2027-01-01&bis=2027-12-31"
    assert note in client.get(reverse("ledger:account", args=[income]) + query).content.decode()
    assert "stehen im Haben" not in client.get(reverse("ledger:account", args=[bank]) + query).content.decode()
    assert note in pdf_text(client.get(reverse("ledger:account_pdf", args=[income]) + query).content)


def test_no_page_needs_more_queries_for_more_entries(client_for, treasurer):
    entry = post(treasurer)
    client = client_for(treasurer)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = [queries(url) for url in pages(entry)]
    post(treasurer, "5.00"), post(treasurer, "6.00", to="GRANT")
    assert [queries(url) for url in pages(entry)] == few
    assert max(few) <= 20


def test_an_entry_is_posted_by_hand_with_its_voucher(client_for, treasurer, tmp_path, time_machine):
    time_machine.move_to(DAY, tick=False)
    data = {
        "on": "2027-02-01",
        "document_on": "2027-01-28",
        "text": "Saalmiete",
        "account_1": account("ROOM").pk,
        "debit_1": "1.480,50",
        "account_2": account("BANK").pk,
        "credit_2": "1.480,50",
    }
    client = client_for(treasurer)
    missing = client.post(reverse("ledger:post"), data | {"reference": "R1"})
    assert missing.context["form"].errors["voucher"][0].startswith("Keine Buchung ohne Beleg.")
    unlike = client.post(reverse("ledger:post"), data | {"own_reason": "Beleg verloren", "credit_2": "1,00"})
    assert "Soll und Haben sind nicht gleich" in unlike.content.decode()
    assert not Entry.objects.exists()

    voucher = tmp_path / "beleg.png"
    voucher.write_bytes(scan("Rechnung"))
    with voucher.open("rb") as file:
        response = client.post(reverse("ledger:post"), data | {"voucher": file})
    entry = Entry.objects.get()
    assert response["Location"] == entry.get_absolute_url()
    assert (entry.amount.amount, entry.document_on, entry.voucher) == (
        Decimal("1480.50"),
        date(2027, 1, 28),
        Document.objects.get(),
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": "2027-02-02"}, "Von Hand wird nichts im Voraus gebucht."),
        ({"document_on": "2035-05-05"}, "Von Hand wird nichts im Voraus gebucht."),
        ({}, ""),
    ],
)
def test_nothing_is_posted_by_hand_ahead_of_time(client_for, treasurer, time_machine, changes, sentence):
    time_machine.move_to(DAY, tick=False)
    data = {
        "on": "2027-02-01",
        "document_on": "2027-02-01",
        "text": "Umbuchung",
        "own_reason": "Umbuchung",
        "account_1": account("ROOM").pk,
        "debit_1": "1,00",
        "account_2": account("CATERING").pk,
        "credit_2": "1,00",
    }
    answer = client_for(treasurer).post(reverse("ledger:post"), data | changes)
    assert Entry.objects.exists() == (not changes)
    if changes:
        assert answer.context["form"].errors[next(iter(changes))][0].startswith(sentence)


@pytest.mark.parametrize("key", ["CASH", "RECEIVABLE_DUES", "CREDIT_MEMBERS", "PAYABLE", "SUSPENSE"])
def test_an_account_with_a_book_of_its_own_is_not_posted_by_hand(client_for, treasurer, key):
    choices = dict(client_for(treasurer).get(reverse("ledger:post")).context["form"].fields["account_1"].choices)
    assert (str(account(key).pk) in choices, str(account("SAVINGS").pk) in choices) == (
        key not in {"CASH", "SUSPENSE"},
        True,
    )
    lines = [Line("ROOM", debit=Decimal(1)), Line(account(key), credit=Decimal(1))]
    given = {"on": DAY, "document_on": DAY, "text": "x", "reference": "", "filename": "x.png", "content": scan("x")}
    with pytest.raises(AccountKeptElsewhere, match=f"{account(key).number} .* wird nur über "):
        post_by_hand(**given, lines=lines, by=treasurer, today=DAY)
    assert not Entry.objects.exists()


def test_skonto_and_the_reclassification_of_credit_are_posted_by_hand(treasurer):
    given = {"on": DAY, "document_on": DAY, "text": "x", "reference": "", "filename": "x.png", "content": scan("x")}
    one = Decimal(1)
    for debit, credit in (("PAYABLE", "PRINT"), ("RECEIVABLE_DUES", "CREDIT_MEMBERS")):
        lines = [Line(debit, debit=one), Line(account(credit), credit=one)]
        assert post_by_hand(**given, lines=lines, by=treasurer, today=DAY).amount.amount == one
    for debit, credit in (("PRINT", "PAYABLE"), ("RECEIVABLE_DUES", "DUES"), ("CREDIT_MEMBERS", "SAVINGS")):
        lines = [Line(account(debit), debit=one), Line(credit, credit=one)]
        with pytest.raises(AccountKeptElsewhere):
            post_by_hand(**given, lines=lines, by=treasurer, today=DAY)


def test_an_own_voucher_with_its_reason_is_made_where_there_is_no_other(client_for, treasurer, time_machine):
    time_machine.move_to(DAY, tick=False)
    data = {
        "on": "2027-02-01",
        "document_on": "2027-01-28",
        "text": "Parkgebühr",
        "own_reason": "Der Automat gab keinen Beleg aus.",
        "account_1": account("TRAVEL").pk,
        "debit_1": "4,50",
        "account_2": account("BANK").pk,
        "credit_2": "4,50",
    }
    client_for(treasurer).post(reverse("ledger:post"), data)
    voucher = Entry.objects.get().voucher
    assert (voucher.title, voucher.origin) == ("Eigenbeleg: Parkgebühr", "ledger.own_voucher")
    version = voucher.versions.get()
    with default_storage.open(version.storage_path) as file:
        assert "Der Automat gab keinen Beleg aus." in " ".join(pdf_text(file.read()).split())


def test_a_manual_entry_is_reversed_and_others_only_where_they_were_made(client_for, treasurer):
    entry, foreign = post_manual(treasurer), post(treasurer, source="dues.invoice")
    client = client_for(treasurer)
    client.post(reverse("ledger:reverse", args=[entry.year, entry.number]), {"reason": "Irrtum"})
    assert entry.reversed_by.text == "Storno von B2027-00001: Irrtum"
    page = client.get(reverse("ledger:reverse", args=[foreign.year, foreign.number])).content.decode()
    assert "Bitte nehmen Sie sie dort zurück." in page


def test_a_period_is_closed_on_a_page(client_for, treasurer):
    last = date(timezone.localdate().year - 1, 12, 31)
    client_for(treasurer).post(reverse("ledger:close"), {"last_day": last.isoformat(), "reason": "Abschluss"})
    assert locked_until() == date(last.year + 1, 1, 1)


def test_the_account_sheet_runs_from_opening_to_closing(treasurer):
    post(treasurer, "10.00", on=date(2026, 12, 31))
    post(treasurer, "20.00")
    sheet = account_sheet(account("BANK"), start=date(2027, 1, 1), end=date(2027, 12, 31))
    assert (sheet.opening, [row.balance for row in sheet.rows], sheet.closing) == (10, [30], 30)
    income = account_sheet(account("DONATION"), start=date(2027, 1, 1), end=date(2027, 12, 31))
    assert (income.opening, income.closing) == (0, -20)


def test_the_trial_balance_is_balanced_and_carries_results(treasurer):
    post(treasurer, "10.00", on=date(2026, 12, 31))
    post(treasurer, "20.00")
    balance = trial_balance(start=date(2027, 1, 1), end=date(2027, 12, 31))
    assert balance.is_balanced
    assert [(row.account.key, row.opening, row.closing) for row in balance.rows] == [
        ("BANK", 10, 30),
        ("RESULT_CARRY", -10, -10),
        ("DONATION", 0, -20),
    ]


def test_the_integrity_check_finds_nothing_in_sound_books_and_a_missing_trigger(treasurer):
    post(treasurer)
    assert check_books() == []
    table = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_entry_is_proven{table}")
    assert check_books() == ["In der Datenbank fehlt die Sperre „ledger_entry_is_proven“."]


def test_an_account_in_use_keeps_its_number(client_for, treasurer):
    post(treasurer)
    bank = account("BANK")
    client = client_for(treasurer)
    url = reverse("ledger:change_account", args=[bank.number])
    data = {"number": "10000", "name": "Girokonto Hausbank", "sphere": bank.sphere, "statement_line": "Bank"}
    assert "seine Nummer bleibt" in client.post(url, data).content.decode()
    client.post(url, data | {"number": bank.number})
    assert account("BANK").name == "Girokonto Hausbank"


def test_an_entry_names_the_sphere_of_income_and_expense_only(client_for, treasurer):
    Account.objects.update(sphere="unallocated")
    entry = post(treasurer)
    assert set(entry.lines.values_list("sphere", flat=True)) == {"unallocated"}
    page = client_for(treasurer).get(entry.get_absolute_url()).content.decode()
    assert page.count("Noch zuzuordnen") == 1
