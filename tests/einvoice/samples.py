"""The sample invoice of the domain handbook and its eight mutations; an invoice written by ourselves."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from apps.einvoice.enums import TypeCode
from apps.einvoice.semantic import (
    Contact,
    EInvoice,
    Line,
    Party,
    Payment,
    PostalAddress,
    Preceding,
    TaxShare,
    Totals,
)

SAMPLE = (Path(__file__).parent / "sample_dues_xrechnung_ubl.xml").read_bytes()

VAT_ID = (
    b"<cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    b"</cac:PartyTaxScheme>"
)
SELLER = "<cac:PartyLegalEntity><cbc:RegistrationName>Großstadtnetzwerk".encode()
LINE_CATEGORY = b"<cac:ClassifiedTaxCategory><cbc:ID>O</cbc:ID>"
REASON = (
    b"<cbc:TaxExemptionReasonCode>VATEX-EU-O</cbc:TaxExemptionReasonCode>"
    b"<cbc:TaxExemptionReason>Nicht steuerbar (echter Mitgliedsbeitrag)</cbc:TaxExemptionReason>"
)
# what is replaced by what, and the rules that must then fail
MUTATIONS = {
    "no rate in the breakdown": (b"<cbc:Percent>0</cbc:Percent>", b"", [("BR-DE-14", "fatal")]),
    "rate on the line": (LINE_CATEGORY, LINE_CATEGORY + b"<cbc:Percent>0</cbc:Percent>", [("BR-O-05", "fatal")]),
    "VAT id of the seller": (SELLER, VAT_ID + SELLER, [("BR-O-02", "fatal")]),
    "no register number": (
        b"<cbc:CompanyID>VR 99999 AG Frankfurt am Main</cbc:CompanyID>",
        b"",
        [("BR-CO-26", "fatal")],
    ),
    "no buyer reference": (b"<cbc:BuyerReference>09761000-GSN-10</cbc:BuyerReference>", b"", [("BR-DE-15", "fatal")]),
    "no reason": (REASON, b"", [("BR-O-10", "fatal")]),
    "no phone": (
        b"<cbc:Telephone>+49 69 000000</cbc:Telephone>",
        b"",
        [("BR-DE-6", "fatal"), ("BR-DE-27", "warning")],
    ),
    "wrong check digits of the IBAN": (
        b"DE79000000001234567890",
        b"DE79000000001234567891",
        [("BR-DE-19", "warning")],
    ),
}


def mutated(old: bytes, new: bytes) -> bytes:
    assert SAMPLE.count(old) == 1
    return SAMPLE.replace(old, new)


def dues_invoice() -> EInvoice:
    """What the sample says, said by the semantic model."""
    amount = Decimal("2559.39")
    return EInvoice(
        number="2027-000023",
        issued_on=date(2027, 1, 15),
        due_on=date(2027, 3, 31),
        delivered_on=date(2027, 1, 1),
        period_start=date(2027, 1, 1),
        period_end=date(2027, 12, 31),
        buyer_reference="09761000-GSN-10",
        order_reference="KZ 4711",
        contract_reference="Beitragsordnung 2027",
        notes=("Nicht steuerbarer echter Mitgliedsbeitrag.",),
        seller=Party(
            name="Großstadtnetzwerk für Bildung e. V.",
            address=PostalAddress(("Musterstraße 1", "Haus B"), "60311", "Frankfurt am Main"),
            contact=Contact("Geschäftsstelle", "+49 69 000000", "finanzen@example.org"),
            identifier="103/000/00000",
            register_number="VR 99999",
            electronic_address="finanzen@example.org",
            electronic_scheme="EM",
        ),
        buyer=Party(
            name="Stadt Augsburg",
            address=PostalAddress(("Rathausplatz 1",), "86150", "Augsburg"),
            electronic_address="09761000-GSN-10",
            electronic_scheme="0204",
        ),
        lines=(
            Line(
                number="1",
                name="Mitgliedsbeitrag 2027",
                description="301.105 Einwohner:innen × 0,0085 € & Rundung",
                net=amount,
                price=amount,
                category="O",
            ),
        ),
        taxes=(
            TaxShare(
                "O", amount, Decimal("0.00"), Decimal("0.00"), "Nicht steuerbar: echter Mitgliedsbeitrag", "VATEX-EU-O"
            ),
        ),
        totals=Totals(lines=amount, net=amount, tax=Decimal("0.00"), gross=amount, due=amount),
        payment=Payment(
            code="58",
            iban="DE79000000001234567890",
            bic="COBADEFFXXX",
            account_holder="Großstadtnetzwerk für Bildung e. V.",
            reference="RF35GSN2027000023",
            terms="Zahlbar bis 31.03.2027 ohne Abzug.",
        ),
    )


def debited_invoice() -> EInvoice:
    """The same, collected by direct debit: code 59 with BG-19 and nothing else (BR-DE-25, BR-DE-30, BR-DE-31)."""
    payment = Payment(
        code="59",
        reference="RF35GSN2027000023",
        terms="Wird am 31.03.2027 eingezogen.",
        mandate="M-2027-0001",
        creditor_id="DE98ZZZ09999999999",
        debtor_iban="DE02120300000000202051",
    )
    return replace(dues_invoice(), payment=payment)


def credit_note() -> EInvoice:
    return replace(
        dues_invoice(),
        number="ST-2027-0001",
        issued_on=date(2027, 4, 1),
        due_on=None,
        type_code=TypeCode.CREDIT_NOTE.value,
        preceding=(Preceding("2027-000023", date(2027, 1, 15)),),
    )
