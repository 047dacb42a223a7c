import contextlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.banking.calculations.archive import read_file
from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.formats import read_bytes
from tests.factories.banking import OUR_IBAN, Row, camt, camt_file, statement_xml, zipped

ROWS = [
    Row(
        "2559.39",
        "RG 2027-0014",
        "Stadt Köln",
        "DE75512108001245126199",
        reference="RF35GSN2027000023",
        end_to_end_id="E1",
    ),
    Row("-12.50", "Entgelt", gvc="808", bank_reference="B2"),
]


def fault_of(content: bytes, name: str = "auszug.xml") -> StatementFault:
    with pytest.raises(StatementFault) as refused:
        read_file(name, content)
    return refused.value


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_old_and_new_versions_give_the_same_statement(version):
    [statement] = read_bytes(camt_file(ROWS, version=version)).statements

    assert (statement.iban, statement.number, statement.opening, statement.closing) == (
        OUR_IBAN,
        "1",
        Decimal("1000.00"),
        Decimal("3546.89"),
    )
    first, second = statement.movements
    assert (first.amount, first.counterparty, first.counterparty_iban) == (
        Decimal("2559.39"),
        "Stadt Köln",
        "DE75512108001245126199",
    )
    assert (first.text, first.structured_reference, first.end_to_end_id, first.gvc) == (
        "RG 2027-0014",
        "RF35GSN2027000023",
        "E1",
        "166",
    )
    assert (second.amount, second.end_to_end_id, second.bank_reference) == (Decimal("-12.50"), "", "B2")


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_batch_becomes_one_movement_for_each_transaction(version):
    batch = Row("300.00", parts=[Row("100.00", "A", "Bonn"), Row("200.00", "B", "Kiel")])
    [statement] = read_bytes(camt_file([batch], version=version)).statements
    assert [(each.amount, each.counterparty) for each in statement.movements] == [
        (Decimal("100.00"), "Bonn"),
        (Decimal("200.00"), "Kiel"),
    ]


def test_only_booked_entries_count():
    [statement] = read_bytes(camt_file([*ROWS, Row("5.00", status="PDNG")])).statements
    assert (len(statement.movements), statement.pending) == (2, 1)


def test_full_chunks_of_text_are_joined_without_a_blank_and_lines_with_one():
    long = "x" * 139 + "2027-0014 Rest"
    [statement] = read_bytes(camt_file([Row("1.00", long)])).statements
    assert statement.movements[0].text == long
    two = camt_file([Row("1.00", "eins")]).replace(b"<Ustrd>eins</Ustrd>", b"<Ustrd>eins</Ustrd><Ustrd>zwei</Ustrd>")
    assert read_bytes(two).statements[0].movements[0].text == "eins zwei"


def test_a_returned_transfer_names_the_other_side_not_us():
    row = Row(
        "80.00", "zurück", "Raumhaus GmbH", "DE75512108001245126199", is_reversal=True, return_reason="AC04", gvc="159"
    )
    [movement] = read_bytes(camt_file([row])).statements[0].movements
    assert (movement.amount, movement.is_reversal, movement.return_reason, movement.counterparty) == (
        Decimal("80.00"),
        True,
        "AC04",
        "Raumhaus GmbH",
    )


def test_several_statements_in_a_file_and_several_files_in_a_zip():
    first = statement_xml(ROWS, number="1")
    second = statement_xml([Row("1.00")], number="2", opening="3546.89")
    assert [each.number for each in read_bytes(camt(first, second)).statements] == ["1", "2"]
    content = read_file("a.zip", zipped(a__xml=camt(first), b__xml=camt(second), bild__pdf=b"%PDF"))
    assert [each.number for each in content.statements] == ["1", "2"]
    assert content.left_out == ["bild.pdf"]


@pytest.mark.parametrize(
    ("content", "fault", "found"),
    [
        (b"", Fault.EMPTY, ""),
        (b" \n\xef\xbb\xbf", Fault.EMPTY, ""),
        (b"\xef\xbb\xbf \n", Fault.EMPTY, ""),
        (b"%PDF-1.7 ...", Fault.FOREIGN_FORMAT, "PDF"),
        (b":20:STARTUMS\r\n:25:37040044/0532013000", Fault.MISSING, ""),
        (b"Datum;Betrag\r\n01.01.2027;5,00", Fault.UNKNOWN_TABLE, "Datum;Betrag"),
        (b"<!DOCTYPE html><html><body>Anmeldung", Fault.FOREIGN_FORMAT, "HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.FOREIGN_FORMAT, "Excel"),
        (b"Guten Tag", Fault.FOREIGN_FORMAT, "Text"),
        (b"<rss/>", Fault.NOT_A_STATEMENT, ""),
        (camt_file(ROWS).replace(b"camt.053.001.08", b"camt.052.001.08"), Fault.NO_STATEMENT, ""),
        (camt_file(ROWS).replace(b"camt.053.001.08", b"camt.054.001.08"), Fault.NO_STATEMENT, ""),
        (camt_file(ROWS).replace(b"camt.053.001.08", b"pain.001.001.09"), Fault.FOREIGN_FORMAT, "pain.001.001.09"),
        (camt_file(ROWS).replace(b"camt.053.001.08", b"konto"), Fault.NOT_A_STATEMENT, None),
        (camt(), Fault.NO_STATEMENT, ""),
        (camt_file(ROWS)[:-200], Fault.BROKEN_XML, ""),
        (camt_file(ROWS).replace("Köln".encode(), "Köln".encode("latin-1")), Fault.BROKEN_XML, ""),
        (camt_file(ROWS, closing="9999.00"), Fault.WRONG_BALANCE, "1"),
        (camt_file(ROWS, currency="CHF"), Fault.WRONG_CURRENCY, "CHF"),
        (camt_file([Row("300.00", parts=[Row("100.00"), Row("100.00")])]), Fault.WRONG_BATCH, ""),
        (camt_file(ROWS).replace(b">2559.39<", b">2559,39<"), Fault.INVALID, "2559,39"),
        (camt_file(ROWS).replace(b">2559.39<", b">2559.391<"), Fault.INVALID, "2559.391"),
        (camt_file(ROWS).replace(b">2559.39<", b">NaN<"), Fault.INVALID, "NaN"),
        (camt_file(ROWS).replace(b">CRDT<", b">PLUS<"), Fault.INVALID, "PLUS"),
        (camt_file(ROWS).replace(b"<Dt>2027-01-15</Dt>", b"<Dt>2027-02-30</Dt>"), Fault.INVALID, "2027-02-30"),
        (camt_file(ROWS).replace(b"OPBD", b"XXXX"), Fault.MISSING, ""),
        (camt_file(ROWS).replace(OUR_IBAN.encode(), b" "), Fault.MISSING, ""),
    ],
)
def test_what_is_no_sound_statement_is_refused(content, fault, found):
    refused = fault_of(content)
    assert (refused.fault, refused.file) == (fault, "auszug.xml")
    assert found is None or refused.found == found


def test_a_fault_names_line_and_field():
    content = camt_file(ROWS).replace(b">2559.39<", b">abc<")
    line = content[: content.index(b">abc<")].count(b"\n") + 1
    refused = fault_of(content)
    assert (refused.line, refused.element, refused.found) == (line, "Amt", "abc")


HOSTILE = {
    "dtd": '<!DOCTYPE Document SYSTEM "http://127.0.0.1/x.dtd">',
    "external entity": '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "billion laughs": '<!DOCTYPE Document [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    "parameter entity": '<!DOCTYPE Document [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]>',
}


@pytest.mark.parametrize("declaration", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused(declaration):
    content = camt_file(ROWS).replace(b"<Document", declaration.encode() + b"<Document", 1)
    assert fault_of(content).fault == Fault.FORBIDDEN_XML


def test_deep_nesting_is_refused():
    content = camt_file(ROWS).replace(b"<Stmt>", b"<Stmt>" + b"<x>" * 5000 + b"</x>" * 5000, 1)
    assert fault_of(content).fault == Fault.TOO_DEEP


def packed(name: str, content: bytes = b"<a/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (packed("../../etc/passwd.xml"), Fault.ZIP_PATH),
        (packed("/etc/passwd.xml"), Fault.ZIP_PATH),
        (packed("C:\\auszug.xml"), Fault.ZIP_PATH),
        (packed("bombe.xml", b"0" * 20_000_000), Fault.ZIP_BOMB),
        (packed("brief.pdf"), Fault.ZIP_WITHOUT_STATEMENT),
        (packed("innen.zip", packed("a.xml")), Fault.ZIP_WITHOUT_STATEMENT),
        (packed("a.xml")[:-30], Fault.BROKEN_ZIP),
        (zipped(**{f"a{index}__xml": b"" for index in range(401)}), Fault.ZIP_TOO_MANY),
        (b"PK\x03\x04" + b"\0" * 50, Fault.BROKEN_ZIP),
        (b" " * (25 * 2**20 + 1), Fault.TOO_LARGE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_archives_are_refused(content, fault):
    assert fault_of(content, "auszug.zip").fault == fault


def test_an_encrypted_archive_is_refused():
    content = bytearray(packed("a.xml"))
    content[6] |= 1
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    assert fault_of(bytes(content), "auszug.zip").fault == Fault.ENCRYPTED_ZIP


def test_a_fault_inside_an_archive_names_the_member():
    refused = fault_of(zipped(gut__xml=camt_file(ROWS), schlecht__xml=b"<a>"), "auszug.zip")
    assert (refused.file, refused.fault) == ("auszug.zip: schlecht.xml", Fault.BROKEN_XML)


amounts = st.decimals(min_value=-(10**7), max_value=10**7, places=2).filter(bool).map(str)
words = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_characters="\x7f"), max_size=200)
rows = st.builds(Row, amount=amounts, text=words, name=words, on=st.dates(date(2020, 1, 1), date(2030, 1, 1)))


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, max_size=6), amounts, st.sampled_from(["02", "08"]))
def test_what_is_written_is_read_to_the_cent(given_rows, opening, version):
    [statement] = read_bytes(camt_file(given_rows, opening=opening, version=version)).statements
    assert [each.amount for each in statement.movements] == [Decimal(row.amount) for row in given_rows]
    assert statement.opening + statement.total == statement.closing


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_damage_is_refused_or_leaves_sound_sums(position, damage):
    content = camt_file(ROWS)
    position %= len(content)
    damaged = content[:position] + damage + content[position + len(damage) :]
    with contextlib.suppress(StatementFault):
        proven = [each for each in read_file("a.xml", damaged).statements if each.format == "camt.053"]
        assert all(each.opening + each.total == each.closing for each in proven)
