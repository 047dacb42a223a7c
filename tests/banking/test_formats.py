"""Statements in every format that banks document, each in its own encoding, with its own header and preamble."""

from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from apps.banking.calculations.archive import read_file
from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.formats import read_bytes
from apps.banking.calculations.statements import Movement, StatementData, iban_of
from tests.factories.banking import OUR_IBAN

FILES = Path(__file__).parent / "statements"
KOELN = "DE75512108001245126199"


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def read_one(name: str) -> StatementData:
    [statement] = read_bytes(sample(name)).statements
    return statement


def by_amount(data: StatementData, amount: str) -> Movement:
    [found] = [each for each in data.movements if each.amount == Decimal(amount)]
    return found


@dataclass
class Expected:
    format: str
    count: int
    pending: int
    balances: tuple[str, str] | None
    name: str = "Stadt Köln, Kämmerei"
    iban: str = KOELN
    text: str = "Beitrag 2027, RG 2027-0002"
    end_to_end: str = ""


SAMPLES = {
    "sparkasse-camt-v2.csv": Expected("csv.sparkasse_camt", 3, 1, None),
    "sparkasse-mt940.csv": Expected("csv.sparkasse_mt940", 2, 0, None, end_to_end="KOELN-4711"),
    "dkb.csv": Expected("csv.dkb", 2, 1, None),
    "dkb-2022.csv": Expected("csv.dkb_2022", 2, 0, None, name="STADT KOELN KAEMMEREI"),
    "volksbank.csv": Expected("csv.volksbank", 3, 0, ("1000.00", "8461.88")),
    "gls-2020.csv": Expected(
        "csv.volksbank_2020",
        2,
        0,
        ("1000.00", "9696.38"),
        text="SEPA-Überweisungsgutschrift Beitrag 2027, RG 2027-0002",
    ),
    "ing-mit-saldo.csv": Expected("csv.ing", 3, 0, ("1000.00", "8461.88"), iban=""),
    "ing-ohne-saldo.csv": Expected("csv.ing", 1, 0, None, iban=""),
    "commerzbank.csv": Expected(
        "csv.commerzbank",
        2,
        0,
        None,
        name="",
        iban="",
        text="Stadt Köln, Kämmerei Beitrag 2027, RG 2027-0002",
        end_to_end="KOELN-4711",
    ),
    "commerzbank-2026.csv": Expected(
        "csv.commerzbank", 1, 0, None, name="", iban="", text="Stadt Köln, Kämmerei Beitrag 2027, RG 2027-0002"
    ),
    "sparkasse.sta": Expected("mt940", 3, 0, ("1000.00", "9593.38"), end_to_end="KOELN-4711"),
    "camt053-02.xml": Expected("camt.053", 2, 0, ("1000.00", "10009.28"), end_to_end="KOELN-4711"),
    "camt053-08.xml": Expected("camt.053", 2, 0, ("1000.00", "10009.28"), end_to_end="KOELN-4711"),
    "camt052.xml": Expected("camt.052", 1, 1, None, name="STADT KOELN KAEMMEREI", end_to_end="KOELN-4711"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_gives_account_balances_and_movement(name):
    data, expected = read_one(name), SAMPLES[name]
    koeln = by_amount(data, "8709.28")
    balances = None if data.opening is None else (str(data.opening), str(data.closing))
    assert data.iban == OUR_IBAN
    assert (
        Expected(
            data.format,
            len(data.movements),
            data.pending,
            balances,
            koeln.counterparty,
            koeln.counterparty_iban,
            koeln.text,
            koeln.end_to_end_id,
        )
        == expected
    )
    assert koeln.booked_on == date(2027, 1, 18)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_name_of_the_file_does_not_matter(name):
    assert read_file("umsaetze.bin", sample(name)).statements == [read_one(name)]


def test_quotes_umlauts_and_byte_order_mark_of_a_v8_export():
    [movement] = read_one("sparkasse-camt-v8.csv").movements
    assert (movement.text, movement.counterparty, movement.end_to_end_id) == (
        'Mitgliedsbeitrag "Großstadtnetzwerk" 2027',
        "Landeshauptstadt München",
        "EREF-21",
    )


@pytest.mark.parametrize("name", ["sparkasse-camt-v2.csv", "sparkasse.sta"])
def test_a_returned_debit_tells_amount_reason_and_mandate(name):
    returned = by_amount(read_one(name), "-103.00")
    assert (returned.original_amount, returned.return_reason, returned.mandate_reference, returned.end_to_end_id) == (
        Decimal("-100.00"),
        "AC04",
        "M-2027-7",
        "E2E-7",
    )


def test_marks_of_the_cooperative_banks_leave_the_text():
    debit = by_amount(read_one("volksbank.csv"), "-1234.50")
    assert (debit.text, debit.end_to_end_id, debit.mandate_reference) == ("Rechnung 1188", "TH-1188", "M-9")


def test_fees_are_recognised_by_code_or_wording():
    names = ("sparkasse-camt-v2.csv", "volksbank.csv", "ing-mit-saldo.csv", "commerzbank.csv", "sparkasse.sta")
    assert [by_amount(read_one(name), "-12.90").gvc for name in names] == ["808"] * 5


def test_an_old_account_number_becomes_an_iban():
    assert by_amount(read_one("dkb-2022.csv"), "-80.00").counterparty_iban == "DE02120300000000202051"
    assert iban_of("37040044/532013000") == iban_of("370400440532013000EUR") == "DE89370400440532013000"


def test_pages_of_mt940_become_one_statement_and_reversals_turn_the_sign():
    data = read_one("volksbank-seiten.sta")
    assert (data.number, str(data.opening), str(data.closing)) == ("8", "9593.38", "9588.38")
    assert [(str(each.amount), each.is_reversal, each.return_reason, each.booked_on) for each in data.movements] == [
        ("100.00", False, "", date(2027, 1, 2)),
        ("-100.00", True, "AC01", date(2027, 1, 20)),
        ("-5.00", False, "", date(2027, 1, 20)),
    ]
    assert data.movements[0].valued_on == date(2026, 12, 31)
    assert data.movements[2].text == "Porto ohne Struktur zweite Zeile"


def test_subfields_of_mt940_are_joined_without_blanks():
    assert by_amount(read_one("sparkasse.sta"), "8709.28").text == "Beitrag 2027, RG 2027-0002"


def test_a_notice_explains_a_batch():
    [notice] = read_bytes(sample("camt054.xml")).notices
    assert (notice.amount, notice.booked_on) == (Decimal("300.00"), date(2027, 1, 18))
    assert {"2027011800300", "SDD-2027-1"} <= notice.references
    assert [(str(part.amount), part.counterparty, part.end_to_end_id) for part in notice.parts] == [
        ("100.00", "Stadt Bonn", "E2E-7"),
        ("200.00", "Stadt Kiel", "E2E-8"),
    ]


def damaged(name: str, old: str, new: str, encoding: str = "latin-1") -> bytes:
    content = sample(name)
    assert old.encode(encoding) in content
    return content.replace(old.encode(encoding), new.encode(encoding), 1)


@pytest.mark.parametrize(
    ("content", "fault", "line", "element"),
    [
        (damaged("sparkasse-camt-v2.csv", '"8.709,28"', '"8.709,2x"'), Fault.INVALID, 2, "Betrag"),
        (damaged("sparkasse-camt-v2.csv", '"16.01.27"', '"31.02.27"'), Fault.INVALID, 3, "Buchungstag"),
        (damaged("sparkasse-camt-v2.csv", '"EUR"', '"CHF"'), Fault.WRONG_CURRENCY, 2, "Währung"),
        (damaged("sparkasse-camt-v2.csv", ';"BYLADEM1001"', ""), Fault.BROKEN_ROW, 3, ""),
        (sample("sparkasse-camt-v2.csv")[:-130], Fault.BROKEN_QUOTES, 5, ""),
        (damaged("dkb.csv", f'"{OUR_IBAN}"', '""'), Fault.NO_OWN_ACCOUNT, 6, ""),
        (damaged("volksbank.csv", "9.696,38", "9.696,39"), Fault.BROKEN_CHAIN, 3, "Saldo nach Buchung"),
        (damaged("gls-2020.csv", "9.696,38", "9.696,39"), Fault.WRONG_BALANCE, 19, ""),
        (damaged("gls-2020.csv", '"S"', '"X"'), Fault.INVALID, 16, "Soll/Haben"),
        (damaged("sparkasse.sta", "8709,28N", "8709.28N"), Fault.INVALID, 7, ":61:"),
        (damaged("sparkasse.sta", ":62F:C270118EUR9593,38", ":62F:C270118EUR9593,39"), Fault.WRONG_BALANCE, 1, ""),
        (damaged("sparkasse.sta", ":60F:C270114EUR", ":60F:C270114USD"), Fault.WRONG_CURRENCY, 4, ":60F:"),
        (damaged("sparkasse.sta", ":60F:C270114EUR1000,00\r\n", ""), Fault.MISSING, 1, ":60F:"),
        (
            damaged("volksbank-seiten.sta", ":60M:C270119EUR9693,38", ":60M:C270119EUR9693,37"),
            Fault.WRONG_BALANCE,
            11,
            "",
        ),
        (damaged("camt052.xml", "8709.28", "8709,28"), Fault.INVALID, None, "Amt"),
    ],
    ids=lambda value: str(value)[:20] if not isinstance(value, bytes) else "",
)
def test_a_malformed_file_is_refused_whole_and_names_line_and_field(content, fault, line, element):
    with pytest.raises(StatementFault) as refused:
        read_file("umsaetze", content)
    found = refused.value
    assert (found.fault, found.element) == (fault, element)
    assert line is None or found.line == line


def test_movements_of_all_formats_are_plain_values():
    for name in SAMPLES:
        for each in read_one(name).movements:
            assert "\n" not in "".join(str(value) for value in astuple(each))
