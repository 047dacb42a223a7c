"""Statements we did not write, read and compared with what foreign.toml says, worked out from the files by eye.

Those that contradict themselves, are not in euro or hide the account are refused as published
(test_foreign_import.py); with just that put right they are read too.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.banking.calculations.archive import read_file
from apps.banking.calculations.statements import ZERO, Movement, StatementData
from tests.banking.foreign import EXPECTED, changed, content_of, foreign, messages


def line_of(movement: Movement) -> dict[str, Any]:
    """What the line says, without what it leaves open."""
    said = {
        "amount": str(movement.amount),
        "booked_on": movement.booked_on,
        "valued_on": movement.valued_on if movement.valued_on != movement.booked_on else None,
        "text": movement.text,
        "name": movement.counterparty,
        "iban": movement.counterparty_iban,
        "end_to_end": movement.end_to_end_id,
        "mandate": movement.mandate_reference,
        "reason": movement.return_reason,
        "structured": movement.structured_reference,
    }
    return {key: value for key, value in said.items() if value}


def told(data: StatementData) -> Iterator[tuple[str, Any]]:
    yield from (("format", data.format), ("iban", data.iban), ("number", data.number))
    yield "days", [data.opened_on, data.closed_on]
    if data.opening is not None:
        yield "balances", [str(data.opening), str(data.closing)]
    yield "amounts", [str(each.amount) for each in data.movements]
    if data.movements:
        yield "first", line_of(data.movements[0])
    if len(data.movements) > 1:
        yield "last", line_of(data.movements[-1])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_statement_of_others_is_read_as_the_eye_reads_it(name):
    statements = read_file(name, content_of(name)).statements
    assert [dict(told(each)) for each in statements] == EXPECTED[name]["statement"]


def test_a_day_of_belfius_agrees_with_the_sums_the_bank_gives_itself():
    """63 accounts, the first one's number blanked by the authors; one entry is a batch of 125 payments and a remark."""
    content = changed("belfius-053.xml", ("<IBAN></IBAN></Id><Tp>", "<IBAN>BE68539007547034</IBAN></Id><Tp>"))
    statements = read_file("belfius-053.xml", content).statements
    written = re.findall(r"<Stmt>.*?</Stmt>", content.decode(), re.DOTALL)
    assert (len(statements), len(written)) == (63, 63)
    assert [turnover(each) for each in statements] == [(sum_of(each, "Cdt"), sum_of(each, "Dbt")) for each in written]
    movements = [movement for each in statements for movement in each.movements]
    assert len(movements) == 366
    batch = [each.amount for each in movements if each.batch_reference == "ZCB 971857"]
    assert (len(batch), sum(batch)) == (125, Decimal("-38503.32"))
    assert (str(statements[0].opening), str(statements[0].closing)) == ("2835.37", "2486.30")
    assert [str(each.amount) for each in statements[0].movements] == ["-231.10", "-74.00", "-43.97"]
    assert [each.structured_reference for each in statements[0].movements] == ["496002001189", "916455732945", ""]
    assert (statements[0].movements[2].text, statements[0].movements[2].valued_on) == (
        "Facture 2015000072",
        date(2015, 9, 3),
    )


def turnover(data: StatementData) -> tuple[Decimal, Decimal]:
    amounts = [each.amount for each in data.movements]
    return sum((each for each in amounts if each > 0), ZERO), -sum((each for each in amounts if each < 0), ZERO)


def sum_of(statement: str, side: str) -> Decimal:
    """What the bank says all credits or all debits of the statement come to."""
    found = re.search(rf"<Ttl{side}Ntries>\s*<NbOfNtries>\d+</NbOfNtries>\s*<Sum>([\d.]+)", statement)
    return Decimal(found[1]) if found else ZERO


def test_a_returned_batch_of_abn_is_told_apart_with_reason_and_mandate():
    [statement] = read_file("abn-053.xml", content_of("abn-053.xml")).statements
    returned = [each for each in statement.movements if each.is_reversal]
    assert {each.batch_reference for each in returned} == {"2018/125-20141229-NORM"}
    assert [line_of(each) for each in returned] == [
        {
            "amount": amount,
            "booked_on": date(2014, 1, 5),
            "text": "Direct Debit S14 0410",
            "name": "Test Customer",
            "iban": "NL46ABNA0499998748",
            "end_to_end": f"TESTBANK/NL/20141229/{number}",
            "mandate": f"NL22ZZZ524885430000-C0125.{place}",
            "reason": "AC06",
        }
        for amount, number, place in (("-564.05", "01206408", 1), ("-100.00", "01206407", 2))
    ]


def test_a_line_without_amount_of_sns_is_kept():
    [_first, second] = read_file("sns.940", messages(foreign("sns.940"), 2)).statements
    assert (str(second.opening), str(second.closing)) == ("2264.52", "2253.57")
    assert [str(each.amount) for each in second.movements] == ["-10.95", "0.00"]
    assert second.movements[1].text.startswith("Mobiel betalen is vanaf nu niet meer mogelijk")


def test_returned_items_of_ing_carry_their_reason():
    [statement] = read_file("ing-nl.940", foreign("ing-nl.940")).statements
    assert [each.return_reason for each in statement.movements] == ["", "", "MS03", "", "", "MS03", "", ""]


def test_a_notice_of_a_credit_is_read():
    [notice] = read_file("abn-054.xml", foreign("abn-054.xml")).notices
    assert (notice.iban, str(notice.amount), notice.booked_on) == ("NL77ABNA0574908765", "5.00", date(2022, 1, 26))
    assert notice.references == {"98888208N8", "NL0000000000000000000"}
    assert [line_of(part) for part in notice.parts] == [
        {
            "amount": "5.00",
            "booked_on": date(2022, 1, 26),
            "text": "Additional entry info",
            "name": "Test Customer",
            "iban": "NL46ABNA0499998748",
            "end_to_end": "ENDTOENDID-01",
            "structured": "000000000000000000000000003",
        }
    ]


@pytest.mark.parametrize("name", ["return-054.xml", "return-054.zip"])
def test_a_notice_of_a_returned_debit_names_the_debtor(name):
    [notice] = read_file(name, foreign(name)).notices
    assert (notice.iban, str(notice.amount), notice.booked_on) == ("NL77ABNA0574908765", "-100.00", date(2016, 10, 8))
    assert [line_of(part) for part in notice.parts] == [
        {
            "amount": "-100.00",
            "booked_on": date(2016, 10, 8),
            "text": "FACTURE DU 15.03.16",
            "name": "DEBTOR4",
            "iban": "IE16AIBK93110187654321",
            "end_to_end": "E2EID1",
            "mandate": "MANDATEID2",
            "reason": "AC06",
        }
    ]
