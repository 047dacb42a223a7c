import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.banking.domain.batch import certain_proposals
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import park_line
from apps.banking.domain.queries import reconcile, worklist
from apps.banking.models import BankAccount, BankLine, Statement, StatementImport
from apps.core.templatetags.formats import moment
from apps.ledger.domain.accounts import account
from apps.ledger.models import Account, Entry
from tests.banking.conftest import TODAY
from tests.factories.banking import Row, camt_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement(invoices, read_in) -> Statement:
    bonn, cologne, _munich = invoices
    read_in(
        Row("2748.36", bonn.number, "Bonn"),
        Row("8709.28", cologne.number, "Köln"),
        Row("70.00", "danke", "Unbekannt"),
        Row("-12.50", "Entgelt", gvc="808"),
    )
    return Statement.objects.get()


def line(text: str) -> BankLine:
    return BankLine.objects.get(text=text)


def seen(statement: Statement) -> list[str]:
    return [
        reverse("banking:lines"),
        reverse("banking:statements"),
        reverse("banking:accounts"),
        statement.get_absolute_url(),
        StatementImport.objects.get().get_absolute_url(),
        line("danke").get_absolute_url(),
    ]


def acted(statement: Statement) -> list[str]:
    where = [line("danke").pk]
    names = ("allocate", "clarify", "ignore", "unbook", "reopen")
    return [
        *(reverse(f"banking:{name}", args=where) for name in names),
        *(reverse(f"banking:{name}") for name in ("upload", "certain", "refresh", "new_account")),
        reverse("banking:opening", args=[statement.bank_account_id]),
    ]


def test_board_and_auditors_see_the_bank_and_only_the_treasurer_books(
    statement, client_for, treasurer, board_member, auditor, member_user, office, admin_user
):
    for user, sees, books in (
        (treasurer, 200, 200),
        (board_member, 200, 404),
        (auditor, 200, 404),
        (member_user, 404, 404),
        (office, 404, 404),
        (admin_user, 404, 404),
    ):
        client = client_for(user)
        assert {url: client.get(url).status_code for url in seen(statement)} == dict.fromkeys(seen(statement), sees)
        assert {url: client.get(url).status_code for url in acted(statement)} == dict.fromkeys(acted(statement), books)
        if books == 404:
            assert client.post(reverse("banking:book", args=[line("danke").pk])).status_code == 404


def test_no_page_needs_more_queries_for_more_lines(statement, client_for, treasurer, read_in):
    client = client_for(treasurer)
    urls = [url for url in seen(statement) if "eingelesen" not in url]

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = [queries(url) for url in urls]
    read_in(*[Row("5.00", f"Zahlung {n}", "Bonn") for n in range(4)], number="2", opening="12515.14")
    assert [queries(url) for url in urls] == few
    assert max(few) <= 20


def test_a_statement_is_uploaded_and_reported(invoices, client_for, treasurer):
    client = client_for(treasurer)
    files = [upload(camt_file([Row("1.00", "a")]), "a.xml"), upload(camt_file([Row("2.00", "b")], number="2"), "b.xml")]
    response = client.post(reverse("banking:upload"), {"files": files}, follow=True)
    assert "2 neue Umsätze eingelesen, 0 waren schon bekannt." in response.content.decode()
    assert BankLine.objects.count() == 2
    again = client.post(
        reverse("banking:upload"), {"files": [upload(camt_file([Row("1.00", "a")]), "a.xml")]}, follow=True
    )
    assert "Diese Auszüge waren schon eingelesen." in again.content.decode()


def upload(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("content", [b"", b"<a>", b"%PDF-1.4"])
def test_a_bad_upload_is_refused_beside_the_field(invoices, client_for, treasurer, content):
    response = client_for(treasurer).post(reverse("banking:upload"), {"files": [upload(content, "a.xml")]})
    assert response.status_code == 200
    assert "Datei „a.xml“" in response.content.decode()
    assert not StatementImport.objects.exists()


def test_one_click_books_and_the_next_changes_nothing(statement, client_for, treasurer, invoices):
    client = client_for(treasurer)
    chosen = line(invoices[0].number)
    data = {"proposal": chosen.proposals.get(rank=1).pk, "next": reverse("banking:lines")}
    for _click in range(2):
        response = client.post(reverse("banking:book", args=[chosen.pk]), data)
        assert response["Location"] == reverse("banking:lines")
    assert Entry.objects.filter(source="banking.line").count() == 1
    foreign = client.post(reverse("banking:book", args=[chosen.pk]), data | {"next": "https://evil.example/"})
    assert foreign["Location"] == chosen.get_absolute_url()


def test_a_line_is_spread_by_hand(statement, client_for, treasurer, invoices):
    client = client_for(treasurer)
    munich, donation = invoices[2], Account.objects.get(key="DONATION")
    url = reverse("banking:allocate", args=[line("danke").pk])
    short = client.post(url, {f"invoice_{munich.pk}": "50,00"})
    assert "Die Beträge ergeben zusammen 50,00" in short.content.decode()
    client.post(url, {f"invoice_{munich.pk}": "50,00", "account_1": donation.pk, "amount_1": "20,00"})
    entry = line("danke").entry
    assert [(each.account.key, each.amount.amount) for each in entry.lines.all()] == [
        ("BANK", Decimal(70)),
        ("RECEIVABLE_DUES", Decimal(50)),
        ("DONATION", Decimal(20)),
    ]


def test_everything_certain_is_shown_then_booked(statement, client_for, treasurer):
    client = client_for(treasurer)
    page = client.get(reverse("banking:certain"))
    assert "2 Umsätze über 11.457,64" in page.content.decode()
    response = client.post(
        reverse("banking:certain"), {"proposals": page.context["form"].initial["proposals"]}, follow=True
    )
    assert "2 Umsätze verbucht, zusammen 11.457,64" in response.content.decode()
    assert BankLine.objects.booked().count() == 2


def test_parking_leaving_out_and_taking_back_on_pages(statement, client_for, treasurer):
    client, chosen = client_for(treasurer), line("danke")
    client.post(reverse("banking:clarify", args=[chosen.pk]), {"owner": treasurer.pk, "note": "Wer?"})
    assert line("danke").owner == treasurer
    client.post(reverse("banking:reopen", args=[chosen.pk]), {"reason": "geklärt"})
    refused = client.get(reverse("banking:ignore", args=[chosen.pk])).content.decode()
    assert "Ausgelassen werden darf nur ein Umsatz, der doppelt eingelesen wurde." in refused
    BankLine.objects.create(
        bank_account=chosen.bank_account,
        fingerprint="x",
        amount=chosen.amount,
        booked_on=chosen.booked_on,
        valued_on=chosen.valued_on,
        text="dieselbe noch einmal",
    )
    asked = client.get(reverse("banking:ignore", args=[chosen.pk])).content.decode()
    assert "Derselbe Betrag steht schon da als" in asked
    assert "dieselbe noch einmal" in asked
    client.post(reverse("banking:ignore", args=[chosen.pk]), {"reason": "Test"})
    assert line("danke").ignored_reason == "Test"


def test_bank_and_books_agree_once_everything_is_explained(statement, client_for, treasurer):
    account = BankAccount.objects.get()
    proof = reconcile(account)
    assert (proof.bank, proof.books, proof.open, proof.opening) == (
        Decimal("12515.14"),
        0,
        Decimal("11515.14"),
        Decimal("1000.00"),
    )
    assert proof.is_proven
    client_for(treasurer).post(reverse("banking:opening", args=[account.pk]))
    for each in list(BankLine.objects.all()):
        best = each.proposals.first()
        if best:
            book_line(each, proposal=best.pk, by=treasurer, on=TODAY)
    proof = reconcile(BankAccount.objects.get())
    assert (proof.books, proof.open, proof.opening, proof.difference) == (Decimal("12445.14"), Decimal("70.00"), 0, 0)


def test_a_statement_is_printed(statement, client_for, auditor):
    response = client_for(auditor).get(reverse("banking:statement_pdf", args=[statement.pk]))
    assert response.content.startswith(b"%PDF-")


def test_the_command_reports_in_german_and_refuses_with_an_error(invoices, tmp_path):
    good, bad = tmp_path / "a.xml", tmp_path / "b.xml"
    good.write_bytes(camt_file([Row("1.00", "a")]))
    bad.write_bytes(b"")
    with pytest.raises(CommandError, match="Die Datei ist leer"):
        call_command("import_statement", good, bad)
    assert not BankLine.objects.exists()
    out = io.StringIO()
    call_command("import_statement", good, stdout=out)
    assert out.getvalue() == "Auszug 1/2027: 1 Umsätze, davon 1 neu. 1.000,00 € → 1.001,00 €, geht auf.\n"
    out = io.StringIO()
    call_command("import_statement", good, stdout=out)
    assert out.getvalue() == "a.xml: schon eingelesen, nichts Neues.\n"
    with pytest.raises(CommandError, match="kann nicht gelesen werden"):
        call_command("import_statement", tmp_path / "fehlt.xml")


def test_show_all_shows_all_and_not_the_open_ones_again(statement, client_for, treasurer):
    client = client_for(treasurer)
    book_line(line("danke"), parts=[Part(Decimal(70), account=account("DONATION"))], by=treasurer, on=TODAY)
    page = client.get(reverse("banking:lines"))
    assert page.context["page_obj"].paginator.count == 3
    [url] = re.findall(r'href="([^"]*)">alle zeigen', page.content.decode())
    everything = client.get(url)
    assert (everything.context["page_obj"].paginator.count, "alle zeigen" in everything.content.decode()) == (4, False)


def test_the_second_of_two_browsers_is_told_who_booked_before(statement, client_for, treasurer, user_with):
    other, chosen = user_with(Role.TREASURER), BankLine.objects.get(counterparty="Bonn")
    click = {"proposal": chosen.proposals.get(rank=1).pk}
    first = client_for(treasurer).post(reverse("banking:book", args=[chosen.pk]), click, follow=True)
    entry = BankLine.objects.get(pk=chosen.pk).entry
    assert f"Verbucht: 2.748,36 € als {entry}." in first.content.decode()
    for browser in (client_for(other), client_for(treasurer)):
        second = browser.post(reverse("banking:book", args=[chosen.pk]), click, follow=True).content.decode()
        said = f"Dieser Umsatz war schon verbucht: {entry}, von {treasurer} am {moment(entry.posted_at)}."
        assert (said in second, "Verbucht:" in second) == (True, False)


def test_the_tile_and_the_page_of_certain_lines_agree(statement, client_for, treasurer, invoices, read_in):
    read_in(Row("2748.36", invoices[0].number, "Bonn", on=date(2027, 1, 21)), number="2", opening="12515.14")
    parked = BankLine.objects.get(counterparty="Köln")
    park_line(parked, owner=treasurer, note="Warum doppelt?", by=treasurer, on=TODAY)
    assert worklist().certain == 2
    assert [each.line.counterparty for each in certain_proposals()] == ["Bonn"]
    page = client_for(treasurer).get(reverse("banking:certain")).content.decode()
    assert "1 weiterer Umsatz betrifft eine Rechnung, die hier schon vorkommt" in page


def test_taking_back_what_is_not_booked_says_so(statement, client_for, treasurer):
    page = client_for(treasurer).get(reverse("banking:unbook", args=[line("danke").pk])).content.decode()
    assert ("Es gibt nichts zurückzunehmen." in page, "None" in page) == (True, False)


def test_codes_of_the_bank_are_shown_in_words(statement, client_for, treasurer):
    page = client_for(treasurer).get(line("Entgelt").get_absolute_url()).content.decode()
    assert "Entgelt der Bank (808)" in page


def test_a_rule_begun_from_a_line_takes_over_what_the_line_says(statement, client_for, treasurer):
    client, fee = client_for(treasurer), line("Entgelt")
    form = client.get(reverse("banking:new_rule"), {"umsatz": fee.pk}).context["form"]
    wanted = {"direction": "out", "text_words": "ENTGELT", "account": Account.objects.get(key="BANKFEE")}
    assert {name: form.initial[name] for name in wanted} == wanted
    values = wanted | {"account": wanted["account"].pk, "iban": "", "name_words": ""}
    page = client.post(reverse("banking:new_rule"), values, follow=True).content.decode()
    assert (fee.get_absolute_url() in page, "Zurzeit keine" in page) == (True, False)


def test_the_report_of_an_import_shows_period_and_balances_in_few_columns(statement, client_for, treasurer):
    page = client_for(treasurer).get(StatementImport.objects.get().get_absolute_url()).content.decode()
    assert page.count('role="columnheader"') == 4
    assert "vorher 1.000,00 €" in page
