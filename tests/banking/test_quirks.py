"""What banks write beside the rules of their formats: read where the balances prove it, else refused by name."""

from datetime import date
from decimal import Decimal

import pytest

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.formats import read_bytes
from apps.banking.calculations.statements import Movement, StatementData, iban_of
from apps.banking.models import BankLine
from tests.banking.conftest import import_files
from tests.factories.banking import OUR_IBAN, Row, camt_file

DEBIT = ":61:2701150115D6,00NMSCNONREF"


def mt940(
    *rows: str, before: str = "", account: str = "37040044/0532013000", opening: str = "10,", closing: str = "4,"
) -> bytes:
    head = [":20:STARTUMSE", f":25:{account}", ":28C:00006/001", f":60F:C270114EUR{opening}"]
    return "\r\n".join([*before.split("|"), *head, *rows, f":62F:C270115EUR{closing}", "-"]).encode()


def read(content: bytes) -> StatementData:
    [statement] = read_bytes(content).statements
    return statement


def only_line(content: bytes) -> Movement:
    [movement] = read(content).movements
    return movement


def fault_of(content: bytes) -> StatementFault:
    with pytest.raises(StatementFault) as refused:
        read_bytes(content)
    return refused.value


@pytest.mark.parametrize(
    "before", [":940:", "{1:F01BANKDEFFAXXX0000000000}|{2:I940BANKDEFFXXXXN}|{4:", "\x01{1:F01BANKDEFF}{4:", ""]
)
def test_what_stands_before_a_message_does_not_matter(before):
    assert read(mt940(DEBIT, before=before)).closing == Decimal("4.00")


def test_value_dates_follow_months_of_thirty_days():
    assert only_line(mt940(":61:2702300301D6,00NMSCNONREF")).valued_on == date(2027, 2, 28)
    assert only_line(mt940(":61:2802300301D6,00NMSCNONREF")).valued_on == date(2028, 2, 29)
    assert fault_of(mt940(":61:2704310430D6,00NMSCNONREF")).fault == Fault.INVALID


def test_a_csv_has_such_value_dates_too(csv_rows):
    [movement] = read(csv_rows('"01.03.27";"30.02.27";"-6,00";"EUR";"Umsatz gebucht"')).movements
    assert (movement.booked_on, movement.valued_on) == (date(2027, 3, 1), date(2027, 2, 28))


def test_a_time_cut_in_two_by_the_width_of_a_row_stays_text():
    movement = only_line(
        mt940(DEBIT, ":86:105?00LASTSCHRIFT?20SVWZ+Karte 2027-01-15T13", ":12:11 Folge 007?21 und", ":25:40 Ende")
    )
    assert movement.text == "Karte 2027-01-15T13:12:11 Folge 007 und:25:40 Ende"


def test_a_dash_in_its_own_row_ends_a_message_only_after_the_closing_balance():
    assert only_line(mt940(DEBIT, ":86:MND", "-", "EV01")).text == "MND - EV01"


def test_code_words_between_slashes_go_on_in_the_next_row():
    assert only_line(mt940(DEBIT, ":86:/NAME/R. Meier/REMI/Beitrag 20", "27/ISDT/2027-01-15")).text == (
        "/NAME/R. Meier/REMI/Beitrag 2027/ISDT/2027-01-15"
    )


def test_whole_euros_may_come_without_a_comma():
    assert only_line(mt940(":61:2701150115D6NMSCNONREF")).amount == Decimal("-6.00")


def test_a_returned_item_is_known_by_its_type():
    movement = only_line(mt940(":61:2701150115D6,00NRTINONREF", ":86:/RTRN/MS03//REMI/USTD//Beitrag/"))
    assert (movement.return_reason, movement.is_reversal) == ("MS03", False)


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("/NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("NL91 ABNA 0417 1643 00 EUR", "NL91ABNA0417164300"),
        ("37040044/0532013000", OUR_IBAN),
        ("123456789", "123456789"),  # a number without a bank code stays what it is
        ("1020304050", "1020304050"),
    ],
)
def test_accounts_are_read_as_written(written, iban):
    assert iban_of(written) == iban
    assert read(mt940(DEBIT, account=written)).iban == iban


def test_an_older_number_counts_like_the_new_one():
    assert read(mt940(DEBIT).replace(b":28C:00006/001", b":28:27/1")).number == "27"


def test_a_number_too_long_is_cut():
    assert read(mt940(DEBIT).replace(b":28C:00006/001", b":28C:" + b"9" * 50)).number == "9" * 40


def test_pages_out_of_order_in_time_still_make_a_period():
    first = mt940(DEBIT).replace(b":62F:C270115", b":62M:C270115")
    second = mt940(DEBIT, opening="4,", closing="-").replace(b":60F:C270114", b":60M:C270115")
    second = second.replace(b":62F:C270115EUR-", b":62F:D261231EUR2,")
    whole = read(first + b"\r\n" + second)
    assert (whole.opened_on, whole.closed_on, whole.closing) == (
        date(2026, 12, 31),
        date(2026, 12, 31),
        Decimal("-2.00"),
    )


def test_lists_of_pending_entries_are_named():
    content = b":20:1\r\n:25:37040044/0532013000\r\n:28C:1\r\n:34F:EUR0,\r\n:13D:2701151017+0100\r\n" + DEBIT.encode()
    assert (fault_of(content).fault, fault_of(content).found) == (Fault.FOREIGN_FORMAT, "MT942")


def test_a_web_page_is_named_at_once_whatever_comments_precede_it():
    assert (
        fault_of(b"<!---->" * 250 + b"<!DOCTYPE html><html>").found,
        fault_of(b"<!---->" * 250 + b"<a/>").fault,
    ) == (
        "HTML",
        Fault.NOT_A_STATEMENT,
    )


def test_a_damaged_beginning_is_no_table():
    fault = fault_of(mt940(DEBIT, before=":9401:"))
    assert (fault.fault, fault.line, fault.found) == (Fault.INVALID, 1, ":9401:")


def test_marks_in_the_text_of_camt_become_fields():
    written = "Rechnung 1188 End-to-End-Ref.: TH-1188 CORE / Mandatsref.: M-9 Gläubiger-ID: DE98ZZZ09999999999"
    movement = only_line(camt_file([Row("-6.00", written)]))
    assert (movement.text, movement.end_to_end_id, movement.mandate_reference) == ("Rechnung 1188", "TH-1188", "M-9")


def test_what_a_payer_writes_stays_whole():
    written = "IBAN: DE75512108001245126199 Beitrag 2027"
    assert only_line(camt_file([Row("6.00", written)])).text == written


def test_the_other_side_of_a_returned_debit_is_who_should_have_paid():
    returned = camt_file([Row("-6.00", "Beitrag", "Stadt Bonn", "DE75512108001245126199", return_reason="AC06")])
    ours = returned.replace(b"<Cdtr>", b"<Dbtr>").replace(b"</Cdtr>", b"</Dbtr><Cdtr><Nm>Verein</Nm></Cdtr>")
    movement = only_line(ours.replace(b"CdtrAcct", b"DbtrAcct"))
    assert (movement.counterparty, movement.counterparty_iban) == ("Stadt Bonn", "DE75512108001245126199")


def test_a_remark_among_the_payments_of_a_batch_is_none_of_them():
    batch = Row("-6.00", parts=(Row("-4.00", "eins"), Row("-2.00", "zwei")))
    content = camt_file([batch]).replace(b"<TxDtls>", b"<TxDtls><AddtlTxInf>Sammler</AddtlTxInf></TxDtls>\n<TxDtls>", 1)
    assert [(str(each.amount), each.text) for each in read(content).movements] == [("-4.00", "eins"), ("-2.00", "zwei")]


@pytest.mark.parametrize(("written", "amount"), [(".06", "0.06"), ("6.", "6.00"), ("+6.5", "6.50"), ("6.500", "6.50")])
def test_amounts_of_camt_are_decimals_as_the_schema_allows_them(written, amount):
    content = camt_file([Row(amount)], version="02").replace(f">{amount}</Amt>".encode(), f">{written}</Amt>".encode())
    assert str(only_line(content).amount) == amount


@pytest.mark.parametrize("written", [".", "6,00", "6.005", "1e3", "-6.00", ""])
def test_other_amounts_of_camt_are_refused(written):
    fault = fault_of(camt_file([Row("6.00")], version="02").replace(b">6.00</Amt>", f">{written}</Amt>".encode()))
    assert fault.element == "Amt"


def test_a_mere_dot_is_no_reference():
    assert only_line(camt_file([Row("6.00", end_to_end_id=".")])).end_to_end_id == ""


def test_an_amount_without_currency_is_said_to_lack_it():
    fault = fault_of(camt_file([Row("6.00")]).replace(b'<Amt Ccy="EUR">6.00', b"<Amt>6.00"))
    assert (fault.fault, fault.element) == (Fault.MISSING, "Ccy")


@pytest.fixture
def csv_rows():
    header = '"Auftragskonto";"Buchungstag";"Valutadatum";"Betrag";"Waehrung";"Info";"Kundenreferenz (End-to-End)"'

    def build(*rows: str, account: str = OUR_IBAN) -> bytes:
        return "\r\n".join([header, *(f'"{account}";{row};""' for row in rows)]).encode()

    return build


@pytest.mark.parametrize(
    ("written", "amount"),
    [("-1.234,56", "-1234.56"), ("-1234.56", "-1234.56"), ("12.5", "12.50"), ("1.234", "1234.00"), ("12,5 €", "12.50")],
)
def test_amounts_may_have_a_point_before_the_cents(csv_rows, written, amount):
    content = csv_rows(f'"15.01.27";"15.01.27";"{written}";"EUR";"Umsatz gebucht"')
    assert only_line(content).amount == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["1,234.56", "12.3456", "1234567890123,00", "1.234.567.890.123,00", "1.23.456", "--5,00", "5,00 USD"]
)
def test_amounts_that_could_mean_two_things_are_refused(csv_rows, written):
    fault = fault_of(csv_rows(f'"15.01.27";"15.01.27";"{written}";"EUR";"Umsatz gebucht"'))
    assert (fault.fault, fault.element, fault.found) == (Fault.INVALID, "Betrag", written)


def test_pending_rows_count_for_their_own_account(csv_rows):
    other = "DE02120300000000202051"
    booked = '"15.01.27";"15.01.27";"-6,00";"EUR";"Umsatz gebucht"'
    content = (
        csv_rows(booked)
        + b"\r\n"
        + csv_rows(booked, booked.replace("gebucht", "vorgemerkt"), account=other).split(b"\r\n", 1)[1]
    )
    assert [(each.iban, len(each.movements), each.pending) for each in read_bytes(content).statements] == [
        (OUR_IBAN, 1, 0),
        (other, 1, 1),
    ]


@pytest.mark.django_db
def test_a_line_without_amount_is_kept_and_needs_no_handling(association, treasurer):
    content = mt940(DEBIT, ":61:2701150115C0,00NMSCNONREF", ":86:Neue Bedingungen ab April")
    report = import_files(treasurer, [content], suffix="sta")
    assert report.new_lines == 2
    [told] = BankLine.objects.ignored()
    assert (told.text, told.ignored_reason) == (
        "Neue Bedingungen ab April",
        "Nur eine Mitteilung der Bank, ohne Betrag.",
    )
    assert not told.proposals.exists()


@pytest.mark.django_db
def test_exports_without_a_number_may_overlap_and_close_on_the_same_day(association, treasurer):
    noon = mt940(DEBIT).replace(b":28C:00006/001", b":28C:0")
    evening = mt940(DEBIT, ":61:2701150115C1,00NMSCNONREF", closing="5,").replace(b":28C:00006/001", b":28C:0")
    import_files(treasurer, [noon], suffix="sta")
    report = import_files(treasurer, [evening], suffix="sta")
    assert (report.new_lines, report.known_lines) == (1, 1)
    assert [each.amount.amount for each in BankLine.objects.order_by("amount")] == [Decimal("-6.00"), Decimal("1.00")]
    assert not any("der Nummer nach" in warning for warning in report.warnings)
