"""The DATEV file: shape, and read back the same balances."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.closing.calculations.datev import (
    COLUMNS,
    DatevProblem,
    Header,
    Row,
    Side,
    balances,
    clean_reference,
    pair_up,
    read_file,
    split_line,
    write_file,
)
from apps.closing.domain.datev import datev_rows, export_year, set_adviser
from apps.closing.domain.errors import NotExportable, SettingsMissing
from apps.closing.enums import DatevContent
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.posting import reverse_entry
from apps.ledger.domain.queries import trial_balance
from apps.ledger.models import Account
from tests.factories.closing import credit, debit, make_accounts, make_books, post
from tests.factories.dues import make_invoices

D = Decimal
NOW = datetime(2028, 3, 1, 12, 30, 15, tzinfo=UTC)
HEADER = Header(NOW, "Kim Beispiel", 1501, 23, date(2027, 1, 1), 5, date(2027, 1, 1), date(2027, 12, 31), "Test", "42")


def ledger_balances(year: int) -> dict[str, Decimal]:
    """Movement of the year per account: debit minus credit."""
    rows = trial_balance(start=date(year, 1, 1), end=date(year, 12, 31)).rows
    return {row.account.number: row.debit - row.credit for row in rows if row.debit != row.credit}


def ready(year: int = 2027) -> None:
    make_books(year)
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=None)


def test_the_file_keeps_to_the_format():
    row = Row(
        D("2559.39"), True, "12000", "40000", date(2027, 3, 31), "RG 2027/ä.14", 'Beitrag »Köln« – 5 €; "x"', "1", "K7"
    )
    content = write_file(HEADER, [row])
    assert content.endswith(b"\r\n")
    head, names, data = content.decode("cp1252").split("\r\n")[:3]
    assert head == (
        '"EXTF";700;21;"Buchungsstapel";13;20280301123015000;;"VE";"Kim Beispiel";"";1501;23;20270101;5;20270101;20271231;'
        '"Test";"";1;0;1;"EUR";;"";;;"42";;;"";""'
    )
    assert len(split_line(names, 2)) == len(COLUMNS) == 125
    fields = data.split(";")
    assert len(fields) == 125
    assert fields[:15] == [
        "2559,39", '"S"', '"EUR"', "", "", '""', "12000", "40000", '""', "3103", '"RG-2027/--14"', '""', "",
        "\"Beitrag »Köln« – 5 €, 'x'\"", "",
    ]  # fmt: skip
    assert (fields[36], fields[37], fields[113], fields[117]) == ('"1"', '"K7"', "1", '""')


def test_column_names_stand_where_the_format_wants_them():
    wanted = {
        1: "Umsatz (ohne Soll/Haben-Kz)", 7: "Konto", 10: "Belegdatum", 20: "Beleglink", 37: "KOST1 - Kostenstelle",
        92: "Veranlagungsjahr", 105: "SEPA-Mandatsreferenz", 114: "Festschreibung", 115: "Leistungsdatum",
        117: "Fälligkeit", 118: "Generalumkehr (GU)", 121: "Abrechnungsreferenz", 122: "BVV-Position",
        125: "Abw. Skontokonto",
    }  # fmt: skip
    assert {number: COLUMNS[number - 1] for number in wanted} == wanted


def test_the_document_field_knows_no_blanks_umlauts_or_dots():
    assert clean_reference("Rechnung Nr. 12/2027 für Köln") == "Rechnung-Nr--12/2027-f-r-K-ln"
    assert len(clean_reference("x" * 60)) == 36


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace(";13;", ";9;", 1), "Version 13"),
        (lambda text: text.replace("Belegfeld 2", "Belegfeld2"), "Spaltennamen"),
        (lambda text: text.replace("2559,39", "2559.39"), "Umsatz"),
        (lambda text: text.replace(";3103;", ";3112;", 1)[:-4] + "\r\n", "Felder"),
        (lambda text: text[:-2], "CR LF"),
    ],
)
def test_the_reader_is_strict(change, message):
    row = Row(D("2559.39"), True, "12000", "40000", date(2027, 3, 31), "RG-1", "Beitrag")
    text = write_file(HEADER, [row]).decode("cp1252")
    with pytest.raises(DatevProblem, match=message):
        read_file(change(text).encode("cp1252"))


AMOUNTS = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=6)


@given(AMOUNTS, AMOUNTS)
def test_pairs_add_up_to_every_line(debits, credits_):
    difference = sum(debits) - sum(credits_)
    (credits_ if difference > 0 else debits).extend([abs(difference)] if difference else [])
    left = [Side(f"{10000 + index}", D(cents) / 100) for index, cents in enumerate(debits)]
    right = [Side(f"{20000 + index}", D(cents) / 100) for index, cents in enumerate(credits_)]
    pairs = pair_up(left, right)
    rows = [Row(amount, True, one.account, other.account, date(2027, 1, 1), "R", "T") for amount, one, other in pairs]
    back = balances(read_file(write_file(HEADER, rows)).rows)
    assert back == {**{side.account: side.amount for side in left}, **{side.account: -side.amount for side in right}}
    assert len(pairs) <= len(left) + len(right) - 1


@given(st.lists(st.tuples(st.integers(1, 10**11), st.booleans(), st.booleans(), st.text(max_size=80)), max_size=10))
def test_rows_survive_the_file(rows):
    given_rows = [
        Row(D(cents) / 100, is_debit, "12000", "40000", date(2027, 5, 4), "R-1", text, "1", "", is_reversal)
        for cents, is_debit, is_reversal, text in rows
    ]
    back = read_file(write_file(HEADER, given_rows)).rows
    assert [replace(row, text="") for row in back] == [replace(row, text="") for row in given_rows]


@pytest.mark.django_db
def test_the_file_of_a_year_gives_the_balances_of_the_books():
    """Compound entries, spheres, cost centre, a reversal: read back, every account has the balance of the ledger."""
    ready()
    centre = open_cost_centre(number="T27", name="Treffen 2027", kind="meeting", valid_from=date(2027, 1, 1), by=None)
    wrong = post(
        date(2027, 8, 1),
        debit("ROOM", "70.00", cost_centre=centre),
        debit("CATERING", "30.00", sphere="purpose"),
        credit("BANK", "60.00"),
        credit("PAYABLE", "40.00"),
        text="Treffen; mit „Anführung“",
    )
    reverse_entry(wrong, by=None, on=date(2027, 8, 2), reason="falsch")
    post(date(2027, 9, 1), debit("ROOM", "5.00", sphere="purpose"), credit("ROOM", "5.00"))
    content = export_year(2027, created=NOW, by="Kim")
    file = read_file(content)
    assert (file.consultant, file.client, file.year_start) == (1501, 23, date(2027, 1, 1))
    assert balances(file.rows) == ledger_balances(2027)
    assert [row.is_reversal for row in file.rows if row.on == date(2027, 8, 2)] == [True, True, True]
    marks = {(row.sphere, row.cost_centre) for row in file.rows if row.on == date(2027, 8, 1)}
    assert marks == {("1", "T27"), ("3", "")}
    between = [(row.account, row.contra, row.sphere) for row in file.rows if row.on == date(2027, 9, 1)]
    assert between == [("50000", "14600", "3"), ("14600", "50000", "1")]


@pytest.mark.django_db
def test_carried_balances_and_bookings_together_give_the_balances_of_the_books():
    """The balances of 2028 can be carried once 2027 is closed: read back with the bookings, every account ends as in the books."""
    ready(2027)
    with pytest.raises(NotExportable, match="sobald das Jahr 2027 abgeschlossen ist"):
        export_year(2028, DatevContent.OPENINGS, created=NOW, by="Kim")
    make_accounts("closed", 2027)
    post(date(2028, 1, 20), debit("BANK", "400.00"), credit("RECEIVABLE_DUES", "400.00"), text="Zahlung")
    carried = read_file(export_year(2028, DatevContent.OPENINGS, created=NOW, by="Kim")).rows
    assert {(row.contra, row.on, row.reference) for row in carried} == {("90000", date(2028, 1, 1), "SV-2028")}
    moved = read_file(export_year(2028, created=NOW, by="Kim")).rows
    books = {
        row.account.number: row.closing for row in trial_balance(start=date(2028, 1, 1), end=date(2028, 12, 31)).rows
    }
    assert balances([*carried, *moved]) == {account: closing for account, closing in books.items() if closing}
    assert balances(carried)["12000"] == D("400.00")
    assert books["12000"] == 0


@pytest.mark.django_db
def test_rows_of_invoices_say_when_they_fall_due():
    [invoice, _other] = make_invoices()
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=None)
    content = export_year(2027, created=NOW, by="Kim")
    assert [split_line(line, 3)[116] for line in content.decode("cp1252").split("\r\n")[2:4]] == ["31032027"] * 2
    assert {row.due for row in read_file(content).rows} == {invoice.due_on} == {date(2027, 3, 31)}
    with pytest.raises(DatevProblem, match="Fälligkeit"):
        read_file(content.replace(b";31032027;", b";31132027;"))


@pytest.mark.django_db
def test_only_the_year_asked_for_is_in_the_file():
    ready(2027)
    make_books(2026)
    assert {row.on.year for row in datev_rows(2027)} == {2027}


@pytest.mark.django_db
def test_without_numbers_or_with_odd_accounts_nothing_is_exported():
    make_books()
    with pytest.raises(SettingsMissing):
        export_year(2027, created=NOW, by="Kim")
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=None)
    Account.objects.filter(key="BANK").update(number="1800")
    with pytest.raises(NotExportable):
        export_year(2027, created=NOW, by="Kim")
