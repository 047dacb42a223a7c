from decimal import Decimal

import pytest

from apps.pdf.calculations import (
    PaymentDataError,
    epc_payload,
    group4,
    is_valid_iban,
    is_valid_rf,
    lines_needed,
    rf_reference,
)

NAME = "Großstadtnetzwerk für Bildung e.V."
IBAN = "DE89 3704 0044 0532 0130 00"
AMOUNT = Decimal("2559.39")
REFERENCE = "RF35GSN2027000023"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("539007547034", "RF18539007547034"),
        ("GSN2027000023", REFERENCE),
        ("B2027AGS09761000", "RF95B2027AGS09761000"),
        ("2026000123", "RF462026000123"),
    ],
)
def test_creditor_reference_of_the_standard(reference, expected):
    assert rf_reference(reference) == expected
    assert is_valid_rf(expected)


def test_creditor_reference_is_compared_without_spaces_and_case():
    assert is_valid_rf(" rf35 gsn2 0270 0002 3 ")


@pytest.mark.parametrize(
    "wrong", ["RF36GSN2027000023", "RF35GSN2027000032", "RF35", "35GSN2027000023", "RF18-53900", ""]
)
def test_wrong_creditor_references_are_recognised(wrong):
    assert not is_valid_rf(wrong)


@pytest.mark.parametrize("wrong", ["", "RG-2027", "A" * 22, "GSNÄ"])
def test_creditor_reference_takes_1_to_21_letters_and_digits(wrong):
    with pytest.raises(PaymentDataError):
        rf_reference(wrong)


def test_references_are_printed_in_groups_of_four_that_do_not_break():
    assert group4(REFERENCE) == "RF35\u00a0GSN2\u00a00270\u00a00002\u00a03"


def test_iban_check_digits():
    assert is_valid_iban(IBAN)
    assert not is_valid_iban("DE88370400440532013000")


def test_payload_with_reference():
    payload = epc_payload(NAME, IBAN, AMOUNT, reference=REFERENCE)
    assert payload == (
        "BCD\n002\n1\nSCT\n\nGroßstadtnetzwerk für Bildung e.V.\nDE89370400440532013000\nEUR2559.39\n\nRF35GSN2027000023"
    )
    assert len(payload.encode()) == 104


def test_payload_with_text():
    payload = epc_payload(NAME, IBAN, AMOUNT, text="Mitgliedsbeitrag 2027 Augsburg RG 2027-000023")
    assert payload.split("\n")[9:] == ["", "Mitgliedsbeitrag 2027 Augsburg RG 2027-000023"]
    assert len(payload.encode()) == 133


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Beitrag"},
        {"reference": ""},
        {"reference": "RF00GSN2027000023"},
        {"name": ""},
        {"name": "N" * 71},
        {"name": "Netz\nwerk"},
        {"iban": "DE88370400440532013000"},
        {"amount": Decimal("0")},
        {"amount": Decimal("0.005")},
        {"amount": Decimal("1000000000")},
        {"reference": "", "text": "T" * 141},
        {"reference": "", "text": "Ä" * 140, "name": "Ö" * 70},
    ],
)
def test_payload_refuses(changed):
    with pytest.raises(PaymentDataError):
        epc_payload(**{"name": NAME, "iban": IBAN, "amount": AMOUNT, "reference": REFERENCE, **changed})


def test_payload_takes_the_largest_name_amount_and_text():
    payload = epc_payload("N" * 70, IBAN, Decimal("999999999.99"), text="T" * 140)
    assert payload.split("\n")[7] == "EUR999999999.99"


def test_long_address_lines_take_two_lines():
    assert (
        lines_needed(["Stadt Augsburg", "Freie und Hansestadt Hamburg, Behörde für Schule, Familie und Berufsbildung"])
        == 3
    )
