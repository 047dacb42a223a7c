"""What an electronic invoice says, whatever its syntax: the semantic model of EN 16931-1, as far as dues invoices and incoming invoices need it.

The numbers (BT-1, BG-4 …) are those of the norm. What a file does not say is empty or None.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.einvoice.enums import TaxCategory, TypeCode


@dataclass(frozen=True)
class PostalAddress:
    """BG-5, BG-8."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    town: str = ""
    country: str = "DE"

    def __str__(self) -> str:
        return ", ".join(filter(None, (*self.lines, f"{self.postcode} {self.town}".strip())))


@dataclass(frozen=True)
class Contact:
    """BG-6, BG-9."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Party:
    """Seller (BG-4) or buyer (BG-7). `identifier` is BT-29 or BT-46; `electronic_address` goes with its scheme: EM e-mail, 0204 Leitweg-ID."""

    name: str
    address: PostalAddress = field(default_factory=PostalAddress)
    contact: Contact | None = None
    identifier: str = ""
    register_number: str = ""
    vat_id: str = ""
    tax_number: str = ""
    electronic_address: str = ""
    electronic_scheme: str = ""


@dataclass(frozen=True)
class Line:
    """BG-25. `net` is the amount of the line, `price` that of `base_quantity` units."""

    number: str
    name: str
    net: Decimal | None
    quantity: Decimal | None = Decimal(1)
    unit: str = "C62"
    price: Decimal | None = None
    base_quantity: Decimal | None = None
    description: str = ""
    category: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True)
class Adjustment:
    """An allowance (BG-20) or charge (BG-21) of the whole document."""

    amount: Decimal | None
    is_charge: bool
    reason: str = ""
    category: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True)
class TaxShare:
    """One line of the breakdown of value added tax (BG-23)."""

    category: str
    basis: Decimal | None
    tax: Decimal | None
    rate: Decimal | None = None
    reason: str = ""
    reason_code: str = ""

    @property
    def category_label(self) -> str:
        return str(TaxCategory(self.category).label) if self.category in TaxCategory.values else self.category


@dataclass(frozen=True)
class Totals:
    """BG-22."""

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    due: Decimal | None = None


@dataclass(frozen=True)
class Payment:
    """BG-16 to BG-19. Code 58 is a SEPA credit transfer, 59 a SEPA direct debit (UNTDID 4461)."""

    code: str = ""
    iban: str = ""
    bic: str = ""
    account_holder: str = ""
    reference: str = ""
    terms: str = ""
    mandate: str = ""
    creditor_id: str = ""
    debtor_iban: str = ""


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note or correction is about (BG-3)."""

    number: str
    issued_on: date | None = None


@dataclass(frozen=True)
class EInvoice:
    number: str
    issued_on: date | None
    seller: Party
    buyer: Party
    lines: tuple[Line, ...] = ()
    taxes: tuple[TaxShare, ...] = ()
    totals: Totals = field(default_factory=Totals)
    payment: Payment = field(default_factory=Payment)
    type_code: str = TypeCode.INVOICE.value
    specification: str = ""
    process: str = ""
    currency: str = "EUR"
    due_on: date | None = None
    delivered_on: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    buyer_reference: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    notes: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    preceding: tuple[Preceding, ...] = ()

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == TypeCode.CREDIT_NOTE.value

    @property
    def type_label(self) -> str:
        return str(TypeCode(self.type_code).label) if self.type_code in TypeCode.values else self.type_code
